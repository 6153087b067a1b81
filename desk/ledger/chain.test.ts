import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeSha256 } from 'cpansec/io';
import { type Act, chained, type Entry, GENESIS, Verifier } from './index.ts';

const AT = '2026-11-25T12:00:00.000Z';
const acts: Act[] = [
  { actor: 'desk', act: 'desk.started', subject: '', detail: { version: '0.1.0' } },
  { actor: 'member:a', act: 'case.read', subject: 'case:b', detail: {} },
  { actor: 'member:a', act: 'case.listed', subject: '', detail: { count: 2 } },
];

function chain(): Entry[] {
  const entries: Entry[] = [];
  for (const act of acts) entries.push(chained(entries.at(-1) ?? GENESIS, act, AT, nodeSha256));
  return entries;
}

function firstBreak(entries: readonly Entry[]): string | null {
  const verifier = new Verifier(nodeSha256);
  for (const entry of entries) {
    const found = verifier.follow(entry);
    if (found !== null) return `${found.seq}: ${found.problem}`;
  }
  return null;
}

test('a chain follows; what was changed, left out or put in is named', () => {
  const [first, second, third] = chain() as [Entry, Entry, Entry];
  const cases: [name: string, entries: Entry[], broken: string | null][] = [
    ['whole', [first, second, third], null],
    ['cut off at its end, which only a signed head can tell', [first, second], null],
    [
      'an actor changed',
      [first, { ...second, actor: 'member:z' }, third],
      '2: was changed, or the one before it',
    ],
    ['a detail changed', [{ ...first, detail: { version: '9' } }], '1: was changed, or the one before it'],
    [
      'an instant changed',
      [first, second, { ...third, at: '2026-11-25T12:00:00.001Z' }],
      '3: was changed, or the one before it',
    ],
    ['one left out', [first, third], '2: entry 3 stands in its place'],
    ['two swapped', [second, first], '1: entry 2 stands in its place'],
    ['one twice', [first, first], '2: entry 1 stands in its place'],
    ['a hash taken over', [first, { ...second, hash: first.hash }], '2: was changed, or the one before it'],
  ];
  for (const [name, entries, broken] of cases) assert.equal(firstBreak(entries), broken, name);
});

test('the hash of the first entry never changes: what was signed stays signed', () => {
  assert.equal(chain()[0]?.hash, '414b0144164df1cd8e1e41647c67f0d42504c428ccb03223a7af66d3a5052861');
});
