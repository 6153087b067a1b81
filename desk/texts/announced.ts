/** What is said in public, as plain facts. */
import type { AdvisoryRecord } from 'cpansec/advisories';

export interface Announced {
  /** As it is published: it holds nothing that nobody may read, and credits of those alone who agreed. */
  readonly record: AdvisoryRecord;
  readonly cve: string | null;
  /** The https address of the advisory. */
  readonly page: string;
  /** The first release with the fix. */
  readonly released: string | null;
  /** What an earlier publication said wrongly. */
  readonly corrects: { readonly words: string } | null;
}

/** Who speaks. */
export interface Speaker {
  readonly name: string;
  /** Of mail. */
  readonly address: string;
  /** The https address of all advisories: what a short post of several points to. */
  readonly site: string;
}

export interface Text {
  /** Null for one that bears none. */
  readonly subject: string | null;
  readonly text: string;
}
