import assert from 'node:assert/strict';
import test from 'node:test';
import { type CaseFacts, type Dispute, newFacts } from './case-facts.ts';
import { CLOCK_WORDS, type Clock, deadlines } from './deadlines.ts';
import { DEFAULT_POLICY } from './policy.ts';

const REPORTED = '2026-11-02T09:00:00Z'; // a Monday
const at = (day: number, hour = 9): string =>
  new Date(Date.UTC(2026, 10, day, hour)).toISOString().replace('.000Z', 'Z');

const facts = (some: Partial<CaseFacts> = {}): CaseFacts => ({ ...newFacts(REPORTED), ...some });

const clocks = (some: Partial<CaseFacts>, now: string): Clock[] =>
  deadlines(facts(some), DEFAULT_POLICY, now);
const DISPUTE: Dispute = {
  id: 'd1',
  from: 'maintainer',
  participant: 'm',
  person: null,
  claim: 'It is no vulnerability.',
  received: at(6),
  acknowledged: null,
  answered: null,
  ended: null,
};
const brief = (list: Clock[]): string[] => list.map(({ id, due, state }) => `${id} ${due} ${state}`);

test('what a report starts', () => {
  assert.deepEqual(brief(clocks({}, at(2, 10))), [
    'acknowledge 2026-11-04T09:00:00Z running',
    'decide 2026-11-07T09:00:00Z running',
    'contact 2026-11-09T09:00:00Z running',
  ]);
  assert.equal(clocks({}, at(2))[2]?.why, 'contact.within: 7 days from the report');
});

test('met, late and done late', () => {
  const list = clocks({ acknowledged: at(3), decided: at(8) }, at(10));
  assert.deepEqual(brief(list), [
    'acknowledge 2026-11-04T09:00:00Z met',
    'decide 2026-11-07T09:00:00Z late',
    'contact 2026-11-09T09:00:00Z late',
  ]);
  assert.equal(list[1]?.done, at(8));
});

test('to the second: due is still in time', () => {
  assert.equal(clocks({ contacted: at(9) }, at(20)).find(({ id }) => id === 'contact')?.state, 'met');
  assert.equal(clocks({}, at(9)).find(({ id }) => id === 'contact')?.state, 'running');
});

test('what a mail to the maintainers starts', () => {
  const done = { acknowledged: at(2), decided: at(3), contacted: at(4) };
  const wait = clocks({ ...done, holdEnd: at(18), reminded: [at(8)] }, at(12));
  assert.deepEqual(brief(wait).slice(2), [
    'remind-1 2026-11-08T09:00:00Z met',
    'contact 2026-11-09T09:00:00Z met',
    'alternates 2026-11-11T09:00:00Z late',
    'remind-2 2026-11-14T09:00:00Z running',
    'warn-1 2026-11-15T09:00:00Z running',
    'warn-2 2026-11-17T09:00:00Z running',
    'hold-end 2026-11-18T09:00:00Z running',
  ]);
  const answered = clocks({ ...done, answered: at(5), holdEnd: at(18) }, at(12));
  assert.deepEqual(
    answered.map(({ id }) => id).filter((id) => /remind|alternates/.test(id)),
    [],
  );
});

test('a clock stands still while the group waits for the reporter', () => {
  const open = clocks({ waits: [{ since: at(3), until: null }] }, at(6));
  assert.deepEqual(brief(open), [
    'acknowledge 2026-11-04T09:00:00Z late',
    'decide 2026-11-10T09:00:00Z paused',
    'contact 2026-11-12T09:00:00Z paused',
  ]);
  const over = clocks(
    {
      waits: [
        { since: at(3), until: at(5) },
        { since: at(4), until: at(6) },
      ],
    },
    at(8),
  );
  assert.equal(brief(over)[1], 'decide 2026-11-10T09:00:00Z running', 'waits that overlap count once');
  const late = clocks({ waits: [{ since: at(8), until: null }] }, at(20));
  assert.equal(brief(late)[1], 'decide 2026-11-19T09:00:00Z late', 'it was late before it stood still');
});

test('after a disclosure: a day and three', () => {
  const list = clocks({ disclosed: at(10), recorded: at(12) }, at(20));
  assert.deepEqual(
    brief(list).filter((line) => line.startsWith('record')),
    ['record-should 2026-11-11T09:00:00Z late', 'record-must 2026-11-13T09:00:00Z met'],
  );
});

test('disputes count business days', () => {
  const open = DISPUTE; // a Friday
  const due = (dispute: Dispute, more: Partial<CaseFacts> = {}) =>
    brief(clocks({ disputes: [dispute], ...more }, at(16))).filter((line) => line.startsWith('dispute'));
  assert.deepEqual(due(open), [
    'dispute:d1 2026-11-13T09:00:00Z late',
    'dispute-end:d1 2026-12-06T09:00:00Z running',
  ]);
  assert.deepEqual(due(open, { closed: at(3) }), due(open), 'a case that is closed can be disputed');
  const ended = { ...open, ended: { at: at(12), outcome: 'refuse', why: 'It is one.' } } as const;
  assert.deepEqual(due(ended), [
    'dispute:d1 2026-11-13T09:00:00Z met',
    'dispute-end:d1 2026-12-06T09:00:00Z met',
  ]);
});

