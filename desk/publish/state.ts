/**
 * What the publisher remembers between publications, in one SQLite file beside the tree: what the store says, which
 * files were made of it, what is left to do, and the members of whole-set files. It can be thrown away: then the next
 * publication makes everything again, with the same bytes. A process that is killed goes on where it was.
 */
import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { IoError, ioError, makeDirectory, systemCode } from 'cpansec/io';
import { PublishError } from './errors.ts';

const SCHEMA_VERSION = 5;
const SCHEMA = `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE advisories (
    id TEXT PRIMARY KEY, year TEXT NOT NULL, modified TEXT NOT NULL, line TEXT NOT NULL, advisory TEXT NOT NULL);
  CREATE INDEX advisories_year ON advisories (year);
  CREATE INDEX advisories_modified ON advisories (modified, id);
  CREATE TABLE affects (distribution TEXT, id TEXT, PRIMARY KEY (distribution, id)) WITHOUT ROWID;
  CREATE INDEX affects_id ON affects (id);
  CREATE TABLE names (name TEXT, id TEXT, PRIMARY KEY (name, id)) WITHOUT ROWID;
  CREATE INDEX names_id ON names (id);
  CREATE TABLE distributions (name TEXT PRIMARY KEY, letter TEXT NOT NULL, known TEXT);
  CREATE INDEX distributions_letter ON distributions (letter);
  CREATE TABLE authors (author TEXT, distribution TEXT, PRIMARY KEY (author, distribution)) WITHOUT ROWID;
  CREATE INDEX authors_distribution ON authors (distribution);
  CREATE TABLE work (rank INTEGER, kind TEXT, key TEXT, PRIMARY KEY (rank, kind, key)) WITHOUT ROWID;
  CREATE TABLE files (
    shard INTEGER, path TEXT, owner TEXT NOT NULL, sha256 TEXT, size INTEGER NOT NULL, placed TEXT,
    PRIMARY KEY (shard, path)) WITHOUT ROWID;
  CREATE INDEX files_owner ON files (owner);
  CREATE INDEX files_unplaced ON files (path) WHERE sha256 IS NOT placed;
  CREATE INDEX files_placed ON files (placed);
  CREATE TABLE shards (number INTEGER PRIMARY KEY, sha256 TEXT, stale INTEGER NOT NULL, files INTEGER NOT NULL);
  CREATE TABLE members (collection TEXT, key TEXT, owner TEXT, bytes BLOB, PRIMARY KEY (collection, key)) WITHOUT ROWID;
  CREATE INDEX members_owner ON members (owner);
  CREATE TABLE searched (shard INTEGER, key TEXT, PRIMARY KEY (shard, key)) WITHOUT ROWID;
  CREATE TABLE searchable (owner TEXT PRIMARY KEY, key TEXT NOT NULL, shards TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE retired (sha256 TEXT PRIMARY KEY, serial INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX retired_serial ON retired (serial);
`;

/** `placed` of a file: something stands at the path, and a publisher that was killed may have put it there. */
export const ADOPTED = '';

/** The manifest of a tree that has none. */
export const NONE = 'none';

/** How long another process may write, in milliseconds. */
const TIMEOUT = 1000;

/** A row as SQLite gives it; the schema above says which columns it has. */
export type Row = Readonly<Record<string, string | number | Uint8Array | null>>;

/** Reads the state, as its publisher does, or its makers while it works. */
export class StateReader {
  protected readonly database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  protected constructor(database: DatabaseSync) {
    this.database = database;
  }

  /** A state that a publisher of this process has open. */
  static open(path: string): StateReader {
    const database = new DatabaseSync(path, { readOnly: true, timeout: TIMEOUT });
    database.exec('PRAGMA mmap_size = 4294967296');
    return new StateReader(database);
  }

  close(): void {
    this.#statements.clear();
    this.database.close();
  }

  rows(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.statement(sql).all(...values) as Row[]; // columns are those of SCHEMA
  }

  /** One at a time, for more than fit into memory. No other statement of the same text may run meanwhile. */
  each(sql: string, ...values: SQLInputValue[]): Iterable<Row> {
    return this.statement(sql).iterate(...values) as Iterable<Row>; // columns are those of SCHEMA
  }

