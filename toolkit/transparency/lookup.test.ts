import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8, sha256Into } from '../base/index.ts';
import {
  decodeLookup,
  encodeLookup,
  lookupOf,
  lookupPath,
  MAX_LOOKUP_DIGITS,
  TransparencyError,
} from './index.ts';

const subjects: [subject: string, path: string][] = [
  ['path:authors/id/E/EX/EXAMPLE/Example-Dist-1.06.tar.gz', 'lookup/f92.json'],
  ['advisory:CPANSA-Example-Dist-2026-01', 'lookup/73a.json'],
  ['author:EXAMPLE', 'lookup/521.json'],
];
for (const [subject, path] of subjects) {
  test(`${subject} is looked up in ${path}`, () => assert.equal(lookupPath(subject, sha256Into), path));
}

test('a lookup is canonical JSON, and reads as it was', () => {
  const lookup = new Map([
    ['sha256:ab', [7]],
    ['author:ABC', [0, 1, 255]],
  ]);
  const bytes = encodeLookup(lookup);
  assert.deepEqual(bytes, encodeUtf8('{"author:ABC":[0,1,255],"sha256:ab":[7]}'));
  assert.deepEqual(decodeLookup(bytes, 'lookup/000.json'), new Map([...lookup].reverse()));
  assert.deepEqual(decodeLookup(encodeUtf8('{}'), 'lookup/000.json'), new Map());
});

test('what was split is in the file of one digit more, and there is an end of it', async () => {
  const subject = 'path:authors/id/E/EX/EXAMPLE/Example-Dist-1.06.tar.gz';
  const there = new Map([[subject, [7]]]);
  const at = (path: string) =>
    lookupOf(subject, sha256Into, async (one) => (one === path ? there : new Map()));
  for (const path of ['lookup/f92.json', 'lookup/f929.json', 'lookup/f929c.json'])
    assert.deepEqual(await at(path), { path, lookup: there });
  assert.equal((await at('')).path.length, 'lookup/.json'.length + MAX_LOOKUP_DIGITS);
  assert.equal((await lookupOf(subject, sha256Into, async () => null)).path, 'lookup/f92.json');
});

const broken: [what: string, text: string, problem: RegExp][] = [
  ['no JSON', '{', /is no lookup: 1:2: expected a key/],
  ['a list', '[]', /expected an object/],
  ['no indexes', '{"a":[]}', /a: expected 1 to 100 indexes that grow, found "\[\]"/],
  ['an index twice', '{"a":[1,1]}', /indexes that grow/],
  ['indexes that fall', '{"a":[2,1]}', /indexes that grow/],
  ['a negative index', '{"a":[-1]}', /indexes that grow/],
  ['a fraction', '{"a":[1.5]}', /indexes that grow/],
  ['a text', '{"a":["1"]}', /indexes that grow/],
  ['an index above 2^53', '{"a":[9007199254740993]}', /indexes that grow/],
  ['too many', `{"a":[${Array.from({ length: 101 }, (_, i) => i)}]}`, /indexes that grow/],
  ['a subject twice', '{"a":[1],"a":[2]}', /key "a" twice/],
  ['depth', '{"a":[[[[1]]]]}', /nested deeper/],
];
for (const [what, text, problem] of broken) {
  test(`no lookup: ${what}`, () => {
    const thrown = { code: 'lookup', message: new RegExp(`^lookup/0aa\\.json: .*${problem.source}`) };
    assert.throws(() => decodeLookup(encodeUtf8(text), 'lookup/0aa.json'), thrown);
  });
}

test('bytes of anything are a lookup or an error of ours', () => {
  const property = fc.property(fc.oneof(fc.uint8Array(), fc.json().map(encodeUtf8)), (bytes) => {
    try {
      decodeLookup(bytes, 'x');
    } catch (error) {
      assert.ok(error instanceof TransparencyError && error.code === 'lookup', String(error));
    }
  });
  fc.assert(property, { seed, numRuns: rounds(200, 20_000) });
});