test('a record that has to change, and an id that has to be rejected, are late after three days', () => {
  const amendment = { id: 'a1', cve: 'CVE-1900-1234', why: 'So.', since: at(6), done: null };
  const amendments = [
    { ...amendment, kind: 'correct' },
    { ...amendment, id: 'a2', kind: 'reject', done: at(7) },
  ] as const;
  const list = clocks({ amendments, closed: at(6) }, at(10)).filter(({ what }) => what.includes('CVE-'));
  assert.deepEqual(
    list.map(({ id, what, state }) => `${id} ${what} ${state}`),
    ['correct:a1 correct the record of CVE-1900-1234 late', 'reject:a2 reject CVE-1900-1234 met'],
  );
});

test('people who were asked, distributors, the reporter', () => {
  const list = clocks(
    {
      asked: [{ participant: 'p7', at: at(2), answered: null }],
      distributors: { told: null },
      holdEnd: at(18),
      reporterTold: at(3),
    },
    at(4),
  );
  assert.equal(list.find(({ id }) => id === 'consent:p7')?.who, 'p7');
  assert.equal(list.find(({ id }) => id === 'distributors')?.due, at(15));
  assert.equal(list.find(({ id }) => id === 'update')?.due, at(17));
});

test('exploitation has clocks for whom the regulation applies to', () => {
  const known = { exploitedKnown: at(2), fixAvailable: at(5) };
  assert.equal(
    clocks(known, at(3)).some(({ id }) => id.startsWith('exploited')),
    false,
  );
  const policy = { ...DEFAULT_POLICY, exploited: { ...DEFAULT_POLICY.exploited, applies: true } };
  const list = deadlines(facts(known), policy, at(3)).filter(({ id }) => id.startsWith('exploited'));
  assert.deepEqual(brief(list), [
    'exploited-warning 2026-11-03T09:00:00Z running',
    'exploited-notification 2026-11-05T09:00:00Z running',
    'exploited-final 2026-11-19T09:00:00Z running',
  ]);
});

test('of a closed case only what was late stays', () => {
  const list = clocks({ acknowledged: at(2), closed: at(8) }, at(30));
  assert.deepEqual(brief(list), ['acknowledge 2026-11-04T09:00:00Z met', 'decide 2026-11-07T09:00:00Z late']);
});

test('an incident is contained and told of within a day, and waits for no maintainer and no CVE record', () => {
  const request = { id: 'q', what: 'freeze the account', asked: at(2, 11), answered: at(2, 20), ended: null };
  const list = clocks(
    { containment: [request], acknowledged: at(2), decided: at(2), disclosed: at(4) },
    at(5),
  );
  assert.deepEqual(brief(list), [
    'contain 2026-11-02T13:00:00Z met',
    'contain-answer:q 2026-11-02T23:00:00Z met',
    'notice 2026-11-03T09:00:00Z late',
    'acknowledge 2026-11-04T09:00:00Z met',
    'contain-done:q 2026-11-04T11:00:00Z late',
    'decide 2026-11-07T09:00:00Z met',
  ]);
  const nobody = clocks({ containment: [] }, at(2, 10)).map(({ id }) => id);
  assert.deepEqual(nobody, ['contain', 'notice', 'acknowledge', 'decide']);
});

test('every kind of clock has words that say nothing of a case, and there are no others', () => {
  const policy = { ...DEFAULT_POLICY, exploited: { ...DEFAULT_POLICY.exploited, applies: true } };
  const amendment = { id: 'a', cve: null, why: '', since: at(2), done: null };
  const everything = facts({
    ...{ contacted: at(2), holdEnd: at(18), reporterTold: at(2), disclosed: at(3), fixAvailable: at(3) },
    ...{ exploitedKnown: at(2), distributors: { told: null }, disputes: [DISPUTE] },
    asked: [{ participant: 'p', at: at(2), answered: null }],
    amendments: [
      { ...amendment, kind: 'correct' },
      { ...amendment, kind: 'reject' },
    ],
    downstream: [{ product: 'p', asked: at(2), ended: null, why: '' }],
  });
  const request = { id: 'q', what: 'freeze the account', asked: at(2), answered: null, ended: null };
  const incident = { ...everything, containment: [request] };
  const held = { ...everything, disclosed: null };
  const all = [everything, incident, held].flatMap((some) => deadlines(some, policy, at(4)));
  const kinds = new Set<string>(all.map(({ kind }) => kind));
  assert.deepEqual([...kinds].sort(), Object.keys(CLOCK_WORDS).sort());
});
