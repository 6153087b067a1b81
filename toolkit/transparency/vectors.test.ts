/** Proofs, our own and those that others made: x/mod of Go, RFC 6962's own tree, transparency-dev's. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { sharedJson, sharedPath, withoutShared } from '../../test/shared.ts';
import { fromBase64, toBase64, toHex } from '../base/index.ts';
import { nodeSha256Into } from '../io/index.ts';
import {
  type Consistency,
  EMPTY_EDGE,
  grow,
  type Inclusion,
  LogReader,
  leafHash,
  parseTilePath,
  type TileName,
  TransparencyError,
  tilePath,
  tilesOf,
  verifyConsistency,
  verifyInclusion,
} from './index.ts';
import { GivenLog } from './testdata/given-log.ts';
import { naiveRoot } from './testdata/naive.ts';

const hash = nodeSha256Into;
const text = (line: string): Uint8Array => new TextEncoder().encode(line);
const hashes = (proof: readonly string[] | null): Uint8Array[] => (proof ?? []).map(fromBase64);

interface OurVectors {
  entries: string[];
  leaves: string[];
  roots: string[];
  inclusion: { index: number; size: number; proof: string[] }[];
  consistency: { from: number; to: number; proof: string[] }[];
  files: Record<string, string>;
  paths: (TileName & { path: string })[];
  noPaths: string[];
}

test('our own vectors: what they list holds, and nothing near it', () => {
  const ours = new URL('../../data/vectors/log-tree.json', import.meta.url);
  const vectors = JSON.parse(readFileSync(ours, 'utf8')) as OurVectors;
  const entries = vectors.entries.map(text);
  const leaves = hashes(vectors.leaves);
  const roots = hashes(vectors.roots);
  const none = new Uint8Array(0);
  assert.deepEqual(
    leaves,
    entries.map((entry) => leafHash(entry, hash)),
  );
  assert.deepEqual(
    roots,
    roots.map((_, size) => naiveRoot(entries.slice(0, size))),
  );
  assert.deepEqual([vectors.inclusion.length, vectors.consistency.length], [45, 54]);
  for (const { index, size, proof } of vectors.inclusion)
    for (const [i, leaf] of leaves.entries()) {
      const claim = { index, size, leaf, proof: hashes(proof), root: roots[size] ?? none };
      if (i === index) verifyInclusion(claim, hash);
      else assert.throws(() => verifyInclusion(claim, hash), { code: 'proof' });
    }
  for (const { from, to, proof } of vectors.consistency)
    for (const [i, fromRoot] of roots.entries()) {
      const claim = { from, to, fromRoot, toRoot: roots[to] ?? none, proof: hashes(proof) };
      if (i === from) verifyConsistency(claim, hash);
      else assert.throws(() => verifyConsistency(claim, hash), { code: 'inconsistent' });
    }
  const files = grow(EMPTY_EDGE, entries, hash).files.map(({ path, bytes }) => [path, toBase64(bytes)]);
  assert.deepEqual(Object.fromEntries(files), vectors.files);
  for (const { path, ...name } of vectors.paths) {
    assert.equal(tilePath(name), path);
    assert.deepEqual(parseTilePath(path), name);
  }
  for (const path of vectors.noPaths) assert.equal(parseTilePath(path), null, path);
});

const GO = 'tlog-vectors/go-xmod/vectors.json';

interface GoVectors {
  roots: string[];
  inclusion: { Size: number; Index: number; Leaf: string; Proof: string[] }[];
  consistency: { Old: number; New: number; Proof: string[] }[];
  paths: { level: number; index: string; width: number; path: string }[];
  tiles_of_size: Record<string, string[]>;
}

test('roots, inclusion and consistency as x/mod has them', { skip: withoutShared(GO) }, async () => {
  const { roots, inclusion, consistency } = sharedJson<GoVectors>(GO);
  assert.deepEqual([roots.length, inclusion.length, consistency.length], [1101, 279, 271]);
  let edge = EMPTY_EDGE;
  for (const [i, root] of roots.entries()) {
    assert.deepEqual(edge.root, fromBase64(root), `${i}`);
    edge = grow(edge, [text(`${i}`)], hash).edge;
  }
  const head = (size: number) => ({ size, root: fromBase64(roots[size] ?? '') });
  const readers = new Map<number, LogReader>();
  const reader = (size: number): LogReader => {
    const found = readers.get(size);
    if (found !== undefined) return found;
    const log = new GivenLog();
    log.add(Array.from({ length: size }, (_, i) => text(`${i}`)));
    const made = new LogReader(log.fetch, hash);
    readers.set(size, made);
    return made;
  };
  for (const { Size: size, Index: index, Leaf, Proof } of inclusion) {
    const proof = hashes(Proof);
    verifyInclusion({ index, size, leaf: leafHash(text(Leaf), hash), proof, root: head(size).root }, hash);
    assert.deepEqual(await reader(size).inclusionProof(index, head(size)), proof);
  }
  for (const { Old: from, New: to, Proof } of consistency) {
    const proof = hashes(Proof);
    verifyConsistency({ from, to, fromRoot: head(from).root, toRoot: head(to).root, proof }, hash);
    assert.deepEqual(await reader(to).consistencyProof(from, head(to)), proof);
  }
});

test('paths and sets of tiles as x/mod has them', { skip: withoutShared(GO) }, () => {
  const { paths, tiles_of_size } = sharedJson<GoVectors>(GO);
  assert.equal(paths.length, 360);
  for (const { level, index, width, path } of paths) {
    const name = { level: level < 0 ? ('entries' as const) : level, index: Number(index), width };
    assert.equal(tilePath(name), path);
    assert.deepEqual(parseTilePath(path), name);
  }
  for (const [size, expected] of Object.entries(tiles_of_size)) {
    const names = [...tilesOf(Number(size))].filter(({ level }) => level !== 'entries').map(tilePath);
    const listed = names.filter((name) => names.length < 8 || name.includes('.p/'));
    assert.deepEqual([...listed, `total=${names.length}`], expected, size);
  }
});

const RFC = 'tlog-vectors/derived/rfc6962.json';

test('the tree of RFC 6962', { skip: withoutShared(RFC) }, () => {
  const { leaves, roots } = sharedJson<{ leaves: string[]; roots: string[] }>(RFC);
  const entries = leaves.map((leaf) => new Uint8Array(Buffer.from(leaf, 'hex')));
  assert.equal(roots.length, entries.length + 1);
  for (const [size, root] of roots.entries()) {
    assert.equal(toHex(grow(EMPTY_EDGE, entries.slice(0, size), hash).edge.root), root);
    assert.equal(toHex(naiveRoot(entries.slice(0, size))), root);
  }
});

const MERKLE = 'tlog-vectors/merkle-transparency-dev';

interface Wanted {
  proof: string[] | null;
  wantErr: boolean;
}
interface InclusionVector extends Wanted {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
}
interface ConsistencyVector extends Wanted {
  size1: number;
  size2: number;
  root1: string;
  root2: string;
}
interface SubtreeInclusionVector extends Omit<InclusionVector, 'treeSize'> {
  start: number;
  end: number;
}
interface SubtreeConsistencyVector extends Omit<ConsistencyVector, 'size1' | 'size2'> {
  start: number;
  end: number;
  size: number;
}

function vectorsOf<T>(kind: string): [name: string, vector: T][] {
  const files = readdirSync(sharedPath(`${MERKLE}/${kind}`), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [`${kind}/${file}`, sharedJson<T>(`${MERKLE}/${kind}/${file}`)]);
}

const SHORT = 'its root has 12 bytes, and we refuse what is no hash even where nothing is computed with it';

/** Where we judge otherwise than they. */
const differences: Readonly<Record<string, string>> = {
  'consistency/additional/sizes-are-equal-one-and-proof-is-empty.json': SHORT,
  'subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json': SHORT,
  'subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-one-subtree-root-valid-tree-root-random-proof-is-empty.json':
    SHORT,
  'subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty.json':
    SHORT,
};

