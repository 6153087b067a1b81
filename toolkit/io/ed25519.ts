import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** What stands before a seed and a public key in their DER encodings (RFC 8410). */
const SEED = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC = Buffer.from('302a300506032b6570032100', 'hex');

/** Public keys that were used last: to make one takes longer than to verify with it. */
const MAX_KEYS = 256;
const keys = new Map<string, KeyObject>();

/** Ed25519 of RFC 8032 by `node:crypto`; fits what formats asks for signed notes. */
export const nodeEd25519 = {
  async publicKey(seed: Uint8Array): Promise<Uint8Array> {
    const der = createPublicKey(privateKey(seed)).export({ type: 'spki', format: 'der' });
    return new Uint8Array(der.subarray(PUBLIC.length));
  },
  async sign(seed: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
    return new Uint8Array(sign(null, message, privateKey(seed)));
  },
  async verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    return verify(null, message, keyOf(publicKey), signature);
  },
};

function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([SEED, seed]), format: 'der', type: 'pkcs8' });
}

function keyOf(publicKey: Uint8Array): KeyObject {
  const name = Buffer.from(publicKey).toString('latin1');
  const known = keys.get(name);
  // To the end, so that the one that was not used for longest stands first.
  keys.delete(name);
  const key =
    known ?? createPublicKey({ key: Buffer.concat([PUBLIC, publicKey]), format: 'der', type: 'spki' });
  if (keys.size >= MAX_KEYS) keys.delete(keys.keys().next().value ?? '');
  keys.set(name, key);
  return key;
}
