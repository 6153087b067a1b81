/**
 * Fixes that the operating system's vendor made in its own package. Debian repairs old versions and keeps the
 * upstream version number; what it repaired stands in the package's changelog, by CVE.
 */
import type { Distributor } from '../inventory/index.ts';
import type { Unknown } from './judge.ts';
import type { AdvisoryBrief, Suppressed } from './report.ts';

type By = Extract<Suppressed['by'], { kind: 'distributor' }>;

/**
 * What answers the advisory: the changelog's line; null when the changelog does not name it; unknown when
 * there is no changelog to read. An advisory with several CVEs is answered when every one of them is named.
 */
export function answerOf(
  { package: name, packageVersion, changelog, fixes }: Distributor,
  { id, aliases }: AdvisoryBrief,
): By | Unknown | null {
  if (changelog === null) {
    const text = `Debian's package ${name} ${packageVersion} may fix it, and its changelog is not on this disk`;
    return { reason: 'changelog-absent', text };
  }
  const names = [id, ...aliases].map((one) => one.toUpperCase());
  const cves = names.filter((one) => one.startsWith('CVE-'));
  const fixed = new Map([...fixes].reverse().map((fix) => [fix.id.toUpperCase(), fix]));
  const needed = cves.length > 0 ? cves : names.filter((one) => fixed.has(one)).slice(0, 1);
  const first = fixed.get(needed[0] ?? '');
  if (first === undefined || !needed.every((one) => fixed.has(one))) return null;
  return {
    kind: 'distributor',
    package: name,
    packageVersion: first.packageVersion,
    evidence: first.text,
    place: { file: changelog, line: first.line },
  };
}