function judged(name: string, wantErr: boolean, verify: () => void): string[] {
  let refused = false;
  try {
    verify();
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    refused = true;
  }
  return refused === wantErr ? [] : [name];
}

test("transparency-dev's proofs", { skip: withoutShared(MERKLE) }, () => {
  const inclusion = (v: InclusionVector): Inclusion & { root: Uint8Array } => ({
    index: v.leafIdx,
    size: v.treeSize,
    leaf: fromBase64(v.leafHash),
    root: fromBase64(v.root),
    proof: hashes(v.proof),
  });
  const consistency = (v: ConsistencyVector): Consistency => ({
    from: v.size1,
    to: v.size2,
    fromRoot: fromBase64(v.root1),
    toRoot: fromBase64(v.root2),
    proof: hashes(v.proof),
  });
  const inclusions = vectorsOf<InclusionVector>('inclusion');
  const consistencies = vectorsOf<ConsistencyVector>('consistency');
  // A subtree is a tree, and one that begins at the left edge is a smaller tree.
  for (const [name, { start, end, leafIdx, ...vector }] of vectorsOf<SubtreeInclusionVector>(
    'subtreeinclusion',
  ))
    inclusions.push([name, { ...vector, leafIdx: leafIdx - start, treeSize: end - start }]);
  const later: SubtreeConsistencyVector[] = [];
  for (const [name, vector] of vectorsOf<SubtreeConsistencyVector>('subtreeconsistency')) {
    const { start, end, size } = vector;
    if (start !== 0 && start !== end) later.push(vector);
    else consistencies.push([name, { ...vector, size1: end - start, size2: size }]);
  }
  assert.deepEqual([inclusions.length, consistencies.length, later.length], [302, 208, 8]);
  // No log of tiles proves anything of one that begins elsewhere; none of these is to be accepted.
  assert.ok(later.every(({ wantErr }) => wantErr));
  const found = [
    ...consistencies.flatMap(([name, vector]) =>
      judged(name, vector.wantErr, () => verifyConsistency(consistency(vector), hash)),
    ),
    ...inclusions.flatMap(([name, vector]) =>
      judged(name, vector.wantErr, () => verifyInclusion(inclusion(vector), hash)),
    ),
  ];
  assert.deepEqual(found, Object.keys(differences));
});
