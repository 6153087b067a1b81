/** What the publisher knows of the store at present, read from its state. */
import type { AdvisoryRecord } from 'cpansec/advisories';
import { nodeSha256 } from 'cpansec/io';
import { shardOf } from 'cpansec/tree';
import type { AdvisoryLine, SearchDocument } from '../site/index.ts';
import type { Advisory } from './facts.ts';
import { type ReadRelease, readReleases } from './judged.ts';
import type { KnownDistribution } from './ops.ts';
import type { StateReader } from './state.ts';

/** Distributions whose releases are kept read. */
const MAX_KEPT = 2_000;

export class Known {
  readonly #state: StateReader;
  readonly #releases = new Map<string, readonly ReadRelease[]>();

  constructor(state: StateReader) {
    this.#state = state;
  }

  advisory(id: string): { advisory: Advisory; line: AdvisoryLine } | null {
    const row = this.#state.row('SELECT advisory, line FROM advisories WHERE id = ?', id);
    return row === null
      ? null
      : { advisory: parsed<Advisory>(row.advisory), line: parsed<AdvisoryLine>(row.line) };
  }

  /** The last to change, newest first; what changed together, as a first import does, by year. */
  latest(count: number): AdvisoryLine[] {
    const sql = `SELECT line FROM advisories
      ORDER BY modified DESC, line ->> 'reported' DESC, id DESC LIMIT ?`;
    return this.#state.rows(sql, count).map(({ line }) => parsed<AdvisoryLine>(line));
  }

  linesOfYear(year: string): AdvisoryLine[] {
    const sql = 'SELECT line FROM advisories WHERE year = ? ORDER BY id';
    return this.#state.rows(sql, year).map(({ line }) => parsed<AdvisoryLine>(line));
  }

