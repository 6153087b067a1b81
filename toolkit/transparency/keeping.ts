/** Where a log is kept while it grows. */
import type { FetchBytes } from './ops.ts';
import type { LogFile } from './read.ts';

/** Where the files of a log stand; only one writer at a time uses it. */
export interface LogStore {
  readonly read: FetchBytes;
  /**
   * Files that never change. Once it resolves they survive a power cut. What stands there already must be the same
   * bytes: throws `changed` where it is not, and nothing is replaced.
   */
  putNew(files: readonly LogFile[]): Promise<void>;
  /** Survives a power cut once it resolves; the old bytes or the new ones, whenever the process ends. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /** What can be made again: whole or not at all, but it need not survive. */
  putHint(files: readonly LogFile[]): Promise<void>;
  /** Nothing happens where nothing stands. */
  remove(paths: readonly string[]): Promise<void>;
  /** Paths that begin so; the prefix ends in a slash. */
  list(prefix: string): Promise<string[]>;
}

/**
 * The last checkpoint that was signed, apart from the store: what keeps a log from ever signing two trees. It is
 * never restored from a backup.
 */
export interface CheckpointLock {
  load(): Promise<string | null>;
  /** Puts `next` where `old` stands, durably; false, and nothing changes, where something else does. */
  swap(old: string | null, next: string): Promise<boolean>;
  /** Works while nobody can put anything where `text` stands; false, and nothing is done, where something else does. */
  hold(text: string, work: () => Promise<void>): Promise<boolean>;
}

/** A fact that the log may hold. */
export interface SeenFact {
  /** What makes two entries the same fact. */
  readonly identity: string;
  /** The name of what has one digest for ever, or a sequence of them. */
  readonly slot: string | null;
}

export interface SeenEntry extends SeenFact {
  readonly index: number;
}

/** Where a fact stands, and where the first entry of its slot does; null where nothing does. */
export interface SeenPlace {
  readonly place: number | null;
  readonly first: number | null;
}

/** What the log holds already, by content. It can be made again from the log. */
export interface Seen {
  /** How many entries of the log it knows: those from 0 on. */
  size(): number;
  /** One for each fact. */
  find(facts: readonly SeenFact[]): SeenPlace[];
  /** Whether the fact is the newest of its slot: where that stands, else null. */
  latest(fact: SeenFact): number | null;
  /** In order, from `size()` on, of which `next` is the new value. */
  add(entries: readonly SeenEntry[], next: number): void;
}
