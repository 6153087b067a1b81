import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { canonicalJson, JsonError, parseJson } from './json.ts';

test('JSON parses as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json(), (text) => assert.deepEqual(parseJson(text), JSON.parse(text))),
    { seed, numRuns: rounds(300, 30_000) },
  );
});

test('text that JSON.parse refuses is refused', () => {
  const mutated = fc
    .tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 }))
    .map(
      ([text, at, insert]) =>
        text.slice(0, at % (text.length + 1)) + insert + text.slice(at % (text.length + 1)),
    );
  fc.assert(
    fc.property(mutated, (text) => {
      let native: unknown;
      try {
        native = JSON.parse(text);
      } catch {
        assert.throws(() => parseJson(text), JsonError);
        return;
      }
      try {
        assert.deepEqual(parseJson(text), native);
      } catch (error) {
        assert.equal((error as JsonError).code, 'json-duplicate'); // the one thing stricter than JSON.parse
      }
    }),
    { seed, numRuns: rounds(500, 50_000) },
  );
});

test('numbers keep their digits when asked', () => {
  assert.deepEqual(parseJson('{"version": 1.10, "n": [1e3]}', { numbers: 'raw' }), {
    version: '1.10',
    n: ['1e3'],
  });
});

test('errors name file, line and column', () => {
  const cases: [text: string, message: string][] = [
    ['{"a": }', 'META.json:1:7: expected a value, found "}"'],
    ['{\n  "a": 1,\n}', 'META.json:3:1: expected a key, found "}"'],
    ['{"a":1,"a":2}', 'META.json:1:8: key "a" twice'],
    ['"a\u0000b"', 'META.json:1:3: control character U+0000 in a string'],
    ['[1, 2', 'META.json:1:6: expected "," or "]", found the end'],
    ['"open', 'META.json:1:1: string without its end'],
    ['', 'META.json:1:1: expected a value, found the end'],
    ['"\\x"', 'META.json:1:1: bad escape in "\\\\x"'],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parseJson(text, { file: 'META.json' }), { message });
  }
});

test('a million open brackets are an error, not a crash', () => {
  assert.throws(() => parseJson('['.repeat(1_000_000)), { code: 'json-depth' });
});

test('a key named __proto__ is data', () => {
  const value = parseJson('{"__proto__": {"polluted": true}}');
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.deepEqual(Object.keys(value as object), ['__proto__']);
});

test('canonical JSON does not depend on the order of members', () => {
  assert.equal(canonicalJson({ b: [1, { d: null, c: 'é' }], a: undefined }), '{"b":[1,{"c":"é","d":null}]}');
  assert.throws(() => canonicalJson({ n: Number.NaN }), /no JSON form/);
});
