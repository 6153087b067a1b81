import assert from 'node:assert/strict';
import test from 'node:test';
import { type Answer, abandonmentOf, type Signs, type Trace } from './abandonment.ts';
import { DEFAULT_POLICY } from './policy.ts';

const NOW = '2026-11-25T00:00:00Z';
const OLD: Trace = { found: 'activity', last: '2019-04-01T00:00:00Z', evidence: 'Foo-Bar-1.02' };
const NEW: Trace = { found: 'activity', last: '2024-04-01T00:00:00Z', evidence: 'another distribution' };
const NONE: Trace = { found: 'nothing', evidence: 'no repository is known' };
const UNSEEN: Trace = { found: 'not looked', why: 'the forum could not be reached' };

const all: Signs = {
  distribution: OLD,
  uploads: OLD,
  repository: NONE,
  forums: NONE,
  mail: { outcomes: ['bounced', 'bounced'], searched: true },
};

const cases: [name: string, change: Partial<Signs>, abandoned: Answer, why: RegExp][] = [
  ['all five hold', {}, 'yes', /^all five conditions hold$/],
  [
    'a sign of life elsewhere',
    { uploads: NEW },
    'no',
    /^not so: no upload to CPAN by its maintainers within 5 years \(2024-04-01T00:00:00Z: another/,
  ],
  [
    'a release to the second five years ago',
    { distribution: { ...OLD, last: '2021-11-25T00:00:00Z' } },
    'no',
    /no release/,
  ],
  ['a second more', { distribution: { ...OLD, last: '2021-11-24T23:59:59Z' } }, 'yes', /all five/],
  [
    'something was not looked at',
    { forums: UNSEEN },
    'cannot tell',
    /^could not tell: no activity of its maintainers in forums/,
  ],
  ['one no is enough', { forums: UNSEEN, repository: NEW }, 'no', /no activity in its repository/],
  [
    'mail arrives',
    { mail: { outcomes: ['bounced', 'delivered'], searched: true } },
    'no',
    /1 bounced, 1 delivered/,
  ],
  ['mail is answered', { mail: { outcomes: ['answered'], searched: false } }, 'no', /1 answered/],
  [
    'nobody looked for others',
    { mail: { outcomes: ['bounced'], searched: false } },
    'cannot tell',
    /mail bounces/,
  ],
  ['no address at all, looked for', { mail: { outcomes: [], searched: true } }, 'yes', /all five/],
  [
    'a mail without an outcome',
    { mail: { outcomes: ['unknown'], searched: true } },
    'cannot tell',
    /mail bounces/,
  ],
];
for (const [name, change, abandoned, why] of cases)
  test(`${name}: ${abandoned}`, () => {
    const result = abandonmentOf({ ...all, ...change }, DEFAULT_POLICY, NOW);
    assert.equal(result.abandoned, abandoned);
    assert.match(result.why, why);
    assert.equal(result.conditions.length, 5);
    assert.ok(result.conditions.every(({ evidence }) => evidence !== ''));
  });
