import { encodeUtf8, type Json, quoteFound } from '../base/index.ts';
import { TufError } from './errors.ts';

/**
 * What is signed: JSON without white space, keys in order, strings as they are but for `"` and `\` (OLPC's canonical
 * JSON, section 4.2 of the specification). Keys are ASCII, since orders differ beyond it; numbers are whole. Throws
 * `format` for anything else, and for half a character, which has no UTF-8.
 */
export function canonicalTuf(value: Json): Uint8Array {
  return encodeUtf8(canonicalText(value));
}

function canonicalText(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return whole(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${quotedKey(key)}:${canonicalText(value[key] ?? null)}`).join(',')}}`;
}

/** What most strings are: nothing in them is escaped. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (/\p{Surrogate}/u.test(text)) throw new TufError('format', `half a character in ${quoteFound(text)}`);
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function quotedKey(key: string): string {
  if (PLAIN.test(key)) return `"${key}"`;
  if (!/^[\x20-\x7e]*$/.test(key))
    throw new TufError('format', `a name that is not ASCII: ${quoteFound(key)}`);
  return quoted(key);
}

function whole(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TufError('format', `${value} is no whole number`);
  return String(value);
}
