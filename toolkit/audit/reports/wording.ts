/** Words that several outputs share, so that they say the same. */
import { formatPlace, printable } from '../../base/index.ts';
import type { AuditReport, Finding, IndexFacts, Suppressed } from '../report.ts';

/** `1 advisory`, `3 advisories`. */
export function count(number: number, one: string, many: string = `${one}s`): string {
  return `${grouped(number)} ${number === 1 ? one : many}`;
}

/** `12,345`. Not by Intl, which takes longer to load than an audit to run. */
function grouped(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** What somebody does who had a malicious release. */
export const ACT_NOW =
  'Remove it now: its code may have run already, when it was installed or when it was loaded. Take every machine and account that had it for compromised, renew their passwords, tokens and keys from elsewhere, and look for the indicators of the advisory.';

/** The answer in one sentence, malicious releases before all else. */
export function verdict(report: AuditReport): string {
  const { malicious, vulnerable, unknown } = report.summary;
  if (malicious === 0) return verdictOnOthers(report);
  const others = vulnerable + unknown === 0 ? '' : ` Besides: ${verdictOnOthers(report)}`;
  return `${count(malicious, 'MALICIOUS release')} found.${others}`;
}

function verdictOnOthers(report: AuditReport): string {
  const { components, vulnerable, unknown } = report.summary;
  const all = count(components, 'distribution');
  const unsure = unknown === 0 ? '' : ` ${count(unknown, 'thing')} could not be told.`;
  const answered = report.suppressed.length;
  if (vulnerable + unknown === 0 && answered > 0)
    return `Nothing that counts in ${all}; ${count(answered, 'finding')} answered.`;
  if (vulnerable === 0 && unknown === 0) return `No known vulnerabilities in ${all}.`;
  if (vulnerable === 0) return `Nothing known against what could be judged of ${all}.${unsure}`;
  const affected = new Set(
    vulnerableFindings(report).map(({ distribution }) => `${distribution?.name} ${distribution?.version}`),
  );
  return `${count(vulnerable, 'advisory', 'advisories')} in ${affected.size} of ${all}.${unsure}`;
}

export function maliciousFindings(report: AuditReport): Finding[] {
  return report.findings.filter(({ status }) => status === 'malicious');
}

/** Malicious first, then vulnerable. */
export function knownFindings(report: AuditReport): Finding[] {
  return report.findings.filter(({ status }) => status !== 'unknown');
}

export function vulnerableFindings(report: AuditReport): Finding[] {
  return report.findings.filter(({ status }) => status === 'vulnerable');
}

export function unknownFindings(report: AuditReport): Finding[] {
  return report.findings.filter(({ status }) => status === 'unknown');
}

/** `DBI 1.643`, `cpanfile:3` for an unknown that is no distribution. */
export function subjectOf({ distribution, places }: Finding): string {
  if (distribution !== null) {
    return printable(
      distribution.version === null ? distribution.name : `${distribution.name} ${distribution.version}`,
    );
  }
  const [place] = places;
  return place === undefined ? 'the input' : printable(formatPlace(place));
}

/** The word for how bad it is; `unrated` when nobody said. */
export function ratingOf(finding: Finding): string {
  if (finding.status === 'malicious') return 'malicious';
  return finding.advisory?.rating ?? 'unrated';
}

/** CVE first, since that is what people search for; then the record's id. */
export function namesOf({ advisory }: Finding): string[] {
  if (advisory === null) return [];
  const cves = advisory.aliases.filter((alias) => alias.startsWith('CVE-'));
  return [...cves, advisory.id].map(printable);
}

/** What ends the finding, in words. */
export function fixSentence({ fix }: Finding): string {
  if (fix?.kind === 'remove')
    return 'remove it, and renew every secret that it could read; no release fixes it';
  if (fix === undefined || fix.kind === 'none') return 'no release fixes it, and no patch is known';
  if (fix.kind === 'patch') return `no release fixes it; a patch exists: ${printable(fix.patch ?? '')}`;
  const safe =
    fix.lowestSafe === null || fix.lowestSafe === fix.version ? '' : `, lowest safe ${fix.lowestSafe}`;
  const newest =
    fix.newest === null || fix.newest === fix.version || fix.newest === fix.lowestSafe
      ? ''
      : `, newest ${fix.newest}`;
  return printable(`fixed in ${fix.version ?? '?'}${safe}${newest}`);
}

/** Why a finding does not count; of a malicious release it says first what it is. */
export function suppressedBecause({ finding, by }: Suppressed): string {
  return `${finding.status === 'malicious' ? 'MALICIOUS; ' : ''}${becauseOf(by)}`;
}

function becauseOf(by: Suppressed['by']): string {
  if (by.kind === 'ignore') {
    const until = by.expires === undefined ? '' : ` until ${by.expires}`;
    return printable(`ignored${until}: ${by.reason}${by.author === undefined ? '' : ` (${by.author})`}`);
  }
  if (by.kind === 'vex')
    return printable(
      `${by.format} says ${by.status}${by.justification === undefined ? '' : `: ${by.justification}`}`,
    );
  if (by.kind === 'distributor')
    return printable(`fixed by the distributor in ${by.package} ${by.packageVersion}: ${by.evidence}`);
  if (by.kind === 'shadowed') return printable(`perl loads ${formatPlace(by.place)} instead`);
  return 'in the baseline';
}

/** Which index answered, how old it is at the instant of the audit, and what it covers. */
export function indexSentence(index: IndexFacts, at: string): string {
  const days = Math.floor((Date.parse(at) - Date.parse(index.built)) / 86_400_000);
  const age = days <= 0 ? 'built today' : count(days, 'day').concat(' old');
  const scope =
    index.coverage === 'complete'
      ? 'complete'
      : `partial: covers ${count(index.distributions ?? 0, 'distribution')}`;
  return `${count(index.advisories, 'advisory', 'advisories')}, ${index.built.slice(0, 10)} (${age}), ${printable(index.origin)}, ${scope}`;
}
