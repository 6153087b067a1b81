/** Releases of a distribution, and which of them an advisory affects. */
import { type AffectedEntry, type Interval, intervals, readRange, within } from 'cpansec/advisories';
import { CpanError, compareVersions, type PerlVersion, parseVersion } from 'cpansec/cpan';
import type { KnownDistribution, KnownRelease } from './ops.ts';

/** A release whose version is read once. */
export interface ReadRelease {
  readonly release: KnownRelease;
  /** Null for a text that version.pm refuses. */
  readonly version: PerlVersion | null;
}

export function readReleases({ releases }: KnownDistribution): ReadRelease[] {
  return releases.map((release) => ({ release, version: tryVersion(release.version) }));
}

function tryVersion(text: string): PerlVersion | null {
  try {
    return parseVersion(text);
  } catch (error) {
    if (error instanceof CpanError) return null;
    throw error;
  }
}

/** What entries of one distribution say together. */
export class Judge {
  /** For each entry what it affects; null where that cannot be told. */
  readonly #lists: readonly (readonly Interval[] | null)[];

  constructor(entries: readonly AffectedEntry[]) {
    this.#lists = entries.map(intervalsOf);
  }

  /** Whether any entry affects the version; null when none does and one cannot tell. */
  affects(version: PerlVersion | null): boolean | null {
    if (version === null) return null;
    let unclear = false;
    for (const list of this.#lists) {
      if (list === null) unclear = true;
      else if (within(list, version)) return true;
    }
    return unclear ? null : false;
  }

  /** What is affected by entries that can be told, sorted; intervals of different entries may overlap. */
  get intervals(): Interval[] {
    return this.#lists.flatMap((list) => list ?? []).sort((a, b) => compareVersions(a.low, b.low));
  }

  /** Whether every entry can be told and has an end. */
  get ends(): boolean {
    return this.#lists.every((list) => list?.every(({ high }) => high !== null) === true);
  }
}

function intervalsOf({ ranges, fixed }: AffectedEntry): readonly Interval[] | null {
  const readable = ranges.length > 0 && [...ranges, ...fixed].every((text) => readRange(text) !== null);
  return readable ? intervals(ranges, fixed) : null;
}

/** The first fixed version of each branch, in version order: what `fixed` begins with, else what follows an end. */
export function fixedIn(
  entries: readonly AffectedEntry[],
  judge: Judge,
  releases: readonly ReadRelease[],
): string[] {
  const stated = entries.flatMap(({ fixed }) => fixed.flatMap(beginnings));
  const after = judge.intervals.flatMap(({ high, highOpen }) => {
    if (high === null) return [];
    const beyond = releases.find(({ version }) => isBeyond(version, high, highOpen));
    if (beyond?.version != null) return [beyond.version];
    return highOpen ? [high] : [];
  });
  const clear = [...stated, ...after]
    .filter((version) => judge.affects(version) === false)
    .sort(compareVersions);
  return clear
    .filter((version, i) => i === 0 || compareVersions(clear[i - 1] ?? version, version) !== 0)
    .map(({ original }) => original);
}

function beginnings(expression: string): PerlVersion[] {
  const constraints = readRange(expression)?.constraints ?? [];
  return constraints.flatMap(({ operator, version }) =>
    operator === '>=' || operator === '==' ? [version] : [],
  );
}

function isBeyond(version: PerlVersion | null, high: PerlVersion, open: boolean): boolean {
  if (version === null || version.alpha) return false;
  const order = compareVersions(version, high);
  return order > 0 || (order === 0 && open);
}
