/** What clients of the public tree begin with: its manifest, whom its log is believed by, the present audit index. */

import { nodeDigest } from 'cpansec/io';
import { decodeIndexHead, HEAD_PATH, MANIFEST_PATH } from 'cpansec/tree';
import type { TargetChange } from 'cpansec/tuf';
import { LOG_POLICY_PATH } from 'cpansec/update';
import type { BlobStore } from '../blobs/index.ts';
import { TufKeepingError } from './errors.ts';

/** The manifest, the policy of the tree's log where it has one, the head of the index, and the index. Throws `config` where there is no tree. */
export async function treeTargets(tree: BlobStore): Promise<TargetChange[]> {
  const manifest = await bytesOf(tree, MANIFEST_PATH);
  const head = await bytesOf(tree, HEAD_PATH);
  const policy = await tree.get(LOG_POLICY_PATH);
  const { path, size, sha256 } = decodeIndexHead(head);
  return [
    targetOf(MANIFEST_PATH, manifest),
    ...(policy === null ? [] : [targetOf(LOG_POLICY_PATH, policy.bytes)]),
    targetOf(HEAD_PATH, head),
    { path, target: { length: size, hashes: new Map([['sha256', sha256]]) } },
  ];
}

async function bytesOf(tree: BlobStore, path: string): Promise<Uint8Array> {
  const found = await tree.get(path);
  if (found === null)
    throw new TufKeepingError('config', 'is not there: publish a tree first', { file: path });
  return found.bytes;
}

function targetOf(path: string, bytes: Uint8Array): TargetChange {
  const hashes = new Map([['sha256', nodeDigest('sha256', bytes)]]);
  return { path, target: { length: bytes.length, hashes } };
}
