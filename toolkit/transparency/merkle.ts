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
const folded = new Uint8Array(256 * HASH);
let prefixed = new Uint8Array(1024);

export function leafHash(entry: Uint8Array, hash: Sha256Into): Uint8Array {
  const out = new Uint8Array(HASH);
  leafHashInto(out, 0, entry, hash);
  return out;
}

export function leafHashInto(out: Uint8Array, at: number, entry: Uint8Array, hash: Sha256Into): void {
  if (prefixed.length <= entry.length) prefixed = new Uint8Array(2 * entry.length);
  prefixed.set(entry, 1);
  hash(out, at, prefixed.subarray(0, entry.length + 1));
}

export function nodeHash(left: Uint8Array, right: Uint8Array, hash: Sha256Into): Uint8Array {
  const out = new Uint8Array(HASH);
  pair.set(left, 1);
  pair.set(right, 1 + HASH);
  hash(out, 0, pair);
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

/** The hash above `count` hashes of `hashes`, a power of two up to 256 of them, from the `first` on. */
export function subtreeRoot(hashes: Uint8Array, first: number, count: number, hash: Sha256Into): Uint8Array {
  folded.set(hashes.subarray(first * HASH, (first + count) * HASH));
  for (let left = count / 2; left >= 1; left /= 2)
    for (let i = 0; i < left; i++) nodeHashInto(folded, i * HASH, folded, 2 * i * HASH, hash);
  return folded.slice(0, HASH);
}

/** The hashes above those of `hashes`, by height from 0 on: of full subtrees alone, from the left. */
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
      step(root, sibling, root, hash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else step(root, root, sibling, hash);
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
      step(roots.from, sibling, roots.from, hash);
      step(roots.to, sibling, roots.to, hash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else step(roots.to, roots.to, sibling, hash);
    [node, last] = [half(node), half(last)];
  }
  if (last !== 0) inconsistent(`${proof.length} hashes are too few`);
  return roots;
}

function step(out: Uint8Array, left: Uint8Array, right: Uint8Array, hash: Sha256Into): void {
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
