import { constants, createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { nodeEd25519 } from './ed25519.ts';

/** A key as metadata of The Update Framework has it. */
interface Key {
  readonly keytype: string;
  readonly scheme: string;
  readonly keyval: { readonly public: string };
}

type Check = (key: Key, message: Uint8Array, signature: Uint8Array) => Promise<boolean>;

/** Larger ones only cost time. */
const MAX_PEM = 4096;
const RSA_BITS = { least: 2048, most: 8192 };

/** By type and scheme; ECDSA signatures are in DER, keys but those of Ed25519 in PEM. */
const CHECKS: Readonly<Record<string, Check>> = {
  'ed25519/ed25519': ed25519,
  'ecdsa/ecdsa-sha2-nistp256': ecdsa('prime256v1', 'sha256'),
  'ecdsa/ecdsa-sha2-nistp384': ecdsa('secp384r1', 'sha384'),
  // What older repositories call the same.
  'ecdsa-sha2-nistp256/ecdsa-sha2-nistp256': ecdsa('prime256v1', 'sha256'),
  'ecdsa-sha2-nistp384/ecdsa-sha2-nistp384': ecdsa('secp384r1', 'sha384'),
  'rsa/rsassa-pss-sha256': rsaPss,
};

/** Signatures of The Update Framework by `node:crypto`; fits tuf's `TufVerifier`. False for what is not known here. */
export const nodeTufVerifier = {
  async verify(key: Key, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
    const name = `${key.keytype}/${key.scheme}`;
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
    return check === undefined ? false : check(key, message, signature);
  },
};

/** Digest in small hexadecimal digits; fits tuf's ops. */
export function nodeDigest(algorithm: 'sha256' | 'sha512', bytes: Uint8Array): string {
  return hash(algorithm, bytes, 'hex');
}

async function ed25519({ keyval }: Key, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/i.test(keyval.public)) return false;
  return nodeEd25519.verify(Buffer.from(keyval.public, 'hex'), message, signature);
}

function ecdsa(curve: string, digest: string): Check {
  return async ({ keyval }, message, signature) => {
    const key = pemKey(keyval.public);
    if (key?.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== curve) return false;
    return verify(digest, message, { key, dsaEncoding: 'der' }, signature);
  };
}

async function rsaPss({ keyval }: Key, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const key = pemKey(keyval.public);
  const bits = key?.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key?.asymmetricKeyType !== 'rsa' || bits < RSA_BITS.least || bits > RSA_BITS.most) return false;
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_AUTO: saltLength } = constants;
  return verify('sha256', message, { key, padding, saltLength }, signature);
}

/** Null for what is no public key; a private one is none. */
function pemKey(pem: string): KeyObject | null {
  if (pem.length > MAX_PEM || !pem.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) return null;
  try {
    return createPublicKey({ key: pem, format: 'pem' });
  } catch {
    return null; // whoever signs the role that names it says what it is
  }
}
