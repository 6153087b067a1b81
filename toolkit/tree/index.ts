/**
 * tree: the public tree (`docs/formats/public-tree.md`). `manifest.json` alone says what it is; everything else is
 * read by digest, so that a tree that is being replaced gives either all of the old one or all of the new.
 *
 * @example
 *   const tree = await openTree(fetchBelow(top, net)); // of io
 *   const head = await tree.read('index/head.json'); // bytes, checked; null when the tree has no such file
 */
export { TreeError, type TreeErrorCode } from './errors.ts';
export {
  decodeIndexHead,
  encodeIndexHead,
  HEAD_FORMAT,
  HEAD_PATH,
  type IndexHead,
  MAX_HEAD_LENGTH,
} from './head.ts';
export {
  decodeManifest,
  decodeShard,
  encodeManifest,
  encodeShard,
  MANIFEST_FORMAT,
  MANIFEST_PATH,
  type Manifest,
  objectPath,
  SHARDS,
  type Shard,
  shardOf,
  type TreeFile,
} from './manifest.ts';
export { type FetchBytes, MAX_MANIFEST, openTree, type Tree, treeOf } from './open.ts';
