/**
 * The head of a public tree, `index/head.json`: which index is the present one. `docs/formats/index-head.md` is
 * its documentation.
 */
import {
  decodeUtf8,
  instant,
  matching,
  object,
  oneOf,
  parseJson,
  type Shape,
  ShapeError,
  whole,
} from '../base/index.ts';
import { digest } from './manifest.ts';

export const HEAD_FORMAT = 'cpansec-head/1';
/** Where it stands below the top of a tree. */
export const HEAD_PATH = 'index/head.json';

export interface IndexHead {
  format: typeof HEAD_FORMAT;
  /** That of the index; grows with each publication. */
  serial: number;
  /** That of the index, RFC 3339 UTC to the second. */
  built: string;
  /** Of the index, from the top of the tree. */
  path: string;
  /** Of the index, in bytes. */
  size: number;
  /** Of the index, in small hexadecimal digits. */
  sha256: string;
}

/** Longest head, in bytes. */
export const MAX_HEAD_LENGTH = 16_384;
/** Largest index that is fetched, in bytes. */
const MAX_INDEX_SIZE = 1024 ** 3;
const MAX_DEPTH = 8;

/** Parts of letters, digits, `.`, `_`, `-` that begin with a letter or digit: no way up, no other address. */
const pathPattern: Shape<string> = matching(
  /^[A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9][\w.-]*)*$/,
  'a path below the tree',
);

const below: Shape<string> = (value, path = '') => {
  if (typeof value === 'string' && value.length > 200)
    throw new ShapeError(path, 'a path of at most 200 characters', value);
  return pathPattern(value, path);
};

const headShape: Shape<IndexHead> = object({
  format: oneOf(HEAD_FORMAT),
  serial: whole(),
  built: instant,
  path: below,
  size: whole(1, MAX_INDEX_SIZE),
  sha256: digest,
});

/** Members that it does not know are passed over. Throws base's `BytesError`, `JsonError`, `ShapeError`. */
export function decodeIndexHead(bytes: Uint8Array): IndexHead {
  const { format, serial, built, path, size, sha256 } = headShape(
    parseJson(decodeUtf8(bytes), { maxLength: MAX_HEAD_LENGTH, maxDepth: MAX_DEPTH }),
  );
  return { format, serial, built, path, size, sha256 };
}

/** The one text of a head: two spaces of indent, members in the order of the type, a line break at the end. */
export function encodeIndexHead({ format, serial, built, path, size, sha256 }: IndexHead): string {
  return `${JSON.stringify({ format, serial, built, path, size, sha256 }, null, 2)}\n`;
}
