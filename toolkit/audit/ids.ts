/** Ids of vulnerabilities are the same whatever the case, and by any of their names. */
import type { AdvisoryBrief } from './report.ts';

/** Whether one of the names is the advisory's id or an alias of it. */
export function isNamed(advisory: AdvisoryBrief | null, names: readonly string[]): boolean {
  if (advisory === null) return false;
  const known = [advisory.id, ...advisory.aliases].map((id) => id.toUpperCase());
  return names.some((name) => known.includes(name.trim().toUpperCase()));
}
