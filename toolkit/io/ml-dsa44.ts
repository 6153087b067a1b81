import { createPublicKey, type KeyObject, verify } from 'node:crypto';

/** What stands before a public key in its DER encoding (RFC 9881). */
const PUBLIC = Buffer.from('30820532300b06096086480165030403110382052100', 'hex');
const KEY = 1312;
const SIGNATURE = 2420;

/**
 * ML-DSA-44 of FIPS 204 without a context, by `node:crypto`; null where this Node has none (before 24.6). Public
 * keys have 1,312 bytes, signatures 2,420.
 */
export function nodeMlDsa44(): {
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
} | null {
  if (!isKnown()) return null;
  return {
    async verify(publicKey, message, signature) {
      if (publicKey.length !== KEY || signature.length !== SIGNATURE) return false;
      return verify(null, message, keyOf(publicKey), signature);
    },
  };
}

/** Any bytes are a key, so that only a Node without the algorithm refuses these. */
function isKnown(): boolean {
  try {
    keyOf(new Uint8Array(KEY));
    return true;
  } catch {
    return false;
  }
}

function keyOf(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([PUBLIC, publicKey]), format: 'der', type: 'spki' });
}
