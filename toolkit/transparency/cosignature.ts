/**
 * Cosignatures (https://c2sp.org/tlog-cosignature): a witness says that at an instant a checkpoint was the largest
 * of its log that it had seen, and that nothing of the log was taken back up to there.
 *
 *     bytes of the signature       instant, 8 bytes in network order || signature
 *
 *     cosignature/v1               what Ed25519 signs; of ML-DSA-44 it is a structure of the same facts
 *     time 1679315147
 *     …                            the text of the checkpoint
 */
import { encodeUtf8, quoteFound } from '../base/index.ts';
import type { Note, NoteSignature, NoteSigner, NoteVerifier } from '../formats/index.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { TransparencyError } from './errors.ts';
import type { SignatureOps } from './ops.ts';

/** Of a signature that holds. */
export interface Signed {
  /** Seconds since 1970; null where the key says no instant. */
  readonly time: number | null;
}

/**
 * The cosignature of a checkpoint's text at `time`, seconds since 1970. Throws `checkpoint` for another text, and
 * `signature` for a key that is not of type `cosignature` or a time that is none.
 */
export async function cosign(
  text: string,
  time: number,
  { verifier, sign }: NoteSigner,
): Promise<NoteSignature> {
  parseCheckpoint(text);
  if (verifier.type !== 'cosignature')
    throw new TransparencyError('signature', `the key of ${quoteFound(verifier.name)} is not a witness's`);
  if (!Number.isSafeInteger(time) || time < 1)
    throw new TransparencyError('signature', `no time of a cosignature: ${time}`);
  const bytes = Uint8Array.from([...wide(time), ...(await sign(cosignedText(text, time)))]);
  return { name: verifier.name, id: verifier.id, bytes };
}

/**
 * What a signature of a checkpoint's text says, whichever type its key has; null when it is not of `key`, or of an
 * algorithm that nothing here verifies. Throws `signature` when the key did not sign this; `checkpoint`.
 */
export async function verifySignature(
  text: string,
  { name, id, bytes }: NoteSignature,
  key: NoteVerifier,
  { verify, mlDsa44 }: SignatureOps,
): Promise<Signed | null> {
  if (name !== key.name || id !== key.id) return null;
  const by = key.type === 'ml-dsa-44' ? mlDsa44?.verify : verify;
  if (by === undefined) return null;
  const signed = signedBy(text, key, bytes);
  if (signed === null || !(await by(key.publicKey, signed.message, signed.signature)))
    throw new TransparencyError('signature', `${quoteFound(name)} did not sign this checkpoint`);
  return { time: signed.time };
}

/** What each signature of `key` under a checkpoint says; all of them must hold. Throws as {@link verifySignature}. */
export async function verifySignatures(note: Note, key: NoteVerifier, ops: SignatureOps): Promise<Signed[]> {
  const all: Signed[] = [];
  for (const signature of note.signatures) {
    const signed = await verifySignature(note.text, signature, key, ops);
    if (signed !== null) all.push(signed);
  }
  return all;
}

interface Taken extends Signed {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Takes the bytes of a signature apart; null when they begin with no instant. */
function signedBy(text: string, key: NoteVerifier, bytes: Uint8Array): Taken | null {
  if (key.type === 'ed25519') return { time: null, message: encodeUtf8(text), signature: bytes };
  const time = bytes.length < 8 ? Number.NaN : Number(viewOf(bytes).getBigUint64(0));
  if (!Number.isSafeInteger(time)) return null;
  const message = key.type === 'cosignature' ? cosignedText(text, time) : cosignedTree(text, time, key.name);
  return { time, message, signature: bytes.subarray(8) };
}

function cosignedText(text: string, time: number): Uint8Array {
  return encodeUtf8(`cosignature/v1\ntime ${time}\n${text}`);
}

const LABEL = encodeUtf8('subtree/v1\n\0');

/** `cosigned_message` of a whole tree: names after a byte of their length, numbers in eight. */
function cosignedTree(text: string, time: number, name: string): Uint8Array {
  const { origin, size, root } = parseCheckpoint(text);
  const parts = [LABEL, counted(name), wide(time), counted(origin), wide(0), wide(size), root];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Throws `signature` for one that is too long to be signed so. */
function counted(text: string): Uint8Array {
  const bytes = encodeUtf8(text);
  if (bytes.length > 255) throw new TransparencyError('signature', 'a name of more than 255 bytes');
  return Uint8Array.from([bytes.length, ...bytes]);
}

function wide(number: number): Uint8Array {
  const bytes = new Uint8Array(8);
  viewOf(bytes).setBigUint64(0, BigInt(number));
  return bytes;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
