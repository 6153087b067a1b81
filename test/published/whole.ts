/** Whether a tree in a directory is whole: its manifest and shards name exactly the files that are there. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeManifest, decodeShard, MANIFEST_PATH, objectPath, shardOf } from 'cpansec/tree';
import { filesBelow } from './tree.ts';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** SHA-256 by path of what the manifest names. */
export function namedFiles(directory: string): Map<string, string> {
  const read = (path: string): Uint8Array => readFileSync(join(directory, path));
  const { shards } = decodeManifest(read(MANIFEST_PATH));
  const all = shards.flatMap((shard, number) => [...decodeShard(read(objectPath(shard)), `shard ${number}`)]);
  return new Map(all.map(([path, file]) => [path, file.sha256]));
}

/**
 * What is wrong with it, in words; nothing when it is whole. Log and TUF stand beside what the manifest names. Files
 * that a killed writer left (`~`) are passed over.
 */
export function treeFaults(directory: string): string[] {
  const read = (path: string): Uint8Array => readFileSync(join(directory, path));
  const { shards, files } = decodeManifest(read(MANIFEST_PATH));
  const named = new Map<string, string>();
  const faults: string[] = [];
  shards.forEach((shard, number) => {
    const bytes = read(objectPath(shard));
    if (digest(bytes) !== shard) faults.push(`shard ${number} has another digest`);
    for (const [path, file] of decodeShard(bytes, `shard ${number}`)) {
      named.set(path, file.sha256);
      if (shardOf(path, sha256) !== number) faults.push(`${path} stands in shard ${number}`);
    }
  });
  const there = new Set(filesBelow(directory).filter((path) => !path.includes('~')));
  for (const [path, expected] of named) {
    if (!there.has(path)) faults.push(`${path} is not there`);
    else if (digest(read(path)) !== expected) faults.push(`${path} has another digest`);
    const object = objectPath(expected);
    if (!there.has(object)) faults.push(`${object} is not there`);
    else if (digest(read(object)) !== expected) faults.push(`${object} has another digest`);
  }
  for (const path of there)
    if (!/^(?:objects|log|tuf)\//.test(path) && path !== MANIFEST_PATH && !named.has(path))
      faults.push(`${path} is not named`);
  if (named.size !== files) faults.push(`the manifest says ${files} files, its shards ${named.size}`);
  return faults;
}
