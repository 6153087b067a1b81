/**
 * Witnesses (https://c2sp.org/tlog-witness): what a witness answers to a log that asks it to cosign a checkpoint.
 *
 *     old 20852014              size of the checkpoint that it cosigned last
 *     base64(hash)              proof that the tree of that size is the beginning of the new one
 *     …
 *
 *     the checkpoint, signed by the log
 */
import { BytesError, compareBytes, decodeUtf8, quoteFound, type Sha256Into } from '../base/index.ts';
import {
  formatNote,
  formatNoteSignature,
  type Note,
  type NoteSignature,
  type NoteSigner,
  type NoteVerifier,
} from '../formats/index.ts';
import { type Checkpoint, formatCheckpoint, readCheckpoint } from './checkpoint.ts';
import { cosign, verifySignature } from './cosignature.ts';
import { TransparencyError } from './errors.ts';
import { parseDecimal, parseHash } from './lines.ts';
import { EMPTY_ROOT, verifyConsistency } from './merkle.ts';
import type { SignatureOps } from './ops.ts';

/** Bytes of a request: the longest proof, and signatures of ML-DSA-44 by sixteen keys. */
export const MAX_WITNESS_REQUEST: number = 128 * 1024;
const MAX_HASHES = 63;

/** The checkpoint that was cosigned last of each log, with its signatures. */
export interface WitnessStore {
  /** The signed note of the log with that origin; null where none was cosigned yet. */
  load(origin: string): Promise<string | null>;
  /** Puts `next` where `old` stands, and is durable when it resolves; false when something else stands there. */
  swap(origin: string, old: string | null, next: string): Promise<boolean>;
}

export interface Witness {
  /** The keys of each log that it follows, by origin. */
  readonly logs: ReadonlyMap<string, readonly NoteVerifier[]>;
  /** Of type `cosignature`. */
  readonly signer: NoteSigner;
  readonly store: WitnessStore;
  readonly ops: SignatureOps & { readonly hash: Sha256Into };
  /** Seconds since 1970. */
  now(): number;
  /** Whether one more cosignature is made for the log; each when missing. A refresh is answered with the last one then. */
  admits?(origin: string, what: 'growth' | 'refresh'): boolean;
  /** Told of two trees of one size that the log signed: each is a signed note. */
  splitView?(cosigned: string, offered: string): void;
}

/** What goes back over HTTP. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422 | 429 | 503;
  readonly contentType: string;
  readonly body: string;
}

/**
 * `add-checkpoint`. The cosignature goes out when the store has the checkpoint, and never before. Throws what the
 * store throws, and `checkpoint` when what it holds is not what this witness cosigned.
 */
export async function addCheckpoint(body: Uint8Array, witness: Witness): Promise<WitnessAnswer> {
  const request = readRequest(body);
  if (request instanceof TransparencyError) return refused(400, request.problem);
  const { origin, size } = request.checkpoint;
  const keys = witness.logs.get(origin);
  if (keys === undefined) return refused(404, `no log ${quoteFound(origin)} is followed here`);
  const signatures = await signaturesOf(request.note, keys, witness.ops);
  if (signatures instanceof TransparencyError) return refused(403, signatures.problem);
  if (request.from > size) return refused(400, `a tree of ${size} entries after one of ${request.from}`);
  for (let tries = 0; tries < 3; tries++) {
    const answer = await cosigned({ ...request, signatures }, witness);
    if (answer !== null) return answer;
  }
  return refused(503, 'too many requests of this log at once');
}

interface Request {
  /** Size of the checkpoint that the log thinks was cosigned last. */
  readonly from: number;
  readonly proof: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
  readonly note: Note;
}

function readRequest(body: Uint8Array): Request | TransparencyError {
  try {
    return parseRequest(textOf(body));
  } catch (error) {
    if (error instanceof TransparencyError) return error;
    throw error;
  }
}

function textOf(body: Uint8Array): string {
  if (body.length > MAX_WITNESS_REQUEST) throw new TransparencyError('bounds', `${body.length} bytes`);
  // A byte order mark is dropped on reading, and is no part of a request.
  if (body[0] === 0xef) throw new TransparencyError('checkpoint', 'begins with no size');
  try {
    return decodeUtf8(body);
  } catch (cause) {
    if (!(cause instanceof BytesError)) throw cause;
    throw new TransparencyError('checkpoint', cause.problem, {}, { cause });
  }
}

function parseRequest(text: string): Request {
  const end = text.indexOf('\n\n');
  if (end < 0) throw new TransparencyError('checkpoint', 'has no empty line before its checkpoint');
  const [old = '', ...lines] = text.slice(0, end).split('\n');
  const from = old.startsWith('old ') ? parseDecimal(old.slice('old '.length)) : null;
  if (from === null) throw new TransparencyError('checkpoint', `begins with no size: ${quoteFound(old)}`);
  if (lines.length > MAX_HASHES) throw new TransparencyError('bounds', `a proof of ${lines.length} hashes`);
  return { from, proof: lines.map(hashOf), ...readCheckpoint(text.slice(end + 2)) };
}

