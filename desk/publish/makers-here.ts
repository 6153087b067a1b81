import { objectPath } from 'cpansec/tree';
import { atOnce, type BlobStore } from '../blobs/index.ts';
import { list } from './list.ts';
import { make, type Workshop } from './make.ts';
import type { Makers, Placing } from './makers.ts';

/** This thread. */
export function makersHere(shop: Workshop): Makers {
  return {
    count: 1,
    make: (tasks) => make(shop, tasks),
    place: (files) => place(shop.tree, files),
    list: (shards) => list(shop, shards),
    end: async () => {},
  };
}

export async function place(tree: BlobStore, files: readonly Placing[]): Promise<void> {
  await atOnce(files, async ({ path, sha256 }) => {
    if (sha256 === null) await tree.delete(path);
    else await tree.copy(objectPath(sha256), path);
  });
}
