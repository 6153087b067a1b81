/**
 * base: bytes, text, JSON, shapes and errors. Knows nothing of security or of CPAN.
 */
export { fromBase64, toBase64 } from './base64.ts';
export {
  BytesError,
  compareBytes,
  compareText,
  decodeLatin1,
  decodeUtf8,
  encodeUtf8,
  toHex,
} from './bytes.ts';
export { formatPlace, type Place, PlacedError, quoteFound } from './errors.ts';
export { canonicalJson, type Json, JsonError, type JsonOptions, parseJson } from './json.ts';
export { printable, printableJson } from './printable.ts';
export {
  type RunningSha256,
  runningSha256,
  type Sha256,
  type Sha256Into,
  sha256,
  sha256Into,
} from './sha256.ts';
export {
  anything,
  array,
  boolean,
  exact,
  type Infer,
  instant,
  matching,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  ShapeError,
  string,
  whole,
} from './shape.ts';
export { wrap } from './wrap.ts';
export { xxh32 } from './xxh32.ts';
