/** That state and tree belong together: a state that does not know the tree begins anew, with what stands there. */
import { createHash } from 'node:crypto';
import { decodeManifest, decodeShard, MANIFEST_PATH, objectPath, type Shard, TreeError } from 'cpansec/tree';
import { atOnce, type BlobStore } from '../blobs/index.ts';
import { PublishError } from './errors.ts';
import { retire } from './retired.ts';
import { ADOPTED, NONE, type State } from './state.ts';
import { type About, switched } from './switch.ts';

/** Etag of the manifest that stands there; null where none does. Throws `state` for a damaged tree. */
export async function adopt(state: State, tree: BlobStore): Promise<string | null> {
  const found = await tree.get(MANIFEST_PATH);
  const manifest = found === null ? NONE : createHash('sha256').update(found.bytes).digest('hex');
  if (manifest !== state.fact('manifest')) {
    const switching = state.fact('switching');
    const about = switching === null ? null : (JSON.parse(switching) as About); // written by `switchOver`
    // Killed after the manifest was put and before that was remembered.
    if (manifest === about?.manifest) switched(state, about);
    else await beginAnew(state, tree, { manifest, bytes: found?.bytes ?? null });
  }
  return found?.etag ?? null;
}

interface Found {
  readonly manifest: string;
  readonly bytes: Uint8Array | null;
}

async function beginAnew(state: State, tree: BlobStore, { manifest, bytes }: Found): Promise<void> {
  const last = Number(state.fact('serial') ?? 0);
  const { serial, shards, listed } = await standing(tree, bytes);
  state.clear();
  await listObjects(state, tree);
  state.transaction(() => {
    for (const [number, shard] of listed.entries())
      takeShard(state, { number, sha256: shards[number] ?? '', shard });
    state.setFact('shards', JSON.stringify(shards));
    state.setFact('manifest', manifest);
    // Users never go back to a lower one, whatever became of the tree.
    state.setFact('serial', `${Math.max(serial, last)}`);
  });
}

interface Taken {
  readonly number: number;
  readonly sha256: string;
  readonly shard: Shard;
}

/** Everything it lists is put in its place again; its objects are there. */
function takeShard(state: State, { number, sha256, shard }: Taken): void {
  state.run('INSERT INTO shards VALUES (?, ?, 1, ?)', number, sha256, shard.size);
  retire(state, sha256);
  for (const [path, { sha256: digest, size }] of shard) {
    state.run("INSERT INTO files VALUES (?, ?, 'none', NULL, ?, ?)", number, path, size, ADOPTED);
    retire(state, digest);
  }
}

/** Objects of which nobody knows whether they are whole: they go, unless they are put again. */
async function listObjects(state: State, tree: BlobStore): Promise<void> {
  await state.longTransaction(async () => {
    for await (const { key } of tree.list('objects/')) {
      const sha256 = key.slice(key.lastIndexOf('/') + 1);
      if (key === objectPath(sha256)) state.run('INSERT OR REPLACE INTO retired VALUES (?, -1)', sha256);
    }
  });
}

interface Standing {
  readonly serial: number;
  readonly shards: readonly string[];
  readonly listed: readonly Shard[];
}

async function standing(tree: BlobStore, bytes: Uint8Array | null): Promise<Standing> {
  if (bytes === null) return { serial: 0, shards: [], listed: [] };
  try {
    const { serial, shards } = decodeManifest(bytes);
    const listed: Shard[] = [];
    await atOnce(shards.entries(), async ([number, digest]) => {
      listed[number] = await shardOf(tree, digest);
    });
    return { serial, shards, listed };
  } catch (cause) {
    if (!(cause instanceof TreeError)) throw cause;
    const problem = `${cause.problem}: the tree is damaged; publish into an empty place`;
    throw new PublishError('state', problem, cause.place, { cause });
  }
}

async function shardOf(tree: BlobStore, digest: string): Promise<Shard> {
  const file = objectPath(digest);
  const found = await tree.get(file);
  if (found === null) throw new TreeError('manifest', 'a shard of the manifest is gone', { file });
  return decodeShard(found.bytes, file);
}
