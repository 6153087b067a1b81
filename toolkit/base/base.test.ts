import assert from 'node:assert/strict';
import test from 'node:test';
import {
  array,
  BytesError,
  compareBytes,
  decodeUtf8,
  encodeUtf8,
  fromBase64,
  instant,
  object,
  oneOf,
  optional,
  printable,
  printableJson,
  quoteFound,
  record,
  sha256,
  string,
  toBase64,
  toHex,
  whole,
  xxh32,
} from './index.ts';

test('a shape gives its value back with members that it does not know', () => {
  const shape = object({ name: string, tags: optional(array(string)) });
  assert.deepEqual(shape({ name: 'DBI', extra: 1 }), { name: 'DBI', extra: 1 });
});

test('a shape names the path of what is wrong', () => {
  const shape = object({ items: array(object({ kind: oneOf('a', 'b'), by: record(string) })) });
  const cases: [value: unknown, message: string][] = [
    [[], 'expected an object, found "[]"'],
    [{ items: 3 }, 'items: expected a list, found "3"'],
    [{ items: [{ kind: 'c', by: {} }] }, 'items[0].kind: expected one of a, b, found "c"'],
    [{ items: [{ kind: 'a', by: { 'x y': 1 } }] }, 'items[0].by["x y"]: expected a string, found "1"'],
    [{}, 'items: expected a list, found nothing'],
  ];
  for (const [value, message] of cases) assert.throws(() => shape(value), { message });
});

test('bad UTF-8 is named by line and byte', () => {
  const bytes = new Uint8Array([...encodeUtf8('one\ntwé'), 0xff, 0x20]);
  assert.throws(() => decodeUtf8(bytes, 'cpanfile'), { message: 'cpanfile:2: invalid UTF-8 at byte 8' });
  assert.throws(() => decodeUtf8(new Uint8Array([0x61, 0xc3])), { code: 'not-utf8' });
  assert.equal(decodeUtf8(encodeUtf8('\ufeffx')), 'x');
});

test('what was found is printed on one line without control characters', () => {
  assert.equal(quoteFound('a\n\u001b[31m\u202e'), '"a\\n\\u001b[31m\\u202e"');
  assert.equal(quoteFound('x'.repeat(100), 3), '"xxx…"');
});

test('SHA-256 and byte order', () => {
  assert.equal(
    toHex(sha256(encodeUtf8('abc'))),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  assert.ok(compareBytes(encodeUtf8('a'), encodeUtf8('ab')) < 0);
});

test('XXH32, as xxhsum -H0 prints it', () => {
  const thousand = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
  for (const [bytes, hash] of [
    [encodeUtf8(''), 0x02cc5d05],
    [encodeUtf8('a'), 0x550d7456],
    [encodeUtf8('abc'), 0x32d153ff],
    [encodeUtf8('cpansec-index/2'), 0xa4dd1c53],
    [encodeUtf8('0123456789abcdef'), 0xc2c45b69],
    [encodeUtf8('The quick brown fox jumps over the lazy dog'), 0xe85ea4de],
    [thousand, 0x30dd1330],
  ] as const) {
    assert.equal(xxh32(bytes), hash);
    // Bytes that do not stand at the start of a word.
    assert.equal(xxh32(Uint8Array.of(7, ...bytes).subarray(1)), hash);
  }
});

test('text from outside is made printable', () => {
  assert.equal(printable('a\r\n  b\u001b[2J\u202ec'), 'a b\\u001b[2J\\u202ec');
  const value = { text: 'a\u001b\u0085\u202e\nb' };
  const json = printableJson(value);
  assert.match(json, /^[\n\x20-\x7e]*$/);
  assert.deepEqual(JSON.parse(json), value);
});

test('an instant is in UTC, to the second, and exists', () => {
  const good = ['2026-02-28T00:00:00Z', '2024-02-29T23:59:59Z'];
  for (const text of good) assert.equal(instant(text), text);
  const bad = ['2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01', 1, null];
  for (const value of bad)
    assert.throws(() => instant(value, 'built'), /^ShapeError: built: expected an instant/);
});

test('a whole number is within its bounds', () => {
  assert.deepEqual(
    [0, 7, Number.MAX_SAFE_INTEGER].map((value) => whole()(value)),
    [0, 7, Number.MAX_SAFE_INTEGER],
  );
  assert.equal(whole(1, 3)(3), 3);
  for (const value of [-1, 0.5, Number.NaN, 2 ** 53, '1'])
    assert.throws(() => whole()(value, 'size'), /^ShapeError: size: expected a whole number from 0, found/);
  for (const value of [0, 4])
    assert.throws(() => whole(1, 3)(value), /expected a whole number from 1 to 3, found/);
});

test('base64 is written and read in one way only', () => {
  for (const [text, hex] of [
    ['', ''],
    ['Zg==', '66'],
    ['Zm8=', '666f'],
    ['Zm9v', '666f6f'],
    ['+/8=', 'fbff'],
  ] as const) {
    assert.equal(toBase64(fromBase64(text)), text);
    assert.equal(toHex(fromBase64(text)), hex);
  }
  for (const text of ['Zh==', 'Zm9=', 'Zg', 'Zg=', 'Zg===', '-_8=', 'Zm9v\n', ' Zm9v', 'Zm 9v', '=', 'é'])
    assert.throws(() => fromBase64(text), BytesError, JSON.stringify(text));
});
