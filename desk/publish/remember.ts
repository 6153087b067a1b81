/** What was made, in the state: which files are whose, what is kept for whole-set files. */
import { PublishError } from './errors.ts';
import type { MadeFile, Result } from './makers.ts';
import type { Searched } from './product.ts';
import { retire } from './retired.ts';
import type { Row, State } from './state.ts';
import type { Work } from './work.ts';

interface Memory {
  readonly state: State;
  readonly work: Work;
}

/** All of it or nothing. Throws `invalid` where two tasks made the same path. */
export function remember(memory: Memory, results: readonly Result[]): void {
  const { state } = memory;
  state.transaction(() => {
    const touched: Touched = { listed: new Set(), searched: new Set() };
    for (const result of results) rememberOne(memory, result, touched);
    const sql = 'INSERT INTO shards VALUES (?, NULL, 1, 0) ON CONFLICT (number) DO UPDATE SET stale = 1';
    for (const shard of touched.listed) state.run(sql, shard);
    for (const shard of touched.searched) memory.work.add('shard', `${shard}`);
  });
}

/** Shards that are to be made anew. */
interface Touched {
  /** Of the manifest. */
  readonly listed: Set<number>;
  /** Of the search index. */
  readonly searched: Set<number>;
}

/** The files of the task are these and no others. */
function rememberOne({ state, work }: Memory, result: Result, { listed, searched }: Touched): void {
  const { task, files, members } = result;
  const owner = `${task.kind}:${task.key}`;
  const sql = 'SELECT path, shard, sha256, placed FROM files WHERE owner = ?';
  const before = new Map(state.rows(sql, owner).map((row) => [`${row.path}`, row]));
  for (const file of files) {
    const there = before.get(file.path);
    before.delete(file.path);
    if (there?.sha256 === file.sha256) continue;
    claim(state, owner, file);
    listed.add(file.shard);
  }
  for (const [path, there] of before) {
    const shard = Number(there.shard);
    disown(state, { shard, path }, there);
    listed.add(shard);
  }
  for (const shard of remindSearch(state, owner, result.searched)) searched.add(shard);
  state.run('DELETE FROM members WHERE owner = ?', owner);
  for (const { collection, key, bytes } of members)
    state.run('INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?)', collection, key, owner, bytes);
  work.done(task);
}

function claim(state: State, owner: string, { path, shard, sha256, size }: MadeFile): void {
  const insert = 'INSERT OR IGNORE INTO files VALUES (?, ?, ?, ?, ?, NULL)';
  if (state.run(insert, shard, path, owner, sha256, size) === 1) return;
  const sql = 'SELECT owner, sha256, placed FROM files WHERE shard = ? AND path = ?';
  const there = state.row(sql, shard, path);
  if (there !== null && there.sha256 !== null && there.owner !== owner)
    throw new PublishError('invalid', `${named(owner)} and ${named(there.owner)} both make it`, {
      file: path,
    });
  if (there !== null) retireUnplaced(state, there);
  const update = 'UPDATE files SET owner = ?, sha256 = ?, size = ? WHERE shard = ? AND path = ?';
  state.run(update, owner, sha256, size, shard, path);
}

/** `advisory CPANSA-Example-2026-1`. */
function named(owner: Row[string] | undefined): string {
  return `${owner}`.replace(':', ' ');
}

/** It goes when the tree switches over. */
function disown(state: State, { shard, path }: Pick<MadeFile, 'shard' | 'path'>, there: Row): void {
  retireUnplaced(state, there);
  const gone = 'DELETE FROM files WHERE shard = ? AND path = ?';
  const going = "UPDATE files SET sha256 = NULL, owner = 'none' WHERE shard = ? AND path = ?";
  state.run(there.placed === null ? gone : going, shard, path);
}

/** What a publication that was cut off had made for the path and no tree has had. */
function retireUnplaced(state: State, { sha256, placed }: Row): void {
  if (typeof sha256 === 'string' && sha256 !== placed) retire(state, sha256);
}

/** Other programs may make other files, or the same ones of other subjects: what nobody makes again goes. */
export function disownAll(state: State): void {
  state.run(`INSERT OR REPLACE INTO retired SELECT DISTINCT sha256, 0 FROM files
    WHERE sha256 IS NOT placed AND sha256 IS NOT NULL`);
  state.run('DELETE FROM files WHERE placed IS NULL');
  state.run("UPDATE files SET sha256 = NULL, owner = 'none'");
  state.run('UPDATE shards SET stale = 1');
  for (const table of ['members', 'searched', 'searchable', 'work']) state.run(`DELETE FROM ${table}`);
}

/** Where a subject stands in the search index from now on. The shards in which it stands or stood. */
function remindSearch(state: State, owner: string, now: Searched | null): Set<number> {
  const row = state.row('SELECT key, shards FROM searchable WHERE owner = ?', owner);
  const before = row === null ? [] : (JSON.parse(`${row.shards}`) as number[]); // written below
  for (const shard of before)
    state.run('DELETE FROM searched WHERE shard = ? AND key = ?', shard, `${row?.key}`);
  if (now === null) state.run('DELETE FROM searchable WHERE owner = ?', owner);
  else {
    const sql = 'INSERT OR REPLACE INTO searchable VALUES (?, ?, ?)';
    state.run(sql, owner, now.key, JSON.stringify(now.shards));
    for (const shard of now.shards) state.run('INSERT INTO searched VALUES (?, ?)', shard, now.key);
  }
  return new Set([...before, ...(now?.shards ?? [])]);
}
