import { sha256 as portable } from '@noble/hashes/sha2.js';

/** SHA-256 of the bytes: 32 bytes. `io` supplies the one of `node:crypto`; this one runs anywhere. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export const sha256: Sha256 = (bytes) => portable(bytes);

/** SHA-256 of the bytes, written to `out` at `at`. For trees of many hashes: nothing is allocated where `io` does it. */
export type Sha256Into = (out: Uint8Array, at: number, bytes: Uint8Array) => void;

export const sha256Into: Sha256Into = (out, at, bytes) => out.set(portable(bytes), at);

/** SHA-256 of bytes that come in pieces. */
export interface RunningSha256 {
  update(bytes: Uint8Array): unknown;
  /** 32 bytes; once. */
  digest(): Uint8Array;
}

export const runningSha256 = (): RunningSha256 => portable.create();
