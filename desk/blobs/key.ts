import { quoteFound } from 'cpansec/base';
import { MAX_BLOB } from './blobs.ts';
import { BlobError } from './errors.ts';

/** One part of a key. A file name may have 255 bytes, and what is written beside it takes a few. */
const PART = /^[A-Za-z0-9._%-]{1,240}$/;
/** An object of S3 may have 1,024 bytes of key; a prefix wants some. */
const MAX_KEY = 900;

export function isKeyPart(part: string): boolean {
  return PART.test(part) && part !== '.' && part !== '..';
}

/** The parts of the key. Throws `bad-key`. */
export function partsOf(key: string): string[] {
  const parts = key.split('/');
  if (key.length <= MAX_KEY && parts.every(isKeyPart)) return parts;
  throw new BlobError('bad-key', `no key: ${quoteFound(key)}`);
}

/** A prefix is the beginning of a key, or empty. Throws `bad-key`. */
export function checkPrefix(prefix: string): void {
  const parts = prefix.split('/');
  const last = parts.pop() ?? '';
  const whole = parts.every(isKeyPart) && prefix.length <= MAX_KEY;
  if (!whole || !/^[A-Za-z0-9._%-]{0,240}$/.test(last))
    throw new BlobError('bad-key', `no prefix of keys: ${quoteFound(prefix)}`);
}

export function checkSize(key: string, bytes: Uint8Array): void {
  if (bytes.length > MAX_BLOB)
    throw new BlobError('too-large', `${bytes.length} bytes, at most ${MAX_BLOB}`, { file: key });
}
