/** Public trees for tests, made as a publisher makes them: objects, files at their paths, shards, the manifest. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildIndex, type IndexInput, toOsv } from '../toolkit/advisories/index.ts';
import { encodeUtf8, toHex } from '../toolkit/base/index.ts';
import { formatOsv } from '../toolkit/formats/index.ts';
import { nodeSha256 } from '../toolkit/io/index.ts';
import {
  encodeIndexHead,
  encodeManifest,
  encodeShard,
  HEAD_PATH,
  MANIFEST_FORMAT,
  MANIFEST_PATH,
  objectPath,
  SHARDS,
  shardOf,
  type TreeFile,
} from '../toolkit/tree/index.ts';

export type TreeContent = ReadonlyMap<string, string | Uint8Array>;

export interface TreeFacts {
  readonly serial?: number;
  readonly built?: string;
}

const BUILT = '2026-11-22T06:00:00Z';

/** Writes a whole tree into the directory, over the one that is there. */
export function makeTree(directory: string, content: TreeContent, facts: TreeFacts = {}): void {
  for (const [path, bytes] of treeFiles(content, facts)) putFile(directory, path, bytes);
}

/** All files of a tree with that content, in the order in which they are to be put. */
export function treeFiles(content: TreeContent, facts: TreeFacts = {}): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const putObject = (bytes: Uint8Array): TreeFile => {
    const sha256 = toHex(nodeSha256(bytes));
    files.set(objectPath(sha256), bytes);
    return { sha256, size: bytes.length };
  };
  const shards = Array.from({ length: SHARDS }, () => new Map<string, TreeFile>());
  for (const [path, text] of content) {
    const bytes = typeof text === 'string' ? encodeUtf8(text) : text;
    const file = putObject(bytes);
    files.set(path, bytes);
    shards[shardOf(path, nodeSha256)]?.set(path, file);
  }
  const manifest = encodeManifest({
    format: MANIFEST_FORMAT,
    serial: facts.serial ?? 1,
    built: facts.built ?? BUILT,
    files: content.size,
    shards: shards.map((shard) => putObject(encodeShard(shard)).sha256),
  });
  return files.set(MANIFEST_PATH, manifest);
}

/** What a tree has of advisories for tools: the audit index and its head, OSV documents and when they changed. */
export function advisoryContent(input: IndexInput, facts: TreeFacts = {}): Map<string, string | Uint8Array> {
  const { serial = 1, built = BUILT } = facts;
  const index = buildIndex({ ...input, serial, built });
  const sha256 = toHex(nodeSha256(index));
  const path = `index/${sha256}.index`;
  const head = { format: 'cpansec-head/1', serial, built, path, size: index.length, sha256 } as const;
  const content = new Map<string, string | Uint8Array>([
    [path, index],
    [HEAD_PATH, encodeIndexHead(head)],
  ]);
  for (const record of input.records)
    content.set(`osv/CPAN/${record.id}.json`, formatOsv(toOsv(record, { modified: built }).document));
  content.set('osv/CPAN/modified_id.csv', input.records.map(({ id }) => `${built},${id}\n`).join(''));
  return content;
}

/** Whole or not at all. */
export function putFile(directory: string, path: string, bytes: Uint8Array): void {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, bytes);
  renameSync(`${file}.new`, file);
}
