/** From what changed in the store to what is to be made anew. */
import { PlacedError } from 'cpansec/base';
import { BlobError } from '../blobs/index.ts';
import { letterOf } from '../site/index.ts';
import { PublishError } from './errors.ts';
import { type Advisory, entriesByDistribution, lineOf, namesOf, yearOf } from './facts.ts';
import type { Known } from './known.ts';
import type { Changes, KnownDistribution, Revision, StoreReader } from './ops.ts';
import type { Part } from './product.ts';
import { wholeProducts } from './products.ts';
import type { State } from './state.ts';
import type { Work } from './work.ts';

export interface Ingest {
  readonly state: State;
  readonly known: Known;
  readonly work: Work;
  readonly store: StoreReader;
  progress(words: string): void;
}

/**
 * Takes in what changed, all or nothing. Throws `invalid` with the names of all records that cannot be published.
 */
export async function ingest(task: Ingest, changes: Changes): Promise<void> {
  const { state, known, work, store } = task;
  await state.longTransaction(async () => {
    const parts = new Set<Part>();
    // Distributions first: lines of advisories are read off their releases.
    for await (const [name, found] of each(changes.dists, (name) => store.distribution(name)))
      if (takeDistribution(task, name, found)) parts.add('distributions');
    known.forget();
    for await (const [id, advisory] of readable(task, changes.records))
      if (takeAdvisory(task, id, advisory)) parts.add('records');
    if (changes.patches.size > 0) parts.add('patches');
    if (changes.decisions) parts.add('decisions');
    if (changes.at !== null && changes.at !== state.fact('built')) parts.add('built');
    work.addWhole(wholeProducts, parts);
    state.setFact('change', `${changes.last}`);
    state.setFact('open', JSON.stringify(changes.open));
    if (changes.at !== null) state.setFact('built', changes.at);
  });
}

interface Everything extends Pick<Ingest, 'state' | 'work'> {
  readonly searchShards: number;
}

/** That everything is to be made anew. */
export function everything({ state, work, searchShards }: Everything): void {
  const all: [kind: Parameters<Work['add']>[0], sql: string][] = [
    ['advisory', 'SELECT id AS key FROM advisories'],
    ['distribution', 'SELECT name AS key FROM distributions'],
    ['name', 'SELECT DISTINCT name AS key FROM names'],
    ['year', 'SELECT DISTINCT year AS key FROM advisories'],
    ['letter', 'SELECT DISTINCT letter AS key FROM distributions'],
    ['author', 'SELECT DISTINCT author AS key FROM authors'],
  ];
  for (const [kind, sql] of all) for (const { key } of state.rows(sql)) work.add(kind, `${key}`);
  for (let shard = 0; shard < searchShards; shard++) work.add('shard', `${shard}`);
  for (const product of wholeProducts) work.addProduct(product);
}

/** Read at one time: a bucket answers after milliseconds. */
const AT_ONCE = 32;

async function* each<T>(
  names: ReadonlySet<string>,
  read: (name: string) => Promise<T>,
): AsyncIterable<readonly [name: string, found: T]> {
  const all = [...names];
  for (let i = 0; i < all.length; i += AT_ONCE)
    yield* await Promise.all(
      all.slice(i, i + AT_ONCE).map(async (name) => [name, await read(name)] as const),
    );
}

/** Those that can be published; throws after the last when there are others. */
async function* readable(
  { store, progress }: Ingest,
  records: ReadonlySet<string>,
): AsyncIterable<readonly [id: string, advisory: Advisory | null]> {
  const bad: string[] = [];
  let done = 0;
  const read = async (id: string): Promise<Advisory | null | undefined> => {
    if (++done % 500 === 0) progress(`reading ${done} of ${records.size} records`);
    try {
      return advisoryOf(id, await store.revisions(id));
    } catch (error) {
      // What is wrong with the place that the store is in is not wrong with the record.
      if (!(error instanceof PlacedError) || error instanceof BlobError) throw error;
      bad.push(error.message);
      return undefined;
    }
  };
  for await (const [id, found] of each(records, read)) if (found !== undefined) yield [id, found];
  if (bad.length > 0) throw invalid(bad);
}

const MAX_NAMED = 10;

function invalid(bad: readonly string[]): PublishError {
  const more = bad.length > MAX_NAMED ? `; and ${bad.length - MAX_NAMED} more` : '';
  const count = bad.length === 1 ? 'one record' : `${bad.length} records`;
  return new PublishError(
    'invalid',
    `${count} cannot be published: ${bad.slice(0, MAX_NAMED).join('; ')}${more}`,
  );
}

function advisoryOf(id: string, revisions: readonly Revision[]): Advisory | null {
  const last = revisions.at(-1);
  if (last === undefined) return null;
  if (last.record.id !== id) throw new PublishError('invalid', `record ${id} calls itself ${last.record.id}`);
  const { record, origin } = last;
  return {
    record,
    revisions: inOrderOfTime(revisions),
    origin: origin.kind === 'own' ? 'own' : sourceOf(origin.source),
  };
}

