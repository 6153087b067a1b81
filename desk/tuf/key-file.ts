/** A key in a file of its owner's alone: PKCS #8 in PEM without a passphrase, as `openssl genpkey` writes it. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { IoError, readPrivate, writePrivate } from 'cpansec/io';
import type { TufSigner } from 'cpansec/tuf';
import { TufKeepingError } from './errors.ts';
import { tufKeyOf } from './public-key.ts';

const MAX_KEY = 16 * 1024;

/** Ed25519, or ECDSA over P-256 or P-384. Throws `key`. */
export function keyFileSigner(path: string): TufSigner {
  const secret = readSecret(path);
  const key = tufKeyOf(createPublicKey(secret), path);
  const digest = DIGESTS[key.scheme] ?? null;
  return { key, sign: async (message) => new Uint8Array(sign(digest, message, secret)) };
}

/** Ed25519 has its own. */
const DIGESTS: Readonly<Record<string, string>> = {
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
};

/** Makes a key of Ed25519 in a new file. Throws `key` where one stands. */
export function makeKeyFile(path: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  attempt(path, () => writePrivate(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()));
}

function readSecret(path: string): KeyObject {
  const text = attempt(path, () => readPrivate(path, MAX_KEY));
  try {
    return createPrivateKey(text);
  } catch {
    // What the library says may quote the file.
    throw new TufKeepingError('key', 'holds no private key in PEM', { file: path });
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof IoError)) throw cause;
    throw new TufKeepingError('key', cause.problem, { file: path }, { cause });
  }
}
