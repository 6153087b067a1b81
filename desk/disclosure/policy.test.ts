import assert from 'node:assert/strict';
import test from 'node:test';
import { DEFAULT_POLICY, formatPolicy, parsePolicy } from './policy.ts';

test('the numbers of the group', () => {
  const { contact, hold, publication, disputes, abandonment, triage } = DEFAULT_POLICY;
  assert.deepEqual(contact.within, { count: 7, unit: 'day' });
  assert.deepEqual(hold.planned, { count: 14, unit: 'day' });
  assert.deepEqual(publication.should, { count: 24, unit: 'hour' });
  assert.deepEqual(publication.must, { count: 72, unit: 'hour' });
  assert.deepEqual(disputes.acknowledge, { count: 5, unit: 'business day' });
  assert.deepEqual(abandonment.silence, { count: 5, unit: 'year' });
  assert.equal(triage.votes, 2);
});

test('an empty file is the default, and the default written is read again', () => {
  assert.deepEqual(parsePolicy('{}', 'policy.json'), DEFAULT_POLICY);
  assert.deepEqual(parsePolicy(formatPolicy(DEFAULT_POLICY), 'policy.json'), DEFAULT_POLICY);
  assert.match(formatPolicy(DEFAULT_POLICY), /"planned": "14 days"/);
});

test('a file states what differs', () => {
  const policy = parsePolicy(
    '{"hold": {"planned": "28 days"}, "lists": {"ossSecurity": null}}',
    'policy.json',
  );
  assert.deepEqual(policy.hold.planned, { count: 28, unit: 'day' });
  assert.deepEqual(policy.hold.silent, DEFAULT_POLICY.hold.silent);
  assert.equal(policy.lists.ossSecurity, null);
});

const refused: [text: string, message: RegExp][] = [
  ['[]', /^policy\.json: expected an object/],
  ['{"hold": ', /^policy\.json:1:10: /],
  ['{"format": "other/1"}', /^policy\.json at format: expected one of cpansec-disclosure-policy\/1/],
  [
    '{"hold": {"planed": "7 days"}}',
    /^policy\.json at hold\.planed: expected one of planned, silent, .*found "planed"/,
  ],
  ['{"hold": {"planned": 14}}', /at hold\.planned: expected a period such as "7 days".*, found "14"/],
  ['{"hold": {"planned": "14"}}', /at hold\.planned: expected a period/],
  ['{"hold": {"warn": ["1 day", "soon"]}}', /at hold\.warn\[1\]: expected a period/],
  ['{"hold": {"endsAt": "24:00"}}', /at hold\.endsAt: expected a time of UTC/],
  ['{"calendar": {"zone": "Europe/Nowhere"}}', /at calendar\.zone: expected a time zone/],
  ['{"calendar": {"weekend": [1,2,3,4,5,6,7]}}', /at calendar\.weekend: expected days from 1 to 7, not all/],
  ['{"calendar": {"holidays": ["2026-02-29"]}}', /at calendar\.holidays\[0\]: expected a date that exists/],
  ['{"triage": {"votes": 0}}', /at triage\.votes: expected a whole number from 1 to 20/],
  ['{"routing": {"perl": {"name": "a\\nb"}}}', /at routing\.perl\.name: expected one line of text/],
  ['{"lists": {"team": "a b@example.org"}}', /at lists\.team: expected an address/],
  ['{"duplicates": {"likely": 10}}', /at duplicates\.likely: expected at least duplicates\.suggest/],
  ['{"publication": {"must": "12 hours"}}', /at publication\.must: expected at least publication\.should/],
  ['{"toString": 1}', /at toString: expected one of/],
];
for (const [text, message] of refused)
  test(`refused: ${text}`, () => {
    assert.throws(() => parsePolicy(text, 'policy.json'), {
      name: 'DisclosureError',
      code: 'shape',
      message,
    });
  });
