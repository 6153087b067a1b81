/**
 * The head of a public tree, `index/head.json`: which index is the present one. `docs/formats/index-head.md` is
 * its documentation.
 */
import {
  decodeUtf8,
  matching,
  number,
  object,
  oneOf,
  parseJson,
  type Shape,
  ShapeError,
} from '../base/index.ts';

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

function whole(least: number, most: number): Shape<number> {
  return (value, path = '') => {
    const found = number(value, path);
    if (Number.isInteger(found) && found >= least && found <= most) return found;
    throw new ShapeError(path, `a whole number from ${least} to ${most}`, value);
  };
}

const instantPattern: Shape<string> = matching(
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  'an instant in UTC, YYYY-MM-DDThh:mm:ssZ',
);

const instant: Shape<string> = (value, path = '') => {
  const text = instantPattern(value, path);
  if (Number.isNaN(Date.parse(text))) throw new ShapeError(path, 'an instant that exists', value);
  return text;
};

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
  serial: whole(0, Number.MAX_SAFE_INTEGER),
  built: instant,
  path: below,
  size: whole(1, MAX_INDEX_SIZE),
  sha256: matching(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 small hexadecimal digits'),
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
