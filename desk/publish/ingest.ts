/** From what changed in the store to what is to be made anew. */
import { PlacedError } from 'cpansec/base';
import { letterOf } from '../site/index.ts';
import { PublishError } from './errors.ts';
import { type Advisory, entriesByDistribution, lineOf, namesOf, yearOf } from './facts.ts';
import type { Known } from './known.ts';
import type { Changes, KnownDistribution, Revision, StoreReader } from './ops.ts';
import type { Part } from './product.ts';
import { wholeProducts } from './products.ts';
import type { State } from './state.ts';
import type { Work } from './work.ts';

/** Advisories and distributions as they are now, by name; null for those that are gone. */
interface Fetched {
  readonly advisories: ReadonlyMap<string, Advisory | null>;
  readonly distributions: ReadonlyMap<string, KnownDistribution | null>;
}

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
  const fetched = await fetchAll(task, changes);
  task.state.transaction(() => {
    const dists = [...fetched.distributions].filter(([name, known]) => takeDistribution(task, name, known));
    task.known.forget();
    const records = [...fetched.advisories].filter(([id, advisory]) => takeAdvisory(task, id, advisory));
    task.work.addWhole(wholeProducts, partsOf(changes, records.length, dists.length));
    task.state.setFact('change', `${changes.last}`);
    task.state.setFact('open', JSON.stringify(changes.open));
    if (changes.at !== null) task.state.setFact('built', changes.at);
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

function partsOf({ patches, decisions }: Changes, records: number, dists: number): Set<Part> {
  const parts = new Set<Part>();
  if (records > 0) parts.add('records');
  if (dists > 0) parts.add('distributions');
  if (patches.size > 0) parts.add('patches');
  if (decisions) parts.add('decisions');
  return parts;
}

async function fetchAll({ store, progress }: Ingest, { records, dists }: Changes): Promise<Fetched> {
  const bad: string[] = [];
  const advisories = new Map<string, Advisory | null>();
  for (const id of records) {
    if (advisories.size % 500 === 0 && records.size > 500)
      progress(`reading ${advisories.size} of ${records.size} records`);
    try {
      advisories.set(id, advisoryOf(id, await store.revisions(id)));
    } catch (error) {
      if (!(error instanceof PlacedError)) throw error;
      bad.push(error.message);
    }
  }
  const distributions = new Map<string, KnownDistribution | null>();
  for (const name of dists) distributions.set(name, await store.distribution(name));
  if (bad.length > 0) throw invalid(bad);
  return { advisories, distributions };
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
    revisions: revisions.map(({ revision, published }) => ({ revision, published })),
    origin: origin.kind === 'own' ? 'own' : sourceOf(origin.source),
  };
}

function sourceOf(source: string): 'cpansa' | 'cve' | 'osv' {
  if (source === 'cpansa' || source === 'cve' || source === 'osv') return source;
  throw new PublishError('invalid', `a record from ${JSON.stringify(source)}, which is no source`);
}

/** Whether it differs from what it was. */
function takeAdvisory({ state, known, work }: Ingest, id: string, advisory: Advisory | null): boolean {
  const before = state.row('SELECT advisory FROM advisories WHERE id = ?', id)?.advisory ?? null;
  if (before === (advisory === null ? null : JSON.stringify(advisory))) return false;
  // What it was before depends on it as well.
  dependents({ state, work }, id);
  state.run('DELETE FROM affects WHERE id = ?', id);
  state.run('DELETE FROM names WHERE id = ?', id);
  if (advisory === null) state.run('DELETE FROM advisories WHERE id = ?', id);
  else {
    const { record } = advisory;
    for (const name of entriesByDistribution(record).keys()) {
      state.run('INSERT INTO affects VALUES (?, ?)', name, id);
      nameDistribution(state, name, { distribution: name, mainModule: null, modules: [], releases: [] });
    }
    for (const name of namesOf(record)) state.run('INSERT INTO names VALUES (?, ?)', name, id);
    const line = lineOf(advisory, (name) => known.releases(name));
    const sql = 'INSERT OR REPLACE INTO advisories VALUES (?, ?, ?, ?, ?)';
    state.run(sql, id, yearOf(record), line.modified, JSON.stringify(line), JSON.stringify(advisory));
  }
  work.add('advisory', id);
  dependents({ state, work }, id);
  return true;
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
function takeDistribution(
  { state, known, work }: Ingest,
  name: string,
  found: KnownDistribution | null,
): boolean {
  const facts = found ?? { distribution: name, mainModule: null, modules: [], releases: [] };
  const before = state.row('SELECT known FROM distributions WHERE name = ?', name)?.known;
  if (before === JSON.stringify(facts)) return false;
  for (const { author } of state.rows('SELECT author FROM authors WHERE distribution = ?', name))
    work.add('author', `${author}`);
  state.run('DELETE FROM authors WHERE distribution = ?', name);
  for (const author of new Set(facts.releases.flatMap((release) => release.author ?? []))) {
    state.run('INSERT INTO authors VALUES (?, ?)', author, name);
    work.add('author', author);
  }
  const isNew = nameDistribution(state, name, facts);
  if (!isNew) state.run('UPDATE distributions SET known = ? WHERE name = ?', JSON.stringify(facts), name);
  if (isNew) work.add('letter', letterOf(name));
  work.add('distribution', name);
  known.forget();
  for (const { id } of state.rows('SELECT id FROM affects WHERE distribution = ?', name))
    refreshLine({ state, known, work }, `${id}`);
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

/** Whether it was not there before. */
function nameDistribution(state: State, name: string, facts: KnownDistribution): boolean {
  const sql = 'INSERT OR IGNORE INTO distributions VALUES (?, ?, ?)';
  return state.run(sql, name, letterOf(name), JSON.stringify(facts)) > 0;
}
