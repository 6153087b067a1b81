import { distInfo, type PackagesIndex } from '../cpan/index.ts';
import type { GraphInput } from './build.ts';
import { isGraphName } from './graph.ts';

/** What 02packages says of distributions. */
export interface IndexedReleases extends Pick<GraphInput, 'distributions' | 'distributionOf'> {
  /** The distribution of each indexed archive, by its path below `authors/id/`. */
  readonly byPath: ReadonlyMap<string, string>;
}

/** Reads distributions out of 02packages. Archives whose names tell none are left out. */
export function indexedReleases(index: PackagesIndex): IndexedReleases {
  const byPath = new Map<string, string>();
  for (const { path } of index.rows()) {
    if (byPath.has(path)) continue;
    const { dist } = distInfo(path);
    if (dist !== null && isGraphName(dist)) byPath.set(path, dist);
  }
  return {
    byPath,
    distributions: new Set(byPath.values()),
    distributionOf(module) {
      const row = index.find(module);
      return row === null ? null : (byPath.get(row.path) ?? null);
    },
  };
}
