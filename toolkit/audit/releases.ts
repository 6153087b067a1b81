/** Versions to move to: releases that the index knows, else those that advisories name as fixed. */
import type { IndexedAdvisory, IndexedDistribution } from '../advisories/index.ts';
import { affects, readRange } from '../advisories/index.ts';
import { compareVersions, type PerlVersion } from '../cpan/index.ts';
import { readVersion } from './judge.ts';

/** A version to move to. */
export interface Candidate {
  readonly version: PerlVersion;
  readonly isTrial: boolean;
  /** Whether the entry affects it; worked out once for each entry that is asked about. */
  readonly affectedBy: Map<IndexedAdvisory, boolean>;
}

/** Those of one distribution. Versions are parsed when they are looked at: some distributions have hundreds. */
export class Releases {
  readonly known: IndexedDistribution;
  /** By position in `known.releases`, which is in version order. */
  readonly #released: (Candidate | null)[] = [];
  #named: readonly Candidate[] | null = null;
  /** Where the releases above the last version asked about begin. */
  #above: { readonly present: PerlVersion | null; readonly at: number } | null = null;
  #newest: PerlVersion | null | undefined;

  constructor(known: IndexedDistribution) {
    this.known = known;
  }

  /** The highest release that is no trial; null when none is known. */
  get newest(): PerlVersion | null {
    if (this.#newest !== undefined) return this.#newest;
    let at = this.known.releases.length - 1;
    while (at >= 0 && this.#release(at)?.isTrial !== false) at--;
    this.#newest = at < 0 ? null : (this.#release(at)?.version ?? null);
    return this.#newest;
  }

  /**
   * The first version above `present` that `ends` accepts: a release, no trial unless `present` is one, else
   * one that a `fixed` range names. A lower bound of a fixed range is where a branch was repaired, so the first
   * suitable one is the repair of the branch that `present` is on.
   */
  lowest(present: PerlVersion | null, ends: (candidate: Candidate) => boolean): PerlVersion | null {
    const trials = present !== null && isTrial(this.known.name, present);
    if (this.#above?.present !== present) this.#above = { present, at: this.#firstAbove(present) };
    for (let { at } = this.#above; at < this.known.releases.length; at++) {
      const release = this.#release(at);
      if (release !== null && (trials || !release.isTrial) && ends(release)) return release.version;
    }
    const named = this.#namedFixed().find((one) => isAbove(one.version, present) && ends(one));
    return named?.version ?? null;
  }

  /** By halves of the newest two, four, eight …: most of what is in use is not old. */
  #firstAbove(present: PerlVersion | null): number {
    let high = this.known.releases.length;
    let low = high;
    for (let step = 2; low > 0 && this.#isAbove(low - 1, present); step *= 2) {
      high = low - 1;
      low = Math.max(0, high - step + 1);
    }
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#isAbove(middle, present)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #isAbove(at: number, present: PerlVersion | null): boolean {
    const release = this.#release(at);
    return release !== null && isAbove(release.version, present);
  }

  #release(at: number): Candidate | null {
    const known = this.#released[at];
    if (known !== undefined) return known;
    const version = readVersion(this.known.releases[at] ?? '');
    const release = version === null ? null : candidate(version, isTrial(this.known.name, version));
    this.#released[at] = release;
    return release;
  }

  /** Versions that `fixed` ranges begin with, in version order. */
  #namedFixed(): readonly Candidate[] {
    this.#named ??= this.known.advisories
      .flatMap(({ fixed }) => fixed.flatMap(lowerBounds))
      .sort(compareVersions)
      .map((version) => candidate(version, false));
    return this.#named;
  }
}

function candidate(version: PerlVersion, trial: boolean): Candidate {
  return { version, isTrial: trial, affectedBy: new Map() };
}

/** Whether none of the entries affects the candidate, as far as that can be told. */
export function isClear({ version, affectedBy }: Candidate, rows: readonly IndexedAdvisory[]): boolean {
  for (const row of rows) {
    let affected = affectedBy.get(row);
    if (affected === undefined) {
      affected = affects(row, version) !== false;
      affectedBy.set(row, affected);
    }
    if (affected) return false;
  }
  return true;
}

/** Underscores mark trials; of perl, an odd second number does (perlpolicy) since 5.7. */
function isTrial(name: string, { alpha, parts }: PerlVersion): boolean {
  const [revision = 0, minor = 0] = parts;
  return alpha || (name === 'perl' && revision === 5 && minor >= 7 && minor % 2 === 1);
}

function isAbove(version: PerlVersion, present: PerlVersion | null): boolean {
  return present === null || compareVersions(version, present) > 0;
}

/** The versions that the expression says are fixed and nothing below is: of `>=1.2,<2` it is 1.2. */
function lowerBounds(expression: string): PerlVersion[] {
  const constraints = readRange(expression)?.constraints ?? [];
  return constraints.flatMap(({ operator, version }) =>
    operator === '>=' || operator === '==' ? [version] : [],
  );
}
