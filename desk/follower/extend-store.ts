/** Releases that were logged become known releases of their distributions in the published store. */
import { distInfo } from 'cpansec/cpan';
import type { LogEntry } from 'cpansec/transparency';
import type { Dist, DistRelease, PublishedStore } from '../published/index.ts';

const ID = 'authors/id/';

/** One change for all of them, in the order of the store's journal; none where nothing is new. */
export async function extendStore(
  store: PublishedStore,
  entries: readonly LogEntry[],
  at: string,
): Promise<void> {
  const found = [...distsOf(entries).values()];
  const news: Dist[] = [];
  for (const dist of found) if (await store.lacks(dist)) news.push(dist);
  if (news.length === 0) return;
  const dists = news.map(({ distribution }) => distribution);
  await store.changes.run({ at, records: [], dists, patches: [], decisions: false }, async () => {
    for (const dist of news) await store.mergeDist(dist);
  });
}

function distsOf(entries: readonly LogEntry[]): Map<string, Dist> {
  const dists = new Map<string, Dist>();
  for (const entry of entries) {
    if (entry.type !== 'release') continue;
    const { dist: distribution, version, cpanid } = distInfo(entry.path);
    if (distribution === null || version === null || !isName(distribution)) continue;
    const release: DistRelease = {
      version,
      date: entry.uploaded?.slice(0, 10) ?? null,
      source: 'mirror',
      ...(cpanid !== null && { author: cpanid }),
      path: entry.path.slice(ID.length),
    };
    const dist = dists.get(distribution) ?? { distribution, mainModule: null, modules: [], releases: [] };
    dists.set(distribution, { ...dist, releases: [...dist.releases, release] });
  }
  return dists;
}

/** What the store has a place for. */
function isName(distribution: string): boolean {
  return /^[!-~]{1,200}$/.test(distribution) && encodeURIComponent(distribution).length < 230;
}
