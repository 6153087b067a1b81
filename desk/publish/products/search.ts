/** The static search index: `docs/formats/search-index.md`. Each shard is made alone. */
import { encodeUtf8 } from 'cpansec/base';
import {
  SEARCH_HEAD_PATH,
  searchHead,
  searchShard,
  searchShardPath,
  shardsOfDocument,
} from '../../site/index.ts';
import type { Product, WholeProduct } from '../product.ts';

export const searchedAdvisory: Product<'advisory'> = {
  name: 'searched-advisory',
  make: ({ line }, { searchShards }) => ({
    files: [],
    searched: { key: `a ${line.id}`, shards: shardsOfDocument({ kind: 'advisory', line }, searchShards) },
  }),
};

export const searchedDistribution: Product<'distribution'> = {
  name: 'searched-distribution',
  make({ page: { distribution: name } }, { known, searchShards }) {
    const shards = shardsOfDocument(known.searchDocument(name), searchShards);
    return { files: [], searched: { key: `d ${name}`, shards } };
  },
};

export const searchShardFile: Product<'shard'> = {
  name: 'search-shard',
  make: ({ number, documents }, { searchShards }) => ({
    files: [
      { path: searchShardPath(number), bytes: encodeUtf8(searchShard(number, documents, searchShards)) },
    ],
  }),
};

export const searchHeadFile: WholeProduct = {
  name: 'search-head',
  reads: [],
  make: ({ searchShards }) => ({
    files: [{ path: SEARCH_HEAD_PATH, bytes: encodeUtf8(searchHead(searchShards)) }],
  }),
};
