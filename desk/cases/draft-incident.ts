/** The record of malicious releases that an incident would become. */
import { type AdvisoryRecord, type AffectedEntry, RECORD_FORMAT } from 'cpansec/advisories';
import type { CaseFile, Incident } from '../casefile/index.ts';
import { byNumber } from './by-number.ts';

/** Embedded malicious code. */
const MALICIOUS = 'CWE-506';

/** Releases that somebody found malicious, and the indicators that somebody chose to say. */
export function draftOfIncident({ content, state, openedAt }: CaseFile, incident: Incident): AdvisoryRecord {
  const { title, summary, references, weaknesses, modules } = content;
  const affected = affectedBy(incident);
  return {
    format: RECORD_FORMAT,
    id: incident.recordId ?? `CPANSA-${affected[0]?.distribution ?? content.distribution ?? 'unknown'}`,
    aliases: state.cve === null ? [] : [state.cve],
    reported: openedAt.slice(0, 10),
    summary: title,
    ...(summary.trim() === '' ? {} : { details: summary }),
    weaknesses: byNumber([...new Set([MALICIOUS, ...weaknesses])]),
    malicious: {
      indicators: incident.indicators
        .filter(({ published }) => published)
        .map(({ type, value, note }) => ({ type, value, ...(note === '' ? {} : { note }) })),
    },
    affected: affected.map((entry) => (modules.length === 0 ? entry : { ...entry, modules: [...modules] })),
    references: references.map(({ url, kind }) => ({ type: kind, url })),
    history: [],
  };
}

/** One entry for each distribution; where every version is malicious nothing else is said of it. */
function affectedBy({ releases }: Incident): AffectedEntry[] {
  const byName = new Map<string, string[]>();
  for (const { distribution, version, verdict } of releases) {
    if (verdict !== 'malicious') continue;
    byName.set(distribution, [
      ...(byName.get(distribution) ?? []),
      version === null ? EVERY : `==${version}`,
    ]);
  }
  return [...byName].map(([distribution, ranges]) => ({
    distribution,
    ranges: ranges.includes(EVERY) ? [EVERY] : [...new Set(ranges)],
    fixed: [],
    cause: { kind: 'own' },
  }));
}

const EVERY = '>=0';
