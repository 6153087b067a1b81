import { gpgSigner } from './gpg.ts';
import { keyFileSigner } from './key-file.ts';
import type { Signer } from './signer.ts';

/** Where a key is: in a file, or with gpg's agent under its fingerprint. */
export type Key = { readonly file: string } | { readonly gpg: string };

/** Throws as {@link keyFileSigner} and {@link gpgSigner} do. */
export function openSigner(key: Key): Promise<Signer> {
  return 'file' in key ? keyFileSigner(key.file) : gpgSigner(key.gpg);
}
