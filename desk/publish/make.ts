/** Makes what is left to do: renders, puts objects, remembers which files are whose. Nothing is switched over here. */
import { createHash } from 'node:crypto';
import { AdvisoryError } from 'cpansec/advisories';
import { FormatError } from 'cpansec/formats';
import { nodeSha256 } from 'cpansec/io';
import { objectPath, shardOf } from 'cpansec/tree';
import type { BlobStore } from '../blobs/index.ts';
import { PublishError } from './errors.ts';
import type { Context, Made, Member, Searched, TreeEntry } from './product.ts';
import { products, wholeProducts } from './products.ts';
import { isThere, retire } from './retired.ts';
import type { State } from './state.ts';
import { subjectOf } from './subject.ts';
import type { Task, Work } from './work.ts';

/** Tasks whose results are remembered at once: a process that is killed makes at most these again. */
const BATCH = 400;

export interface Making {
  readonly state: State;
  readonly work: Work;
  readonly context: Context;
  readonly tree: BlobStore;
  progress(words: string): void;
}

/** Those that no file of the tree has yet; what stands under a digest is never another. */
function newObjects(state: State, results: readonly Result[]): MadeFile[] {
  const files = new Map(results.flatMap((result) => result.files.map((file) => [file.sha256, file])));
  return [...files.values()].filter(({ sha256 }) => !isThere(state, sha256));
}

interface MadeFile extends TreeEntry {
  readonly sha256: string;
}

interface Result {
  readonly task: Task;
  readonly files: readonly MadeFile[];
  readonly members: readonly Member[];
  readonly searched: Searched | null;
}

/** While the objects of some tasks are being put, the next ones are made. */
export async function makeAll(making: Making): Promise<void> {
  const { work, state, context } = making;
  const total = work.left;
  let done = 0;
  let under: Under = { results: [], put: Promise.resolve() };
  const settle = async (): Promise<void> => {
    await under.put;
    state.transaction(() => {
      for (const result of under.results) remember(making, result);
    });
    done += under.results.length;
    under = { results: [], put: Promise.resolve() };
    making.progress(`${done} of ${total} made`);
  };
  for (let last: Task | null = null; ; ) {
    const tasks = work.next(BATCH, last);
    if (tasks.length === 0) {
      // What is next may read what these leave.
      await settle();
      if (last === null) return;
      last = null;
      continue;
    }
    const results: Result[] = [];
    for (const task of tasks) results.push(await make(task, context));
    await settle();
    under = { results, put: putAll(making, results) };
    last = tasks.at(-1) ?? null;
  }
}

/** Made, and on its way. */
interface Under {
  readonly results: readonly Result[];
  readonly put: Promise<unknown>;
}

function putAll({ state, tree }: Making, results: readonly Result[]): Promise<unknown> {
  const puts = newObjects(state, results).map(({ bytes, sha256 }) =>
    tree.put(objectPath(sha256), bytes, { durable: false, sha256 }),
  );
  const all = Promise.all(puts);
  // It is waited for later; until then a failure is nobody's.
  all.catch(() => {});
  return all;
}

async function make(task: Task, context: Context): Promise<Result> {
  const made = await madeOf(task, context).catch((cause: unknown) => {
    if (!(cause instanceof FormatError || cause instanceof AdvisoryError)) throw cause;
    const problem = `${task.kind} ${task.key} cannot be published: ${cause.message}`;
    throw new PublishError('invalid', problem, {}, { cause });
  });
  const files = made.flatMap((one) => one.files).map((file) => ({ ...file, sha256: digest(file.bytes) }));
  const searched = made.map((one) => one.searched).find((one) => one !== undefined) ?? null;
  return { task, files, members: made.flatMap((one) => one.members ?? []), searched };
}

async function madeOf({ kind, key }: Task, context: Context): Promise<Made[]> {
  if (kind === 'whole' || kind === 'last') {
    const product = wholeProducts.find(({ name }) => name === key);
    return product === undefined ? [] : [await product.make(context)];
  }
  const made: Made[] = [];
  for (const make of makersOf(kind, key, context)) made.push(await make());
  return made;
}

/** None for a subject that is gone: then its files go. */
function makersOf(
  kind: Exclude<Task['kind'], 'whole' | 'last'>,
  key: string,
  context: Context,
): (() => Made | Promise<Made>)[] {
  const subject = subjectOf(kind, key, context);
  if (subject === null) return [];
  // The table pairs each kind with the products of its subjects.
  const list = products[kind] as readonly {
    make(of: typeof subject, context: Context): Made | Promise<Made>;
  }[];
  return list.map((product) => () => product.make(subject, context));
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The files of the task are these and no others. */
function remember({ state, work }: Making, { task, files, members, searched }: Result): void {
  const owner = `${task.kind}:${task.key}`;
  const before = new Map(
    state
      .rows('SELECT path, sha256 FROM files WHERE owner = ?', owner)
      .map(({ path, sha256 }) => [`${path}`, sha256]),
  );
  for (const file of files) {
    if (before.get(file.path) !== file.sha256) claim(state, owner, file);
    before.delete(file.path);
  }
  for (const path of before.keys()) disown(state, path);
  remindSearch({ state, work }, owner, searched);
  state.run('DELETE FROM members WHERE owner = ?', owner);
  for (const { collection, key, bytes } of members)
    state.run('INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?)', collection, key, owner, bytes);
  work.done(task);
}

function claim(state: State, owner: string, { path, bytes, sha256 }: Result['files'][number]): void {
  const other = state.row('SELECT owner FROM files WHERE path = ? AND sha256 IS NOT NULL', path)?.owner;
  if (other !== undefined && other !== owner)
    throw new PublishError('invalid', `${owner} and ${other} are both to stand there`, { file: path });
  retireUnplaced(state, path);
  const sql = `INSERT INTO files VALUES (?, ?, ?, ?, ?, NULL)
    ON CONFLICT (path) DO UPDATE SET owner = excluded.owner, sha256 = excluded.sha256, size = excluded.size`;
  state.run(sql, path, shardOf(path, nodeSha256), owner, sha256, bytes.length);
  stale(state, path);
}

/** It goes when the tree switches over. */
function disown(state: State, path: string): void {
  retireUnplaced(state, path);
  state.run("UPDATE files SET sha256 = NULL, owner = 'none' WHERE path = ?", path);
  state.run('DELETE FROM files WHERE path = ? AND placed IS NULL', path);
  stale(state, path);
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

/** What a publication that was cut off had made for the path and no tree has had. */
function retireUnplaced(state: State, path: string): void {
  const sql = 'SELECT sha256 FROM files WHERE path = ? AND sha256 IS NOT placed AND sha256 IS NOT NULL';
  const unplaced = state.row(sql, path)?.sha256;
  if (typeof unplaced === 'string') retire(state, unplaced);
}

function stale(state: State, path: string): void {
  const sql = 'INSERT INTO shards VALUES (?, NULL, 1) ON CONFLICT (number) DO UPDATE SET stale = 1';
  state.run(sql, shardOf(path, nodeSha256));
}

/** Where a subject stands in the search index, and where it stood before: these shards are to be made anew. */
function remindSearch(
  { state, work }: Pick<Making, 'state' | 'work'>,
  owner: string,
  now: Searched | null,
): void {
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
  for (const shard of new Set([...before, ...(now?.shards ?? [])])) work.add('shard', `${shard}`);
}
