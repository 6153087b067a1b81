/** Keys of the store: `docs/formats/published-store.md`. */
import { encodeUtf8, quoteFound } from 'cpansec/base';
import { PublishedError } from './errors.ts';

export const DECISIONS_KEY = 'decisions.json';
export const COVERAGE_KEY = 'coverage.json';

/** Longest part of a key, an ending included. */
const MAX_PART = 240;
const CHANGE_DIGITS = 12;

/** The name as a part of a key. Throws `name` for an empty or too long one. */
export function encodeName(name: string): string {
  const encoded = [...encodeUtf8(name)].map((byte, i) => encodedByte(byte, i === 0)).join('');
  if (encoded !== '' && encoded.length <= MAX_PART - '.json'.length) return encoded;
  throw new PublishedError('name', `no name for a key: ${quoteFound(name)}`);
}

function encodedByte(byte: number, first: boolean): string {
  const char = String.fromCharCode(byte);
  const plain = first ? /[A-Za-z0-9]/ : /[A-Za-z0-9._-]/;
  return plain.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The name that {@link encodeName} has made this of; null for what it makes of none. */
export function decodeName(part: string): string | null {
  try {
    const name = decodeURIComponent(part);
    return encodeName(name) === part ? name : null;
  } catch {
    return null;
  }
}

export function recordFolder(id: string): string {
  return `records/${encodeName(id)}/`;
}

export function revisionKey(id: string, revision: number): string {
  return `${recordFolder(id)}${revision}.json`;
}

/** Id and number of a revision; null for another key. */
export function parseRevisionKey(key: string): { id: string; revision: number } | null {
  const [, part, digits] = /^records\/([^/]+)\/([1-9]\d{0,8})\.json$/.exec(key) ?? [];
  const id = part === undefined ? null : decodeName(part);
  return id === null ? null : { id, revision: Number(digits) };
}

export function distKey(distribution: string): string {
  return `dists/${encodeName(distribution)}.json`;
}

/** The distribution; null for another key. */
export function parseDistKey(key: string): string | null {
  const part = /^dists\/([^/]+)\.json$/.exec(key)?.[1];
  return part === undefined ? null : decodeName(part);
}

/** Whether it is the key of a patch, its folder named after the distribution's first letter. */
export function isPatchKey(key: string): boolean {
  const [, letter = '', dist = ''] =
    /^patches\/([A-Z0-9_])\/([^/]+)\/[A-Za-z0-9._%-]+\/CVE-\d{4}-\d{4,}-r[1-9]\d*\.patch$/.exec(key) ?? [];
  return letter !== '' && dist.toUpperCase().startsWith(letter);
}

export function changeKey(number: number, ending: 'json' | 'done'): string {
  return `changes/${String(number).padStart(CHANGE_DIGITS, '0')}.${ending}`;
}

export function parseChangeKey(key: string): { number: number; ending: 'json' | 'done' } | null {
  const [, digits, ending] = /^changes\/(\d{12})\.(json|done)$/.exec(key) ?? [];
  const number = Number(digits);
  if (digits === undefined || number === 0) return null;
  return { number, ending: ending === 'done' ? 'done' : 'json' };
}
