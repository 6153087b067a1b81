/** Keys of The Update Framework for tests, made once for a process, and what signs with them. */
import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { nodeSha256 } from '../toolkit/io/index.ts';
import { keyidOf, type TufKey, type TufSigner } from '../toolkit/tuf/index.ts';

export type KeyKind = 'ed25519' | 'ecdsa' | 'ecdsa-p384' | 'rsa';

/** A signer of a new key; `name` gives the same one again. */
export function givenSigner(name: string, kind: KeyKind = 'ed25519'): TufSigner {
  const known = made.get(`${kind} ${name}`);
  if (known !== undefined) return known;
  const signer = newSigner(kind);
  made.set(`${kind} ${name}`, signer);
  return signer;
}

const made = new Map<string, TufSigner>();

function newSigner(kind: KeyKind): TufSigner {
  switch (kind) {
    case 'ed25519': {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
      const key = withId('ed25519', 'ed25519', raw);
      return { key, sign: async (message) => new Uint8Array(sign(null, message, privateKey)) };
    }
    case 'ecdsa':
      return ecSigner('prime256v1', 'ecdsa-sha2-nistp256', 'sha256');
    case 'ecdsa-p384':
      return ecSigner('secp384r1', 'ecdsa-sha2-nistp384', 'sha384');
    case 'rsa': {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const options = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
      const key = withId('rsa', 'rsassa-pss-sha256', pem(publicKey));
      return { key, sign: async (message) => new Uint8Array(sign('sha256', message, options)) };
    }
  }
}

function ecSigner(namedCurve: string, scheme: string, digest: string): TufSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  const key = withId('ecdsa', scheme, pem(publicKey));
  return { key, sign: async (message) => new Uint8Array(sign(digest, message, privateKey)) };
}

function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

export function withId(keytype: string, scheme: string, text: string): TufKey {
  const key = { keytype, scheme, keyval: { public: text } };
  return { keyid: keyidOf(key, nodeSha256), ...key };
}
