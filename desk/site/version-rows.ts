/** Releases of a distribution as rows: those that nothing tells apart share one. */
import type { DistributionPage } from './model.ts';

export interface VersionRow {
  /** Lowest and highest version of the row; the same for one release. */
  readonly last: string;
  readonly first: string;
  /** Of the lowest. */
  readonly date: string | null;
  /** How many advisories affect it, and whether others could not be judged. */
  readonly open: number;
  readonly unknown: boolean;
  /** Ids that affect the release below and not this one, and the other way round. */
  readonly ends: readonly string[];
  readonly begins: readonly string[];
}

type Judged = DistributionPage['releases'][number];

/**
 * Newest first, as they are given. A row says what differs from the one below it instead of repeating what is the
 * same, so that its length grows with the advisories and not with advisories times releases.
 */
export function versionRows(releases: readonly Judged[]): VersionRow[] {
  const rows: VersionRow[] = [];
  let below: Judged | undefined;
  for (const release of releases.toReversed()) {
    const row = rowOf(release, below);
    const last = rows.at(-1);
    const same = row.ends.length === 0 && row.begins.length === 0 && last?.unknown === row.unknown;
    if (same && last !== undefined) rows[rows.length - 1] = { ...last, first: row.first };
    else rows.push(row);
    below = release;
  }
  return rows.toReversed();
}

function rowOf({ version, date, open, unknown }: Judged, below: Judged | undefined): VersionRow {
  const before = below?.open ?? [];
  return {
    last: version,
    first: version,
    date,
    open: open.length,
    unknown,
    ends: before.filter((id) => !open.includes(id)),
    begins: open.filter((id) => !before.includes(id)),
  };
}
