/** What every JSON file of the store has in common: bounds, canonical text, errors with key and path. */
import {
  BytesError,
  decodeUtf8,
  encodeUtf8,
  JsonError,
  matching,
  parseJson,
  type Shape,
  ShapeError,
} from 'cpansec/base';
import { PublishedError } from './errors.ts';

/** In bytes: the decisions on a hundred thousand rows have forty million. */
const MAX_FILE = 128 * 1024 * 1024;
const MAX_DEPTH = 40;

export const date: Shape<string> = matching(/^\d{4}-\d\d-\d\d$/, 'a date, YYYY-MM-DD');

/** Throws `shape` with the key and the place. */
export function decodeFile<T>(bytes: Uint8Array, key: string, shape: Shape<T>): T {
  try {
    if (bytes.length > MAX_FILE)
      throw new PublishedError('shape', `${bytes.length} bytes, at most ${MAX_FILE}`, { file: key });
    return shape(parseJson(decodeUtf8(bytes), { maxDepth: MAX_DEPTH }));
  } catch (cause) {
    const known = cause instanceof BytesError || cause instanceof JsonError || cause instanceof ShapeError;
    if (!known) throw cause;
    throw new PublishedError('shape', cause.problem, { ...cause.place, file: key }, { cause });
  }
}

/** The one text of a file: two spaces of indent, members as they stand, a line break at the end. */
export function encodeFile(value: unknown): Uint8Array {
  return encodeUtf8(`${JSON.stringify(value, null, 2)}\n`);
}
