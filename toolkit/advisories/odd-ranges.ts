/** What is odd about the ranges of one entry, for importers and the lint. None of it changes what they mean. */

import { compareVersions } from '../cpan/index.ts';
import { formatIntervals, type Interval, intersection, intervals } from './intervals.ts';
import { type RangedEntry, readRange } from './range.ts';

export type RangeOddity =
  | 'range-unreadable'
  | 'range-contradictory'
  | 'range-above-zero'
  | 'fixed-covers-affected'
  | 'fixed-overlaps-affected'
  | 'fixed-gap';

export interface OddRange {
  readonly rule: RangeOddity;
  readonly member: 'ranges' | 'fixed';
  /** Index in the member; absent when it is about the whole. */
  readonly index?: number;
  readonly found: string;
}

export function oddRanges(entry: RangedEntry): OddRange[] {
  const single = (['ranges', 'fixed'] as const).flatMap((member) =>
    entry[member].flatMap((expression, index) =>
      oddExpression(expression).map((rule) => ({ rule, member, index, found: expression })),
    ),
  );
  return [...single, ...oddFixes(entry)];
}

function oddExpression(expression: string): RangeOddity[] {
  const range = readRange(expression);
  if (range === null) return ['range-unreadable'];
  if (intervals([expression]).length === 0) return ['range-contradictory'];
  const aboveZero = range.constraints.some(
    (c) => c.operator === '>' && c.version.parts.every((p) => p === 0),
  );
  return aboveZero ? ['range-above-zero'] : [];
}

function oddFixes(entry: RangedEntry): OddRange[] {
  const affected = intervals(readable(entry.ranges));
  const fixed = intervals(readable(entry.fixed));
  if (affected.length === 0 || fixed.length === 0) return [];
  const found = `${formatIntervals(affected)} fixed ${formatIntervals(fixed)}`;
  const rules: RangeOddity[] = [];
  if (intervals(readable(entry.ranges), readable(entry.fixed)).length === 0)
    rules.push('fixed-covers-affected');
  else if (overlapsOddly(affected, fixed)) rules.push('fixed-overlaps-affected');
  if (leavesGap(affected, fixed)) rules.push('fixed-gap');
  return rules.map((rule) => ({ rule, member: 'fixed', found }));
}

function readable(expressions: readonly string[]): string[] {
  return expressions.filter((expression) => readRange(expression) !== null);
}

/** A branch that got its fix has both ends. One without lower or upper end reaches into what is affected. */
function overlapsOddly(affected: readonly Interval[], fixed: readonly Interval[]): boolean {
  const bounded = affected.at(-1)?.high !== null;
  return fixed.some((interval) => {
    const fromZero = !interval.lowOpen && interval.low.parts.every((part) => part === 0);
    const odd = fromZero || (interval.high === null && bounded);
    return odd && intersection(affected, [interval]).length > 0;
  });
}

/** `<X` says that X is not affected any more, so a fix that begins above X leaves versions out of both. */
function leavesGap(affected: readonly Interval[], fixed: readonly Interval[]): boolean {
  const top = affected.at(-1);
  if (top === undefined || top.high === null || !top.highOpen) return false;
  const { high } = top;
  return fixed.every((interval) => compareVersions(interval.low, high) > 0);
}
