import assert from 'node:assert/strict';
import test from 'node:test';
import { instantIn, isZone, localTime, showDistance, showInstant } from './zone.ts';

const shown: [at: string, zone: string, text: string][] = [
  ['2026-12-06T12:00:00Z', 'UTC', '2026-12-06 12:00 UTC'],
  ['2026-12-06T12:00:05Z', 'UTC', '2026-12-06 12:00:05 UTC'],
  [
    '2026-12-06T12:00:00Z',
    'Europe/Berlin',
    '2026-12-06 13:00 Europe/Berlin (UTC+01:00), 2026-12-06 12:00 UTC',
  ],
  [
    '2026-07-06T12:00:00Z',
    'Europe/Berlin',
    '2026-07-06 14:00 Europe/Berlin (UTC+02:00), 2026-07-06 12:00 UTC',
  ],
  ['2026-12-06T23:30:00Z', 'Asia/Kolkata', '2026-12-07 05:00 Asia/Kolkata (UTC+05:30), 2026-12-06 23:30 UTC'],
  [
    '2026-12-06T02:00:00Z',
    'America/New_York',
    '2026-12-05 21:00 America/New_York (UTC-05:00), 2026-12-06 02:00 UTC',
  ],
  [
    '2027-01-01T00:00:00Z',
    'Pacific/Kiritimati',
    '2027-01-01 14:00 Pacific/Kiritimati (UTC+14:00), 2027-01-01 00:00 UTC',
  ],
  [
    '2026-12-06T12:00:00Z',
    'America/St_Johns',
    '2026-12-06 08:30 America/St_Johns (UTC-03:30), 2026-12-06 12:00 UTC',
  ],
];
for (const [at, zone, text] of shown) {
  test(`${at} in ${zone}`, () => {
    assert.equal(showInstant(at, zone), text);
    assert.equal(instantIn(localTime(at, zone), zone), at);
  });
}

const walls: [date: string, time: string, zone: string, at: string, why: string][] = [
  ['2026-03-29', '01:59:59', 'Europe/Berlin', '2026-03-29T00:59:59Z', 'the last second of winter'],
  [
    '2026-03-29',
    '02:30:00',
    'Europe/Berlin',
    '2026-03-29T01:30:00Z',
    'skipped: as if the clocks had not moved',
  ],
  ['2026-03-29', '03:00:00', 'Europe/Berlin', '2026-03-29T01:00:00Z', 'the first of summer'],
  ['2026-10-25', '02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00Z', 'twice: the first'],
  ['2026-10-25', '03:00:00', 'Europe/Berlin', '2026-10-25T02:00:00Z', 'after'],
  ['2026-03-08', '02:30:00', 'America/New_York', '2026-03-08T07:30:00Z', 'skipped there'],
  ['2026-11-01', '01:30:00', 'America/New_York', '2026-11-01T05:30:00Z', 'twice there'],
  ['2028-02-29', '12:00:00', 'Australia/Lord_Howe', '2028-02-29T01:00:00Z', 'half an hour of summer time'],
];
for (const [date, time, zone, at, why] of walls)
  test(`a clock in ${zone} shows ${date} ${time}: ${why}`, () => {
    assert.equal(instantIn({ date, time }, zone), at);
  });

test('zones are those of the database', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+3'])
    assert.equal(isZone(zone), true, zone);
  for (const zone of ['', '+01:00', 'Europe/Nowhere', 'Europe/Berlin\n', 'a'.repeat(100), '../etc/passwd'])
    assert.equal(isZone(zone), false, zone);
  assert.throws(() => showInstant('2026-12-06T12:00:00Z', 'Mars/Base'), { code: 'zone' });
  assert.throws(() => showInstant('2026-12-06 12:00', 'UTC'), { code: 'instant' });
});

const distances: [at: string, text: string][] = [
  ['2026-12-06T12:00:00Z', 'now'],
  ['2026-12-06T12:00:59Z', 'now'],
  ['2026-12-06T12:01:00Z', 'in 1 minute'],
  ['2026-12-09T16:10:00Z', 'in 3 days 4 hours'],
  ['2026-12-07T12:05:00Z', 'in 1 day'],
  ['2026-12-06T10:00:00Z', '2 hours ago'],
];
for (const [at, text] of distances)
  test(`${at} is ${text}`, () => assert.equal(showDistance(at, '2026-12-06T12:00:00Z'), text));
