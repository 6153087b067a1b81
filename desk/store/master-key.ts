/** The master key, which wraps the keys of cases and persons: a file, or a service that never gives it away. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { StoreError } from './errors.ts';
import { privateText, writeNewPrivate } from './private-file.ts';
import { type ShredList, shredList } from './shred-list.ts';

/** What a key management service does for us. `about` is authenticated with the key and must be the same again. */
export interface KeyService extends ShredList {
  wrap(key: Uint8Array, about: string): Promise<Uint8Array>;
  /** Throws `key` for what another master key wrapped, `damaged` for what nobody did. */
  unwrap(wrapped: Uint8Array, about: string): Promise<Uint8Array>;
}

const NONCE = 12;
const TAG = 16;
const KEY = 32;
/** Bytes of a master key's name, which stand before what it wrapped. */
const NAME = 4;

/** AES-256-GCM: nonce, ciphertext, tag. */
export function encrypt(key: Uint8Array, plain: Uint8Array, about: string): Uint8Array {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Throws `damaged` unless the key sealed these bytes with the same `about`. */
export function decrypt(key: Uint8Array, sealed: Uint8Array, about: string): Uint8Array {
  if (sealed.length < NONCE + TAG) throw new StoreError('damaged', 'sealed bytes are cut off');
  const end = sealed.length - TAG;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG })
    .setAAD(Buffer.from(about))
    .setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE, end)), decipher.final()]);
  } catch (cause) {
    throw new StoreError('damaged', 'sealed bytes were changed, or stand in another place', {}, { cause });
  }
}

/**
 * A file that only its owner may read. A line is a master key; the first one wraps, all unwrap, so that a new one
 * is put before the old ones. The ids of destroyed keys stand beside it, in `FILE.shredded`. Throws `key`, with the
 * file and what to do.
 */
export function fileKeyService(path: string): KeyService {
  const keys = readKeys(path);
  const [first] = keys.values();
  if (first === undefined) throw new StoreError('key', 'holds no key', { file: path });
  return {
    wrap: async (key, about) => Buffer.concat([first.name, encrypt(first.bytes, key, about)]),
    unwrap: async (wrapped, about) => {
      const name = Buffer.from(wrapped.subarray(0, NAME));
      const key = keys.get(name.toString('hex'));
      if (key === undefined)
        throw new StoreError('key', `does not hold master key ${name.toString('hex')}`, { file: path });
      return decrypt(key.bytes, wrapped.subarray(NAME), about);
    },
    ...shredList(`${path}.shredded`),
  };
}

interface MasterKey {
  readonly name: Buffer;
  readonly bytes: Buffer;
}

/** Writes a new master key where none stands; one that stands there stays. */
export function makeMasterKey(path: string): void {
  const line = `${randomBytes(NAME).toString('hex')} ${randomBytes(KEY).toString('base64')}\n`;
  writeNewPrivate(
    path,
    `# Master key of a cpansec desk. Without it nothing in its database can be read.\n${line}`,
  );
}

const LINE = /^([0-9a-f]{8}) ([A-Za-z0-9+/]{43}=)$/;

function readKeys(path: string): Map<string, MasterKey> {
  const keys = new Map<string, MasterKey>();
  for (const [i, line] of privateText(path).split('\n').entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const found = LINE.exec(line);
    if (found === null) throw new StoreError('key', 'is no master key', { file: path, line: i + 1 });
    const [, name = '', key = ''] = found;
    keys.set(name, { name: Buffer.from(name, 'hex'), bytes: Buffer.from(key, 'base64') });
  }
  return keys;
}
