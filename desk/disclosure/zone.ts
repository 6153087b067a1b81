/** Instants in the time zones of people: always with the zone's name, always beside UTC. */
import { DisclosureError } from './errors.ts';
import { type Instant, instantOf, millisecondsOf } from './instant.ts';

/** What a clock on a wall shows. */
export interface LocalTime {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** `hh:mm:ss`. */
  readonly time: string;
}

const ZONE = /^[A-Za-z][\w+-]*(?:\/[\w+-]+){0,2}$/;
/** Most zones whose formatter is kept: there are about 600 names, and more spellings. */
const KEPT = 700;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the name is in the IANA database as this machine has it. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch (error) {
    if (error instanceof DisclosureError) return false;
    throw error;
  }
}

/** Throws `zone`, `instant`. */
export function localTime(at: Instant, zone: string): LocalTime {
  return localOf(millisecondsOf(at), zone);
}

/**
 * When a clock there shows it. A time that is skipped counts from before the clocks went forward; of one that
 * comes twice, the first. Throws `zone`, `instant`.
 */
export function instantIn({ date, time }: LocalTime, zone: string): Instant {
  const asUtc = millisecondsOf(`${date}T${time}Z`);
  const [before, after] = [asUtc - DAY, asUtc + DAY].map((at) => asUtc - offsetOf(at, zone));
  const hits = [before, after].filter((at): at is number => {
    if (at === undefined) return false;
    const local = localOf(at, zone);
    return local.date === date && local.time === time;
  });
  return instantOf(hits.length > 0 ? Math.min(...hits) : (before ?? asUtc));
}

/**
 * `2026-12-06 13:00 Europe/Berlin (UTC+01:00), 2026-12-06 12:00 UTC`; without a zone the last part alone. Seconds
 * stand where there are any. Throws `zone`, `instant`.
 */
export function showInstant(at: Instant, zone = 'UTC'): string {
  const milliseconds = millisecondsOf(at);
  const utc = `${showLocal(localOf(milliseconds, 'UTC'))} UTC`;
  if (zone === 'UTC') return utc;
  const offset = showOffset(offsetOf(milliseconds, zone));
  return `${showLocal(localOf(milliseconds, zone))} ${zone} (${offset}), ${utc}`;
}

/** How far off: `in 3 days 4 hours`, `2 hours ago`, `now`. Whole minutes, two parts at most. */
export function showDistance(at: Instant, now: Instant): string {
  const minutes = Math.trunc((millisecondsOf(at) - millisecondsOf(now)) / MINUTE);
  const parts = partsOf(Math.abs(minutes));
  if (parts === '') return 'now';
  return minutes > 0 ? `in ${parts}` : `${parts} ago`;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

function partsOf(minutes: number): string {
  const parts: [number, string][] = [
    [Math.floor(minutes / 1440), 'day'],
    [Math.floor(minutes / 60) % 24, 'hour'],
    [minutes % 60, 'minute'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '';
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`).join(' ');
}

function showLocal({ date, time }: LocalTime): string {
  return `${date} ${time.endsWith(':00') ? time.slice(0, 5) : time}`;
}

function showOffset(milliseconds: number): string {
  const minutes = Math.abs(Math.round(milliseconds / MINUTE));
  const digits = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `UTC${milliseconds < 0 ? '-' : '+'}${digits.join(':')}`;
}

function offsetOf(milliseconds: number, zone: string): number {
  const whole = Math.floor(milliseconds / 1000) * 1000;
  const { date, time } = localOf(whole, zone);
  return Date.parse(`${date}T${time}Z`) - whole;
}

function localOf(milliseconds: number, zone: string): LocalTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(milliseconds)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const year = part('year').padStart(4, '0');
  return {
    date: `${year}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}:${part('second')}`,
  };
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const kept = formats.get(zone);
  if (kept !== undefined) return kept;
  if (formats.size >= KEPT) formats.clear();
  const made = makeFormat(zone);
  formats.set(zone, made);
  return made;
}

function makeFormat(zone: string): Intl.DateTimeFormat {
  const unknown = `${JSON.stringify(zone.slice(0, 60))} is no time zone`;
  if (!ZONE.test(zone) || zone.length > 60) throw new DisclosureError('zone', unknown);
  const two = '2-digit';
  try {
    return new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: two, day: two },
      ...{ hour: two, minute: two, second: two },
    });
  } catch (cause) {
    if (cause instanceof RangeError) throw new DisclosureError('zone', unknown, {}, { cause });
    throw cause;
  }
}
