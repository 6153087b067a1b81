import type { Ed25519 } from '../formats/index.ts';

/** Bytes at a path below the top of a log, at most `limit` of them; null where nothing stands. */
export type FetchBytes = (path: string, limit: number) => Promise<Uint8Array | null>;

/** What gzip packed, at most `limit` bytes of it; throws for what is more or no gzip. */
export type Gunzip = (bytes: Uint8Array, limit: number) => Uint8Array | Promise<Uint8Array>;

/** Of one algorithm; never throws for what is no key or no signature. */
type Verify = Ed25519['verify'];

/** What checks signatures: of Ed25519 always, of ML-DSA-44 (FIPS 204, no context) where there is something. */
export interface SignatureOps {
  readonly verify: Verify;
  /** Without it, signatures of ML-DSA-44 are those of unknown keys. */
  readonly mlDsa44?: { readonly verify: Verify };
}
