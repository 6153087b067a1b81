/**
 * Proofs (https://c2sp.org/tlog-proof): that an entry is in a log, to be verified without asking anybody.
 *
 *     c2sp.org/tlog-proof@v1
 *     extra base64(bytes)            may be missing; nothing vouches for it
 *     index 73894
 *     base64(hash)                   the leaf's sibling first
 *     …
 *
 *     the checkpoint as it was signed
 */
import { quoteFound, type Sha256Into, toBase64 } from '../base/index.ts';
import { MAX_NOTE_LENGTH } from '../formats/index.ts';
import { type BelievedCheckpoint, checkPolicy, type PolicyOptions } from './check-policy.ts';
import { readCheckpoint } from './checkpoint.ts';
import { TransparencyError } from './errors.ts';
import { hashLines, parseBase64, parseDecimal, parseHash } from './lines.ts';
import { leafHash, verifyInclusion } from './merkle.ts';
import type { SignatureOps } from './ops.ts';
import type { Policy } from './policy.ts';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** Hashes; a tree of 2^53 entries needs no more than 53. */
const MAX_HASHES = 63;
/** Characters before the checkpoint: an entry and all hashes fit twice. */
const MAX_HEAD = 200_000;
/** Bytes and characters of a proof. */
export const MAX_PROOF: number = MAX_HEAD + MAX_NOTE_LENGTH;

export interface Proof {
  /** Whatever the maker put there; null where nothing. Nothing vouches for it. */
  readonly extra: Uint8Array | null;
  /** Of the entry, from 0. */
  readonly index: number;
  /** The leaf's sibling first. */
  readonly hashes: readonly Uint8Array[];
  /** A signed note, as it stands there. */
  readonly checkpoint: string;
}

/** Only what {@link formatProof} writes. Throws `proof`, `checkpoint`, `bounds`; nothing is verified. */
export function parseProof(text: string): Proof {
  if (text.length > MAX_PROOF) throw new TransparencyError('bounds', `a proof of ${text.length} characters`);
  const end = text.indexOf('\n\n');
  if (end < 0) throw new TransparencyError('proof', 'has no empty line before its checkpoint');
  if (end > MAX_HEAD) throw new TransparencyError('bounds', `${end} characters before the checkpoint`);
  const [first = '', ...lines] = text.slice(0, end).split('\n');
  if (first !== FIRST_LINE)
    throw new TransparencyError('proof', `does not begin as a proof: ${quoteFound(first)}`);
  const extra = lines[0]?.startsWith('extra ') ? extraOf(lines.shift() ?? '') : null;
  const index = indexOf(lines.shift() ?? '');
  if (lines.length > MAX_HASHES) throw new TransparencyError('bounds', `a proof of ${lines.length} hashes`);
  const checkpoint = text.slice(end + 2);
  readCheckpoint(checkpoint);
  return { extra, index, hashes: lines.map(hashOf), checkpoint };
}

/** Throws `proof`, `checkpoint`, `bounds` for what {@link parseProof} would not read. */
export function formatProof({ extra, index, hashes, checkpoint }: Proof): string {
  const extraLine = extra === null ? '' : `extra ${toBase64(extra)}\n`;
  const text = `${FIRST_LINE}\n${extraLine}index ${index}\n${hashLines(hashes)}\n${checkpoint}`;
  parseProof(text);
  return text;
}

/** An entry of which it is proved that it is in a log. */
export interface ProvedEntry extends BelievedCheckpoint {
  readonly index: number;
  /** As the proof has it: nothing vouches for it. */
  readonly extra: Uint8Array | null;
}

/** A proof as text, and what is believed. */
export interface ToProve extends PolicyOptions {
  readonly proof: string;
  /** The whole entry. */
  readonly entry: Uint8Array;
  readonly policy: Policy;
}

/**
 * Whether the entry is in a log of the policy, in a checkpoint that a quorum of its witnesses has cosigned. Throws
 * `proof`, `checkpoint`, `signature`, `quorum`, `bounds`.
 */
export async function verifyProof(
  { proof, entry, policy, ...options }: ToProve,
  ops: SignatureOps & { readonly hash: Sha256Into },
): Promise<ProvedEntry> {
  const { extra, index, hashes, checkpoint } = parseProof(proof);
  const leaf = leafHash(entry, ops.hash);
  const believed = await checkPolicy(policy, checkpoint, ops, options);
  const { size, root } = believed.checkpoint;
  verifyInclusion({ index, size, leaf, proof: hashes, root }, ops.hash);
  return { ...believed, index, extra };
}

function extraOf(line: string): Uint8Array {
  const bytes = parseBase64(line.slice('extra '.length));
  if (bytes === null || bytes.length === 0)
    throw new TransparencyError('proof', `an extra that is no base64: ${quoteFound(line)}`);
  return bytes;
}

function indexOf(line: string): number {
  const index = line.startsWith('index ') ? parseDecimal(line.slice('index '.length)) : null;
  if (index === null) throw new TransparencyError('proof', `a line that is no index: ${quoteFound(line)}`);
  return index;
}

function hashOf(line: string): Uint8Array {
  const hash = parseHash(line);
  if (hash === null) throw new TransparencyError('proof', `a line that is no hash: ${quoteFound(line)}`);
  return hash;
}
