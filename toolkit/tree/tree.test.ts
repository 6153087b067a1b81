import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { canonicalJson, decodeUtf8, encodeUtf8, type Sha256 } from '../base/index.ts';
import {
  decodeManifest,
  decodeShard,
  encodeManifest,
  encodeShard,
  MANIFEST_PATH,
  type Manifest,
  objectPath,
  openTree,
  SHARDS,
  shardOf,
  TreeError,
  type TreeFile,
} from './index.ts';

const sha256: Sha256 = (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest());
const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The files of a whole tree by path, made as a publisher makes them. */
function treeOf(contents: Readonly<Record<string, string>>, serial = 1): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const shards = Array.from({ length: SHARDS }, () => new Map<string, TreeFile>());
  for (const [path, text] of Object.entries(contents)) {
    const bytes = encodeUtf8(text);
    const file = { sha256: hex(bytes), size: bytes.length };
    files.set(objectPath(file.sha256), bytes);
    shards[shardOf(path, sha256)]?.set(path, file);
  }
  const digests = shards.map((shard) => {
    const bytes = encodeShard(shard);
    files.set(objectPath(hex(bytes)), bytes);
    return hex(bytes);
  });
  const manifest: Manifest = {
    format: 'cpansec-manifest/1',
    serial,
    built: '2026-11-22T06:00:00Z',
    files: Object.keys(contents).length,
    shards: digests,
  };
  return files.set(MANIFEST_PATH, encodeManifest(manifest));
}

const fetchFrom =
  (files: ReadonlyMap<string, Uint8Array>) =>
  async (path: string): Promise<Uint8Array | null> =>
    files.get(path) ?? null;

test('a tree gives by path what its manifest names by digest', async () => {
  const tree = await openTree(fetchFrom(treeOf({ 'index/head.json': '{}', 'a/b.html': '<p>' })), { sha256 });
  assert.equal(tree.manifest.files, 2);
  assert.equal(decodeUtf8((await tree.read('a/b.html')) ?? new Uint8Array(0)), '<p>');
  assert.equal(await tree.read('a/c.html'), null);
  const all = new Map<string, TreeFile>();
  for await (const [path, file] of tree.files()) all.set(path, file);
  assert.deepEqual([...all.keys()].sort(), ['a/b.html', 'index/head.json']);
  assert.deepEqual(all.get('a/b.html'), await tree.find('a/b.html'));
  assert.deepEqual(await tree.find('index/head.json'), { sha256: hex(encodeUtf8('{}')), size: 2 });
});

test('without another SHA-256 the portable one reads the same', async () => {
  const tree = await openTree(fetchFrom(treeOf({ a: 'text' })));
  assert.equal(decodeUtf8((await tree.read('a')) ?? new Uint8Array(0)), 'text');
});

test('a tree that is replaced stays the one that was opened', async () => {
  const files = treeOf({ a: 'old' });
  const tree = await openTree(fetchFrom(files), { sha256 });
  for (const [path, bytes] of treeOf({ a: 'new' }, 2)) files.set(path, bytes);
  assert.equal(decodeUtf8((await tree.read('a')) ?? new Uint8Array(0)), 'old');
  const next = await openTree(fetchFrom(files), { sha256 });
  assert.equal(decodeUtf8((await next.read('a')) ?? new Uint8Array(0)), 'new');
});

test('what is not what the manifest says is refused by name', async () => {
  const cases: [change: (files: Map<string, Uint8Array>) => void, message: RegExp][] = [
    [(files) => files.delete(MANIFEST_PATH), /^manifest\.json: there is no manifest$/],
    [
      (files) => files.set(MANIFEST_PATH, encodeUtf8('{}')),
      /^manifest\.json at format: expected one of cpansec-manifest\/1/,
    ],
    [(files) => files.set(MANIFEST_PATH, encodeUtf8('{"format":')), /^manifest\.json:1:\d+: /],
    [(files) => files.set(MANIFEST_PATH, Uint8Array.of(0xff)), /^manifest\.json:1: invalid UTF-8/],
    [(files) => files.set(objectPath(hex(encodeUtf8('text'))), encodeUtf8('tex')), /holds other bytes/],
    [(files) => files.delete(objectPath(hex(encodeUtf8('text')))), /^objects\/[0-9a-f/]+: is not there$/],
  ];
  for (const [change, message] of cases) {
    const files = treeOf({ a: 'text' });
    change(files);
    const read = async (): Promise<unknown> => (await openTree(fetchFrom(files), { sha256 })).read('a');
    await assert.rejects(read, (error) => error instanceof TreeError && message.test(error.message));
  }
});

test('a file above the limit is not fetched', async () => {
  const tree = await openTree(fetchFrom(treeOf({ a: 'text' })), { sha256 });
  await assert.rejects(tree.read('a', 3), { code: 'too-large', message: 'a: 4 bytes, at most 3' });
});

test('a shard that could not be fetched is asked for again', async () => {
  const files = treeOf({ a: 'text' });
  const shard = shardOf('a', sha256);
  const path = objectPath(decodeManifest(files.get(MANIFEST_PATH) ?? new Uint8Array(0)).shards[shard] ?? '');
  const bytes = files.get(path) ?? new Uint8Array(0);
  files.delete(path);
  const tree = await openTree(fetchFrom(files), { sha256 });
  await assert.rejects(tree.read('a'), { code: 'digest' });
  files.set(path, bytes);
  assert.equal(decodeUtf8((await tree.read('a')) ?? new Uint8Array(0)), 'text');
});

test(`manifest and shard read back what was written; seed ${seed}`, () => {
  const path = fc.stringMatching(/^[a-z0-9._-]{1,20}$/);
  const file = fc.record({ sha256: fc.stringMatching(/^[0-9a-f]{64}$/), size: fc.nat() });
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(path, file), { selector: ([name]) => name }), (entries) => {
      const shard = new Map(entries);
      const again = decodeShard(encodeShard(shard), 'shard');
      const plain = [...shard].map(([name, one]) => [name, [one.sha256, one.size]]);
      assert.equal(decodeUtf8(encodeShard(shard)), canonicalJson(Object.fromEntries(plain)));
      assert.equal(again.size, shard.size);
      for (const [name, { sha256, size }] of entries)
        assert.deepEqual({ ...again.get(name) }, { sha256, size });
      assert.deepEqual(encodeShard(again), encodeShard(new Map(entries.toReversed())));
    }),
    { seed, numRuns: rounds(200, 20_000) },
  );
});

test(`damaged shards are refused or read, never something else; seed ${seed}`, () => {
  const bytes = encodeShard(new Map([['a/b.json', { sha256: 'a'.repeat(64), size: 10 }]]));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      const damaged = Uint8Array.from(bytes);
      damaged[at] = value;
      try {
        decodeShard(damaged, 'shard');
      } catch (error) {
        assert.ok(error instanceof TreeError && error.code === 'manifest');
      }
    }),
    { seed, numRuns: rounds(300, 20_000) },
  );
});