/** A revision is no older than the one before it, whatever the clock of its writer said. */
function inOrderOfTime(revisions: readonly Revision[]): Advisory['revisions'] {
  let latest = '';
  return revisions.map(({ revision, published }) => {
    if (published > latest) latest = published;
    return { revision, published: latest };
  });
}

function sourceOf(source: string): 'cpansa' | 'cve' | 'osv' {
  if (source === 'cpansa' || source === 'cve' || source === 'osv') return source;
  throw new PublishError('invalid', `a record from ${JSON.stringify(source)}, which is no source`);
}

/** Whether it differs from what it was. */
function takeAdvisory(task: Ingest, id: string, advisory: Advisory | null): boolean {
  const { state, work } = task;
  const before = state.row('SELECT advisory FROM advisories WHERE id = ?', id)?.advisory ?? null;
  if (before === (advisory === null ? null : JSON.stringify(advisory))) return false;
  // What it was before depends on it as well.
  dependents(task, id);
  const named = state.rows('SELECT distribution AS name FROM affects WHERE id = ?', id);
  state.run('DELETE FROM affects WHERE id = ?', id);
  state.run('DELETE FROM names WHERE id = ?', id);
  if (advisory === null) state.run('DELETE FROM advisories WHERE id = ?', id);
  else putAdvisory(task, advisory);
  for (const { name } of named) forgetUnnamed(state, `${name}`);
  work.add('advisory', id);
  dependents(task, id);
  return true;
}

function putAdvisory({ state, known }: Ingest, advisory: Advisory): void {
  const { record } = advisory;
  for (const name of entriesByDistribution(record).keys()) {
    state.run('INSERT INTO affects VALUES (?, ?)', name, record.id);
    state.run('INSERT OR IGNORE INTO distributions VALUES (?, ?, NULL)', name, letterOf(name));
  }
  for (const name of namesOf(record)) state.run('INSERT INTO names VALUES (?, ?)', name, record.id);
  const line = lineOf(advisory, (name) => known.releases(name));
  const sql = 'INSERT OR REPLACE INTO advisories VALUES (?, ?, ?, ?, ?)';
  state.run(sql, record.id, yearOf(record), line.modified, JSON.stringify(line), JSON.stringify(advisory));
}

/** A distribution that the store has no file of is known as long as an advisory names it. */
function forgetUnnamed(state: State, name: string): void {
  const sql = `DELETE FROM distributions WHERE name = ?1 AND known IS NULL
    AND NOT EXISTS (SELECT 1 FROM affects WHERE distribution = ?1)`;
  state.run(sql, name);
}

/** What is made of the advisory as the state has it. */
function dependents({ state, work }: Pick<Ingest, 'state' | 'work'>, id: string): void {
  for (const { distribution } of state.rows('SELECT distribution FROM affects WHERE id = ?', id)) {
    const name = `${distribution}`;
    work.add('distribution', name);
    work.add('letter', letterOf(name));
    for (const { author } of state.rows('SELECT author FROM authors WHERE distribution = ?', name))
      work.add('author', `${author}`);
  }
  for (const { name } of state.rows('SELECT name FROM names WHERE id = ?', id)) work.add('name', `${name}`);
  for (const { year } of state.rows('SELECT year FROM advisories WHERE id = ?', id))
    work.add('year', `${year}`);
}

/** Whether it differs from what it was. */
function takeDistribution(task: Ingest, name: string, found: KnownDistribution | null): boolean {
  const { state, known, work } = task;
  const facts = found === null ? null : JSON.stringify(found);
  const before = state.row('SELECT known FROM distributions WHERE name = ?', name);
  if ((before?.known ?? null) === facts) return false;
  for (const { author } of state.rows('SELECT author FROM authors WHERE distribution = ?', name))
    work.add('author', `${author}`);
  state.run('DELETE FROM authors WHERE distribution = ?', name);
  for (const author of new Set(found?.releases.flatMap((release) => release.author ?? []))) {
    state.run('INSERT INTO authors VALUES (?, ?)', author, name);
    work.add('author', author);
  }
  state.run('INSERT OR REPLACE INTO distributions VALUES (?, ?, ?)', name, letterOf(name), facts);
  forgetUnnamed(state, name);
  if (before === null || facts === null) work.add('letter', letterOf(name));
  work.add('distribution', name);
  known.forget();
  for (const { id } of state.rows('SELECT id FROM affects WHERE distribution = ?', name))
    refreshLine(task, `${id}`);
  return true;
}

/** New releases may end an advisory: its line and everything that shows it. */
function refreshLine({ state, known, work }: Pick<Ingest, 'state' | 'known' | 'work'>, id: string): void {
  const found = known.advisory(id);
  if (found === null) return;
  const line = lineOf(found.advisory, (distribution) => known.releases(distribution));
  state.run('UPDATE advisories SET line = ? WHERE id = ?', JSON.stringify(line), id);
  work.add('advisory', id);
  for (const name of namesOf(found.advisory.record)) work.add('name', name);
  if (JSON.stringify(line) !== JSON.stringify(found.line)) dependents({ state, work }, id);
}
