import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import {
  type AttemptEvent,
  type AttemptLog,
  attemptLogShape,
  ContactError,
  contactState,
  DEFAULT_ESCALATION,
  escalate,
  withEvent,
} from './index.ts';

const A = { channel: 'mail', address: 'a@perl.example', public: false } as const;
const B = { channel: 'private-report', address: 'https://perl.example/report', public: false } as const;
const T = { channel: 'tracker', address: 'https://perl.example/issues', public: true } as const;
const contacts = [A, T, B];
const byLetter = { A, B, T };

/** `A sent 1` is a letter to A on the first day. */
function logOf(...lines: readonly string[]): AttemptLog {
  return lines.reduce<AttemptEvent[]>((log, line) => {
    const [letter = 'A', event = '', day = '1'] = line.split(' ');
    const { channel, address } = byLetter[letter as keyof typeof byLetter]; // the tests name A, B and T
    return withEvent(log, {
      channel,
      address,
      at: on(Number(day)),
      event: event as AttemptEvent['event'],
      note: '',
    });
  }, []);
}

function on(day: number): string {
  return `2026-11-${String(day).padStart(2, '0')}T09:00:00Z`;
}

const cases: readonly [
  log: readonly string[],
  day: number,
  states: string,
  next: string | null,
  outcome: string,
][] = [
  [[], 1, 'untried untried untried', 'A 1', 'open'],
  // The next contact three days after the first letter to the one before, a second letter after a week.
  [['A sent 1'], 1, 'waiting untried untried', 'B 4', 'open'],
  [['A sent 1'], 6, 'waiting untried untried', 'B 6', 'open'],
  [['A sent 1', 'B sent 4'], 5, 'waiting waiting untried', 'T 7', 'open'],
  [['A sent 1', 'B sent 4', 'T sent 7'], 8, 'waiting waiting waiting', 'A 8', 'open'],
  [['A sent 1', 'B sent 4', 'T sent 7', 'A sent 8'], 9, 'waiting waiting waiting', 'B 11', 'open'],
  [
    ['A sent 1', 'B sent 4', 'T sent 7', 'A sent 8', 'B sent 11', 'T sent 14'],
    20,
    'silent silent waiting',
    null,
    'open',
  ],
  [
    ['A sent 1', 'B sent 4', 'T sent 7', 'A sent 8', 'B sent 11', 'T sent 14'],
    22,
    'silent silent silent',
    null,
    'silent',
  ],
  // Bounces.
  [['A sent 1', 'A bounced-permanent 1'], 1, 'unreachable untried untried', 'B 1', 'open'],
  [['A sent 1', 'A bounced-transient 1'], 1, 'waiting untried untried', 'A 2', 'open'],
  [
    [
      'A sent 1',
      'A bounced-transient 1',
      'A sent 2',
      'A bounced-transient 2',
      'A sent 3',
      'A bounced-transient 3',
    ],
    3,
    'unreachable untried untried',
    'B 3',
    'open',
  ],
  [
    [
      'A sent 1',
      'A bounced-permanent 1',
      'B sent 1',
      'B bounced-permanent 1',
      'T sent 1',
      'T bounced-permanent 1',
    ],
    2,
    'unreachable unreachable unreachable',
    null,
    'unreachable',
  ],
  [['A sent 1', 'B sent 4', 'B answered 5'], 9, 'waiting answered untried', null, 'reached'],
  [['B answered 1'], 1, 'untried answered untried', null, 'reached'],
];

test('whom to try next, and when; public channels last', () => {
  for (const [lines, day, states, next, outcome] of cases) {
    const found = escalate(contacts, logOf(...lines), on(day));
    const letterOf = (address: string): string =>
      address === A.address ? 'A' : address === B.address ? 'B' : 'T';
    const shown =
      found.next === null ? null : `${letterOf(found.next.address)} ${Number(found.next.at.slice(8, 10))}`;
    assert.deepEqual(
      [found.states.map(({ state }) => state).join(' '), shown, found.outcome],
      [states, next, outcome],
      lines.join(', '),
    );
  }
});

test('the policy decides', () => {
  const log = logOf('A sent 1');
  const policy = { ...DEFAULT_ESCALATION, publicLast: false, nextAfter: 24, letters: 1 };
  assert.equal(escalate(contacts, log, on(1), policy).next?.at, on(2));
  assert.equal(escalate([A, T], log, on(9), policy).outcome, 'silent');
  assert.equal(escalate([T], [], on(1), policy).outcome, 'unreachable');
  assert.equal(escalate([T], [], on(1)).next?.public, true);
});

test('reasons are words', () => {
  const log = logOf('A sent 1', 'A bounced-permanent 1');
  assert.equal(contactState(A, log, on(2)).why, 'mail cannot be delivered');
  assert.equal(
    escalate(contacts, log, on(2)).next?.why,
    'the next contact: a@perl.example mail cannot be delivered',
  );
  assert.equal(escalate(contacts, [], on(2)).next?.why, 'the best contact');
});

test('a log is in order, bounded, and reads back as it was stored', () => {
  const refused = (code: string) => (error: unknown) => error instanceof ContactError && error.code === code;
  assert.throws(() => logOf('A bounced-permanent 1'), refused('log-order'));
  assert.throws(() => logOf('A sent 1', 'B bounced-transient 1'), refused('log-order'));
  assert.throws(() => logOf('A sent 2', 'A sent 1'), refused('log-order'));
  assert.throws(() => logOf(...Array.from({ length: 1001 }, () => 'A sent 1')), refused('log-too-large'));
  const log = logOf('A sent 1', 'A answered 2');
  assert.deepEqual(attemptLogShape(JSON.parse(JSON.stringify(log))), log);
  assert.throws(() => attemptLogShape([{ ...log[0], at: 'yesterday' }]), /\[0\]\.at/);
});

test('whoever does what is next comes to an end, and writes to nobody more often than the policy has it', () => {
  const answer = fc.constantFrom('none', 'none', 'bounced-transient', 'bounced-permanent');
  fc.assert(
    fc.property(fc.array(answer, { minLength: 1, maxLength: 8 }), (answers) => {
      let log: AttemptLog = [];
      let now = on(1);
      for (let i = 0; i < 50; i++) {
        const { next, outcome, states } = escalate(contacts, log, now);
        assert.ok(
          states.every(
            ({ sent }) => sent <= DEFAULT_ESCALATION.letters + DEFAULT_ESCALATION.transientBounces,
          ),
        );
        if (outcome !== 'open' || next === null) return;
        if (next.at > now) now = next.at;
        const { channel, address } = next;
        const event = { channel, address, at: now, note: '' };
        log = withEvent(log, { ...event, event: 'sent' });
        const back = answers[i % answers.length];
        if (back === 'bounced-transient' || back === 'bounced-permanent')
          log = withEvent(log, { ...event, event: back });
      }
      assert.fail('no end');
    }),
    { seed, numRuns: rounds(200, 20_000) },
  );
});
