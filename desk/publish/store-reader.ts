/** The published store as a publisher reads it. */
import { type PublishedStore, wholeCoverage } from '../published/index.ts';
import type { Changes, Coverage, StoreReader } from './ops.ts';

export function storeReader(store: PublishedStore): StoreReader {
  return {
    changes: (after, open) => changesOf(store, after, open),
    ids: async () => [...(await store.latestNumbers()).keys()],
    distributions: () => store.distNames(),
    patches: async () => {
      const keys: string[] = [];
      for await (const { key } of store.patches()) keys.push(key);
      return keys;
    },
    revisions: (id) => store.revisions(id),
    distribution: (name) => store.dist(name),
    patch: (key) => store.patch(key),
    decisions: () => store.decisions(),
    coverage: async () => coverageOf(wholeCoverage(await store.coverage())),
  };
}

function coverageOf(found: ReturnType<typeof wholeCoverage>): Coverage {
  return found.complete ? { complete: true, distributions: [] } : found;
}

/** What is new, and what was not done when it was last looked at. */
async function changesOf(store: PublishedStore, after: number, open: readonly number[]): Promise<Changes> {
  const [records, dists, patches] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const stillOpen: number[] = [];
  let [last, at, decisions] = [after, null as string | null, false];
  const take = (change: NonNullable<Awaited<ReturnType<typeof store.changes.of>>>): void => {
    for (const id of change.records) records.add(id);
    for (const name of change.dists) dists.add(name);
    for (const key of change.patches) patches.add(key);
    decisions ||= change.decisions;
    if (!change.done) stillOpen.push(change.number);
  };
  for (const number of open) {
    const change = await store.changes.of(number);
    if (change !== null) take(change);
  }
  for await (const change of store.changes.after(after)) {
    take(change);
    last = change.number;
    at = change.at;
  }
  return { last, open: stillOpen, at, records, dists, patches, decisions };
}
