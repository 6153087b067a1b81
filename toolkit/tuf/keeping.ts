/** Where the files of a repository stand, and what signs them while nobody looks. */
import type { TufSigner } from './keys.ts';

export interface TufFile {
  /** Below the top of the repository. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Only one writer at a time uses it; a log's store is one. */
export interface TufStore {
  /** At most `limit` bytes; null where nothing stands. */
  read(path: string, limit: number): Promise<Uint8Array | null>;
  /** Files that never change; once it resolves they survive a power cut. Throws where other bytes stand. */
  putNew(files: readonly TufFile[]): Promise<void>;
  /** Survives a power cut once it resolves; the old bytes or the new ones, whenever the process ends. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /** Nothing happens where nothing stands. */
  remove(paths: readonly string[]): Promise<void>;
  /** Paths that begin so: all of them with an empty prefix. */
  list(prefix: string): Promise<string[]>;
}

/** Roles whose keys sign on line, each with its own; `bins` signs all bins. */
export type OnlineRole =
  | 'timestamp'
  | 'snapshot'
  | 'pause-index'
  | 'advisories'
  | 'recently-claimed'
  | 'bins';

/** All that stand there sign: during a rotation the old key and the new one. */
export type OnlineSigners = Readonly<Record<OnlineRole, readonly TufSigner[]>>;
