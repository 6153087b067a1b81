/**
 * Split views: two checkpoints that a log signed and that cannot both be of one tree, with what proves it. Anybody
 * who knows the log's key can check one, without the log.
 *
 * Of two trees of one size the roots alone show it. Of two sizes: the inclusion proof of the larger tree's first
 * entry behind the smaller one goes past the roots of all subtrees to its left, and those make the root that a tree
 * of the smaller size has there; the log signed another.
 */
import {
  array,
  BytesError,
  canonicalJson,
  compareBytes,
  decodeUtf8,
  encodeUtf8,
  exact,
  fromBase64,
  JsonError,
  oneOf,
  optional,
  parseJson,
  type Sha256Into,
  ShapeError,
  string,
  toBase64,
} from '../base/index.ts';
import { checkPolicy } from './check-policy.ts';
import type { Checkpoint } from './checkpoint.ts';
import { TransparencyError } from './errors.ts';
import { EMPTY_ROOT, type Inclusion, nodeHash, verifyInclusion } from './merkle.ts';
import type { SignatureOps } from './ops.ts';
import type { Policy } from './policy.ts';

/** Signed notes, and what shows that they contradict each other. */
export interface SplitView {
  readonly smaller: string;
  readonly larger: string;
  /** Null for two trees of one size. */
  readonly next: NextLeaf | null;
}

/** The entry of the larger tree at the index that is the size of the smaller one. */
export interface NextLeaf {
  readonly leaf: Uint8Array;
  /** Of its inclusion, to the root of the larger tree. */
  readonly proof: readonly Uint8Array[];
}

const FORMAT = 'cpansec-split-view/1';
const MAX_BYTES = 4 * 1024 * 1024;

const file = exact({
  format: oneOf(FORMAT),
  smaller: string,
  larger: string,
  leaf: optional(string),
  proof: optional(array(string)),
});

export function encodeSplitView({ smaller, larger, next }: SplitView): Uint8Array {
  const proof = next === null ? {} : { leaf: toBase64(next.leaf), proof: next.proof.map(toBase64) };
  return encodeUtf8(`${canonicalJson({ format: FORMAT, smaller, larger, ...proof })}\n`);
}

/** Throws `evidence` for what is none; whether it proves something is {@link checkSplitView}'s to tell. */
export function decodeSplitView(bytes: Uint8Array): SplitView {
  try {
    const { smaller, larger, leaf, proof } = file(
      parseJson(decodeUtf8(bytes), { maxDepth: 2, maxLength: MAX_BYTES }),
    );
    if ((leaf === undefined) !== (proof === undefined)) throw unproved('a leaf without its proof');
    const next = leaf === undefined ? null : { leaf: fromBase64(leaf), proof: (proof ?? []).map(fromBase64) };
    return { smaller, larger, next };
  } catch (cause) {
    if (!(cause instanceof JsonError || cause instanceof ShapeError || cause instanceof BytesError))
      throw cause;
    throw new TransparencyError('evidence', `is no split view: ${cause.message}`, {}, { cause });
  }
}

/**
 * The two checkpoints, when one of these logs signed both, by whichever of its keys, and they contradict each other.
 * Throws `evidence` when that is not proved; `checkpoint`, `signature` for notes of others.
 */
export async function checkSplitView(
  { smaller, larger, next }: SplitView,
  logs: Policy['logs'],
  ops: SignatureOps & { readonly hash: Sha256Into },
): Promise<{ readonly smaller: Checkpoint; readonly larger: Checkpoint }> {
  const few = await checkpointSignedBy(smaller, logs, ops);
  const many = await checkpointSignedBy(larger, logs, ops);
  if (few.origin !== many.origin) throw unproved('the two checkpoints are of two logs');
  const there = few.size === many.size ? many.root : rootBefore(next, few.size, many, ops.hash);
  if (compareBytes(there, few.root) === 0) throw unproved('the two checkpoints agree');
  return { smaller: few, larger: many };
}

/** A checkpoint that a log signed, whoever cosigned it. Throws `checkpoint`, `signature`, `bounds`. */
export async function checkpointSignedBy(
  note: string,
  logs: Policy['logs'],
  ops: SignatureOps,
): Promise<Checkpoint> {
  return (await checkPolicy({ logs, witnesses: [], groups: [], quorum: null }, note, ops)).checkpoint;
}

/** The root that the tree of a larger checkpoint had at a size, by the proof of the entry that came next. */
function rootBefore(next: NextLeaf | null, size: number, larger: Checkpoint, hash: Sha256Into): Uint8Array {
  if (size > larger.size) throw unproved('the smaller checkpoint is larger');
  if (next === null) throw unproved('there is no proof for checkpoints of two sizes');
  verifyInclusion({ index: size, size: larger.size, ...next, root: larger.root }, hash);
  const [nearest, ...others] = leftOf({ index: size, size: larger.size, proof: next.proof });
  // An empty tree has one root, which its checkpoint must have.
  if (nearest === undefined) return EMPTY_ROOT;
  return others.reduce((root, left) => nodeHash(left, root, hash), nearest);
}

/** The hashes of a proof that stand to the left of the path, the nearest to the leaf first. */
function leftOf({ index, size, proof }: Pick<Inclusion, 'index' | 'size' | 'proof'>): Uint8Array[] {
  const left: Uint8Array[] = [];
  let [node, last] = [index, size - 1];
  for (const sibling of proof) {
    // The last node of a level without a sibling of its own goes up until it has one.
    while (node === last && node % 2 === 0 && node > 0) [node, last] = [node / 2, half(last)];
    if (node % 2 === 1) left.push(sibling);
    [node, last] = [half(node), half(last)];
  }
  return left;
}

function half(n: number): number {
  return Math.floor(n / 2);
}

function unproved(problem: string): TransparencyError {
  return new TransparencyError('evidence', problem);
}
