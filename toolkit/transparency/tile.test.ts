import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { TransparencyError } from './errors.ts';
import {
  decodeBundle,
  encodeBundle,
  MAX_ENTRY,
  parseTilePath,
  type TileName,
  tilePath,
  tilesOf,
} from './tile.ts';

const paths: [name: TileName, path: string][] = [
  [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
  [{ level: 0, index: 0, width: 1 }, 'tile/0/000.p/1'],
  [{ level: 0, index: 999, width: 256 }, 'tile/0/999'],
  [{ level: 0, index: 1000, width: 256 }, 'tile/0/x001/000'],
  [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
  [{ level: 63, index: 1_234_067, width: 255 }, 'tile/63/x001/x234/067.p/255'],
  [{ level: 'entries', index: 123_456, width: 8 }, 'tile/entries/x123/456.p/8'],
  [{ level: 1, index: Number.MAX_SAFE_INTEGER, width: 256 }, 'tile/1/x009/x007/x199/x254/x740/991'],
];

test('paths of tiles', () => {
  for (const [name, path] of paths) {
    assert.equal(tilePath(name), path);
    assert.deepEqual(parseTilePath(path), name);
  }
});

test('no other text is a path', () => {
  const bad = [
    ...[
      '',
      'tile',
      'tile/0',
      'tile/0/',
      'tile/0/0',
      'tile/0/0000',
      'tile/0/00a',
      '/tile/0/000',
      'tile/0/000/',
    ],
    ...[
      'tile/64/000',
      'tile/00/000',
      'tile/-1/000',
      'tile/01/000',
      'tile/100/000',
      'tile/data/000',
      'tile//000',
    ],
    ...['tile/0/x000/000', 'tile/0/x000/x001/000', 'tile/0/001/000', 'tile/0/x001', 'tile/0/X001/000'],
    ...[
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/999',
      'tile/0/000.p/01',
      'tile/0/000.p/',
      'tile/0/000.p',
    ],
    ...[
      'tile/0/x009/x007/x199/x254/x740/992',
      'tile/0/x999/x999/x999/x999/x999/999',
      'tile/0/000\n',
      'tile/0/٠٠٠',
    ],
    `tile/0/${'x001/'.repeat(100_000)}000`,
  ];
  for (const path of bad) assert.equal(parseTilePath(path), null, path.slice(0, 60));
});

test('a path is read as what it was written from', () => {
  const level = fc.oneof(fc.nat(63), fc.constant('entries' as const));
  const name = fc.record(
    { level, index: fc.maxSafeNat(), width: fc.integer({ min: 1, max: 256 }) },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(name, fc.string(), (tile, text) => {
      assert.deepEqual(parseTilePath(tilePath(tile)), tile);
      const found = parseTilePath(`tile/${text}`);
      if (found !== null) assert.equal(tilePath(found), `tile/${text}`);
    }),
    { seed, numRuns: rounds(500, 100_000) },
  );
});

const sizes: [size: number, ...tiles: string[]][] = [
  [0],
  [1, 'entries/000.p/1', '0/000.p/1'],
  [255, 'entries/000.p/255', '0/000.p/255'],
  [256, 'entries/000', '0/000', '1/000.p/1'],
  [257, 'entries/000', 'entries/001.p/1', '0/000', '0/001.p/1', '1/000.p/1'],
];

test('the files of a tree', () => {
  for (const [size, ...tiles] of sizes)
    assert.deepEqual(
      [...tilesOf(size)].map(tilePath),
      tiles.map((tile) => `tile/${tile}`),
    );
  const large = [...tilesOf(70_000)].filter(({ level }) => level !== 'entries');
  assert.equal(large.length, 277);
  assert.deepEqual(large.filter(({ level }) => level !== 0).map(tilePath), [
    'tile/1/000',
    'tile/1/001.p/17',
    'tile/2/000.p/1',
  ]);
  assert.equal([...tilesOf(2 ** 24)].length, 2 * 65_536 + 256 + 1 + 1);
});

test('a bundle: lengths in two bytes, then the entry', () => {
  const text = (...words: string[]): Uint8Array[] => words.map((word) => new TextEncoder().encode(word));
  assert.deepEqual(encodeBundle([]), new Uint8Array(0));
  assert.deepEqual(encodeBundle(text('', 'ab')), Uint8Array.of(0, 0, 0, 2, 97, 98));
  const longest = new Uint8Array(MAX_ENTRY).fill(1);
  const bundle = encodeBundle([longest]);
  assert.deepEqual(bundle.subarray(0, 3), Uint8Array.of(255, 255, 1));
  assert.deepEqual(decodeBundle(bundle, 1, 'x'), [longest]);
  assert.throws(() => encodeBundle([new Uint8Array(MAX_ENTRY + 1)]), { code: 'bounds' });
});

test('a bundle that is none', () => {
  const bad: [bytes: number[], width: number, problem: string][] = [
    [[], 1, 'x: has 0 entries, not 1'],
    [[0, 0], 2, 'x: has 1 entries, not 2'],
    [[0, 0, 0], 2, 'x: ends within entry 1'],
    [[0], 1, 'x: ends within entry 0'],
    [[0, 1], 1, 'x: ends within entry 0'],
    [[255, 255, 1], 1, 'x: ends within entry 0'],
    [[0, 0, 0, 0], 1, 'x: has more than 1 entries'],
    [[0, 0, 7], 1, 'x: has more than 1 entries'],
  ];
  for (const [bytes, width, message] of bad)
    assert.throws(() => decodeBundle(Uint8Array.from(bytes), width, 'x'), { code: 'bundle', message });
});

test('whatever the bytes are, they are that bundle or refused', () => {
  const some = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(fc.nat(3), { maxLength: 40 }).map((b) => Uint8Array.from(b)),
  );
  fc.assert(
    fc.property(some, fc.integer({ min: 1, max: 8 }), (bytes, width) => {
      try {
        const entries = decodeBundle(bytes, width, 'x');
        assert.equal(entries.length, width);
        assert.deepEqual(encodeBundle(entries), bytes);
      } catch (error) {
        assert.ok(error instanceof TransparencyError && error.code === 'bundle', String(error));
      }
    }),
    { seed, numRuns: rounds(1000, 200_000) },
  );
});
