/** The static search index: `docs/formats/search-index.md`. Each shard is made alone. */
import { encodeUtf8 } from 'cpansec/base';
import {
  SEARCH_HEAD_PATH,
  type SearchDocument,
  searchHead,
  searchShard,
  searchShardPath,
  shardsOfDocument,
} from '../../site/index.ts';
import { shardCollection } from '../known.ts';
import type { Member, Product, WholeProduct } from '../product.ts';

const NOTHING = new Uint8Array(0);

/** That the document stands in its shards; what it says is read when one is made. */
function membersOf(document: SearchDocument, key: string, shards: number): Member[] {
  return shardsOfDocument(document, shards).map((shard) => ({
    collection: shardCollection(shard),
    key,
    bytes: NOTHING,
  }));
}

export const searchedAdvisory: Product<'advisory'> = {
  name: 'searched-advisory',
  make: ({ line }, { searchShards }) => ({
    files: [],
    members: membersOf({ kind: 'advisory', line }, `a ${line.id}`, searchShards),
  }),
};

export const searchedDistribution: Product<'distribution'> = {
  name: 'searched-distribution',
  make({ page: { distribution: name } }, { known, searchShards }) {
    const document = known.searchDocument(name);
    return { files: [], members: membersOf(document, `d ${name}`, searchShards) };
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
