import { hash } from 'node:crypto';

/** SHA-256 of the bytes: 32 bytes. Fits base's `Sha256`; several times as fast as the portable one. */
export function nodeSha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(hash('sha256', bytes, 'buffer'));
}

/** The same, written to `out` at `at`; fits base's `Sha256Into`. Text spares the allocation that bytes would cost. */
export function nodeSha256Into(out: Uint8Array, at: number, bytes: Uint8Array): void {
  const digest = hash('sha256', bytes, 'binary');
  for (let i = 0; i < 32; i++) out[at + i] = digest.charCodeAt(i);
}
