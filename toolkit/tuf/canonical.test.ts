import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeUtf8, type Json, parseJson } from '../base/index.ts';
import { canonicalTuf } from './index.ts';

const text = (value: Json): string => decodeUtf8(canonicalTuf(value));

test('canonical JSON has one text for each value', () => {
  const cases: [value: Json, wanted: string][] = [
    [{ b: 1, a: [true, false, null] }, '{"a":[true,false,null],"b":1}'],
    // Numbers and capital letters come before small letters, and 10 before 2: it is text.
    [{ b: 0, '10': 0, '2': 0, B: 0 }, '{"10":0,"2":0,"B":0,"b":0}'],
    ['a "quoted" \\ line\nand é', '"a \\"quoted\\" \\\\ line\nand é"'],
    [{ '': '' }, '{"":""}'],
    [-7, '-7'],
    [[], '[]'],
  ];
  for (const [value, wanted] of cases) assert.equal(text(value), wanted);
});

test('names that every object has are names like others', () => {
  const value = parseJson('{"__proto__": 1, "constructor": 2, "toString": {"__proto__": []}}');
  assert.equal(text(value), '{"__proto__":1,"constructor":2,"toString":{"__proto__":[]}}');
});

test('what has no one text is refused', () => {
  const cases: [value: Json, message: RegExp][] = [
    [{ é: 1 }, /^a name that is not ASCII: "é"$/],
    [{ 'a\u0007': 1 }, /^a name that is not ASCII/],
    [1.5, /^1\.5 is no whole number$/],
    [2 ** 53, /^9007199254740992 is no whole number$/],
    [Number.NaN, /^NaN is no whole number$/],
    ['half \ud83d', /^half a character/],
  ];
  for (const [value, message] of cases)
    assert.throws(() => canonicalTuf(value), { code: 'format', message }, String(value));
});
