/** What is known of distributions, as little of it as judges a version: read from the index when asked for. */
import type { AdvisoryIndex, IndexedAdvisory } from 'cpansec/advisories';
import { compareText } from 'cpansec/base';
import { Cache } from './cache.ts';

/** One entry of an advisory; `spans` null: its ranges say it. */
export type Judged = Pick<IndexedAdvisory, 'id' | 'ranges' | 'fixed' | 'spans'>;

/** Bytes: at least a hundred and fifty thousand entries. */
const KEPT = 96 * 1024 * 1024;

export class Distributions {
  readonly #index: AdvisoryIndex;
  readonly #cache = new Cache<readonly Judged[]>(KEPT, costOf);

  constructor(index: AdvisoryIndex) {
    this.#index = index;
  }

  /** The entries of a distribution, by id; none where nothing is known of it. Throws `index-damaged`. */
  entries(name: string): readonly Judged[] {
    const kept = this.#cache.get(name);
    if (kept !== undefined) return kept;
    const known = this.#index.distribution(name);
    if (known === null) return NONE;
    const entries = known.advisories.map(judged).sort((a, b) => compareText(a.id, b.id));
    this.#cache.keep(name, entries);
    return entries;
  }
}

const NONE: readonly Judged[] = [];

function judged({ id, ranges, fixed, spans }: IndexedAdvisory): Judged {
  return typeof spans === 'string'
    ? { id, ranges: [], fixed: [], spans }
    : { id, ranges, fixed, spans: null };
}

function costOf(entries: readonly Judged[]): number {
  let sum = 0;
  for (const { id, ranges, fixed, spans } of entries) {
    sum += 200 + id.length + (spans ?? '').length;
    for (const text of [...ranges, ...fixed]) sum += 30 + text.length;
  }
  return sum;
}
