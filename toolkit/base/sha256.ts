import { sha256 as portable } from '@noble/hashes/sha2.js';

/** SHA-256 of the bytes: 32 bytes. `io` supplies the one of `node:crypto`; this one runs anywhere. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export const sha256: Sha256 = (bytes) => portable(bytes);