  /** Rows as the values of their columns: less than objects cost, where there are tens of thousands. */
  tuples<T extends readonly unknown[]>(sql: string, ...values: SQLInputValue[]): T[] {
    const statement = this.statement(sql);
    statement.setReturnArrays(true);
    return statement.all(...values) as unknown as T[]; // the caller's columns
  }

  row(sql: string, ...values: SQLInputValue[]): Row | null {
    return (this.statement(sql).get(...values) as Row | undefined) ?? null; // columns are those of SCHEMA
  }

  fact(name: string): string | null {
    const row = this.row('SELECT value FROM facts WHERE name = ?', name);
    return row === null ? null : String(row.value);
  }

  /** What is read meanwhile is of one moment, and costs no locks. */
  async snapshot<T>(work: () => Promise<T>): Promise<T> {
    this.database.exec('BEGIN');
    try {
      return await work();
    } finally {
      this.database.exec('COMMIT');
    }
  }

  protected statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

export class State extends StateReader {
  readonly #lock: DatabaseSync | undefined;

  /**
   * Opens or makes the file and the directory it stands in; a state of other programs is begun anew. Throws `state`
   * for another database or none, `busy` while another process or publication has it.
   */
  constructor(path: string) {
    super(opened(path));
    try {
      this.#lock = locked(path);
      this.database.exec(
        'PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -131072; PRAGMA wal_autocheckpoint = 5000; PRAGMA mmap_size = 4294967296',
      );
      this.#migrate(path);
    } catch (cause) {
      this.close();
      throw stateError(cause, path);
    }
  }

  override close(): void {
    super.close();
    this.#lock?.close();
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.statement(sql).run(...values).changes);
  }

  setFact(name: string, value: string): void {
    this.run('INSERT OR REPLACE INTO facts VALUES (?, ?)', name, value);
  }

  /** All of it or nothing. */
  transaction<T>(work: () => T): T {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk has rolled back already.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** As {@link transaction}, where the work waits for others: only it may write meanwhile. */
  async longTransaction(work: () => Promise<void>): Promise<void> {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      await work();
      this.database.exec('COMMIT');
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.transaction(() => {
      for (const { name } of this.#tables()) this.database.exec(`DELETE FROM ${name}`);
    });
  }

  #migrate(path: string): void {
    const version = Number(this.row('PRAGMA user_version')?.user_version);
    if (version === SCHEMA_VERSION) return;
    const tables = this.#tables().map(({ name }) => `${name}`);
    // Every version of ours has these.
    const ours = ['facts', 'files', 'work'].every((name) => tables.includes(name));
    if (tables.length > 0 && !ours) throw new PublishError('state', 'is another database', { file: path });
    const drop = tables.map((name) => `DROP TABLE ${name};`).join(' ');
    this.database.exec(`BEGIN; ${drop} ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
  }

  #tables(): Row[] {
    return this.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
  }
}

/**
 * One publisher at a time: SQLite's lock of a file beside the state, which ends with its process however that ends.
 * A lock of the state itself would keep out its makers.
 */
function locked(path: string): DatabaseSync {
  const lock = opened(`${path}.lock`);
  try {
    lock.exec('BEGIN IMMEDIATE');
    return lock;
  } catch (cause) {
    lock.close();
    throw stateError(cause, path);
  }
}

/** The directory is made like that of a tree. */
function opened(path: string): DatabaseSync {
  try {
    makeDirectory(dirname(path));
    try {
      return new DatabaseSync(path, { timeout: TIMEOUT });
    } catch (cause) {
      sayWhy(path);
      throw cause;
    }
  } catch (cause) {
    if (cause instanceof IoError) throw new PublishError('state', cause.problem, cause.place, { cause });
    throw stateError(cause, path);
  }
}

/** SQLite does not say why it cannot open a file. Only then: to close one that it has open lets its locks go. */
function sayWhy(path: string): void {
  try {
    closeSync(openSync(path, 'a'));
  } catch (cause) {
    throw ioError(cause, 'open', path);
  }
}

/** What SQLite throws, as ours; anything else stays as it is. */
export function stateError(cause: unknown, path: string): unknown {
  if (systemCode(cause) !== 'ERR_SQLITE_ERROR') return cause;
  const words = cause instanceof Error ? cause.message : String(cause);
  if (/locked|busy/.test(words))
    return new PublishError('busy', 'another publication is under way', { file: path }, { cause });
  return new PublishError('state', `cannot be used: ${words}`, { file: path }, { cause });
}
