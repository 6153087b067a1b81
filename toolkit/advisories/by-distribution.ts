import type { AdvisoryRecord, AffectedEntry } from './record.ts';

/** Records by each distribution that they name, in the order in which these come first. */
export function recordsByDistribution(records: readonly AdvisoryRecord[]): Map<string, AdvisoryRecord[]> {
  return grouped(
    records.flatMap((record) =>
      [...new Set(record.affected.map(({ distribution }) => distribution))].map((name) => [name, record]),
    ),
  );
}

/** Entries by distribution, in the order in which these come first. */
export function entriesByDistribution(entries: readonly AffectedEntry[]): Map<string, AffectedEntry[]> {
  return grouped(entries.map((entry) => [entry.distribution, entry]));
}

function grouped<T>(pairs: readonly (readonly [distribution: string, item: T])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const [distribution, item] of pairs) {
    const group = groups.get(distribution);
    if (group === undefined) groups.set(distribution, [item]);
    else group.push(item);
  }
  return groups;
}
