/** Sets of versions as `vers:cpan` ranges. */
import { compareVersions } from '../cpan/index.ts';
import { formatVers, type VersInterval, versOfIntervals } from '../formats/index.ts';
import type { Interval } from './intervals.ts';

const CPAN = { type: 'cpan', order: compareVersions, least: '0' };

/** The canonical range, `vers:cpan/*` for all versions; null for none. */
export function versRange(list: readonly Interval[]): string | null {
  const vers = versOfIntervals(list.map(plain), CPAN);
  return vers === null ? null : formatVers(vers, compareVersions);
}

function plain({ low, lowOpen, high, highOpen }: Interval): VersInterval {
  return { low: low.original, lowOpen, high: high?.original ?? null, highOpen };
}

/** The one version of the set; null where it holds none or more. */
export function onlyVersion(list: readonly Interval[]): string | null {
  const [one, ...more] = list;
  if (one === undefined || more.length > 0 || one.high === null || one.lowOpen || one.highOpen) return null;
  return compareVersions(one.low, one.high) === 0 ? one.low.original : null;
}
