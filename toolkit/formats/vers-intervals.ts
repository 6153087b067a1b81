import type { Vers, VersConstraint } from './vers.ts';
import type { VersionOrder } from './version-order.ts';

/** Versions between two ends; null is no end. */
export interface VersInterval {
  readonly low: string | null;
  readonly lowOpen: boolean;
  readonly high: string | null;
  readonly highOpen: boolean;
}

export interface VersIntervalOptions {
  readonly type: string;
  readonly order: VersionOrder;
  /** The lowest version that there is: `0` for `cpan`. */
  readonly least: string;
}

/**
 * The range that holds the versions of the intervals: in order, apart from each other, at most a single version
 * between two. Null for no interval, as no range is empty. An interval that begins with the least version has no
 * lower signpost, but where there is nothing else than exclusions: `>=0|!=1.5`.
 */
export function versOfIntervals(
  intervals: readonly VersInterval[],
  { type, order, least }: VersIntervalOptions,
): Vers | null {
  if (intervals.length === 0) return null;
  const constraints: VersConstraint[] = [];
  let before: VersInterval | undefined;
  for (const interval of intervals) {
    const { low, high } = interval;
    const touches = before?.high != null && low !== null && order(before.high, low) === 0;
    if (touches) constraints.pop();
    if (isOne(interval, order)) add(constraints, '=', low);
    else {
      if (touches) add(constraints, '!=', low);
      else if (interval.lowOpen || low === null || order(low, least) !== 0)
        add(constraints, interval.lowOpen ? '>' : '>=', low);
      add(constraints, interval.highOpen ? '<' : '<=', high);
    }
    before = interval;
  }
  if (constraints.length === 0) return { type, constraints: '*' };
  const exclusions = constraints.every(({ comparator }) => comparator === '!=');
  return {
    type,
    constraints: exclusions ? [{ comparator: '>=', version: least }, ...constraints] : constraints,
  };
}

function isOne({ low, lowOpen, high, highOpen }: VersInterval, order: VersionOrder): boolean {
  return low !== null && high !== null && !lowOpen && !highOpen && order(low, high) === 0;
}

function add(
  constraints: VersConstraint[],
  comparator: VersConstraint['comparator'],
  version: string | null,
): void {
  if (version !== null) constraints.push({ comparator, version });
}
