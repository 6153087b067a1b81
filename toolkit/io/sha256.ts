import { hash } from 'node:crypto';

/** SHA-256 of the bytes: 32 bytes. Fits base's `Sha256`; several times as fast as the portable one. */
export function nodeSha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(hash('sha256', bytes, 'buffer'));
}
