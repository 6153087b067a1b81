/**
 * signing: OpenPGP signatures for what is published: detached ones beside CSAF documents, a cleartext one around
 * `security.txt`. One interface, two ways to hold the key: a file that this process reads, or a gpg whose agent
 * keeps it.
 *
 * The same bytes and instant give the same signature, so that publishing twice changes nothing.
 *
 * @example
 *   const signer = await keyFileSigner('publisher.key');
 *   await signer.detached(bytes, '2026-11-22T06:00:00Z'); // '-----BEGIN PGP SIGNATURE-----…'
 */
export { SigningError, type SigningErrorCode } from './errors.ts';
export { gpgSigner } from './gpg.ts';
export { type Key, openSigner } from './key.ts';
export { generateKey, keyFileSigner } from './key-file.ts';
export type { Signer } from './signer.ts';
