/** Between our ranges and OSV's events. */
import { compareVersions, type PerlVersion } from '../cpan/index.ts';
import type { OsvEvent, OsvRange } from '../formats/index.ts';
import { type Interval, isZero } from './intervals.ts';
import { tryVersion } from './range.ts';
import { versionKey } from './spans.ts';

/** What stands for the ends of intervals: OSV has closed lower ends only. */
export interface EventTexts {
  /** The beginning of an interval without its lower end. */
  readonly openEnd: (interval: Interval) => string;
  /** Any other end. */
  readonly text: (version: PerlVersion) => string;
}

/** One range for each interval. */
export function eventRanges(list: readonly Interval[], texts: EventTexts): OsvRange[] {
  return list.map((interval) => ({ type: 'ECOSYSTEM', events: eventsOf(interval, texts) }));
}

function eventsOf(interval: Interval, { openEnd, text }: EventTexts): OsvEvent[] {
  const { low, lowOpen, high, highOpen } = interval;
  const introduced = lowOpen ? openEnd(interval) : isZero(low) ? '0' : text(low);
  if (high === null) return [{ introduced }];
  return [{ introduced }, highOpen ? { fixed: text(high) } : { last_affected: text(high) }];
}

/** The least version above that a release could have: `v1.240.0.1` above 1.24. None of nine decimals is between. */
export function justAbove({ parts }: PerlVersion): string {
  const [first = 0, second = 0, third = 0, ...more] = parts;
  return `v${[first, second, third, ...more, 1].join('.')}`;
}

/** Whether the ranges are those of the intervals, but for a beginning that OSV cannot give because it is open. */
export function sayTheSame(list: readonly Interval[], ranges: readonly OsvRange[]): boolean {
  const expected = eventRanges(list, {
    openEnd: ({ low }) => justAbove(low),
    text: ({ original }) => original,
  });
  if (expected.length !== ranges.length) return false;
  return expected.every((range, i) => {
    const [ours, theirs] = [placedEvents(range), placedEvents(ranges[i] ?? range)];
    const from = list[i]?.lowOpen === true ? 1 : 0;
    return ours.slice(from).join() === theirs.slice(from).join();
  });
}

/** The events as text. */
export function eventText({ type, events }: OsvRange): string {
  return `${type} ${events.map((event) => Object.entries(event).map(([kind, text]) => `${kind} ${text}`)).join(', ')}`;
}

/** Each with its range's type and the key of its version, which equal versions share. */
function placedEvents({ type, events }: OsvRange): string[] {
  return events.map((event) => {
    const [kind, text = ''] = Object.entries(event)[0] ?? [];
    const version = tryVersion(text);
    return `${type} ${kind} ${version === null ? `?${text}` : versionKey(version)}`;
  });
}

export interface EventExpressions {
  readonly ranges: readonly string[];
  /** Versions of events that Perl does not read. */
  readonly unreadable: readonly string[];
}

interface Change {
  readonly kind: 'introduced' | 'fixed' | 'last_affected';
  readonly text: string;
  readonly version: PerlVersion;
}

/** The expressions of one range. Where a version does not parse, an expression that does not parse either. */
export function expressionsOf({ events }: OsvRange): EventExpressions {
  const unreadable = events.map(placeOf).filter((text) => text !== '*' && tryVersion(text) === null);
  if (unreadable.length > 0) {
    return { ranges: [unreadable.map((text) => `?${text}`).join(',')], unreadable };
  }
  const changes = events.flatMap((event) => changeOf(event) ?? []);
  changes.sort((a, b) => compareVersions(a.version, b.version));
  const limit = highestLimit(events);
  return { ranges: spansOf(changes).map(({ from, to }) => rangeText(from, to, limit)), unreadable };
}

/** From each version that an event names as fixed to where the next interval begins. */
export function fixedOf(list: readonly Interval[], ranges: readonly OsvRange[]): string[] {
  return repairsOf(
    list,
    ranges.flatMap(({ events }) => events.flatMap(({ fixed }) => fixed?.trim() ?? [])),
  );
}

/** From each of the versions that ends an interval and is not in it to where the next one begins. */
export function repairsOf(list: readonly Interval[], versions: readonly string[]): string[] {
  const named = new Set(versions);
  return list.flatMap(({ high, highOpen }, i) => {
    if (high === null || !highOpen || !named.has(high.original)) return [];
    const next = list[i + 1];
    return [
      next === undefined
        ? `>=${high.original}`
        : `>=${high.original},${next.lowOpen ? '<=' : '<'}${next.low.original}`,
    ];
  });
}

function placeOf({ introduced, fixed, last_affected, limit }: OsvEvent): string {
  return introduced ?? fixed ?? last_affected ?? limit ?? '';
}

function changeOf(event: OsvEvent): Change | null {
  if (event.limit !== undefined) return null;
  const kind =
    event.introduced !== undefined ? 'introduced' : event.fixed !== undefined ? 'fixed' : 'last_affected';
  const text = placeOf(event);
  const version = tryVersion(text);
  return version === null ? null : { kind, text: text.trim(), version };
}

/** Null: no limit. */
function highestLimit(events: readonly OsvEvent[]): string | null {
  const limits = events.flatMap(({ limit }) => limit ?? []);
  if (limits.length === 0 || limits.includes('*')) return null;
  return limits.reduce((a, b) => (compareVersions(a, b) < 0 ? b : a));
}

interface Span {
  readonly from: Change;
  readonly to: Change | null;
}

/** From each introduction to what ends it. */
function spansOf(changes: readonly Change[]): Span[] {
  const spans: Span[] = [];
  let from: Change | null = null;
  for (const change of changes) {
    if (change.kind === 'introduced') from ??= change;
    else if (from !== null) {
      spans.push({ from, to: change });
      from = null;
    }
  }
  return from === null ? spans : [...spans, { from, to: null }];
}

function rangeText(from: Change, to: Change | null, limit: string | null): string {
  const lower = from.version.parts.every((part) => part === 0) ? [] : [`>=${from.text}`];
  const upper = to === null ? [] : [`${to.kind === 'fixed' ? '<' : '<='}${to.text}`];
  const constraints = [...lower, ...upper, ...(limit === null ? [] : [`<${limit}`])];
  return constraints.length === 0 ? '>=0' : constraints.join(',');
}
