import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { sha256Into, toHex } from '../base/index.ts';
import { nodeSha256Into } from '../io/index.ts';
import { EMPTY_EDGE, grow, loadEdge } from './grow.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { GivenLog, givenEntries, givenLog } from './testdata/given-log.ts';
import { naiveRoot } from './testdata/naive.ts';
import { MAX_ENTRY, tilePath, tilesOf } from './tile.ts';

const hash = nodeSha256Into;

test('the root after each entry is that of RFC 6962', () => {
  const log = new GivenLog();
  const entries = givenEntries(0, 300);
  for (const [i, entry] of entries.entries()) {
    log.add([entry]);
    if (i < 40 || i > 250) assert.equal(toHex(log.edge.root), toHex(naiveRoot(entries.slice(0, i + 1))));
  }
});

test('a log without entries has no files', () => {
  const { edge, files } = grow(EMPTY_EDGE, [], hash);
  assert.deepEqual(files, []);
  assert.deepEqual(edge, EMPTY_EDGE);
  assert.deepEqual(edge.root, EMPTY_ROOT);
});

test('what is written is new: full files, and the partial ones of the new size', () => {
  const steps: [size: number, ...files: string[]][] = [
    [1, 'entries/000.p/1', '0/000.p/1'],
    [3, 'entries/000.p/3', '0/000.p/3'],
    [256, 'entries/000', '0/000', '1/000.p/1'],
    [256],
    [257, 'entries/001.p/1', '0/001.p/1'],
    [1024, ...['001', '002', '003'].flatMap((n) => [`entries/${n}`, `0/${n}`]), '1/000.p/4'],
  ];
  const log = new GivenLog();
  for (const [size, ...files] of steps) {
    const written = log.add(givenEntries(log.edge.size, size)).map(({ path }) => path);
    assert.deepEqual(written.toSorted(), files.map((file) => `tile/${file}`).toSorted(), `${size}`);
  }
});

test('a log of 70,000 entries has the files of its size, whether it grew in one step or in many', () => {
  const at = [1, 255, 256, 257, 1000, 65_535, 65_536, 65_537, 70_000];
  const once = givenLog(70_000);
  const often = givenLog(...at);
  assert.deepEqual(once.edge, often.edge);
  const names = [...tilesOf(70_000)].map(tilePath);
  assert.deepEqual([...once.files.keys()].toSorted(), names.toSorted());
  for (const name of names) assert.deepEqual(once.files.get(name), often.files.get(name), name);
  // Each size in between was served, too.
  for (const size of at) for (const name of tilesOf(size)) assert.ok(often.files.has(tilePath(name)));
});

test('the edge that is read is the edge that was left', async () => {
  for (const size of [0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537]) {
    const log = givenLog(size);
    const edge = await loadEdge(log.checkpoint, log.fetch, hash);
    assert.deepEqual(edge, log.edge, `${size}`);
    assert.deepEqual(
      grow(edge, givenEntries(size, size + 300), sha256Into),
      grow(log.edge, givenEntries(size, size + 300), hash),
    );
  }
});

test('a partial file that is gone is read from the full one', async () => {
  const log = givenLog(200, 300);
  for (const path of log.files.keys()) if (path.includes('000.p/200')) log.files.delete(path);
  const root = givenLog(200).edge.root;
  assert.deepEqual(await loadEdge({ size: 200, root }, log.fetch, hash), givenLog(200).edge);
});

test('an edge that is not of this root', async () => {
  const log = givenLog(300);
  const load = (change: (log: GivenLog) => void, checkpoint = log.checkpoint) => {
    const changed = givenLog(300);
    change(changed);
    return loadEdge(checkpoint, changed.fetch, hash);
  };
  const set = (path: string, bytes: Uint8Array) => load(({ files }) => files.set(path, bytes));
  const drop = (path: string) => load(({ files }) => files.delete(path));
  await assert.rejects(
    load(() => {}, { size: 300, root: EMPTY_ROOT }),
    { code: 'tile' },
  );
  await assert.rejects(
    load(() => {}, { size: 0, root: log.edge.root }),
    { code: 'tile' },
  );
  await assert.rejects(
    load(() => {}, { size: 299, root: log.edge.root }),
    { code: 'missing' },
  );
  await assert.rejects(drop('tile/1/000.p/1'), { code: 'missing', place: { file: 'tile/1/000.p/1' } });
  await assert.rejects(drop('tile/entries/001.p/44'), { code: 'missing' });
  await assert.rejects(set('tile/1/000.p/1', new Uint8Array(32)), { code: 'tile' });
  await assert.rejects(set('tile/1/000.p/1', new Uint8Array(31)), { code: 'tile' });
  await assert.rejects(set('tile/entries/001.p/44', new Uint8Array(88)), { code: 'bundle' });
});

test('an entry that is too long is refused, and nothing is added', () => {
  const log = givenLog(10);
  const before = structuredClone(log.edge);
  assert.throws(() => log.add([...givenEntries(10, 400), new Uint8Array(MAX_ENTRY + 1)]), { code: 'bounds' });
  assert.deepEqual(log.edge, before);
  log.add([new Uint8Array(MAX_ENTRY)]);
  assert.equal(log.edge.size, 11);
});

test('however a log grows, it is the same log', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 8 });
  fc.assert(
    fc.property(steps, (lengths) => {
      const log = new GivenLog();
      for (const length of lengths) {
        const before = structuredClone(log.edge);
        const edge = log.edge;
        log.add(givenEntries(edge.size, edge.size + length));
        assert.deepEqual(edge, before, 'an edge is never changed in place');
      }
      const once = givenLog(log.edge.size);
      assert.deepEqual(log.edge, once.edge);
      for (const [path, bytes] of once.files) assert.deepEqual(log.files.get(path), bytes, path);
    }),
    { seed, numRuns: rounds(20, 2000) },
  );
});
