/**
 * Bytes by key. A key is parts of letters, digits, `.`, `_`, `%` and `-`, joined by `/`; no part is `.` or `..`, none
 * is longer than 240, and the whole no longer than 900. No key is the beginning of another that goes on with `/`.
 */

export interface Blob {
  readonly bytes: Uint8Array;
  /** Changes when the bytes do; for `put` with `only`. Opaque: what it is depends on the store. */
  readonly etag: string;
}

export interface BlobEntry {
  readonly key: string;
  readonly size: number;
}

export interface PutOptions {
  /**
   * `absent`: only where nothing stands; an etag: only over what has it. On a directory an etag holds against other
   * puts with an etag: what is written by condition is always written so.
   */
  readonly only?: 'absent' | { readonly etag: string };
  /** For stores that serve: default by the ending of the key. */
  readonly mediaType?: string;
  /**
   * The SHA-256 of the bytes, in small hexadecimal digits, where the key ends in it: whoever reads such a blob checks
   * it, so it may be written in its place. What a killed writer left of it is replaced.
   */
  readonly sha256?: string;
  /** Whether the bytes must survive a power cut once this resolves. Default true. */
  readonly durable?: boolean;
}

/**
 * A directory or a bucket. Whatever is put is there whole or not at all, whenever the process ends. Errors are
 * `BlobError`s that name the key.
 */
export interface BlobStore {
  /** Null where nothing stands. */
  get(key: string): Promise<Blob | null>;
  /** The new etag, or null when `only` did not hold and nothing was written. */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<string | null>;
  /** The same bytes under another key, replacing what stands there; a link where the store has links. */
  copy(from: string, to: string): Promise<void>;
  /** Nothing happens where nothing stands. */
  delete(key: string): Promise<void>;
  /** Resolves when everything that was put and copied survives a power cut. */
  flush(): Promise<void>;
  /** Keys that begin with the prefix, in code unit order, from the first above `after`. */
  list(prefix: string, after?: string): AsyncIterable<BlobEntry>;
}

/** The largest blob, in bytes. */
export const MAX_BLOB: number = 1024 * 1024 * 1024;
