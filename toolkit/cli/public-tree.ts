/** What `db update` reads of a public tree: `docs/formats/index-head.md`. */

import { PlacedError } from '../base/index.ts';
import {
  fetchTo,
  fetchWithin,
  type GetOptions,
  IoError,
  nodeSha256,
  nodeSha256Into,
  now,
} from '../io/index.ts';
import {
  decodeIndexHead,
  HEAD_PATH,
  type IndexHead,
  MAX_HEAD_LENGTH,
  objectPath,
  TreeError,
  treeOf,
} from '../tree/index.ts';
import { TufError } from '../tuf/index.ts';
import { type Logged, UpdateError, verifiedManifest } from '../update/index.ts';
import { signatureOps } from './log-place.ts';
import { clientOf } from './trusted-root.ts';

export interface PublicTree {
  /** Ends in a slash. */
  readonly top: URL;
  readonly net: Omit<GetOptions, 'limit'>;
  /** Where what is known of its metadata is kept. */
  readonly directory: string;
}

export interface Offer {
  readonly head: IndexHead;
  /** Where the tree's manifest stands in the log. */
  readonly logged: Logged;
}

/** What the tree offers now, verified as `update` does. Throws its errors, TUF's, the tree's and io's. */
export async function presentOffer({ top, net, directory }: PublicTree): Promise<Offer> {
  const client = clientOf(directory, [fetchWithin(new URL('tuf/', top), { ...net, gzip: true })]);
  const fetch = fetchWithin(top, net);
  const ops = { client, fetch, signatures: signatureOps(), hash: nodeSha256Into, now };
  const { manifest, logged } = await verifiedManifest(ops);
  const bytes = await treeOf(manifest, fetch, { sha256: nodeSha256 }).read(HEAD_PATH, MAX_HEAD_LENGTH);
  if (bytes === null) throw new TreeError('head', 'the tree has no such file', { file: HEAD_PATH });
  return { head: decodedHead(bytes), logged };
}

function decodedHead(bytes: Uint8Array): IndexHead {
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

/** Something that was named is not there as was said: the tree was replaced since, or is incomplete. */
export function wasReplaced(error: unknown): boolean {
  if (error instanceof TreeError) return error.code === 'digest';
  if (error instanceof UpdateError) return error.code === 'not-logged';
  if (error instanceof TufError) return ['missing', 'hash', 'length', 'mix-and-match'].includes(error.code);
  return error instanceof IoError && error.code === 'not-found';
}
