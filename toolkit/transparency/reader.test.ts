import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { gunzipBytes, nodeSha256Into } from '../io/index.ts';
import {
  type FetchBytes,
  LogReader,
  leafHash,
  type PlacedEntry,
  type TreeHead,
  verifyConsistency,
  verifyInclusion,
} from './index.ts';
import { type GivenLog, givenEntries, givenEntry, givenLog } from './testdata/given-log.ts';
import { naivePath, naiveProof, naiveRoot } from './testdata/naive.ts';

const hash = nodeSha256Into;

function reading({ fetch }: GivenLog, counted?: string[]): LogReader {
  const counting: FetchBytes = (path, limit) => {
    counted?.push(path);
    return fetch(path, limit);
  };
  return new LogReader(counting, hash);
}

async function all(entries: AsyncIterable<PlacedEntry>): Promise<PlacedEntry[]> {
  const found: PlacedEntry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

test('proofs are those of RFC 6962', async () => {
  for (const size of [1, 2, 3, 7, 8, 255, 256, 257, 300, 511, 513, 1000]) {
    const log = givenLog(size);
    const entries = givenEntries(0, size);
    const reader = reading(log);
    const middle = size >> 1;
    for (const index of new Set([0, 1, middle, 254, 255, 256, size - 2, size - 1])) {
      if (index < 0 || index >= size) continue;
      const proof = await reader.inclusionProof(index, log.checkpoint);
      assert.deepEqual(proof, naivePath(index, entries), `${index} of ${size}`);
      const from = index + 1;
      const consistency = await reader.consistencyProof(from, log.checkpoint);
      assert.deepEqual(consistency, naiveProof(from, entries), `${from} to ${size}`);
      assert.deepEqual(await reader.root(from, log.checkpoint), naiveRoot(entries.slice(0, from)));
      assert.deepEqual(await reader.leaf(index, log.checkpoint), leafHash(givenEntry(index), hash));
    }
    assert.deepEqual(await reader.consistencyProof(0, log.checkpoint), []);
  }
});

test('entries, whole bundles and parts of them', async () => {
  const log = givenLog(100, 1000);
  const reader = reading(log);
  const spans = [
    [0, 0],
    [0, 1],
    [0, 1000],
    [255, 257],
    [256, 512],
    [300, 301],
    [999, 1000],
    [1000, 1000],
    [512, 512],
  ] as const;
  for (const [start, end] of spans) {
    const found = await all(reader.entries(start, end, log.checkpoint));
    const expected = givenEntries(start, end);
    assert.deepEqual(
      found.map(({ index }) => index),
      expected.map((_, i) => start + i),
    );
    assert.deepEqual(
      found.map(({ entry }) => entry),
      expected,
    );
    for (const { entry, leaf } of found) assert.deepEqual(leaf, leafHash(entry, hash));
  }
  for (const index of [0, 255, 256, 999])
    assert.deepEqual((await reader.entry(index, log.checkpoint)).entry, givenEntry(index));
  // Whoever stops early asks for little more than was wanted.
  const asked: string[] = [];
  for await (const { index } of reading(log, asked).entries(0, 1000, log.checkpoint)) if (index === 2) break;
  assert.ok(asked.filter((path) => path.startsWith('tile/entries')).length <= 4);
});

test('what the tree does not have is not looked for', async () => {
  const log = givenLog(300);
  const asked: string[] = [];
  const reader = reading(log, asked);
  for (const index of [-1, 300, 1.5, Number.NaN, 2 ** 53]) {
    await assert.rejects(reader.entry(index, log.checkpoint), { code: 'bounds' });
    await assert.rejects(reader.leaf(index, log.checkpoint), { code: 'bounds' });
    await assert.rejects(reader.inclusionProof(index, log.checkpoint), { code: 'bounds' });
  }
  for (const size of [-1, 301, 1.5, Number.NaN, 2 ** 53]) {
    await assert.rejects(reader.root(size, log.checkpoint), { code: 'bounds' });
    await assert.rejects(reader.consistencyProof(size, log.checkpoint), { code: 'bounds' });
    await assert.rejects(all(reader.entries(0, size, log.checkpoint)), { code: 'bounds' });
  }
  await assert.rejects(all(reader.entries(2, 1, log.checkpoint)), { code: 'bounds' });
  assert.deepEqual(asked, []);
});

test('a log of one size is read by all its sizes, with partial files and without', async () => {
  const sizes = [1, 200, 256, 300, 700, 65_536, 66_000];
  const log = givenLog(...sizes);
  const reader = reading(log);
  const heads: TreeHead[] = [];
  for (const size of sizes) heads.push(givenLog(size).checkpoint);
  for (const kept of [true, false]) {
    if (!kept)
      for (const path of log.files.keys())
        if (path.includes('.p/') && log.files.has(path.replace(/\.p\/.*/, ''))) log.files.delete(path);
    for (const head of heads) {
      const index = head.size - 1;
      const proof = await reader.inclusionProof(index, head);
      const leaf = leafHash(givenEntry(index), hash);
      verifyInclusion({ index, size: head.size, leaf, proof, root: head.root }, hash);
      assert.deepEqual((await reading(log).entry(index, head)).entry, givenEntry(index));
      for (const older of heads.filter(({ size }) => size <= head.size)) {
        const consistency = {
          from: older.size,
          fromRoot: older.root,
          to: head.size,
          toRoot: head.root,
          proof: await reader.consistencyProof(older.size, head),
        };
        verifyConsistency(consistency, hash);
      }
    }
  }
});

test('tiles are read once, and only as many are kept as were allowed', async () => {
  const log = givenLog(70_000);
  const asked: string[] = [];
  const reader = reading(log, asked);
  for (let i = 0; i < 3; i++) await reader.inclusionProof(1000, log.checkpoint);
  assert.deepEqual(asked.toSorted(), [
    'tile/0/003',
    'tile/0/273.p/112',
    'tile/1/000',
    'tile/1/001.p/17',
    'tile/2/000.p/1',
  ]);
  const forgetful = new LogReader(
    (path, limit) => {
      asked.push(path);
      return log.fetch(path, limit);
    },
    hash,
    { kept: 2 },
  );
  asked.splice(0);
  for (const index of [0, 300, 600, 0]) await forgetful.inclusionProof(index, log.checkpoint);
  assert.equal(asked.filter((path) => path === 'tile/0/000').length, 2);
});

test('nothing is believed that does not lead to the root', async () => {
  const log = givenLog(70_000);
  const read = {
    entry: (reader: LogReader) => reader.entry(1000, log.checkpoint),
    entries: (reader: LogReader) => all(reader.entries(900, 1100, log.checkpoint)),
    inclusion: (reader: LogReader) => reader.inclusionProof(1000, log.checkpoint),
    consistency: (reader: LogReader) => reader.consistencyProof(1001, log.checkpoint),
  };
  const cases: [path: string, code: string, ...fail: (keyof typeof read)[]][] = [
    ['tile/entries/003', 'bundle', 'entry', 'entries'],
    ['tile/0/003', 'tile', 'entry', 'entries', 'inclusion', 'consistency'],
    ['tile/1/000', 'tile', 'entry', 'entries', 'inclusion', 'consistency'],
    ['tile/1/001.p/17', 'tile', 'entry', 'entries', 'inclusion', 'consistency'],
    ['tile/2/000.p/1', 'tile', 'entry', 'entries', 'inclusion', 'consistency'],
    ['tile/0/273.p/112', 'tile', 'entry', 'entries', 'inclusion', 'consistency'],
  ];
  for (const [path, code, ...fail] of cases) {
    const good = log.files.get(path) ?? new Uint8Array(0);
    const flipped = good.slice();
    flipped[5] = (flipped[5] ?? 0) ^ 1;
    for (const bytes of [flipped, good.subarray(1), good.subarray(0, -1), new Uint8Array(0), null]) {
      const reader = new LogReader(async (p) => (p === path ? bytes : (log.files.get(p) ?? null)), hash);
      for (const name of fail)
        await assert.rejects(
          read[name](reader),
          { code: bytes === null ? 'missing' : code },
          `${name} ${path}`,
        );
    }
  }
});

test('a tile that was wrong once is read again', async () => {
  const log = givenLog(600);
  let wrong = true;
  const reader = new LogReader(async (path) => {
    const bytes = log.files.get(path) ?? null;
    return wrong && bytes !== null && path === 'tile/0/000' ? bytes.toReversed() : bytes;
  }, hash);
  await assert.rejects(reader.inclusionProof(1, log.checkpoint), { code: 'tile' });
  wrong = false;
  assert.equal((await reader.inclusionProof(1, log.checkpoint)).length, 10);
});

test('another log of the same size is another log', async () => {
  const [log, fork] = [givenLog(600), givenLog(500)];
  fork.add([...givenEntries(0, 100)]);
  const reader = reading(log);
  assert.equal((await reader.inclusionProof(1, log.checkpoint)).length, 10);
  await assert.rejects(reader.inclusionProof(1, fork.checkpoint), { code: 'tile' });
  await assert.rejects(reader.inclusionProof(1, { size: 600, root: new Uint8Array(0) }), { code: 'tile' });
});

test('what fetching throws is thrown, and asked for again', async () => {
  const log = givenLog(2000);
  let broken = true;
  const reader = new LogReader(async (path, limit) => {
    if (broken) throw new Error('no line');
    return log.fetch(path, limit);
  }, hash);
  await assert.rejects(all(reader.entries(0, 2000, log.checkpoint)), { message: 'no line' });
  broken = false;
  assert.equal((await all(reader.entries(0, 2000, log.checkpoint))).length, 2000);
});

test('bundles that are kept packed', async () => {
  const log = givenLog(200, 300);
  const head = givenLog(200).checkpoint;
  for (const [path, bytes] of log.files)
    if (path.startsWith('tile/entries/')) log.files.set(path, new Uint8Array(gzipSync(bytes)));
  const reader = new LogReader(log.fetch, hash, { gunzip: gunzipBytes });
  assert.deepEqual((await reader.entry(299, log.checkpoint)).entry, givenEntry(299));
  log.files.delete('tile/entries/000.p/200');
  assert.deepEqual((await reader.entry(199, head)).entry, givenEntry(199));
  await assert.rejects(new LogReader(log.fetch, hash).entry(0, log.checkpoint), { code: 'bundle' });
  log.files.set('tile/entries/000', Uint8Array.of(0x1f, 0x8b, 1, 2, 3));
  await assert.rejects(reader.entry(0, log.checkpoint), { code: 'bundle', message: /cannot be unpacked/ });
  // One that begins as gzip does, and is none.
  const only = givenLog();
  only.add([new Uint8Array(0x1f8b)]);
  const { entry } = await new LogReader(only.fetch, hash, { gunzip: gunzipBytes }).entry(0, only.checkpoint);
  assert.equal(entry.length, 0x1f8b);
});

test('a log begins with each of its smaller trees, and has each entry', async () => {
  const log = givenLog(5000);
  const { size, root } = log.checkpoint;
  const reader = reading(log);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: size }), fc.nat(size - 1), async (from, index) => {
      const fromRoot = await reader.root(from, log.checkpoint);
      const consistency = await reader.consistencyProof(from, log.checkpoint);
      verifyConsistency({ from, fromRoot, to: size, toRoot: root, proof: consistency }, hash);
      const leaf = await reader.leaf(index, log.checkpoint);
      const proof = await reader.inclusionProof(index, log.checkpoint);
      verifyInclusion({ index, size, leaf, proof, root }, hash);
      const other = (index + from) % size;
      if (other !== index)
        assert.throws(() => verifyInclusion({ index: other, size, leaf, proof, root }, hash), {
          code: 'proof',
        });
    }),
    { seed, numRuns: rounds(200, 20_000) },
  );
});
