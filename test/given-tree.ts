/** Publishing a given store into memory, and what must hold of the tree. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { decodeLatin1 } from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';
import { MANIFEST_PATH, objectPath, openTree, type Tree } from 'cpansec/tree';
import { type BlobStore, memoryStore } from '../desk/blobs/index.ts';
import { type Publication, publish, type StoreReader } from '../desk/publish/index.ts';
import { State } from '../desk/publish/state.ts';
import { generateKey, keyFileSigner } from '../desk/signing/index.ts';
import { assets, config } from './given-store.ts';

export const scratch: string = mkdtempSync(join(tmpdir(), 'cpansec-publish-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
let states = 0;

export const newState = (): string => join(scratch, `${states++}.db`);

const keyFile = join(scratch, 'publisher.key');
await generateKey(keyFile, 'Example Group', 'publisher@example.org', '2026-01-01T00:00:00Z');
const signer = await keyFileSigner(keyFile);

export function publication(
  store: StoreReader,
  tree: BlobStore,
  changes: Partial<Publication> = {},
): Publication {
  return { store, tree, state: newState(), config, signer, assets, edition: 'test', ...changes };
}

/** The tree that is made of a store all at once, with a number as if others had been before it. */
export async function atOnce(store: StoreReader, serial: number): Promise<BlobStore> {
  const task = publication(store, memoryStore());
  const state = new State(task.state);
  state.setFact('serial', `${serial - 1}`);
  state.close();
  await publish(task);
  return task.tree;
}

export const open = (tree: BlobStore): Promise<Tree> =>
  openTree(async (path) => (await tree.get(path))?.bytes ?? null, { sha256: nodeSha256 });

export async function keysOf(tree: BlobStore, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of tree.list(prefix)) keys.push(key);
  return keys;
}

/** Every path outside of objects with its text, byte by byte. */
export async function textsOf(tree: BlobStore): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const key of await keysOf(tree)) {
    if (!key.startsWith('objects/'))
      texts.set(key, decodeLatin1((await tree.get(key))?.bytes ?? new Uint8Array(0)));
  }
  return texts;
}

export async function mustBeEqual(a: BlobStore, b: BlobStore): Promise<void> {
  const [textsA, textsB] = [await textsOf(a), await textsOf(b)];
  const differing = [...new Set([...textsA.keys(), ...textsB.keys()])].filter(
    (path) => textsA.get(path) !== textsB.get(path),
  );
  assert.deepEqual(differing, []);
}

/** That every path of the manifest holds what it says, by path and by digest. How many there are. */
export async function mustHold(blobs: BlobStore): Promise<number> {
  const tree = await open(blobs);
  const paths = (await keysOf(blobs)).filter((key) => !key.startsWith('objects/') && key !== MANIFEST_PATH);
  for (const path of paths) assert.deepEqual(await tree.read(path), (await blobs.get(path))?.bytes, path);
  assert.equal(paths.length, tree.manifest.files);
  return paths.length;
}

/** Objects that the tree does not need. */
export async function spareObjects(blobs: BlobStore): Promise<string[]> {
  const { manifest } = await open(blobs);
  const needed = new Set(manifest.shards.map(objectPath));
  for (const bytes of (await textsOf(blobs)).values()) needed.add(objectPath(digestOf(bytes)));
  return (await keysOf(blobs, 'objects/')).filter((key) => !needed.has(key));
}

function digestOf(text: string): string {
  return Buffer.from(nodeSha256(Buffer.from(text, 'latin1'))).toString('hex');
}
