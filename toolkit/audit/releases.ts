/** Versions to move to: releases that the index knows, else those that advisories name as fixed. */
import type { IndexedAdvisory, IndexedDistribution } from '../advisories/index.ts';
import { readRange } from '../advisories/index.ts';
import { compareVersions, type PerlVersion } from '../cpan/index.ts';
import { readVersion } from './judge.ts';

export class Releases {
  readonly #name: string;
  /** In version order. */
  readonly #all: readonly PerlVersion[];
  readonly #rows: readonly IndexedAdvisory[];

  constructor({ name, releases, advisories }: IndexedDistribution) {
    this.#name = name;
    this.#all = releases.flatMap((text) => readVersion(text) ?? []);
    this.#rows = advisories;
  }

  /** The highest release that is no trial; null when none is known. */
  newest(): PerlVersion | null {
    return this.#all.findLast((version) => this.#isStable(version)) ?? null;
  }

  /**
   * Above `present`, lowest first: releases, no trials unless `present` is one, then versions that `fixed`
   * ranges name. A lower bound of a fixed range is where a branch was repaired, so the first suitable one is
   * the repair of the branch that `present` is on.
   */
  *above(present: PerlVersion | null): Iterable<PerlVersion> {
    const trials = present !== null && !this.#isStable(present);
    for (const version of this.#all) {
      if (isAbove(version, present) && (trials || this.#isStable(version))) yield version;
    }
    const named = this.#rows.flatMap(({ fixed }) => fixed.flatMap(lowerBounds));
    yield* named.filter((version) => isAbove(version, present)).sort(compareVersions);
  }

  /** Underscores mark trials; of perl, an odd second number does (perlpolicy) since 5.7. */
  #isStable({ alpha, parts }: PerlVersion): boolean {
    const [revision = 0, minor = 0] = parts;
    const oddPerl = this.#name === 'perl' && revision === 5 && minor >= 7 && minor % 2 === 1;
    return !alpha && !oddPerl;
  }
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
