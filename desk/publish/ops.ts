/** What publishing asks of the published store. `desk/published` fits. */
import type { AdvisoryRecord } from 'cpansec/advisories';

export interface Revision {
  /** 1, 2, … */
  readonly revision: number;
  /** RFC 3339 UTC to the second. */
  readonly published: string;
  readonly origin: { readonly kind: 'own' } | { readonly kind: 'imported'; readonly source: string };
  readonly record: AdvisoryRecord;
}

export interface KnownRelease {
  readonly version: string;
  /** `YYYY-MM-DD`, or null. */
  readonly date: string | null;
  readonly source: string;
  readonly author?: string | undefined;
  readonly path?: string | undefined;
}

export interface KnownDistribution {
  readonly distribution: string;
  readonly mainModule: string | null;
  readonly modules: readonly string[];
  /** In version order; those that do not parse last. */
  readonly releases: readonly KnownRelease[];
}

/** What may have changed since the publisher looked last. */
export interface Changes {
  /** Number of the newest change. */
  readonly last: number;
  /** Changes up to it that are not done yet: to be looked at again. */
  readonly open: readonly number[];
  /** Instant of the newest change, RFC 3339 UTC to the second; null when there is none. */
  readonly at: string | null;
  readonly records: ReadonlySet<string>;
  readonly dists: ReadonlySet<string>;
  readonly patches: ReadonlySet<string>;
  readonly decisions: boolean;
}

export interface Coverage {
  readonly complete: boolean;
  /** Distributions that are wholly covered, where not all are. */
  readonly distributions: readonly string[];
}

/** A decision about an imported record: `docs/formats/published-store.md`, "Decisions". */
export interface KnownDecision {
  readonly source: string;
  readonly row: string;
  readonly record: string | null;
  readonly decision: string;
  readonly reason: string;
  readonly by: string;
  readonly on: string;
  readonly differences: readonly { readonly path: string; readonly ours: string; readonly theirs: string }[];
}

/** Reads a store that others may be writing. Throws where a file is not what the documentation says. */
export interface StoreReader {
  changes(after: number, open: readonly number[]): Promise<Changes>;
  /** Ids of all records. */
  ids(): Promise<string[]>;
  /** Names of all distributions that it has a file of. */
  distributions(): Promise<string[]>;
  /** Keys of all patches, `patches/…`. */
  patches(): Promise<string[]>;
  /** All revisions, oldest first; none for an id that it does not have. */
  revisions(id: string): Promise<readonly Revision[]>;
  distribution(name: string): Promise<KnownDistribution | null>;
  patch(key: string): Promise<Uint8Array | null>;
  decisions(): Promise<readonly KnownDecision[]>;
  coverage(): Promise<Coverage>;
}
