/** Switches the tree over: paths, shards, manifest, in this order; then what nobody can still need goes. */
import { createHash } from 'node:crypto';
import { encodeManifest, MANIFEST_FORMAT, MANIFEST_PATH, objectPath, SHARDS } from 'cpansec/tree';
import { atOnce, type BlobStore } from '../blobs/index.ts';
import { PublishError } from './errors.ts';
import type { ListedShard, Makers, Placing } from './makers.ts';
import { retire, sweep } from './retired.ts';
import { ADOPTED, NONE, type State } from './state.ts';

export interface Switching {
  readonly state: State;
  readonly tree: BlobStore;
  readonly makers: Makers;
  /** Etag of the manifest that stands there; null where none does. */
  readonly manifest: string | null;
  /** The number of this publication, for the case that anything differs. */
  readonly serial: number;
  readonly built: string;
  progress(words: string): void;
}

export interface Switched {
  /** Paths that were written and that went. */
  readonly written: number;
  readonly removed: number;
  /** Whether the tree differs from the one before. */
  readonly changed: boolean;
  readonly files: number;
}

/** Paths that are remembered as written at once. */
const BATCH = 1000;
/** Shards that are listed at once. */
const SHARD_BATCH = 8;

/** Throws `busy` when another publisher has switched the tree meanwhile. */
export async function switchOver(task: Switching): Promise<Switched> {
  const { state, tree } = task;
  // 1. Pages and exports at their paths.
  const { written, removed } = await place(task);
  // 2. The shards that list them.
  const shards = await writeShards(task);
  const files = Number(state.row('SELECT sum(files) AS n FROM shards')?.n ?? 0);
  const changed = JSON.stringify(shards) !== state.fact('shards');
  // 3. The manifest, which alone says what the tree is.
  if (changed) await putManifest(task, files, shards);
  // 4. Objects that only trees before the last one had.
  await sweep(state, tree, Number(state.fact('serial')));
  return { written, removed, changed, files };
}

async function putManifest(
  { state, tree, manifest, serial, built }: Switching,
  files: number,
  shards: string[],
): Promise<void> {
  const bytes = encodeManifest({ format: MANIFEST_FORMAT, serial, built, files, shards });
  const about = { manifest: createHash('sha256').update(bytes).digest('hex'), serial, shards };
  // So that after a kill it is known which of the two stands there.
  retireUnswitched(state, about.manifest);
  state.setFact('switching', JSON.stringify(about));
  // By its digest too, for those to whom somebody vouches for that.
  await tree.put(objectPath(about.manifest), bytes, { sha256: about.manifest, durable: false });
  await tree.flush();
  const only = manifest === null ? 'absent' : { etag: manifest };
  if ((await tree.put(MANIFEST_PATH, bytes, { only })) === null) {
    const problem = 'another publisher has written it meanwhile: one tree has one publisher';
    throw new PublishError('busy', problem, { file: MANIFEST_PATH });
  }
  switched(state, about);
}

/** An object of a manifest that was put and never switched to. */
function retireUnswitched(state: State, next: string): void {
  const { manifest } = JSON.parse(state.fact('switching') ?? '{}') as Partial<About>; // written above
  if (manifest !== undefined && manifest !== next && manifest !== state.fact('manifest'))
    retire(state, manifest);
}

/** What the manifest is, once it stands there. */
export interface About {
  /** SHA-256 of its bytes. */
  readonly manifest: string;
  readonly serial: number;
  readonly shards: readonly string[];
}

/** The tree is this one: nothing that it does not need is needed by anybody after the next one. */
export function switched(state: State, { manifest, serial, shards }: About): void {
  const before = state.fact('manifest');
  state.transaction(() => {
    if (before !== null && before !== NONE && before !== manifest) retire(state, before);
    state.setFact('manifest', manifest);
    state.setFact('shards', JSON.stringify(shards));
    state.setFact('serial', `${serial}`);
    state.run('UPDATE retired SET serial = ? WHERE serial = 0', serial);
  });
}

async function place({ state, makers, progress }: Switching): Promise<{ written: number; removed: number }> {
  const counts = { written: 0, removed: 0 };
  await atOnce(
    misplaced(state),
    async (files) => {
      await makers.place(files);
      remember(state, files);
      for (const { sha256 } of files) counts[sha256 === null ? 'removed' : 'written']++;
      progress(`${counts.written} files at their places`);
    },
    2 * makers.count,
  );
  return counts;
}

interface Misplaced extends Placing {
  readonly shard: number;
  readonly placed: string | null;
}

/** Paths at which something else stands than they are to hold. */
function* misplaced(state: State): Iterable<Misplaced[]> {
  const sql = `SELECT shard, path, sha256, placed FROM files WHERE sha256 IS NOT placed AND path > ?
    ORDER BY path LIMIT ${BATCH}`;
  for (let last = ''; ; ) {
    const files = state.rows(sql, last) as unknown as Misplaced[]; // columns are those of the schema
    if (files.length === 0) return;
    last = files.at(-1)?.path ?? '';
    yield files;
  }
}

function remember(state: State, files: readonly Misplaced[]): void {
  const there = 'UPDATE files SET placed = sha256 WHERE shard = ? AND path = ?';
  const gone = 'DELETE FROM files WHERE shard = ? AND path = ?';
  state.transaction(() => {
    for (const { shard, path, sha256, placed } of files) {
      if (placed !== null && placed !== ADOPTED) retire(state, placed);
      state.run(sha256 === null ? gone : there, shard, path);
    }
  });
}

/** The digests of all shards. */
async function writeShards({ state, makers }: Switching): Promise<string[]> {
  const present = new Map(
    state
      .rows('SELECT number, sha256 FROM shards WHERE stale = 0')
      .map((row) => [row.number, `${row.sha256}`]),
  );
  const numbers = Array.from({ length: SHARDS }, (_, number) => number);
  const list = async (shards: readonly number[]): Promise<void> => {
    for (const shard of await makers.list(shards)) {
      rememberShard(state, shard);
      present.set(shard.number, shard.sha256);
    }
  };
  const stale = numbers.filter((number) => !present.has(number));
  await atOnce(inBatches(stale), list, 2 * makers.count);
  return numbers.map((number) => present.get(number) ?? '');
}

function* inBatches(shards: readonly number[]): Iterable<number[]> {
  for (let i = 0; i < shards.length; i += SHARD_BATCH) yield shards.slice(i, i + SHARD_BATCH);
}

function rememberShard(state: State, { number, sha256, files }: ListedShard): void {
  state.transaction(() => {
    const before = state.row('SELECT sha256 FROM shards WHERE number = ?', number)?.sha256;
    if (typeof before === 'string' && before !== sha256) retire(state, before);
    state.run('INSERT OR REPLACE INTO shards VALUES (?, ?, 0, ?)', number, sha256, files);
  });
}
