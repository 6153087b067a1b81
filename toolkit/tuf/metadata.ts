/** The envelope of a role: what it says, and who has signed that (section 4.1 of the specification). */
import {
  array,
  BytesError,
  canonicalJson,
  decodeUtf8,
  encodeUtf8,
  type Json,
  JsonError,
  matching,
  object,
  parseJson,
  type Shape,
  ShapeError,
  string,
  toHex,
} from '../base/index.ts';
import { canonicalTuf } from './canonical.ts';
import { TufError } from './errors.ts';
import type { TufSignature, TufSigner } from './keys.ts';
import type { Signed, SignedOf, TopRole } from './model.ts';
import { signedShapes } from './read-signed.ts';
import { signedToJson } from './write-signed.ts';

export interface Metadata<S extends Signed = Signed> {
  readonly signed: S;
  /** Each key at most once. */
  readonly signatures: readonly TufSignature[];
  /** As they came: what is kept, and hashed. */
  readonly bytes: Uint8Array;
  /** What is signed: the canonical JSON of all that stood there, known to us or not. */
  readonly message: Uint8Array;
}

/** The longest that is read, whoever signed for it. */
const MAX_LENGTH = 64 * 1024 * 1024;
const MAX_DEPTH = 32;
const MAX_SIGNATURES = 1_000;

const signatureList: Shape<TufSignature[]> = (value, at = '') => {
  const keyid = matching(/^[\x21-\x7e]{1,128}$/, 'an id of a key');
  const found = array(object({ keyid, sig: string }))(value, at);
  if (found.length > MAX_SIGNATURES)
    throw new ShapeError(at, `at most ${MAX_SIGNATURES} signatures`, found.length);
  const ids = new Set<string>();
  for (const { keyid } of found) {
    if (ids.has(keyid)) throw new ShapeError(at, 'one signature of each key', keyid);
    ids.add(keyid);
  }
  return found.map(({ keyid, sig }) => ({ keyid, sig }));
};

const signedJson: Shape<{ [key: string]: Json }> = (value, at = '') => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as { [key: string]: Json }; // out of JSON
  throw new ShapeError(at, 'an object', value);
};

const envelope = object({ signatures: signatureList, signed: signedJson });

/**
 * Reads metadata of that `_type` (`targets` of a delegated role); whether anybody signed it is for `checkSigners`.
 * `name` is named in errors. Throws `format` and `bounds`.
 */
export function parseMetadata<K extends TopRole>(
  bytes: Uint8Array,
  kind: K,
  name: string = kind,
): Metadata<SignedOf[K]> {
  if (bytes.length > MAX_LENGTH)
    throw new TufError('bounds', `${bytes.length} bytes, at most ${MAX_LENGTH}`, { file: name });
  try {
    const { signatures, signed } = envelope(parseJson(decodeUtf8(bytes), { maxDepth: MAX_DEPTH }));
    const message = canonicalTuf(signed);
    return { signed: signedShapes[kind](signed), signatures, bytes, message };
  } catch (cause) {
    throw explained(cause, name);
  }
}

function explained(cause: unknown, file: string): unknown {
  if (cause instanceof TufError) return new TufError(cause.code, cause.problem, { file }, { cause });
  if (!(cause instanceof JsonError || cause instanceof ShapeError || cause instanceof BytesError))
    return cause;
  const bounds = cause.code === 'json-size' || cause.code === 'json-depth';
  return new TufError(bounds ? 'bounds' : 'format', cause.problem, { ...cause.place, file }, { cause });
}

/** What signers sign. */
export function signedBytes(signed: Signed): Uint8Array {
  return canonicalTuf(signedToJson(signed));
}

/**
 * Metadata as it is published: the same content and signatures give the same bytes. `message` is what was signed,
 * when it is at hand.
 */
export function encodeMetadata(
  signed: Signed,
  signatures: readonly TufSignature[],
  message: Uint8Array = signedBytes(signed),
): Uint8Array {
  // What is signed is JSON as it stands, but for line breaks in keys of PEM.
  const written = hasControls(message) ? encodeUtf8(canonicalJson(signedToJson(signed))) : message;
  const list = signatures.map(({ keyid, sig }) => ({ keyid, sig }));
  const head = encodeUtf8(`{"signatures":${canonicalJson(list)},"signed":`);
  const bytes = new Uint8Array(head.length + written.length + 1);
  bytes.set(head);
  bytes.set(written, head.length);
  bytes[bytes.length - 1] = 0x7d; // }
  return bytes;
}

function hasControls(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] ?? 0) < 0x20) return true;
  return false;
}

/** Signs with every signer, in their order. */
export async function signMetadata(signed: Signed, signers: readonly TufSigner[]): Promise<Uint8Array> {
  const message = signedBytes(signed);
  const signatures: TufSignature[] = [];
  for (const { key, sign } of signers) signatures.push({ keyid: key.keyid, sig: toHex(await sign(message)) });
  return encodeMetadata(signed, signatures, message);
}
