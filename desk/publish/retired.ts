/** Objects that no present file needs: readers of the tree before may, so they go one publication later. */
import { objectPath } from 'cpansec/tree';
import { atOnce, type BlobStore } from '../blobs/index.ts';
import type { State, StateReader } from './state.ts';

/** The next tree will not have it any more; that it is there is certain. */
export function retire(state: State, sha256: string): void {
  state.run('INSERT OR REPLACE INTO retired VALUES (?, 0)', sha256);
}

/** Whether the object is there, whoever put it. */
export function isThere(state: StateReader, sha256: string): boolean {
  const sql = `SELECT 1 FROM files WHERE placed = ?1
    UNION ALL SELECT 1 FROM retired WHERE sha256 = ?1 AND serial = 0 LIMIT 1`;
  return state.row(sql, sha256) !== null;
}

/** Objects that are deleted before it is remembered. */
const BATCH = 1000;

/** Deletes what only trees before the last one had. */
export async function sweep(state: State, tree: BlobStore, serial: number): Promise<void> {
  for (;;) {
    const old = state.rows('SELECT sha256 FROM retired WHERE serial < ? LIMIT ?', serial, BATCH);
    if (old.length === 0) return;
    const digests = old.map(({ sha256 }) => `${sha256}`);
    const unused = digests.filter((digest) => !isUsed(state, digest));
    await atOnce(unused, (digest) => tree.delete(objectPath(digest)));
    state.transaction(() => {
      for (const digest of digests) state.run('DELETE FROM retired WHERE sha256 = ?', digest);
    });
  }
}

function isUsed(state: State, sha256: string): boolean {
  if (sha256 === state.fact('manifest')) return true;
  const sql =
    'SELECT 1 FROM files WHERE placed = ?1 UNION ALL SELECT 1 FROM shards WHERE sha256 = ?1 LIMIT 1';
  return state.row(sql, sha256) !== null;
}
