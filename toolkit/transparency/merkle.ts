/**
 * The Merkle tree of RFC 6962, section 2.1, with SHA-256, and its two proofs as RFC 9162 verifies them (2.1.3.2,
 * 2.1.4.2). A hash is 32 bytes; indexes and sizes are whole numbers up to 2^53 - 1.
 */
import { compareBytes, type Sha256Into, sha256 } from '../base/index.ts';
import { TransparencyError } from './errors.ts';

/** Bytes of a hash. */
export const HASH = 32;
/** Root of the tree without entries. */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

export interface Inclusion {
  readonly index: number;
  /** Of the tree. */
  readonly size: number;
  /** Hash of the entry. */
  readonly leaf: Uint8Array;
  /** The leaf's sibling first. */
  readonly proof: readonly Uint8Array[];
}

export interface Consistency {
  /** Sizes of the two trees. */
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

// Nothing else runs while a hash is computed, so that these serve all.
const pair = new Uint8Array(1 + 2 * HASH);
pair[0] = 1;
/** Room for the longest entry of a log; the hash of what is longer is worth nothing, and may cost more. */
const prefixed = new Uint8Array(1 << 16);

export function leafHash(entry: Uint8Array, hash: Sha256Into): Uint8Array {
  const out = new Uint8Array(HASH);
  leafHashInto(out, 0, entry, hash);
  return out;
}

export function leafHashInto(out: Uint8Array, at: number, entry: Uint8Array, hash: Sha256Into): void {
  const bytes = entry.length < prefixed.length ? prefixed : new Uint8Array(entry.length + 1);
  bytes.set(entry, 1);
  hash(out, at, bytes.subarray(0, entry.length + 1));
}

export function nodeHash(left: Uint8Array, right: Uint8Array, hash: Sha256Into): Uint8Array {
  const out = new Uint8Array(HASH);
  join(out, left, right, hash);
  return out;
}

/** The hash above two that stand side by side in `hashes` from `from` on; `out` may be `hashes`. */
export function nodeHashInto(
  out: Uint8Array,
  at: number,
  hashes: Uint8Array,
  from: number,
  hash: Sha256Into,
): void {
  pair.set(hashes.subarray(from, from + 2 * HASH), 1);
  hash(out, at, pair);
}

/** `hashes` and those above them, by height: of full subtrees alone, from the left. */
export function fullRows(hashes: Uint8Array, hash: Sha256Into): Uint8Array[] {
  const rows = [hashes];
  for (let row = hashes; row.length >= 2 * HASH; row = rows.at(-1) ?? row) {
    const above = new Uint8Array(Math.floor(row.length / (2 * HASH)) * HASH);
    for (let at = 0; at < above.length; at += HASH) nodeHashInto(above, at, row, 2 * at, hash);
    rows.push(above);
  }
  return rows;
}

/** The root of the tree that has the leaf at that index by this proof. Throws `proof` for a proof of another length. */
export function rootOfInclusion({ index, size, leaf, proof }: Inclusion, hash: Sha256Into): Uint8Array {
  if (!isSize(size) || !isSize(index) || index >= size)
    throw new TransparencyError('proof', `no index ${index} in a tree of size ${size}`);
  for (const sibling of [leaf, ...proof]) checkHash(sibling, 'proof');
  let [node, last] = [index, size - 1];
  const root = leaf.slice();
  for (const sibling of proof) {
    if (last === 0) throw new TransparencyError('proof', `${proof.length} hashes are too many`);
    if (isOdd(node) || node === last) {
      join(root, sibling, root, hash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else join(root, root, sibling, hash);
    [node, last] = [half(node), half(last)];
  }
  if (last !== 0) throw new TransparencyError('proof', `${proof.length} hashes are too few`);
  return root;
}

/** Throws `proof` when the proof does not lead from the leaf to the root. */
export function verifyInclusion(
  { root, ...inclusion }: Inclusion & { readonly root: Uint8Array },
  hash: Sha256Into,
): void {
  if (compareBytes(rootOfInclusion(inclusion, hash), root) !== 0)
    throw new TransparencyError('proof', `entry ${inclusion.index} is not in the tree by this proof`);
}

/**
 * Throws `inconsistent` when it is not shown that the larger tree begins with the smaller one. Every tree begins
 * with the empty one, by the empty proof.
 */
export function verifyConsistency(consistency: Consistency, hash: Sha256Into): void {
  const { from, to, fromRoot, toRoot, proof } = consistency;
  if (!isSize(from) || !isSize(to) || from > to)
    inconsistent(`no tree of size ${to} begins with one of ${from}`);
  for (const each of [fromRoot, toRoot, ...proof]) checkHash(each, 'inconsistent');
  if (from === 0 || from === to) {
    if (proof.length > 0) inconsistent(`${proof.length} hashes where the proof has none`);
    const known = from === 0 ? EMPTY_ROOT : toRoot;
    if (compareBytes(fromRoot, known) !== 0) inconsistent(`another root of the tree of size ${from}`);
    if (to === 0 && compareBytes(toRoot, known) !== 0) inconsistent('another root of the tree of size 0');
    return;
  }
  const roots = rootsOfConsistency(consistency, hash);
  if (compareBytes(roots.from, fromRoot) !== 0) inconsistent(`the proof is not of the tree of size ${from}`);
  if (compareBytes(roots.to, toRoot) !== 0) inconsistent(`the proof is not of the tree of size ${to}`);
}

/** Both roots as the proof gives them, 0 < from < to. */
function rootsOfConsistency(
  { from, to, fromRoot, proof }: Consistency,
  hash: Sha256Into,
): { from: Uint8Array; to: Uint8Array } {
  let [node, last] = [from - 1, to - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  // Where the smaller tree is one whole subtree of the larger, its root is known and not in the proof.
  const [start, rest] =
    node === 0 ? [fromRoot, proof] : [proof[0] ?? inconsistent('an empty proof'), proof.slice(1)];
  const roots = { from: start.slice(), to: start.slice() };
  for (const sibling of rest) {
    if (last === 0) inconsistent(`${proof.length} hashes are too many`);
    if (isOdd(node) || node === last) {
      join(roots.from, sibling, roots.from, hash);
      join(roots.to, sibling, roots.to, hash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else join(roots.to, roots.to, sibling, hash);
    [node, last] = [half(node), half(last)];
  }
  if (last !== 0) inconsistent(`${proof.length} hashes are too few`);
  return roots;
}

function join(out: Uint8Array, left: Uint8Array, right: Uint8Array, hash: Sha256Into): void {
  pair.set(left, 1);
  pair.set(right, 1 + HASH);
  hash(out, 0, pair);
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

function isOdd(n: number): boolean {
  return n % 2 === 1;
}

/** Not by shifting: that would cut at 32 bits. */
function half(n: number): number {
  return Math.floor(n / 2);
}

function checkHash(hash: Uint8Array, code: 'proof' | 'inconsistent'): void {
  if (hash.length !== HASH) throw new TransparencyError(code, `a hash of ${hash.length} bytes`);
}

function inconsistent(problem: string): never {
  throw new TransparencyError('inconsistent', problem);
}
