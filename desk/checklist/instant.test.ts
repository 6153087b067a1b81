/** When a publication may begin, by what holds its cases. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, type CaseEvent, type CaseState, newFacts, openCase } from '../disclosure/index.ts';
import { beginningOf } from './instant.ts';

const [OPENED, END, LATER] = ['2026-11-02T09:00:00Z', '2026-11-16T12:00:00Z', '2026-11-20T12:00:00Z'];
const at = '2026-11-03T09:00:00Z';
const by = 'member:a';
const EMBARGO = { type: 'default-embargo', proposal: 'p', end: END, why: 'as usual', at, by } as const;

function after(...events: readonly CaseEvent[]): CaseState {
  return events.reduce(
    (state, event) => {
      const applied = apply(state, event);
      return 'refused' in applied ? assert.fail(applied.refused) : applied.state;
    },
    openCase({ ref: 'k7mq-2f', at: OPENED, owner: 'team', reporter: { id: 'r' } }),
  );
}

const observed = (what: 'P' | 'X' | 'A'): CaseEvent => ({ type: 'observe', what, confirmedBy: by, at, by });
const ended: CaseEvent = { type: 'terminate', participant: 'team', why: 'the fix is out', at, by };

const table: readonly [string, CaseState, string | null, string | null, string | null][] = [
  ['nothing holds it', after(), null, null, null],
  ['a planned hold', after(), END, null, END],
  ['an embargo', after(EMBARGO), END, null, END],
  ['an embargo, and somebody wishes later', after(EMBARGO), END, LATER, LATER],
  ['an embargo, and somebody wishes earlier', after(EMBARGO), END, OPENED, END],
  ['a hold that is planned beyond the embargo', after(EMBARGO), LATER, null, LATER],
  ['it became public', after(EMBARGO, observed('P')), END, null, null],
  ['it became public, whatever was wished', after(EMBARGO, observed('P')), END, LATER, null],
  ['an exploit is public', after(EMBARGO, observed('X')), END, null, null],
  ['attacks are confirmed', after(EMBARGO, observed('A')), END, null, null],
  ['attacks are confirmed of what had a hold alone', after(observed('A')), END, null, null],
  ['attacks are confirmed, and somebody wishes later', after(observed('A')), END, LATER, LATER],
  ['the group ended the embargo', after(EMBARGO, ended), END, null, null],
];

for (const [name, state, holdEnd, notBefore, expected] of table)
  test(`${name}: ${expected ?? 'at once'}`, () => {
    const facts = { ...newFacts(OPENED), holdEnd };
    assert.equal(beginningOf([{ state, facts }], { purpose: 'publish', notBefore }).at, expected);
  });

test('of several the last one counts, and of what is public already none', () => {
  const held = { state: after(EMBARGO), facts: { ...newFacts(OPENED), holdEnd: END } };
  const known = { state: after(EMBARGO, observed('P')), facts: { ...newFacts(OPENED), holdEnd: LATER } };
  assert.equal(beginningOf([held, known], { purpose: 'publish', notBefore: null }).at, END);
  assert.equal(beginningOf([held], { purpose: 'correct', notBefore: null }).at, null);
});
