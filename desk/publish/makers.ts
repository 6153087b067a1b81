/** What makes products and puts objects and paths of the tree: this thread, or several. */
import type { PublishConfig } from './config.ts';
import type { Coverage } from './ops.ts';
import type { Member, Searched } from './product.ts';
import type { Task } from './work.ts';

/** What makers are given of a publication; plain data. */
export interface Given {
  readonly config: PublishConfig;
  /** Files that pages load, by path. */
  readonly assets: ReadonlyMap<string, Uint8Array>;
  readonly coverage: Coverage;
  readonly searchShards: number;
  /** Instant of the newest change in the store. */
  readonly built: string;
  /** The number of this publication. */
  readonly serial: number;
}

export interface MadeFile {
  readonly path: string;
  /** Of the manifest. */
  readonly shard: number;
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** What was made of a task: its objects are put. */
export interface Result {
  readonly task: Task;
  readonly files: readonly MadeFile[];
  readonly members: readonly Member[];
  readonly searched: Searched | null;
}

/** A path that is to hold an object, or nothing. */
export interface Placing {
  readonly path: string;
  readonly sha256: string | null;
}

/** A shard of the manifest: its object is put. */
export interface ListedShard {
  readonly number: number;
  readonly sha256: string;
  /** How many it lists. */
  readonly files: number;
}

/** They read the state as it is when they are asked. After a failure the publication is at its end. */
export interface Makers {
  /** How many of them there are. */
  readonly count: number;
  /** Results of the first of the tasks, at least one, as many as are good to hold at once. */
  make(tasks: readonly Task[]): Promise<readonly Result[]>;
  place(files: readonly Placing[]): Promise<void>;
  list(shards: readonly number[]): Promise<readonly ListedShard[]>;
  /** They read no more. */
  end(): Promise<void>;
}

/** Makers in threads, kept by whoever publishes over several publications of the same store and tree. */
export interface MakerPool {
  /** How many tasks must be left that the threads are worth it. */
  readonly worth: number;
  /** They are ready for one publication: with this state, and to sign with the key of the fingerprint. */
  begin(given: Given, on: { readonly state: string; readonly fingerprint: string | null }): Promise<Makers>;
  /** Ends the threads. What is asked of them and not done yet fails. */
  close(): Promise<void>;
}