  /** Distributions that an advisory names. */
  affectedDistributions(): number {
    return Number(this.#state.row('SELECT count(DISTINCT distribution) AS n FROM affects')?.n ?? 0);
  }

  /** Newest first, each with how many advisories it has. */
  years(): [year: string, advisories: number][] {
    const sql = 'SELECT year, count(*) AS n FROM advisories GROUP BY year ORDER BY year DESC';
    return this.#state.rows(sql).map(({ year, n }) => [`${year}`, Number(n)]);
  }

  /** Those that name the distribution, by id. */
  advisoriesOf(distribution: string): { record: AdvisoryRecord; line: AdvisoryLine }[] {
    const sql = `SELECT advisory, line FROM affects JOIN advisories USING (id)
      WHERE distribution = ? ORDER BY id`;
    return this.#state.rows(sql, distribution).map(({ advisory, line }) => ({
      record: parsed<Advisory>(advisory).record,
      line: parsed<AdvisoryLine>(line),
    }));
  }

  linesOfName(name: string): AdvisoryLine[] {
    const sql = 'SELECT line FROM names JOIN advisories USING (id) WHERE name = ? ORDER BY id';
    return this.#state.rows(sql, name).map(({ line }) => parsed<AdvisoryLine>(line));
  }

  distribution(name: string): KnownDistribution | null {
    const row = this.#state.row('SELECT known FROM distributions WHERE name = ?', name);
    return row === null ? null : distributionOf(name, row.known ?? null);
  }

  /** Every distribution of the letter with the number of advisories that name it. */
  letter(letter: string): [name: string, advisories: number][] {
    const sql = `SELECT name, (SELECT count(*) FROM affects WHERE distribution = name) AS n
      FROM distributions WHERE letter = ? ORDER BY name`;
    return this.#state.rows(sql, letter).map(({ name, n }) => [`${name}`, Number(n)]);
  }

  /** Those that most advisories name, most first. */
  mostAffected(count: number): [name: string, advisories: number][] {
    const sql = `SELECT distribution, count(*) AS n FROM affects
      GROUP BY distribution ORDER BY n DESC, distribution LIMIT ?`;
    return this.#state.rows(sql, count).map(({ distribution, n }) => [`${distribution}`, Number(n)]);
  }

  letters(): [letter: string, distributions: number][] {
    const sql = 'SELECT letter, count(*) AS n FROM distributions GROUP BY letter ORDER BY letter';
    return this.#state.rows(sql).map(({ letter, n }) => [`${letter}`, Number(n)]);
  }

  distributionsOfAuthor(author: string): string[] {
    const sql = 'SELECT distribution FROM authors WHERE author = ? ORDER BY distribution';
    return this.#state.rows(sql, author).map(({ distribution }) => `${distribution}`);
  }

  /** Releases in version order with their versions read; none for a distribution that the store does not know. */
  releases(distribution: string): readonly ReadRelease[] {
    const kept = this.#releases.get(distribution);
    if (kept !== undefined) return kept;
    const known = this.distribution(distribution);
    const releases = known === null ? [] : readReleases(known);
    if (this.#releases.size >= MAX_KEPT) this.#releases.clear();
    this.#releases.set(distribution, releases);
    return releases;
  }

  /** PAUSE id of who made the newest release of which somebody says it; null where nobody does. */
  authorOf(distribution: string): string | null {
    return (
      this.releases(distribution).findLast(({ release }) => release.author !== undefined)?.release.author ??
      null
    );
  }

  /** When what is read of distributions may have changed. */
  forget(): void {
    this.#releases.clear();
  }

  /** A distribution as the search index has it. */
  searchDocument(name: string): SearchDocument {
    const sql = `SELECT count(*) AS n FROM affects JOIN advisories USING (id)
      WHERE distribution = ? AND json_extract(line, '$.withdrawn') IS NULL`;
    const advisories = Number(this.#state.row(sql, name)?.n ?? 0);
    return { kind: 'distribution', name, modules: this.distribution(name)?.modules ?? [], advisories };
  }

  /** What stands in a shard of the search index. */
  searchDocuments(shard: number): SearchDocument[] {
    const sql = `SELECT key, line FROM searched LEFT JOIN advisories ON id = substr(key, 3)
      WHERE shard = ? ORDER BY key`;
    return this.#state.rows(sql, shard).map(({ key, line }) => {
      const name = `${key}`.slice(2);
      return `${key}`.startsWith('d ')
        ? this.searchDocument(name)
        : { kind: 'advisory', line: parsed<AdvisoryLine>(line) };
    });
  }

  /** Members whose key begins so, in the order of their keys. */
  membersBelow(collection: string, prefix: string): Uint8Array[] {
    const sql = 'SELECT bytes FROM members WHERE collection = ? AND key >= ? AND key < ? ORDER BY key';
    const rows = this.#state.rows(sql, collection, prefix, `${prefix}\u{10ffff}`);
    return rows.flatMap(({ bytes }) => (bytes instanceof Uint8Array ? [bytes] : []));
  }

  /** Members of a collection in the order of their keys. */
  members(collection: string): { key: string; bytes: Uint8Array }[] {
    const sql = 'SELECT key, bytes FROM members WHERE collection = ? ORDER BY key';
    return this.#state.tuples<[string, Uint8Array]>(sql, collection).map(([key, bytes]) => ({ key, bytes }));
  }

  /** Members of a collection in the order of their keys, one after the other. */
  joined(collection: string, separator = ''): Uint8Array {
    // SQLite takes bytes for text as they are.
    const sql = `SELECT CAST(group_concat(CAST(bytes AS TEXT), ?2) AS BLOB) AS bytes
      FROM (SELECT bytes FROM members WHERE collection = ?1 ORDER BY key)`;
    const bytes = this.#state.row(sql, collection, separator)?.bytes;
    return bytes instanceof Uint8Array ? bytes : new Uint8Array(0);
  }

  keys(collection: string): string[] {
    const sql = 'SELECT key FROM members WHERE collection = ? ORDER BY key';
    return this.#state.tuples<[string]>(sql, collection).map(([key]) => key);
  }

  /** In bytes, in the order of the keys. */
  lengths(collection: string): number[] {
    const sql = 'SELECT length(bytes) FROM members WHERE collection = ? ORDER BY key';
    return this.#state.tuples<[number]>(sql, collection).map(([length]) => length);
  }

  /** Ids of all advisories, each with when it last changed. */
  *modified(): Iterable<[id: string, modified: string]> {
    for (const { id, modified } of this.#state.each('SELECT id, modified FROM advisories ORDER BY id'))
      yield [`${id}`, `${modified}`];
  }

  /** Names that several advisories have and that have a page: one that is a folder of the tree has none. */
  *sharedNames(): Iterable<string> {
    const sql = `SELECT name FROM names GROUP BY name HAVING count(*) > 1
      AND EXISTS (SELECT 1 FROM files WHERE owner = 'name:' || name AND sha256 IS NOT NULL) ORDER BY name`;
    for (const { name } of this.#state.each(sql)) yield `${name}`;
  }

  *distributionNames(): Iterable<string> {
    for (const { name } of this.#state.each('SELECT name FROM distributions ORDER BY name')) yield `${name}`;
  }

  *authors(): Iterable<string> {
    for (const { author } of this.#state.each('SELECT DISTINCT author FROM authors ORDER BY author'))
      yield `${author}`;
  }

  /** Those of which a reference leads below the address. */
  *advisoriesWith(address: string): Iterable<AdvisoryRecord> {
    const sql = 'SELECT advisory FROM advisories WHERE instr(advisory, ?) > 0 ORDER BY id';
    for (const { advisory } of this.#state.each(sql, address)) yield parsed<Advisory>(advisory).record;
  }

  /** In bytes; null where nothing stands at the path. */
  sizeOf(path: string): number | null {
    const sql = 'SELECT size FROM files WHERE shard = ? AND path = ? AND sha256 IS NOT NULL';
    const row = this.#state.row(sql, shardOf(path, nodeSha256), path);
    return row === null ? null : Number(row.size);
  }

  count(table: 'advisories' | 'distributions'): number {
    return Number(this.#state.row(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0);
  }
}

/** Of one that only advisories name nothing else is known. */
function distributionOf(distribution: string, known: unknown): KnownDistribution {
  if (known !== null) return parsed<KnownDistribution>(known);
  return { distribution, mainModule: null, modules: [], releases: [] };
}

/** What {@link State} holds as JSON is what this program wrote there. */
function parsed<T>(json: unknown): T {
  return JSON.parse(String(json)) as T;
}
