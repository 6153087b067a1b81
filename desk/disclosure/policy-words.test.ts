import assert from 'node:assert/strict';
import test from 'node:test';
import type { Json } from 'cpansec/base';
import { DEFAULT_POLICY, parsePolicy, writtenPolicy } from './policy.ts';
import { policyParts } from './policy-words.ts';

function paths(json: Json, from = ''): string[] {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return [from];
  return Object.entries(json).flatMap(([name, value]) =>
    paths(value, from === '' ? name : `${from}.${name}`),
  );
}

test('every setting is said in words, once', () => {
  const lines = policyParts(DEFAULT_POLICY).flatMap((part) => part.lines);
  const all = paths(writtenPolicy(DEFAULT_POLICY)).filter((path) => path !== 'format');
  assert.deepEqual(lines.map(({ path }) => path).sort(), all.sort());
  assert.deepEqual(
    lines.filter(({ set }) => set),
    [],
  );
});

test('what is set here is told from what is usual', () => {
  const text =
    '{"hold":{"planned":"28 days","warn":[]},"exploited":{"applies":true},"lists":{"announce":"a@example.org"}}';
  const lines = policyParts(parsePolicy(text, 'x')).flatMap((part) => part.lines);
  assert.deepEqual(
    lines.filter(({ set }) => set).map(({ path, value, usual }) => [path, value, usual]),
    [
      ['hold.planned', '28 days', '14 days'],
      ['hold.warn', 'none', '3 days, 1 day'],
      ['exploited.applies', 'yes', 'no'],
      ['lists.announce', 'a@example.org', 'none'],
    ],
  );
});
