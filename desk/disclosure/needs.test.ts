import assert from 'node:assert/strict';
import test from 'node:test';
import { apply } from './apply.ts';
import { type CaseState, openCase } from './case-state.ts';
import type { Clock } from './deadlines.ts';
import type { CaseEvent } from './events.ts';
import { needs } from './needs.ts';
import { DEFAULT_POLICY } from './policy.ts';

const NOW = '2026-11-10T12:00:00Z';

type Bare<T> = T extends CaseEvent ? Omit<T, 'at' | 'by'> : never;

function after(ref: string, ...events: Bare<CaseEvent>[]): CaseState {
  let state = openCase({ ref, at: '2026-11-02T09:00:00Z', owner: 'team', reporter: { id: 'r' } });
  for (const event of events) {
    const applied = apply(state, { ...event, at: state.last, by: 'm1' } as CaseEvent); // whole again
    assert.ok('state' in applied, JSON.stringify(applied));
    state = applied.state;
  }
  return state;
}

const clock = (id: string, due: string, some: Partial<Clock> = {}): Clock => ({
  ...{ id, kind: 'decide', outlives: false, what: id, who: 'team', due, done: null, why: 'rule' },
  state: due < NOW ? 'late' : 'running',
  ...some,
});

test('overdue first, then today, nothing of tomorrow, nothing that is done or stands still', () => {
  const clocks = [
    clock('today', '2026-11-10T18:00:00Z'),
    clock('tomorrow', '2026-11-11T09:00:00Z'),
    clock('late', '2026-11-09T09:00:00Z'),
    clock('later', '2026-11-08T09:00:00Z'),
    clock('done', '2026-11-07T09:00:00Z', { done: '2026-11-08T09:00:00Z' }),
    clock('paused', '2026-11-10T13:00:00Z', { state: 'paused' }),
    clock('theirs', '2026-11-10T13:00:00Z', { who: 'p7' }),
  ];
  const list = needs([{ state: after('k'), clocks }], DEFAULT_POLICY, NOW);
  assert.deepEqual(
    list.map(({ what, who, overdue }) => [what, who, overdue]),
    [
      ['later', 'team', true],
      ['late', 'team', true],
      ['theirs', 'p7', false],
      ['today', 'team', false],
    ],
  );
});

const said = (state: CaseState, now = NOW): string[] =>
  needs([{ state, clocks: [] }], DEFAULT_POLICY, now).map(({ who, what }) => `${who}: ${what}`);

test('what a state leaves open', () => {
  const end = '2026-11-20T09:00:00Z';
  assert.deepEqual(said(after('k')), []);
  assert.deepEqual(said(after('k', { type: 'observe', what: 'A' })), [
    'team: confirm or dismiss the attacks',
  ]);
  assert.deepEqual(said(after('k', { type: 'propose', participant: 'r', proposal: 'x', end, why: '' })), [
    'team: answer the proposal to keep it until 2026-11-20 09:00 UTC',
  ]);
  const joined = after(
    'k',
    { type: 'default-embargo', proposal: 'd', end, why: '' },
    { type: 'join', participant: 'a', roles: ['maintainer'], party: 'Foo' },
    { type: 'consent', participant: 'a', step: 'INVITE' },
  );
  assert.deepEqual(said(joined), ['a: accept or decline the embargo']);
});

test('coordination asks for the id, an ended embargo for the publication', () => {
  const state = after(
    'k',
    { type: 'phase', step: 'TRIAGE' },
    { type: 'manage', participant: 'team', step: 'VALIDATE' },
    { type: 'manage', participant: 'team', step: 'ACCEPT' },
    { type: 'phase', step: 'COORDINATE' },
    { type: 'default-embargo', proposal: 'd', end: '2026-11-16T09:00:00Z', why: '' },
  );
  assert.deepEqual(said(state), ['team: reserve the CVE id']);
  assert.deepEqual(said(state, '2026-11-16T09:00:00Z'), ['team: publish', 'team: reserve the CVE id']);
});
