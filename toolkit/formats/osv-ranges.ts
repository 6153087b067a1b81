/** Whether a version is affected, by the evaluation algorithm of OSV 1.7.5. */
import type { OsvAffected, OsvEvent, OsvRange } from './osv.ts';
import { placed, type VersionOrder } from './version-order.ts';

/**
 * True when the version is one of `versions` or in one of `ranges`. GIT ranges say nothing of versions and are
 * passed over. Versions compare by the order, so `1.10` is `1.1` where the ecosystem says so. Throws `version`
 * where the order refuses the version asked about or one of an event; one that is refused in `versions` is
 * compared as text.
 */
export function osvAffects(affected: OsvAffected, version: string, order: VersionOrder): boolean {
  const compare = placed(order);
  compare(version, version);
  if (affected.versions?.some((listed) => sameVersion(listed, version, order)) === true) return true;
  const ranges = affected.ranges?.filter(({ type }) => type !== 'GIT') ?? [];
  return ranges.some((range) => inRange(range, version, compare));
}

function sameVersion(listed: string, version: string, order: VersionOrder): boolean {
  if (listed === version) return true;
  try {
    return order(listed, version) === 0;
  } catch {
    return false; // an unreadable version is the same as none but its own text
  }
}

function inRange({ events }: OsvRange, version: string, compare: VersionOrder): boolean {
  if (!beforeLimits(events, version, compare)) return false;
  let within = false;
  for (const { introduced, fixed, last_affected } of sortEvents(events, compare)) {
    if (introduced !== undefined && (introduced === '0' || compare(version, introduced) >= 0)) within = true;
    else if (fixed !== undefined && compare(version, fixed) >= 0) within = false;
    else if (last_affected !== undefined && compare(version, last_affected) > 0) within = false;
  }
  return within;
}

/** Equal versions keep the order in which the record has them. */
function sortEvents(events: readonly OsvEvent[], compare: VersionOrder): OsvEvent[] {
  const changes = events.filter(({ limit }) => limit === undefined);
  return changes.sort((a, b) => {
    if (a.introduced === '0' || b.introduced === '0')
      return Number(b.introduced === '0') - Number(a.introduced === '0');
    return compare(place(a), place(b));
  });
}

function place({ introduced, fixed, last_affected }: OsvEvent): string {
  return introduced ?? fixed ?? last_affected ?? '';
}

function beforeLimits(events: readonly OsvEvent[], version: string, compare: VersionOrder): boolean {
  const limits = events.flatMap(({ limit }) => (limit === undefined ? [] : [limit]));
  return limits.length === 0 || limits.some((limit) => limit === '*' || compare(version, limit) < 0);
}
