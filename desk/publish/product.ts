/** What a product is: something that is made of the store and stands in the tree. */
import type { CveRecord, OpenVex } from 'cpansec/formats';
import type { Signer } from '../signing/index.ts';
import type { AdvisoryLine, AdvisoryPage, DistributionPage, SearchDocument, Site } from '../site/index.ts';
import type { PublishConfig } from './config.ts';
import type { Advisory } from './facts.ts';
import type { Known } from './known.ts';
import type { Coverage, StoreReader } from './ops.ts';

/** A file of the tree. */
export interface TreeEntry {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What stays of one subject for files that hold all of them. */
export interface Member {
  readonly collection: string;
  /** Members stand in the order of their keys. */
  readonly key: string;
  readonly bytes: Uint8Array;
}

export interface Made {
  readonly files: readonly TreeEntry[];
  readonly members?: readonly Member[];
  /** The shards of the search index in which the subject stands; what it says is read when one is made. */
  readonly searched?: Searched;
}

export interface Searched {
  /** `a ` and the id of an advisory, or `d ` and the name of a distribution. */
  readonly key: string;
  readonly shards: readonly number[];
}

export interface Context {
  readonly config: PublishConfig;
  readonly known: Known;
  readonly store: StoreReader;
  readonly signer: Signer | null;
  /** Files that pages load, by path. */
  readonly assets: ReadonlyMap<string, Uint8Array>;
  /** What is the same on pages; `built` is when what the page is made of last changed. */
  site(built: string | null): Site;
  /** Whether absence of advisories means that none is known of the distribution. */
  covered(distribution: string): boolean;
  readonly coverage: Coverage;
  /** How many shards the search index has. */
  readonly searchShards: number;
  /** Instant of the newest change in the store. */
  readonly built: string;
  /** The number of this publication. */
  readonly serial: number;
}

/** One advisory; what is made of it is made when a product first asks for it. */
export interface AdvisorySubject extends Advisory {
  readonly line: AdvisoryLine;
  /** CVE records, one for each CVE id; none where no CNA is configured. */
  readonly cve: readonly CveRecord[];
  /** Null where it would say nothing. */
  readonly openVex: OpenVex | null;
  readonly page: AdvisoryPage;
}

export interface DistributionSubject {
  readonly page: DistributionPage;
  /** When an advisory that names it last changed; null without one. */
  readonly modified: string | null;
}

export interface NameSubject {
  readonly name: string;
  readonly lines: readonly AdvisoryLine[];
}

export interface YearSubject {
  readonly year: string;
  /** Newest first. */
  readonly lines: readonly AdvisoryLine[];
}

export interface LetterSubject {
  readonly letter: string;
  /** In code unit order, each with the number of its advisories. */
  readonly distributions: readonly (readonly [name: string, advisories: number])[];
}

export interface AuthorSubject {
  readonly author: string;
  readonly distributions: readonly string[];
  /** Of those distributions, newest first. */
  readonly lines: readonly AdvisoryLine[];
}

/** One shard of the search index. */
export interface ShardSubject {
  readonly number: number;
  readonly documents: readonly SearchDocument[];
}

export interface Subjects {
  advisory: AdvisorySubject;
  distribution: DistributionSubject;
  /** An alias, or an id that stands at the top of the tree. */
  name: NameSubject;
  year: YearSubject;
  letter: LetterSubject;
  author: AuthorSubject;
  shard: ShardSubject;
}

export type Kind = keyof Subjects;

/** Made anew when something of one subject changed. */
export interface Product<K extends Kind> {
  readonly name: string;
  make(subject: Subjects[K], context: Context): Made | Promise<Made>;
}

/** What a whole-set product is made of; `built` is the instant of the newest change, whatever it was of. */
export type Part = 'records' | 'distributions' | 'decisions' | 'patches' | 'built';

/** Made anew when any of its parts changed. */
export interface WholeProduct {
  readonly name: string;
  readonly reads: readonly Part[];
  /** Reads what all others have made. */
  readonly after?: true;
  make(context: Context): Made | Promise<Made>;
}
