import type { KeyObject } from 'node:crypto';
import { nodeSha256 } from 'cpansec/io';
import { keyidOf, type TufKey } from 'cpansec/tuf';
import { TufKeepingError } from './errors.ts';

const SCHEMES: Readonly<Record<string, string>> = {
  prime256v1: 'ecdsa-sha2-nistp256',
  secp384r1: 'ecdsa-sha2-nistp384',
};

/** A public key as metadata has it. Throws `key`, naming where it came from, for one that signs no metadata. */
export function tufKeyOf(key: KeyObject, place: string): TufKey {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519') {
    const raw = key.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
    return withId({ keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } });
  }
  const scheme = SCHEMES[details?.namedCurve ?? ''];
  if (type !== 'ec' || scheme === undefined)
    throw new TufKeepingError(
      'key',
      `a key of ${type ?? 'no type'}; Ed25519, P-256 and P-384 sign metadata`,
      {
        file: place,
      },
    );
  const pem = key.export({ type: 'spki', format: 'pem' }).toString();
  return withId({ keytype: 'ecdsa', scheme, keyval: { public: pem } });
}

function withId(key: Omit<TufKey, 'keyid'>): TufKey {
  return { keyid: keyidOf(key, nodeSha256), ...key };
}
