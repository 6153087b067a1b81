/** What came of moving in: counts, and everything that had no place, by file and reason. */

/** Something that had no place, or only a part of one. */
export interface Left {
  /** As its user named it. */
  readonly file: string;
  /** Where in it: `#12`, `line 3`; empty for the file. */
  readonly at: string;
  readonly reason: string;
}

export const COUNTED = [
  'cases',
  'comments',
  'here',
  'closed',
  'skipped',
  'data',
  'reserved',
  'pooled',
  'contacts',
  'signatories',
] as const;
export type Counted = (typeof COUNTED)[number];

export interface MovedIn {
  readonly counts: Readonly<Record<Counted, number>>;
  readonly left: readonly Left[];
}

/** What is written down on the way. */
export class Tally {
  readonly #counts: Record<Counted, number> = {
    cases: 0,
    comments: 0,
    here: 0,
    closed: 0,
    skipped: 0,
    data: 0,
    reserved: 0,
    pooled: 0,
    contacts: 0,
    signatories: 0,
  };
  readonly #left: Left[] = [];

  count(what: Counted, by = 1): void {
    this.#counts[what] += by;
  }

  leave(file: string, at: string, reason: string): void {
    this.#left.push({ file, at, reason });
  }

  report(): MovedIn {
    return { counts: { ...this.#counts }, left: [...this.#left] };
  }
}
