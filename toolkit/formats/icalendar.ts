/**
 * iCalendar, RFC 5545: a calendar of events that are an instant each, written for programs that look at it now and
 * then. https://www.rfc-editor.org/rfc/rfc5545
 */
import { encodeUtf8 } from '../base/index.ts';
import { FormatError } from './errors.ts';

export interface CalendarEvent {
  /** The same as long as it is the same event, whatever changes of it. */
  readonly uid: string;
  /** When what is said of it was last changed. RFC 3339 UTC. */
  readonly stamp: string;
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly summary: string;
  readonly description: string;
  readonly url: string;
}

export interface Calendar {
  /** What makes it: `-//cpansec//desk//EN`. */
  readonly product: string;
  readonly name: string;
  /** How often it is worth looking, in hours. */
  readonly every: number;
  readonly events: readonly CalendarEvent[];
}

/** Lines of at most 75 octets that end in CR LF; times in UTC. Throws FormatError `shape` for what is no instant. */
export function formatCalendar({ product, name, every, events }: Calendar): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:${textOf(product)}`,
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    // RFC 7986, and what programs knew before it.
    `NAME:${textOf(name)}`,
    `X-WR-CALNAME:${textOf(name)}`,
    `REFRESH-INTERVAL;VALUE=DURATION:PT${every}H`,
    ...events.flatMap(eventLines),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

function eventLines({ uid, stamp, at, summary, description, url }: CalendarEvent): string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${textOf(uid)}`,
    `DTSTAMP:${timeOf(stamp)}`,
    `DTSTART:${timeOf(at)}`,
    `SUMMARY:${textOf(summary)}`,
    `DESCRIPTION:${textOf(description)}`,
    `URL:${url}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
}

/** 3.3.5: `20261206T120000Z`. */
function timeOf(instant: string): string {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z$/.exec(instant);
  if (match === null) throw new FormatError('shape', `${JSON.stringify(instant)} is no instant in UTC`);
  const [, year, month, day, hour, minute, second] = match;
  return `${year}${month}${day}T${hour}${minute}${second}Z`;
}

/** 3.3.11: a line break is `\n`; controls have no place. */
function textOf(text: string): string {
  return text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}

const MOST_OCTETS = 75;

/** 3.1: a long line goes on after a line break and a space; never within a character. */
function fold(line: string): string {
  const lines: string[] = [];
  let [now, octets] = ['', 0];
  for (const character of line) {
    const size = encodeUtf8(character).length;
    if (octets + size > MOST_OCTETS) {
      lines.push(now);
      [now, octets] = [' ', 1];
    }
    now += character;
    octets += size;
  }
  return [...lines, now].join('\r\n');
}
