import assert from 'node:assert/strict';
import test from 'node:test';
import { DEFAULT_POLICY } from './policy.ts';
import { type Vote, verdictOf } from './verdict.ts';

const member = (by: string, says: Vote['says'], conflict: string | null = null): Vote => ({
  ...{ by, says, conflict },
  role: 'member',
});
const maintainer = (says: Vote['says']): Vote => ({ by: 'a', role: 'maintainer', says, conflict: null });

const cases: [name: string, votes: Vote[], vulnerability: string, why: RegExp][] = [
  ['nobody', [], 'open', /^0 of 2 members say yes, 0 no$/],
  ['one member', [member('m1', 'yes')], 'open', /^1 of 2/],
  ['two members', [member('m1', 'yes'), member('m2', 'yes')], 'yes', /^2 members say so, 2 are enough$/],
  ['one twice', [member('m1', 'yes'), member('m1', 'yes')], 'open', /^1 of 2/],
  ['a mind changed', [member('m1', 'yes'), member('m2', 'yes'), member('m2', 'unsure')], 'open', /^1 of 2/],
  ["a maintainer's yes", [maintainer('yes'), member('m1', 'no')], 'yes', /^a, a maintainer, says so$/],
  [
    "a maintainer's no blocks nothing",
    [maintainer('no'), member('m1', 'yes'), member('m2', 'yes')],
    'yes',
    /2 members/,
  ],
  ["a maintainer's no alone", [maintainer('no')], 'open', /^0 of 2/],
  ['two against', [member('m1', 'no'), member('m2', 'no')], 'no', /^2 members say that it is none/],
  ['divided', [member('m1', 'no'), member('m2', 'no'), member('m3', 'yes')], 'open', /^1 of 2/],
  ['a conflict', [member('m1', 'yes'), member('m2', 'yes', 'wrote the module')], 'open', /^1 of 2/],
];
for (const [name, votes, vulnerability, why] of cases)
  test(`${name}: ${vulnerability}`, () => {
    const verdict = verdictOf(votes, DEFAULT_POLICY);
    assert.equal(verdict.vulnerability, vulnerability);
    assert.match(verdict.why, why);
  });
