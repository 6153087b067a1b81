import { CPANSA_RULES } from './cpansa-rules.ts';
import { CVE_RULES } from './cve-rules.ts';
import { OSV_RULES } from './osv-rules.ts';

const RULES: ReadonlyMap<string, readonly [level: 'flag' | 'note', meaning: string]> = new Map(
  Object.entries({ ...CPANSA_RULES, ...CVE_RULES, ...OSV_RULES }),
);

/** The level of a rule of any importer and what it finds. */
export function importRule(rule: string): readonly [level: 'flag' | 'note', meaning: string] | undefined {
  return RULES.get(rule);
}
