/** Random sequences of events: refused in words or leading to a state in which everything holds. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { apply } from './apply.ts';
import { type CaseState, caseFaults, decodeCaseState, OUTCOMES, openCase, ROLES } from './case-state.ts';
import type { CaseEvent, Effect } from './events.ts';
import { embargoConsent, embargoManagement, fixState, type Machine, reportManagement } from './machines.ts';

const START = Date.UTC(2026, 10, 1);
const PEOPLE = ['team', 'r', 'a', 'b', 'p'] as const;
const person = fc.constantFrom(...PEOPLE);
const proposal = fc.constantFrom('x', 'y', 'z');
const hours = (n: number): string => new Date(START + n * 3_600_000).toISOString().replace('.000Z', 'Z');

type Draw = (now: number) => CaseEvent;
type Bare = Record<string, fc.Arbitrary<unknown>>;

/** An event of the type at the instant of the walk; the members are those that the type has. */
function event(type: CaseEvent['type'], members: Bare = {}): fc.Arbitrary<Draw> {
  return fc.record(members).map(
    (drawn) => (now) => ({ ...drawn, type, at: hours(now), by: 'm1', ...endOf(drawn, now) }) as CaseEvent, // made of its members above
  );
}

function endOf(drawn: object, now: number): object {
  return 'end' in drawn ? { end: hours(now + Number(drawn.end)) } : {};
}

const end = fc.integer({ min: -2, max: 300 });
const why = fc.constant('so');

const drawn: fc.Arbitrary<Draw> = fc.oneof(
  event('join', {
    participant: person,
    roles: fc.uniqueArray(fc.constantFrom(...ROLES), { maxLength: 2 }),
    party: fc.constantFrom('Foo', 'Bar'),
  }),
  event('leave', { participant: person }),
  event('sign-agreement', { participant: person, version: fc.constant('1') }),
  event('consent', { participant: person, step: fc.constantFrom('INVITE', 'ACCEPT', 'DECLINE') }),
  event('send-report', { participant: person, from: person }),
  event('manage', {
    participant: person,
    step: fc.constantFrom('VALIDATE', 'INVALIDATE', 'ACCEPT', 'DEFER', 'CLOSE'),
  }),
  event('fix', { participant: person, step: fc.constantFrom('V', 'F', 'D') }),
  event('propose', { participant: person, proposal, end, why }),
  event('accept', { participant: person, proposal }),
  event('reject', { participant: person, proposal }),
  event('default-embargo', { proposal, end, why }),
  event('reserve', { cve: fc.constantFrom('CVE-1900-1234', 'CVE-1') }),
  event('give-back'),
  event('incident'),
  event('phase', { step: fc.constantFrom('TRIAGE', 'COORDINATE', 'PREPARE', 'RETURN', 'FOLLOW_UP') }),
  event('publish', { approvedBy: fc.constantFrom('m1', 'm2') }),
  event('tick'),
);

/** What ends much: drawn seldom, so that walks are long. */
const rare: fc.Arbitrary<Draw> = fc.oneof(
  event('observe', { what: fc.constantFrom('P', 'X', 'A'), confirmedBy: fc.constantFrom(undefined, 'm2') }),
  event('dismiss-attacks', { why }),
  event('terminate', { participant: person, why }),
  event('duplicate', { of: fc.constantFrom('k', 'other') }),
  event('close', { outcome: fc.constantFrom(...OUTCOMES) }),
  event('split', { ref: fc.constantFrom('k', 's1', 's2'), participants: fc.subarray([...PEOPLE]) }),
);

const walk = fc.array(
  fc.record({
    draw: fc.oneof({ arbitrary: drawn, weight: 12 }, { arbitrary: rare, weight: 1 }),
    hours: fc.integer({ min: 0, max: 24 }),
  }),
  { minLength: 20, maxLength: 80, size: 'max' },
);

interface Walked {
  readonly state: CaseState;
  readonly now: number;
  readonly legal: number;
  readonly refused: number;
}

/** Applies each event; `seen` looks at each step that was legal. */
function follow(steps: readonly { draw: Draw; hours: number }[], ref: string): Walked {
  let state = openCase({ ref, at: hours(0), owner: 'team', reporter: { id: 'r' } });
  let now = 0;
  let legal = 0;
  for (const { draw, hours: passed } of steps) {
    now += passed;
    const before = JSON.stringify(state);
    const applied = apply(state, draw(now));
    assert.equal(JSON.stringify(state), before, 'a state is never changed in place');
    if ('refused' in applied) {
      assert.ok(applied.refused.length > 10, applied.refused);
      continue;
    }
    legal++;
    holds(state, applied.state, applied.effects);
    state = applied.state;
  }
  return { state, now, legal, refused: steps.length - legal };
}

function holds(before: CaseState, after: CaseState, effects: readonly Effect[]): void {
  assert.deepEqual(caseFaults(after), []);
  for (const flag of ['P', 'X', 'A'])
    assert.ok(!before.pxa.includes(flag) || after.pxa.includes(flag), `${flag} is a latch`);
  for (const was of before.participants) {
    const is = after.participants.find(({ id }) => id === was.id);
    assert.ok(is, `${was.id} is still known`);
    reachable(reportManagement, was.rm, is.rm);
    reachable(embargoConsent, was.pec, is.pec);
    if (was.vfd !== null && is.vfd !== null) reachable(fixState, was.vfd, is.vfd);
    if (is.shown !== null && was.shown === null)
      assert.ok(
        after.embargo.em === 'NONE' || after.embargo.em === 'EXITED' || is.pec === 'SIGNATORY',
        is.id,
      );
  }
  reachable(embargoManagement, before.embargo.em, after.embargo.em);
  const exited = after.embargo.em === 'EXITED' && before.embargo.em !== 'EXITED';
  assert.equal(
    effects.some(({ type }) => type === 'embargo-ended'),
    exited,
  );
  if (after.published !== null && before.published === null) assert.ok(after.pxa.startsWith('P'));
}

/** One event may take several steps of a table, never one that is not in it. */
function reachable(machine: Machine<string, string>, from: string, to: string): void {
  const reached = new Set([from]);
  for (const state of reached) for (const [, a, b] of machine.transitions) if (a === state) reached.add(b);
  assert.ok(reached.has(to), `${machine.name}: ${from} to ${to}`);
}

test('random cases: refused in words, or everything holds', () => {
  let legal = 0;
  let refused = 0;
  fc.assert(
    fc.property(walk, (steps) => {
      const walked = follow(steps, 'k');
      legal += walked.legal;
      refused += walked.refused;
      assert.deepEqual(decodeCaseState(JSON.parse(JSON.stringify(walked.state))), walked.state);
    }),
    { numRuns: rounds(300, 100_000), seed },
  );
  assert.ok(legal > refused / 20, `${legal} legal, ${refused} refused: the walks go nowhere`);
});

test('random cases merge into one in which everything holds', () => {
  let merged = 0;
  fc.assert(
    fc.property(walk, walk, (one, two) => {
      const a = follow(one, 'k');
      const b = follow(two, 'other');
      const at = hours(Math.max(a.now, b.now));
      const applied = apply(a.state, { type: 'merge', other: b.state, at, by: 'm1' });
      if ('refused' in applied) return;
      merged++;
      holds(a.state, applied.state, applied.effects);
    }),
    { numRuns: rounds(150, 20_000), seed },
  );
  assert.ok(merged > 0);
});
