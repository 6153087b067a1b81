import type { TufVerifier } from './keys.ts';

/**
 * Bytes at a path below the top of a mirror, at most `limit` of them; null where nothing stands. Throws a
 * `PlacedError` with the code `too-large` for more, `timeout` for what comes too slowly, any other for what else is
 * wrong there.
 */
export type FetchBytes = (path: string, limit: number) => Promise<Uint8Array | null>;

/** Metadata that is trusted, kept by role. Others may keep theirs at the same place at the same time. */
export interface TufCache {
  /** Null where nothing is kept. */
  load(role: string): Promise<Uint8Array | null>;
  /**
   * Keeps the bytes, all of them or what was there before. With `seen`, only where what is kept is still that, or
   * the new bytes already; false where it is not.
   */
  store(role: string, bytes: Uint8Array, seen?: Uint8Array | null): Promise<boolean>;
  remove(role: string): Promise<void>;
  /** When all was last found to be the newest, RFC 3339; null for never. */
  refreshed(): Promise<string | null>;
  noteRefreshed(instant: string): Promise<void>;
}

export type HashAlgorithm = 'sha256' | 'sha512';

/** In small hexadecimal digits. */
export type Digest = (algorithm: HashAlgorithm, bytes: Uint8Array) => string;

/** The effects of a client. */
export interface TufOps {
  readonly cache: TufCache;
  readonly verifier: TufVerifier;
  readonly digest: Digest;
  readonly now: () => Date;
}
