import assert from 'node:assert/strict';
import test from 'node:test';
import { type Audience, audiencesOf, canSee } from './audiences.ts';
import { type CaseState, newParticipant, openCase, type Participant, type Role } from './case-state.ts';

const AT = '2026-11-02T09:00:00Z';
const one = (id: string, role: Role, party: string): Participant => ({
  ...newParticipant({ id, roles: [role], party }, AT),
  shown: AT,
  pec: 'SIGNATORY',
});
const opened = openCase({ ref: 'k', at: AT, owner: 'team', reporter: { id: 'r' } });
const state: CaseState = {
  ...opened,
  participants: [
    ...opened.participants,
    one('a', 'maintainer', 'Foo'),
    one('b', 'maintainer', 'Bar'),
    one('p', 'participant', 'p'),
    one('d', 'distributor', 'd'),
  ],
};

const nameOf = (audience: Audience): string =>
  audience.kind === 'maintainers' ? `maintainers of ${audience.party}` : audience.kind;

test('the groups of a case, and who sees what is said in each', () => {
  const seen = audiencesOf(state).map((audience) => [
    nameOf(audience),
    state.participants
      .filter((participant) => canSee(audience, participant, state))
      .map(({ id }) => id)
      .join(' '),
  ]);
  assert.deepEqual(seen, [
    ['team', 'team'],
    ['reporter', 'team r'],
    ['maintainers of Bar', 'team b'],
    ['maintainers of Foo', 'team a'],
    ['participants', 'team p'],
    ['distributors', 'team d'],
  ]);
});

const foo: Audience = { kind: 'maintainers', party: 'Foo' };
const embargoed: CaseState = {
  ...state,
  embargo: { ...state.embargo, em: 'ACTIVE', end: '2026-11-20T00:00:00Z' },
};
const sights: [name: string, change: Partial<Participant>, state: CaseState, sees: boolean][] = [
  ['consent under an embargo', {}, embargoed, true],
  ['no consent under an embargo', { pec: 'INVITED' }, embargoed, false],
  ['consent that lapsed', { pec: 'LAPSED' }, embargoed, false],
  ['no consent, no embargo', { pec: 'NO_EMBARGO' }, state, true],
  ['not shown yet', { shown: null }, state, false],
  ['left', { left: AT }, state, false],
  ['of no case', { id: 'x' }, state, false],
];
for (const [name, change, at, sees] of sights)
  test(`a maintainer, ${name}: ${sees ? 'sees' : 'sees nothing'}`, () => {
    assert.equal(canSee(foo, { ...one('a', 'maintainer', 'Foo'), ...change }, at), sees);
  });

test('groups without anybody are none', () => {
  assert.deepEqual(audiencesOf(openCase({ ref: 'k', at: AT, owner: 'team', reporter: null })), [
    { kind: 'team' },
  ]);
});
