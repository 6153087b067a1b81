/**
 * A record as statements about sets of versions, which is how VEX documents speak: one vulnerability for the record
 * under its id and aliases, one more for each alias that only some entries have.
 */
import { compareText } from '../base/index.ts';
import { difference, type Interval, intervals, joined } from './intervals.ts';
import { readRange } from './range.ts';
import type { AdvisoryRecord, AffectedEntry } from './record.ts';

export interface Vulnerability {
  /** The record's id and aliases; or the one alias of some entries. */
  readonly names: readonly string[];
  readonly products: readonly Product[];
}

/** What is said of each version of a distribution. The four sets are disjoint and leave nothing out. */
export interface Product {
  readonly distribution: string;
  readonly affected: readonly Interval[];
  /** It cannot be told whether these are. */
  readonly undecided: readonly Interval[];
  /** Not affected, and an entry says that they hold the fix. */
  readonly fixed: readonly Interval[];
  /** Not affected: no entry names them. */
  readonly unaffected: readonly Interval[];
}

export const PRODUCT_SETS = ['affected', 'undecided', 'fixed', 'unaffected'] as const;
export type ProductSet = (typeof PRODUCT_SETS)[number];

const ALL: readonly Interval[] = intervals(['>=0']);

/**
 * What the record says. Of one that was rejected, that nothing is affected. Of one that was withdrawn nothing: its
 * names may be those of a record that holds.
 */
export function vulnerabilitiesOf(record: AdvisoryRecord): Vulnerability[] {
  if (record.affected.length === 0 || record.withdrawn?.kind === 'withdrawn') return [];
  const rejected = record.withdrawn !== undefined;
  const products = (entries: readonly AffectedEntry[]): Product[] =>
    distributionsOf(entries).map((name) => productOf(name, rejected ? null : entries));
  const names = [...new Set([record.id, ...record.aliases])];
  const own = entryAliases(record).filter((alias) => !names.includes(alias));
  return [
    { names, products: products(record.affected) },
    ...own.map((alias) => ({
      names: [alias],
      products: products(record.affected.filter(({ aliases }) => aliases?.includes(alias) === true)),
    })),
  ];
}

/** Why what is not affected is not. */
export function impactOf({ withdrawn }: AdvisoryRecord): string {
  if (withdrawn !== undefined) return `The report was rejected: ${withdrawn.reason}`;
  return 'These versions are outside of those that the advisory names as affected.';
}

/** Names that hold for some entries only, sorted. */
export function entryAliases({ affected }: AdvisoryRecord): string[] {
  return [...new Set(affected.flatMap(({ aliases }) => aliases ?? []))].sort(compareText);
}

function distributionsOf(entries: readonly AffectedEntry[]): string[] {
  return [...new Set(entries.map(({ distribution }) => distribution))];
}

/** What the entries of the distribution say together. Null for the entries: nothing is affected. */
export function productOf(distribution: string, entries: readonly AffectedEntry[] | null): Product {
  if (entries === null) return { distribution, affected: [], undecided: [], fixed: [], unaffected: ALL };
  const sets = entries.filter((entry) => entry.distribution === distribution).map(setsOf);
  const affected = sets.map((set) => set.affected).reduce(joined, []);
  const undecided = difference(sets.map((set) => set.undecided).reduce(joined, []), affected);
  const open = joined(affected, undecided);
  const fixed = difference(sets.map((set) => set.fixed).reduce(joined, []), open);
  return { distribution, affected, undecided, fixed, unaffected: difference(ALL, joined(open, fixed)) };
}

type EntrySets = Record<'affected' | 'undecided' | 'fixed', Interval[]>;

/** As `affects` judges: an expression that does not parse could hold any version. */
function setsOf({ ranges, fixed }: AffectedEntry): EntrySets {
  const inside = ranges.length === 0 ? { list: [], whole: false } : readable(ranges);
  const repaired = readable(fixed);
  const named = difference(inside.list, repaired.list);
  const rest = difference(ALL, repaired.list);
  if (!repaired.whole) {
    return { affected: [], undecided: inside.whole ? named : rest, fixed: repaired.list };
  }
  const undecided = inside.whole ? [] : difference(rest, named);
  return { affected: named, undecided, fixed: repaired.list };
}

/** The versions of the expressions that parse; `whole` where all do. An entry without ranges says nothing. */
function readable(expressions: readonly string[]): { list: Interval[]; whole: boolean } {
  const known = expressions.filter((text) => readRange(text) !== null);
  return { list: intervals(known), whole: known.length === expressions.length };
}
