/**
 * Ranges as sets of versions: sorted, disjoint intervals. Between any two versions lies another one, and none
 * is below 0, so `<0` is the empty set and an open end differs from a closed one.
 */
import { compareVersions, type PerlVersion, parseVersion } from '../cpan/index.ts';
import { type Constraint, parseRange } from './range.ts';

/** All versions from `low` to `high`, an end itself left out where it is open. */
export interface Interval {
  readonly low: PerlVersion;
  readonly lowOpen: boolean;
  /** Null: no upper end. */
  readonly high: PerlVersion | null;
  /** True when `high` is null. */
  readonly highOpen: boolean;
}

/** A place between versions: just before one, or just after it. */
interface Cut {
  readonly version: PerlVersion;
  readonly after: boolean;
}

/** Cuts in order; the set begins at the first, ends at the second, begins again at the third and so on. */
type Cuts = readonly Cut[];

const ZERO: PerlVersion = parseVersion('0');
const ALL: Cuts = [{ version: ZERO, after: false }];

/**
 * What `ranges` cover without what `fixed` covers. Throws `range-syntax` for an expression that does not parse.
 *
 * @example intervals(['<2', '>=3,<=4'], ['==1']) // [0,1) (1,2) [3,4]
 */
export function intervals(ranges: readonly string[], fixed: readonly string[] = []): Interval[] {
  return toIntervals(combine(union(ranges), union(fixed), (inRanges, inFixed) => inRanges && !inFixed));
}

/** What is in both. Each list must be sorted and disjoint, as {@link intervals} gives it. */
export function intersection(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  return toIntervals(combine(toCuts(a), toCuts(b), (inA, inB) => inA && inB));
}

/** What is in either. Each list must be sorted and disjoint. */
export function joined(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  return toIntervals(combine(toCuts(a), toCuts(b), (inA, inB) => inA || inB));
}

/** What is in the first and not in the second; both sorted and disjoint. */
export function difference(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  return toIntervals(combine(toCuts(a), toCuts(b), (inA, inB) => inA && !inB));
}

/** Whether the version is in one of the intervals, which must be sorted and disjoint. */
export function within(list: readonly Interval[], version: PerlVersion): boolean {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const candidate = list[middle];
    if (candidate !== undefined && beginsBy(candidate, version)) low = middle + 1;
    else high = middle;
  }
  const last = list[low - 1];
  return last !== undefined && !endsBefore(last, version);
}

function beginsBy(interval: Interval, version: PerlVersion): boolean {
  const order = compareVersions(interval.low, version);
  return order < 0 || (order === 0 && !interval.lowOpen);
}

function endsBefore({ high, highOpen }: Interval, version: PerlVersion): boolean {
  if (high === null) return false;
  const order = compareVersions(high, version);
  return order < 0 || (order === 0 && highOpen);
}

/** `[0,1.5) (2,3]`, for people. */
export function formatIntervals(list: readonly Interval[]): string {
  return list
    .map(({ low, lowOpen, high, highOpen }) => {
      const upper = high === null ? '∞)' : `${high.original}${highOpen ? ')' : ']'}`;
      return `${lowOpen ? '(' : '['}${low.original},${upper}`;
    })
    .join(' ');
}

/** The range expression of one interval: `>=1,<2`; `>=0` is everything. */
export function expressionOf({ low, lowOpen, high, highOpen }: Interval): string {
  if (high !== null && !lowOpen && !highOpen && compareVersions(low, high) === 0) return `==${low.original}`;
  const fromZero = !lowOpen && isZero(low);
  const lower = fromZero && high !== null ? [] : [`${lowOpen ? '>' : '>='}${low.original}`];
  const upper = high === null ? [] : [`${highOpen ? '<' : '<='}${high.original}`];
  return [...lower, ...upper].join(',');
}

export function isZero({ parts }: PerlVersion): boolean {
  return parts.every((part) => part === 0);
}

/** By halves, so that a long list costs n·log n. */
function union(expressions: readonly string[]): Cuts {
  if (expressions.length > 1) {
    const middle = expressions.length >> 1;
    return combine(
      union(expressions.slice(0, middle)),
      union(expressions.slice(middle)),
      (inA, inB) => inA || inB,
    );
  }
  const [expression] = expressions;
  if (expression === undefined) return [];
  return parseRange(expression).constraints.map(cutsOf).reduce(both, ALL);
}

function both(a: Cuts, b: Cuts): Cuts {
  return combine(a, b, (inA, inB) => inA && inB);
}

function cutsOf({ operator, version }: Constraint): Cuts {
  const before: Cut = { version, after: false };
  const after: Cut = { version, after: true };
  switch (operator) {
    case '<':
      return [...ALL, before];
    case '<=':
      return [...ALL, after];
    case '>':
      return [after];
    case '>=':
      return [before];
    case '==':
      return [before, after];
    case '!=':
      return [...ALL, before, after];
  }
}

/** Walks the cuts of both sets in order; `keep` says whether a stretch belongs to the result. */
function combine(a: Cuts, b: Cuts, keep: (inA: boolean, inB: boolean) => boolean): Cuts {
  const result: Cut[] = [];
  let i = 0;
  let j = 0;
  let inside = false;
  while (i < a.length || j < b.length) {
    const [cutA, cutB] = [a[i], b[j]];
    const order = cutA === undefined ? 1 : cutB === undefined ? -1 : compareCuts(cutA, cutB);
    if (order <= 0) i++;
    if (order >= 0) j++;
    const now = keep(i % 2 === 1, j % 2 === 1);
    const cut = order <= 0 ? cutA : cutB;
    if (now !== inside && cut !== undefined) result.push(cut);
    inside = now;
  }
  return result;
}

function compareCuts(a: Cut, b: Cut): number {
  return compareVersions(a.version, b.version) || Number(a.after) - Number(b.after);
}

function toIntervals(cuts: Cuts): Interval[] {
  const list: Interval[] = [];
  for (let i = 0; i < cuts.length; i += 2) {
    const [from, to] = [cuts[i], cuts[i + 1]];
    if (from === undefined || (to !== undefined && compareCuts(from, to) === 0)) continue;
    list.push({
      low: from.version,
      lowOpen: from.after,
      high: to?.version ?? null,
      highOpen: to === undefined || !to.after,
    });
  }
  return list;
}

function toCuts(list: readonly Interval[]): Cuts {
  return list.flatMap(({ low, lowOpen, high, highOpen }) => [
    { version: low, after: lowOpen },
    ...(high === null ? [] : [{ version: high, after: !highOpen }]),
  ]);
}
