import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { ApiError } from './errors.ts';
import { readToken, START, tokenAfter } from './page-token.ts';

test('a token leads back to its id, no token and the first one to the beginning', () => {
  for (const id of ['CPANSA-Example-Shop-2026-01', 'CVE-2026-99991', 'x', 'π/ä'])
    assert.equal(readToken(tokenAfter(id)), id);
  assert.equal(readToken(''), '');
  assert.equal(START, 'RklSU1RfUEFHRV9UT0tFTg==');
  assert.equal(readToken(START), '');
});

test('whatever else is sent as a token is refused or one of ours', () => {
  const property = fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
    try {
      const id = readToken(text);
      assert.ok(id === '' ? text === '' || text === START : tokenAfter(id) === text);
    } catch (error) {
      assert.ok(error instanceof ApiError && error.code === 'invalid');
    }
  });
  fc.assert(property, { seed, numRuns: rounds(500, 100_000) });
});
