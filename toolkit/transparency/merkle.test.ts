import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { sha256Into, toHex } from '../base/index.ts';
import { nodeSha256Into } from '../io/index.ts';
import {
  EMPTY_ROOT,
  fullRows,
  leafHash,
  nodeHash,
  rootOfInclusion,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';
import { givenEntries } from './testdata/given-log.ts';
import { naivePath, naiveProof, naiveRoot } from './testdata/naive.ts';

const hash = nodeSha256Into;
const MOST = 40;
const entries = givenEntries(0, MOST);
const roots = entries.map((_, i) => naiveRoot(entries.slice(0, i))).concat([naiveRoot(entries)]);
const root = (size: number): Uint8Array => roots[size] ?? EMPTY_ROOT;
const leaf = (i: number): Uint8Array => leafHash(entries[i] ?? new Uint8Array(0), hash);

/** A hash that is not this one. */
function other(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
}

test('hashes of RFC 6962', () => {
  assert.equal(toHex(EMPTY_ROOT), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  for (const into of [nodeSha256Into, sha256Into]) {
    const empty = leafHash(new Uint8Array(0), into);
    assert.equal(toHex(empty), '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    const leaves = [...entries.slice(0, 2)].map((entry) => leafHash(entry, into));
    const [left = empty, right = empty] = leaves;
    assert.deepEqual(nodeHash(left, right, into), root(2));
    const long = new Uint8Array(70_000).fill(7);
    assert.deepEqual(leafHash(long, into), naiveRoot([long]));
    assert.deepEqual(leafHash(entries[1] ?? long, into), leaf(1), 'after a long one');
  }
});

test('the hashes above hashes, of full subtrees', () => {
  for (const width of [0, 1, 2, 3, 7, 8, MOST]) {
    const hashes = Uint8Array.from(entries.slice(0, width).flatMap((_, i) => [...leaf(i)]));
    const rows = fullRows(hashes, hash);
    assert.equal(rows.length, Math.max(1, Math.floor(Math.log2(width)) + 1));
    for (const [height, row] of rows.entries()) {
      const count = 2 ** height;
      const full = Math.floor(width / count);
      const roots = Array.from({ length: full }, (_, i) =>
        naiveRoot(entries.slice(i * count, (i + 1) * count)),
      );
      assert.deepEqual(row, Uint8Array.from(roots.flatMap((each) => [...each])), `${width} ${height}`);
    }
  }
});

test('each entry is shown to be in each tree, and nothing else is', () => {
  for (let size = 1; size <= MOST; size++) {
    for (let index = 0; index < size; index++) {
      const proof = naivePath(index, entries.slice(0, size));
      const good = { index, size, leaf: leaf(index), proof, root: root(size) };
      verifyInclusion(good, hash);
      assert.deepEqual(rootOfInclusion(good, hash), root(size));
      for (const bad of [
        { ...good, leaf: other(good.leaf) },
        { ...good, root: other(good.root) },
        { ...good, root: root(size - 1) },
        { ...good, index: index ^ 1 },
        { ...good, index: size },
        { ...good, size: index },
        { ...good, size: size * 2 },
        { ...good, proof: [...proof, good.leaf] },
        { ...good, proof: [good.leaf, ...proof] },
        { ...good, proof: size === 1 ? [good.root] : proof.slice(1) },
        { ...good, proof: size === 1 ? [good.root] : proof.slice(0, -1) },
        { ...good, proof: proof.length > 1 ? proof.toReversed() : [good.leaf, good.leaf] },
      ])
        assert.throws(() => verifyInclusion(bad, hash), { code: 'proof' }, `${index} of ${size}`);
    }
  }
});

test('what is no number of an entry, no size and no hash is refused', () => {
  const good = { index: 0, size: 2, leaf: leaf(0), proof: [leaf(1)], root: root(2) };
  const bad = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53];
  for (const value of bad) {
    for (const part of ['index', 'size'])
      assert.throws(() => verifyInclusion({ ...good, [part]: value }, hash), { code: 'proof' });
    for (const part of ['from', 'to']) {
      const consistency = { from: 1, to: 2, fromRoot: root(1), toRoot: root(2), proof: [leaf(1)] };
      assert.throws(() => verifyConsistency({ ...consistency, [part]: value }, hash), {
        code: 'inconsistent',
      });
    }
  }
  for (const length of [0, 31, 33]) {
    const short = new Uint8Array(length);
    assert.throws(() => verifyInclusion({ ...good, leaf: short }, hash), { code: 'proof' });
    assert.throws(() => verifyInclusion({ ...good, proof: [short] }, hash), { code: 'proof' });
    assert.throws(() => verifyInclusion({ ...good, root: short }, hash), { code: 'proof' });
    const consistency = { from: 1, to: 2, fromRoot: root(1), toRoot: root(2), proof: [leaf(1)] };
    for (const bad of [{ fromRoot: short }, { toRoot: short }, { proof: [short] }])
      assert.throws(() => verifyConsistency({ ...consistency, ...bad }, hash), { code: 'inconsistent' });
  }
});

test('a tree of 2^53 - 1 entries has proofs as any other', () => {
  const size = Number.MAX_SAFE_INTEGER;
  const proof = Array.from({ length: 53 }, () => leaf(0));
  const large = { size, leaf: leaf(1), proof };
  const last = rootOfInclusion({ ...large, index: size - 1, proof: proof.slice(1) }, hash);
  verifyInclusion(
    { ...large, index: 2 ** 40 + 1, root: rootOfInclusion({ ...large, index: 2 ** 40 + 1 }, hash) },
    hash,
  );
  assert.throws(() => verifyInclusion({ ...large, index: size - 1, root: last }, hash), { code: 'proof' });
  assert.throws(() => verifyInclusion({ ...large, index: 2 ** 40, root: last }, hash), { code: 'proof' });
});

test('each tree is shown to begin with each smaller one, and with no other', () => {
  for (let to = 1; to <= MOST; to++) {
    for (let from = 1; from <= to; from++) {
      const proof = naiveProof(from, entries.slice(0, to));
      const good = { from, to, fromRoot: root(from), toRoot: root(to), proof };
      verifyConsistency(good, hash);
      const bads = [
        { ...good, fromRoot: other(good.fromRoot) },
        { ...good, toRoot: other(good.toRoot) },
        { ...good, from: from - 1 },
        { ...good, from: to + 1 },
        { ...good, proof: [...proof, leaf(0)] },
        { ...good, proof: [leaf(0), ...proof] },
        ...(from < to
          ? [
              { ...good, proof: [] },
              { ...good, proof: proof.slice(1) },
              { ...good, proof: proof.slice(0, -1) },
              { ...good, fromRoot: good.toRoot, toRoot: good.fromRoot },
              ...proof.map((_, i) => ({ ...good, proof: proof.map((h, k) => (k === i ? other(h) : h)) })),
            ]
          : []),
      ];
      for (const [i, bad] of bads.entries())
        assert.throws(() => verifyConsistency(bad, hash), { code: 'inconsistent' }, `${from} ${to} ${i}`);
    }
  }
});

test('every tree begins with the empty one', () => {
  const empty = { from: 0, fromRoot: EMPTY_ROOT, proof: [] };
  verifyConsistency({ ...empty, to: 7, toRoot: root(7) }, hash);
  verifyConsistency({ ...empty, to: 0, toRoot: EMPTY_ROOT }, hash);
  for (const bad of [
    { ...empty, to: 7, toRoot: root(7), fromRoot: root(1) },
    { ...empty, to: 7, toRoot: root(7), proof: [root(7)] },
    { ...empty, to: 0, toRoot: root(1) },
    { ...empty, to: 0, toRoot: root(1), fromRoot: root(1) },
  ])
    assert.throws(() => verifyConsistency(bad, hash), { code: 'inconsistent' });
});

test('proofs of any trees: the right one alone', () => {
  const size = fc.integer({ min: 1, max: MOST });
  fc.assert(
    fc.property(size, size, fc.nat(MOST - 1), fc.nat(MOST - 1), (a, b, index, claimed) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const consistency = { proof: naiveProof(from, entries.slice(0, to)), fromRoot: root(from) };
      verifyConsistency({ ...consistency, from, to, toRoot: root(to) }, hash);
      const included = { proof: naivePath(index % to, entries.slice(0, to)), leaf: leaf(index % to) };
      const claim = { ...included, index: claimed % to, size: to, root: root(to) };
      if (claimed % to === index % to) verifyInclusion(claim, hash);
      else assert.throws(() => verifyInclusion(claim, hash), { code: 'proof' });
    }),
    { seed, numRuns: rounds(300, 100_000) },
  );
});
