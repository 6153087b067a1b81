import assert from 'node:assert/strict';
import test from 'node:test';
import { type ExtensionAsked, endAfter, extension, type Hold, type HoldFacts, plannedHold } from './hold.ts';
import { DEFAULT_POLICY, parsePolicy } from './policy.ts';

const facts: HoldFacts = {
  contacted: '2026-11-02T09:00:00Z',
  public: false,
  exploit: false,
  attacks: 'none',
  abandoned: 'no',
  reply: 'answered',
  fix: 'none',
};

const END = '2026-11-16T09:00:00Z';
const PATCH = /a patch: without a maintainer it is published only with one/;
const cases: [
  name: string,
  change: Partial<HoldFacts>,
  rule: Hold['rule'],
  until: string | null,
  before: RegExp | null,
][] = [
  ['the default', {}, 'default', END, /an issue and a pull request/],
  ['a fix is out', { fix: 'released' }, 'default', END, null],
  ['already public', { public: true, abandoned: 'yes' }, 'public', null, null],
  ['an exploit is public', { exploit: true }, 'exploit', null, null],
  ['attacks, confirmed', { attacks: 'confirmed' }, 'attacks', null, null],
  ['attacks, somebody says', { attacks: 'reported', fix: 'released' }, 'default', END, /confirm or dismiss/],
  ['abandoned, no patch', { abandoned: 'yes', reply: 'bounced' }, 'abandoned', null, PATCH],
  ['abandoned, a patch', { abandoned: 'yes', reply: 'bounced', fix: 'patch' }, 'abandoned', null, null],
  ['silent, no patch', { reply: 'silent' }, 'silent', END, PATCH],
  ['silent, a patch', { reply: 'silent', fix: 'patch' }, 'silent', END, null],
  ['bounced and not abandoned', { reply: 'bounced', fix: 'patch' }, 'silent', END, null],
  ['nobody was told yet', { contacted: null }, 'not contacted', null, null],
  ['abandoned needs no mail', { contacted: null, abandoned: 'yes', fix: 'patch' }, 'abandoned', null, null],
];
for (const [name, change, rule, until, before] of cases)
  test(`${name}: ${rule}`, () => {
    const hold = plannedHold({ ...facts, ...change }, DEFAULT_POLICY);
    assert.deepEqual([hold.rule, hold.until], [rule, until]);
    if (before === null) assert.deepEqual(hold.before, []);
    else assert.match(hold.before.join('\n'), before);
    assert.ok(hold.why.length > 0);
  });

test('what could not be told is said', () => {
  const hold = plannedHold({ ...facts, abandoned: 'cannot tell', reply: 'bounced' }, DEFAULT_POLICY);
  assert.deepEqual(hold.why.slice(1), [
    'mail bounces: look for other addresses',
    'whether it is abandoned could not be told, so it is treated as maintained',
  ]);
});

test('an operator moves the end to an hour and off free days', () => {
  const policy = parsePolicy(
    '{"hold": {"planned": "12 days", "endsAt": "12:00", "freeDay": "next-business-day"}}',
    'policy.json',
  );
  assert.equal(plannedHold(facts, policy).until, '2026-11-16T12:00:00Z', 'from Saturday to Monday');
  assert.equal(endAfter('2026-11-02T13:00:00Z', { count: 14, unit: 'day' }, policy), '2026-11-17T12:00:00Z');
});

const asked: ExtensionAsked = {
  contacted: '2026-11-02T09:00:00Z',
  end: END,
  wanted: '2026-11-30T09:00:00Z',
  reason: 'the release waits for another',
  granted: 0,
};
const answers: [name: string, change: Partial<ExtensionAsked>, refused: RegExp | null][] = [
  ['two weeks', {}, null],
  ['no reason', { reason: ' ' }, /an extension has a reason/],
  ['not later', { wanted: END }, /an earlier one is a revision/],
  ['the longest', { wanted: '2026-12-16T09:00:00Z' }, null],
  ['too long', { wanted: '2026-12-16T09:00:01Z' }, /one extension is at most 30 days/],
  ['too often', { granted: 3 }, /extended 3 times, and 3 is the most/],
  [
    'too long in all',
    { end: '2027-01-20T09:00:00Z', wanted: '2027-02-01T09:00:00Z' },
    /at most 90 days from the first mail, until 2027-01-31/,
  ],
];
for (const [name, change, refused] of answers)
  test(`an extension: ${name}`, () => {
    const answer = extension({ ...asked, ...change }, DEFAULT_POLICY);
    if (refused === null) assert.deepEqual(answer, { end: change.wanted ?? asked.wanted });
    else assert.match('refused' in answer ? answer.refused : '', refused);
  });
