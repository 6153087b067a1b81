import assert from 'node:assert/strict';
import test from 'node:test';
import {
  array,
  compareBytes,
  decodeUtf8,
  encodeUtf8,
  object,
  oneOf,
  optional,
  printable,
  printableJson,
  quoteFound,
  record,
  sha256,
  string,
  toHex,
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

test('text from outside is made printable', () => {
  assert.equal(printable('a\r\n  b\u001b[2J\u202ec'), 'a b\\u001b[2J\\u202ec');
  const value = { text: 'a\u001b\u0085\u202e\nb' };
  const json = printableJson(value);
  assert.match(json, /^[\n\x20-\x7e]*$/);
  assert.deepEqual(JSON.parse(json), value);
});
