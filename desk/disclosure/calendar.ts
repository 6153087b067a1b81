/** Business days, and instants a period away. */
import { DisclosureError } from './errors.ts';
import { type Instant, instantOf, millisecondsOf } from './instant.ts';
import type { Period } from './period.ts';
import { instantIn, localTime } from './zone.ts';

export interface Calendar {
  /** IANA name of the zone in which a day begins and ends. */
  readonly zone: string;
  /** Days of the week that are no business days: 1 is Monday, 7 is Sunday. */
  readonly weekend: readonly number[];
  /** `YYYY-MM-DD`. */
  readonly holidays: readonly string[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** `YYYY-MM-DD` in the calendar's zone. */
export function isBusinessDay(date: string, { weekend, holidays }: Calendar): boolean {
  return !weekend.includes(weekdayOf(date)) && !holidays.includes(date);
}

/**
 * Hours and days are counted by the clock, years by the date of UTC (29 February becomes 28 where there is none),
 * business days by the calendar, at the same time of the day there. Throws `instant` where that leads too far.
 */
export function addPeriod(at: Instant, { count, unit }: Period, calendar: Calendar): Instant {
  switch (unit) {
    case 'hour':
      return instantOf(millisecondsOf(at) + count * HOUR);
    case 'day':
      return instantOf(millisecondsOf(at) + count * DAY);
    case 'year':
      return addYears(at, count);
    case 'business day':
      return addBusinessDays(at, count, calendar);
  }
}

/** The instant that lies the period before. Business days are counted backwards. */
export function subtractPeriod(at: Instant, period: Period, calendar: Calendar): Instant {
  return addPeriod(at, { ...period, count: -period.count }, calendar);
}

/** The same time of the next business day, or the instant itself where it is on one. */
export function onBusinessDay(at: Instant, calendar: Calendar): Instant {
  const { date, time } = localTime(at, calendar.zone);
  if (isBusinessDay(date, calendar)) return at;
  return instantIn({ date: stepDays(date, 1, 1, calendar), time }, calendar.zone);
}

/** The first instant at the time of UTC, `hh:mm`, that is not before. */
export function atTimeOfDay(at: Instant, time: string): Instant {
  const same = `${at.slice(0, 10)}T${time}:00Z`;
  return same >= at ? same : instantOf(millisecondsOf(same) + DAY);
}

/** When the day of the instant ends in the calendar's zone. */
export function endOfDay(at: Instant, { zone }: Calendar): Instant {
  const { date } = localTime(at, zone);
  return instantIn({ date: nextDate(date, 1), time: '00:00:00' }, zone);
}

function addYears(at: Instant, count: number): Instant {
  const year = Number(at.slice(0, 4)) + count;
  const rest = at.slice(5);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const day = rest.startsWith('02-29') && !leap ? `02-28${rest.slice(5)}` : rest;
  return instantOf(millisecondsOf(`${String(year).padStart(4, '0')}-${day}`));
}

function addBusinessDays(at: Instant, count: number, calendar: Calendar): Instant {
  const { date, time } = localTime(at, calendar.zone);
  const to = stepDays(date, Math.abs(count), Math.sign(count), calendar);
  return count === 0 ? at : instantIn({ date: to, time }, calendar.zone);
}

/** Ten years of holidays are no calendar. */
const MOST_FREE_DAYS = 3660;

function stepDays(from: string, count: number, direction: number, calendar: Calendar): string {
  let date = from;
  let free = 0;
  for (let left = count; left > 0; ) {
    date = nextDate(date, direction);
    if (isBusinessDay(date, calendar)) {
      left--;
      free = 0;
    } else if (++free > MOST_FREE_DAYS) {
      throw new DisclosureError('instant', `no business day within ten years of ${from}`);
    }
  }
  return date;
}

function nextDate(date: string, direction: number): string {
  return instantOf(millisecondsOf(`${date}T00:00:00Z`) + direction * DAY).slice(0, 10);
}

function weekdayOf(date: string): number {
  return new Date(millisecondsOf(`${date}T00:00:00Z`)).getUTCDay() || 7;
}
