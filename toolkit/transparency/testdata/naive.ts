/** RFC 6962, section 2.1, word by word: slow, and nothing of the room's own code. */
import { createHash } from 'node:crypto';

type Bytes = Uint8Array;

function sha256(...parts: Bytes[]): Bytes {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

const zero = Uint8Array.of(0);
const one = Uint8Array.of(1);

/** The largest power of two smaller than n. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** MTH(D[n]). */
export function naiveRoot(entries: readonly Bytes[]): Bytes {
  const [first] = entries;
  if (first === undefined) return sha256();
  if (entries.length === 1) return sha256(zero, first);
  const k = split(entries.length);
  return sha256(one, naiveRoot(entries.slice(0, k)), naiveRoot(entries.slice(k)));
}

/** PATH(m, D[n]). */
export function naivePath(m: number, entries: readonly Bytes[]): Bytes[] {
  if (entries.length <= 1) return [];
  const k = split(entries.length);
  const [left, right] = [entries.slice(0, k), entries.slice(k)];
  return m < k ? [...naivePath(m, left), naiveRoot(right)] : [...naivePath(m - k, right), naiveRoot(left)];
}

/** PROOF(m, D[n]), 0 < m <= n. */
export function naiveProof(m: number, entries: readonly Bytes[]): Bytes[] {
  return subproof(m, entries, true);
}

function subproof(m: number, entries: readonly Bytes[], whole: boolean): Bytes[] {
  if (m === entries.length) return whole ? [] : [naiveRoot(entries)];
  const k = split(entries.length);
  const [left, right] = [entries.slice(0, k), entries.slice(k)];
  if (m <= k) return [...subproof(m, left, whole), naiveRoot(right)];
  return [...subproof(m - k, right, false), naiveRoot(left)];
}
