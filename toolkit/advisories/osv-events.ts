/** Between our ranges and OSV's events. */
import { compareVersions, type PerlVersion } from '../cpan/index.ts';
import type { OsvEvent, OsvRange } from '../formats/index.ts';
import type { Interval } from './intervals.ts';
import { tryVersion } from './range.ts';

/** What an open lower end becomes: OSV has closed ones only. */
export type OpenEnd = (interval: Interval) => string;

/** One range for each interval. `[0,0)`, which holds nothing, stands for no interval at all. */
export function eventRanges(list: readonly Interval[], openEnd: OpenEnd): OsvRange[] {
  if (list.length === 0) return [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '0' }] }];
  return list.map((interval) => ({ type: 'ECOSYSTEM', events: eventsOf(interval, openEnd) }));
}

function eventsOf(interval: Interval, openEnd: OpenEnd): OsvEvent[] {
  const { low, lowOpen, high, highOpen } = interval;
  const introduced = lowOpen ? openEnd(interval) : isZero(low) ? '0' : low.original;
  if (high === null) return [{ introduced }];
  return [{ introduced }, highOpen ? { fixed: high.original } : { last_affected: high.original }];
}

function isZero({ parts }: PerlVersion): boolean {
  return parts.every((part) => part === 0);
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
  const named = new Set(ranges.flatMap(({ events }) => events.flatMap(({ fixed }) => fixed?.trim() ?? [])));
  return list.flatMap(({ high }, i) => {
    if (high === null || !named.has(high.original)) return [];
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
