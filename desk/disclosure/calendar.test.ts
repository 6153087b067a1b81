import assert from 'node:assert/strict';
import test from 'node:test';
import { ShapeError } from 'cpansec/base';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import {
  addPeriod,
  atTimeOfDay,
  type Calendar,
  endOfDay,
  isBusinessDay,
  onBusinessDay,
  subtractPeriod,
} from './calendar.ts';
import { instantOf } from './instant.ts';
import { formatPeriod, period } from './period.ts';
import { localTime } from './zone.ts';

const utc: Calendar = { zone: 'UTC', weekend: [6, 7], holidays: ['2026-12-25', '2027-01-01'] };
const berlin: Calendar = { ...utc, zone: 'Europe/Berlin' };
const gulf: Calendar = { zone: 'Asia/Riyadh', weekend: [5, 6], holidays: [] };

const sums: [at: string, length: string, calendar: Calendar, to: string, why: string][] = [
  ['2026-11-02T09:30:00Z', '14 days', utc, '2026-11-16T09:30:00Z', ''],
  ['2026-12-24T18:00:00Z', '14 days', utc, '2027-01-07T18:00:00Z', 'over the year'],
  ['2026-03-28T12:00:00Z', '1 day', berlin, '2026-03-29T12:00:00Z', 'a day has 24 hours, whatever clocks do'],
  ['2026-10-24T23:59:59Z', '72 hours', utc, '2026-10-27T23:59:59Z', ''],
  ['2024-02-29T10:00:00Z', '1 year', utc, '2025-02-28T10:00:00Z', 'no leap day'],
  ['2024-02-29T10:00:00Z', '4 years', utc, '2028-02-29T10:00:00Z', 'a leap day'],
  ['2021-11-25T00:00:00Z', '5 years', utc, '2026-11-25T00:00:00Z', ''],
  ['2096-02-29T00:00:00Z', '4 years', utc, '2100-02-28T00:00:00Z', '2100 is no leap year'],
  ['2028-02-28T12:00:00Z', '1 day', utc, '2028-02-29T12:00:00Z', ''],
  ['2026-11-06T10:00:00Z', '5 business days', utc, '2026-11-13T10:00:00Z', 'from a Friday'],
  ['2026-11-07T10:00:00Z', '5 business days', utc, '2026-11-13T10:00:00Z', 'from a Saturday'],
  ['2026-11-09T10:00:00Z', '1 business day', utc, '2026-11-10T10:00:00Z', 'from a Monday'],
  ['2026-12-24T10:00:00Z', '1 business day', utc, '2026-12-28T10:00:00Z', 'a holiday and a weekend'],
  ['2026-12-24T10:00:00Z', '5 business days', utc, '2027-01-04T10:00:00Z', 'two holidays and two weekends'],
  ['2026-11-08T23:30:00Z', '1 business day', berlin, '2026-11-09T23:30:00Z', 'Monday there already'],
  ['2026-10-23T12:00:00Z', '1 business day', berlin, '2026-10-26T13:00:00Z', 'the same wall time in winter'],
  ['2026-03-27T12:00:00Z', '1 business day', berlin, '2026-03-30T11:00:00Z', 'the same wall time in summer'],
  ['2026-11-05T08:00:00Z', '1 business day', gulf, '2026-11-08T08:00:00Z', 'Thursday to Sunday'],
  ['2026-11-07T10:00:00Z', '0 business days', utc, '2026-11-07T10:00:00Z', ''],
];
for (const [at, length, calendar, to, why] of sums)
  test(`${at} and ${length} in ${calendar.zone}${why === '' ? '' : `: ${why}`}`, () => {
    assert.equal(addPeriod(at, period(length), calendar), to);
  });

test('backwards', () => {
  assert.equal(subtractPeriod('2026-11-16T09:30:00Z', period('3 days'), utc), '2026-11-13T09:30:00Z');
  assert.equal(subtractPeriod('2026-11-16T09:30:00Z', period('1 business day'), utc), '2026-11-13T09:30:00Z');
  assert.equal(subtractPeriod('2024-02-29T10:00:00Z', period('1 year'), utc), '2023-02-28T10:00:00Z');
});

test('business days', () => {
  const days = ['2026-11-06', '2026-11-07', '2026-11-08', '2026-12-25', '2028-02-29'];
  assert.deepEqual(
    days.map((date) => isBusinessDay(date, utc)),
    [true, false, false, false, true],
  );
  assert.equal(onBusinessDay('2026-11-07T10:00:00Z', utc), '2026-11-09T10:00:00Z');
  assert.equal(onBusinessDay('2026-11-06T23:30:00Z', berlin), '2026-11-08T23:30:00Z', 'Saturday there');
  assert.equal(onBusinessDay('2026-11-06T10:00:00Z', utc), '2026-11-06T10:00:00Z');
});

test('times of the day', () => {
  assert.equal(atTimeOfDay('2026-11-06T11:59:59Z', '12:00'), '2026-11-06T12:00:00Z');
  assert.equal(atTimeOfDay('2026-11-06T12:00:01Z', '12:00'), '2026-11-07T12:00:00Z');
  assert.equal(endOfDay('2026-11-06T22:59:59Z', berlin), '2026-11-06T23:00:00Z');
  assert.equal(endOfDay('2026-10-25T10:00:00Z', berlin), '2026-10-25T23:00:00Z', 'a day of 25 hours');
});

test('a calendar without business days is refused', () => {
  const never: Calendar = { zone: 'UTC', weekend: [1, 2, 3, 4, 5, 6, 7], holidays: [] };
  assert.throws(() => addPeriod('2026-11-06T10:00:00Z', period('1 business day'), never), {
    code: 'instant',
  });
  assert.throws(() => addPeriod('9999-11-06T10:00:00Z', period('100 years'), utc), { code: 'instant' });
});

test('periods are read and written', () => {
  for (const text of ['1 hour', '24 hours', '14 days', '5 business days', '1 business day', '5 years'])
    assert.equal(formatPeriod(period(text)), text);
  for (const text of ['', '7', '7 weeks', '-1 day', '1.5 days', '7  days', '999999 days', '101 years', 7])
    assert.throws(() => period(text, 'contact.within'), ShapeError, String(text));
});

test('business days: n of them lie between, and the wall shows the same time', () => {
  const instants = fc.integer({ min: 1_577_836_800, max: 2_208_988_800 }).map((s) => instantOf(s * 1000));
  fc.assert(
    fc.property(
      instants,
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom(utc, berlin, gulf),
      (at, count, calendar) => {
        const to = addPeriod(at, { count, unit: 'business day' }, calendar);
        const [from, until] = [localTime(at, calendar.zone), localTime(to, calendar.zone)];
        assert.ok(isBusinessDay(until.date, calendar));
        let passed = 0;
        for (let d = Date.parse(from.date); d < Date.parse(until.date); ) {
          d += 86_400_000;
          if (isBusinessDay(new Date(d).toISOString().slice(0, 10), calendar)) passed++;
        }
        assert.equal(passed, count);
        const skipped = calendar === berlin && from.time.startsWith('02:');
        if (!skipped) assert.equal(until.time, from.time);
      },
    ),
    { numRuns: rounds(200, 20_000), seed },
  );
});
