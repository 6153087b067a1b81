/** What an audit asks of an index. `openIndex` gives one over bytes, a file or records. */
import type { AdvisoryRecord, Cause } from './record.ts';

export interface AdvisoryIndex {
  readonly header: IndexHeader;
  /**
   * Everything needed to judge versions of one distribution; null when the index has no advisory for it. What is more
   * than spans and names is read when it is asked for, and may throw `index-damaged` then.
   */
  distribution(name: string): IndexedDistribution | null;
  /** The distribution that the module belongs to, among those the index knows; else null. */
  distributionOf(module: string): string | null;
  /** Whether absence from this index means that no advisory is known. */
  covers(distribution: string): boolean;
  /** Records by id or alias; several when an alias names several. Withdrawn ones included. */
  find(idOrAlias: string): AdvisoryRecord[];
  /** Every record, by id. Reads the whole index. */
  records(): Iterable<AdvisoryRecord>;
  /** Reads and checks every block. Throws `index-damaged`. */
  verify(): void;
}

export interface IndexHeader {
  readonly format: string;
  /** Grows with each publication; a lower one is older. */
  readonly serial: number;
  /** RFC 3339 UTC. */
  readonly built: string;
  readonly coverage:
    | { readonly complete: true }
    | { readonly complete: false; readonly distributions: number };
  readonly counts: {
    readonly records: number;
    readonly entries: number;
    readonly distributions: number;
    readonly modules: number;
  };
  /** What it was built from, in words. */
  readonly source: string;
}

export interface IndexedDistribution {
  readonly name: string;
  readonly mainModule: string | null;
  /** Released versions known to the index, in version order; those that do not parse are left out. */
  readonly releases: readonly string[];
  /** One per affected entry; rows of one id stay apart. Withdrawn records are not here. */
  readonly advisories: readonly IndexedAdvisory[];
}

export interface IndexedAdvisory {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** The releases were made to do harm. */
  readonly malicious?: true | undefined;
  readonly rating: 'critical' | 'high' | 'medium' | 'low' | null;
  readonly reported: string | null;
  /** Range expressions, alternatives. */
  readonly ranges: readonly string[];
  /** Range expressions, subtracted. */
  readonly fixed: readonly string[];
  /** Both as text that `affects` compares without parsing; null or absent where it has not been prepared. */
  readonly spans?: string | null;
  readonly cause: Cause;
  /** First page to read, and a patch where a reference of type `patch` is known. */
  readonly url: string | null;
  readonly patch: string | null;
}

/** Random access to an index: a file, a slice of memory. Reads are whole or throw. */
export interface IndexReader {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
}