function hashOf(line: string): Uint8Array {
  const hash = parseHash(line);
  if (hash === null) throw new TransparencyError('proof', `a line that is no hash: ${quoteFound(line)}`);
  return hash;
}

/** Those of the log, at least one; each of its keys once. */
async function signaturesOf(
  { text, signatures }: Note,
  keys: readonly NoteVerifier[],
  ops: SignatureOps,
): Promise<NoteSignature[] | TransparencyError> {
  const found = new Map<NoteVerifier, NoteSignature>();
  try {
    for (const key of keys)
      for (const signature of signatures)
        if ((await verifySignature(text, signature, key, ops)) !== null) found.set(key, signature);
  } catch (error) {
    if (error instanceof TransparencyError) return error;
    throw error;
  }
  return found.size > 0
    ? [...found.values()]
    : new TransparencyError('signature', 'no key of the log signed it');
}

/** Null when another request changed the store in between. */
async function cosigned(
  request: Request & { readonly signatures: readonly NoteSignature[] },
  witness: Witness,
): Promise<WitnessAnswer | null> {
  const { checkpoint, from, signatures } = request;
  const { signer, store } = witness;
  const stored = await store.load(checkpoint.origin);
  const last = await lastOf(stored, checkpoint.origin, witness);
  const text = formatCheckpoint(checkpoint);
  // Whatever else the request says: the log signed both.
  if (stored !== null && isSplit(checkpoint, last.checkpoint))
    witness.splitView?.(stored, formatNote({ text, signatures }));
  if (from !== last.checkpoint.size) return conflict(last.checkpoint.size);
  const problem = inconsistency(request, last.checkpoint, witness);
  if (problem !== null) return refused(422, problem);
  const time = witness.now();
  if (time < last.time)
    return refused(503, `the clock of this witness stands ${last.time - time} s before its last`);
  const grows = checkpoint.size > from;
  const same = grows ? null : last.cosignature;
  if (same !== null && time === last.time) return given(same);
  if (witness.admits?.(checkpoint.origin, grows ? 'growth' : 'refresh') === false)
    // Anybody can use up what may be cosigned anew: then the one of before is as new as the rate allows.
    return same === null ? refused(429, 'too many checkpoints of this log') : given(same);
  const cosignature = await cosign(text, time, signer);
  const next = formatNote({ text, signatures: [...signatures, cosignature] });
  return (await store.swap(checkpoint.origin, stored, next)) ? given(cosignature) : null;
}

interface Last {
  readonly checkpoint: Checkpoint;
  /** Seconds since 1970; 0 of nothing. */
  readonly time: number;
  readonly cosignature: NoteSignature | null;
}

async function lastOf(stored: string | null, origin: string, { signer, ops }: Witness): Promise<Last> {
  if (stored === null)
    return { checkpoint: { origin, size: 0, root: EMPTY_ROOT }, time: 0, cosignature: null };
  const { checkpoint, note } = readCheckpoint(stored);
  if (checkpoint.origin !== origin)
    throw new TransparencyError('checkpoint', 'what was kept is of another log');
  for (const signature of note.signatures) {
    const signed = await verifySignature(note.text, signature, signer.verifier, ops);
    if (signed !== null) return { checkpoint, time: signed.time ?? 0, cosignature: signature };
  }
  throw new TransparencyError('signature', 'what was kept is not cosigned by this witness');
}

function isSplit(one: Checkpoint, other: Checkpoint): boolean {
  return one.size === other.size && compareBytes(one.root, other.root) !== 0;
}

function inconsistency(
  { checkpoint, from, proof }: Request,
  last: Checkpoint,
  { ops }: Witness,
): string | null {
  try {
    const trees = { from, to: checkpoint.size, fromRoot: last.root, toRoot: checkpoint.root };
    verifyConsistency({ ...trees, proof }, ops.hash);
    return null;
  } catch (error) {
    if (error instanceof TransparencyError) return error.problem;
    throw error;
  }
}

const TEXT = 'text/plain; charset=utf-8';

function given(cosignature: NoteSignature): WitnessAnswer {
  return { status: 200, contentType: TEXT, body: formatNoteSignature(cosignature) };
}

function conflict(size: number): WitnessAnswer {
  return { status: 409, contentType: 'text/x.tlog.size', body: `${size}\n` };
}

function refused(status: Exclude<WitnessAnswer['status'], 200 | 409>, why: string): WitnessAnswer {
  return { status, contentType: TEXT, body: `${why}\n` };
}
