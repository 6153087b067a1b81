import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8 } from '../base/index.ts';
import { type Calendar, type CalendarEvent, FormatError, formatCalendar } from './index.ts';

const EVENT: CalendarEvent = {
  uid: 'contact-1@desk.example.org',
  stamp: '2026-11-25T12:00:00.123Z',
  at: '2026-12-02T09:00:00Z',
  summary: 'K7MQ-2F9D; first mail, to\nthe maintainers \\o/',
  description: 'https://desk.example.org/cases/k7mq',
  url: 'https://desk.example.org/cases/k7mq',
};
const CALENDAR: Calendar = { product: '-//example//desk//EN', name: 'Clocks', every: 1, events: [EVENT] };

test('an event as it is written', () => {
  assert.deepEqual(formatCalendar(CALENDAR).split('\r\n'), [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//example//desk//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'NAME:Clocks',
    'X-WR-CALNAME:Clocks',
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'BEGIN:VEVENT',
    'UID:contact-1@desk.example.org',
    'DTSTAMP:20261125T120000Z',
    'DTSTART:20261202T090000Z',
    'SUMMARY:K7MQ-2F9D\\; first mail\\, to\\nthe maintainers \\\\o/',
    'DESCRIPTION:https://desk.example.org/cases/k7mq',
    'URL:https://desk.example.org/cases/k7mq',
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]);
});

test('what is no instant is refused', () => {
  for (const at of ['', '2026-12-02', '2026-12-02T09:00:00+01:00', 'x'])
    assert.throws(() => formatCalendar({ ...CALENDAR, events: [{ ...EVENT, at }] }), FormatError, at);
});

/** The other way round, by 3.1 and 3.3.11. */
function summariesOf(text: string): string[] {
  const lines = text.replaceAll(/\r\n[ \t]/g, '').split('\r\n');
  return lines
    .filter((line) => line.startsWith('SUMMARY:'))
    .map((line) => line.slice('SUMMARY:'.length).replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)));
}

test(`any text comes back, in lines that are short enough (${seed})`, () => {
  const summary = fc
    .string({ unit: 'grapheme', maxLength: 200 })
    .map((text) => text.replace(/[\p{Cc}\p{Cs}]/gu, '\n'));
  fc.assert(
    fc.property(fc.array(summary, { maxLength: 4 }), (summaries) => {
      const text = formatCalendar({
        ...CALENDAR,
        events: summaries.map((one) => ({ ...EVENT, summary: one })),
      });
      assert.deepEqual(summariesOf(text), summaries);
      for (const line of text.split('\r\n')) {
        assert.ok(encodeUtf8(line).length <= 75, line);
        assert.doesNotMatch(line, /[\r\n]|\p{Cs}/u);
      }
    }),
    { seed, numRuns: rounds(200, 20_000) },
  );
});
