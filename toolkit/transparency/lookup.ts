/**
 * Lookups: which entries are of a path, a digest, an advisory or an author. A subject stands in the file that the
 * first three hexadecimal digits of its SHA-256 name, beside the indexes of its newest entries. Mirrors choose paths,
 * and so which file grows: one that was split is empty, and what it held stands in those of one digit more. A lookup is
 * a hint of the log, signed by nobody: an entry that it names counts when it is proved to be in the tree.
 */
import {
  BytesError,
  canonicalJson,
  decodeUtf8,
  encodeUtf8,
  JsonError,
  parseJson,
  record,
  type Sha256Into,
  ShapeError,
  toHex,
} from '../base/index.ts';
import { TransparencyError } from './errors.ts';

/** Indexes by subject: ascending, at most {@link MAX_LOOKUP} of each. */
export type Lookup = ReadonlyMap<string, readonly number[]>;

/** Indexes that a subject has at most: its newest. */
export const MAX_LOOKUP = 100;
/** Bytes of the longest lookup that is read. */
export const MAX_LOOKUP_BYTES: number = 8 * 1024 * 1024;

/** Digits in the name of a lookup that was never split. */
export const LOOKUP_DIGITS = 3;
/** So many that nobody finds names enough for a file to be split again. */
export const MAX_LOOKUP_DIGITS = 16;

/** Where the entries of a subject (`path:…`, `sha256:…`) are named, below the top of a log. */
export function lookupPath(subject: string, hash: Sha256Into, digits: number = LOOKUP_DIGITS): string {
  const digest = new Uint8Array(32);
  hash(digest, 0, encodeUtf8(subject));
  return `lookup/${toHex(digest).slice(0, digits)}.json`;
}

/** The lookup that is to name the entries of a subject, null for none, by `read` as its path has it. */
export async function lookupOf(
  subject: string,
  hash: Sha256Into,
  read: (path: string) => Promise<Lookup | null>,
): Promise<{ readonly path: string; readonly lookup: Lookup | null }> {
  for (let digits = LOOKUP_DIGITS; ; digits++) {
    const path = lookupPath(subject, hash, digits);
    const lookup = await read(path);
    if (lookup?.size !== 0 || digits === MAX_LOOKUP_DIGITS) return { path, lookup };
  }
}

/** Canonical JSON: the same lookup gives the same bytes. */
export function encodeLookup(lookup: Lookup): Uint8Array {
  return encodeUtf8(canonicalJson(Object.fromEntries(lookup)));
}

/** Throws `lookup`; `file` is named in errors. */
export function decodeLookup(bytes: Uint8Array, file: string): Lookup {
  try {
    const text = decodeUtf8(bytes);
    const members = record(indexes)(parseJson(text, { maxDepth: 2, maxLength: MAX_LOOKUP_BYTES }));
    return new Map(Object.entries(members));
  } catch (cause) {
    if (!(cause instanceof JsonError || cause instanceof ShapeError || cause instanceof BytesError))
      throw cause;
    throw new TransparencyError('lookup', `is no lookup: ${cause.message}`, { file }, { cause });
  }
}

function indexes(value: unknown, path = ''): number[] {
  const found: unknown[] = Array.isArray(value) ? value : [];
  const numbers = found.filter(
    (item): item is number => typeof item === 'number' && Number.isSafeInteger(item),
  );
  const grows = numbers.every((index, i) => index > (numbers[i - 1] ?? -1));
  if (grows && numbers.length === found.length && numbers.length > 0 && numbers.length <= MAX_LOOKUP)
    return numbers;
  throw new ShapeError(path, `1 to ${MAX_LOOKUP} indexes that grow`, value);
}
