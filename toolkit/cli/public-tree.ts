/** What `db update` reads of a public tree: `docs/formats/index-head.md`. */

import { PlacedError } from '../base/index.ts';
import { fetchBelow, fetchTo, IoError, type NetOptions, nodeSha256 } from '../io/index.ts';
import {
  decodeIndexHead,
  HEAD_PATH,
  type IndexHead,
  MAX_HEAD_LENGTH,
  objectPath,
  openTree,
  TreeError,
} from '../tree/index.ts';

export interface PublicTree {
  /** Ends in a slash. */
  readonly top: URL;
  readonly net: NetOptions;
}

/** The head that the manifest names; all that is read is checked by digest. Throws the tree's errors and io's. */
export async function presentHead({ top, net }: PublicTree): Promise<IndexHead> {
  const tree = await openTree(fetchBelow(top, net), { sha256: nodeSha256 });
  const bytes = await tree.read(HEAD_PATH, MAX_HEAD_LENGTH);
  if (bytes === null) throw new TreeError('head', 'the tree has no such file', { file: HEAD_PATH });
  try {
    return decodeIndexHead(bytes);
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const problem = `is no head of an index: ${cause.message}`;
    throw new TreeError('head', problem, { file: HEAD_PATH }, { cause });
  }
}

/** The index of the head, by its digest, to `file`; `onProgress` is told the bytes that are there. */
export async function fetchIndexOf(
  { top, net }: PublicTree,
  { sha256, size }: IndexHead,
  file: string,
  onProgress: (done: number) => void,
): Promise<void> {
  const path = objectPath(sha256);
  await fetchTo(new URL(path, top), file, { ...net, limit: size, size, sha256, onProgress });
}

/** Something that the manifest names is not there as it says: the tree was replaced since, or is incomplete. */
export function wasReplaced(error: unknown): boolean {
  if (error instanceof TreeError) return error.code === 'digest';
  return error instanceof IoError && error.code === 'not-found';
}
