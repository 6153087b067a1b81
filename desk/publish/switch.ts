/** Switches the tree over: paths, shards, manifest, in this order; then what nobody can still need goes. */
import { createHash } from 'node:crypto';
import {
  encodeManifest,
  encodeShard,
  MANIFEST_FORMAT,
  MANIFEST_PATH,
  objectPath,
  SHARDS,
  type TreeFile,
} from 'cpansec/tree';
import type { BlobStore } from '../blobs/index.ts';
import type { State } from './state.ts';

export interface Switching {
  readonly state: State;
  readonly tree: BlobStore;
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
const BATCH = 2000;

export async function switchOver(task: Switching): Promise<Switched> {
  // 1. Pages and exports at their paths.
  const { written, removed } = await place(task);
  // 2. The shards that list them.
  const shards = await writeShards(task);
  const files = Number(task.state.row('SELECT count(*) AS n FROM files WHERE sha256 IS NOT NULL')?.n ?? 0);
  const changed = JSON.stringify(shards) !== task.state.fact('shards');
  if (!changed) return { written, removed, changed, files };
  // 3. The manifest, which alone says what the tree is.
  const { serial, built } = task;
  await task.tree.flush();
  await task.tree.put(
    MANIFEST_PATH,
    encodeManifest({ format: MANIFEST_FORMAT, serial, built, files, shards }),
  );
  task.state.transaction(() => {
    task.state.setFact('shards', JSON.stringify(shards));
    task.state.setFact('serial', `${serial}`);
    task.state.run('UPDATE retired SET serial = ? WHERE serial = 0', serial);
  });
  // 4. Objects that only trees before the last one had.
  await sweep(task);
  return { written, removed, changed, files };
}

async function place({ state, tree, progress }: Switching): Promise<{ written: number; removed: number }> {
  const counts = { written: 0, removed: 0 };
  for (;;) {
    const sql = 'SELECT path, sha256, placed FROM files WHERE sha256 IS NOT placed ORDER BY path LIMIT ?';
    const rows = state.rows(sql, BATCH);
    if (rows.length === 0) break;
    await Promise.all(
      rows.map(async ({ path, sha256 }) => {
        if (sha256 === null) await tree.delete(`${path}`);
        else await tree.copy(objectPath(`${sha256}`), `${path}`);
        counts[sha256 === null ? 'removed' : 'written']++;
      }),
    );
    state.transaction(() => {
      for (const { path, sha256, placed } of rows) {
        if (placed !== null) retire(state, `${placed}`);
        if (sha256 !== null) state.run('UPDATE files SET placed = sha256 WHERE path = ?', `${path}`);
        else state.run('DELETE FROM files WHERE path = ?', `${path}`);
      }
    });
    progress(`${counts.written} files at their places`);
  }
  return counts;
}

/** The digests of all shards. */
async function writeShards({ state, tree }: Switching): Promise<string[]> {
  const digests: string[] = [];
  for (let number = 0; number < SHARDS; number++) {
    const known = state.row('SELECT sha256, stale FROM shards WHERE number = ?', number);
    const digest = known?.sha256;
    digests.push(
      typeof digest === 'string' && known?.stale === 0 ? digest : await writeShard(state, tree, number),
    );
  }
  return digests;
}

async function writeShard(state: State, tree: BlobStore, number: number): Promise<string> {
  const bytes = encodeShard(shardFiles(state, number));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await tree.put(objectPath(sha256), bytes, { only: 'absent', durable: false });
  state.transaction(() => {
    const before = state.row('SELECT sha256 FROM shards WHERE number = ?', number)?.sha256;
    if (typeof before === 'string' && before !== sha256) retire(state, before);
    state.run('INSERT OR REPLACE INTO shards VALUES (?, ?, 0)', number, sha256);
  });
  return sha256;
}

function shardFiles(state: State, number: number): Map<string, TreeFile> {
  const sql = 'SELECT path, sha256, size FROM files WHERE shard = ? AND sha256 IS NOT NULL';
  return new Map(
    state
      .rows(sql, number)
      .map(({ path, sha256, size }) => [`${path}`, { sha256: `${sha256}`, size: Number(size) }]),
  );
}

/** The present tree does not have it any more; readers of the one before still may. */
function retire(state: State, sha256: string): void {
  state.run('INSERT OR REPLACE INTO retired VALUES (?, 0)', sha256);
}

async function sweep({ state, tree, serial }: Switching): Promise<void> {
  for (const { sha256 } of state.rows('SELECT sha256 FROM retired WHERE serial < ?', serial)) {
    const digest = `${sha256}`;
    const sql =
      'SELECT 1 FROM files WHERE placed = ?1 UNION ALL SELECT 1 FROM shards WHERE sha256 = ?1 LIMIT 1';
    if (state.row(sql, digest) === null) await tree.delete(objectPath(digest));
    state.run('DELETE FROM retired WHERE sha256 = ?', digest);
  }
}
