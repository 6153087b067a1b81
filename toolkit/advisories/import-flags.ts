import { compareText } from '../base/index.ts';
import type { CpansaRule } from './cpansa-rules.ts';
import type { CveRule } from './cve-rules.ts';
import type { OsvRule } from './osv-rules.ts';
import type { Flag } from './record.ts';

/** The longest quotation of what was found, in characters. */
const MAX_FOUND = 200;

/** The flags of one import, in the order of the source. */
export class ImportFlags {
  readonly all: Flag[] = [];

  add(rule: CpansaRule | CveRule | OsvRule, at: string, found: unknown): Flag {
    const added = { rule, at, found: short(found) };
    this.all.push(added);
    return added;
  }

  /** How often each rule was met, by rule; those never met are absent. */
  perRule(): Record<string, number> {
    const counts = new Map<string, number>();
    for (const { rule } of this.all) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    return Object.fromEntries([...counts].sort(([a], [b]) => compareText(a, b)));
  }
}

function short(found: unknown): string {
  const text = typeof found === 'string' ? found : (JSON.stringify(found) ?? 'nothing');
  return text.length > MAX_FOUND ? `${text.slice(0, MAX_FOUND)}…` : text;
}
