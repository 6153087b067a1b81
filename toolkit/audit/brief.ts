/** What a report says of an advisory: its entries for the distribution, those that matter here, as one. */
import type { IndexedAdvisory } from '../advisories/index.ts';
import { readRange } from '../advisories/index.ts';
import { compareText } from '../base/index.ts';
import type { PerlVersion } from '../cpan/index.ts';
import type { AdvisoryBrief } from './report.ts';

/** Worst first. */
const RATINGS = ['critical', 'high', 'medium', 'low'] as const;

/** `version`: only ranges that contain it are shown. */
export function briefOf(rows: readonly IndexedAdvisory[], version: PerlVersion | null): AdvisoryBrief {
  const ranges = distinct(rows.flatMap((row) => row.ranges));
  // Where there is but one it is shown anyway, and need not be read.
  const shown = version === null || ranges.length === 1 ? ranges : containing(ranges, version);
  const text = (pick: (row: IndexedAdvisory) => string | null): string | null =>
    rows.map(pick).find((found) => found !== null) ?? null;
  return {
    id: text(({ id }) => id) ?? '',
    aliases: distinct(rows.flatMap((row) => row.aliases)).sort(compareText),
    summary: text(({ summary }) => summary) ?? '',
    ...(rows.some(({ malicious }) => malicious === true) ? { malicious: true } : {}),
    rating: RATINGS.find((rating) => rows.some((row) => row.rating === rating)) ?? null,
    reported: text(({ reported }) => reported),
    affected: shown,
    fixed: distinct(rows.flatMap((row) => row.fixed)),
    cause: (rows.find(({ cause }) => cause.kind === 'own') ?? rows[0])?.cause ?? { kind: 'own' },
    url: text(({ url }) => url),
  };
}

/** All of them where none is known to contain the version. */
function containing(ranges: readonly string[], version: PerlVersion): string[] {
  const found = ranges.filter((range) => readRange(range)?.contains(version) === true);
  return found.length === 0 ? [...ranges] : found;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
