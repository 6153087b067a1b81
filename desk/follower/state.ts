/**
 * What the follower remembers, in one SQLite file: how far it has read, what is left to do, what it knows of each
 * file, and what is wrong. Work is written down with the epoch that it came from and goes when it is done, so a
 * process that is killed goes on where it was.
 */
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { makeDirectory } from 'cpansec/io';
import { FollowError } from './errors.ts';

const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE work (
    directory TEXT, name TEXT, act TEXT NOT NULL, epoch TEXT NOT NULL, at TEXT, source TEXT NOT NULL,
    tries INTEGER NOT NULL, due INTEGER NOT NULL, PRIMARY KEY (directory, name)) WITHOUT ROWID;
  CREATE TABLE files (
    directory TEXT, name TEXT, sha256 TEXT NOT NULL, size INTEGER NOT NULL, epoch TEXT NOT NULL, at TEXT,
    validator TEXT NOT NULL, gone INTEGER NOT NULL, PRIMARY KEY (directory, name)) WITHOUT ROWID;
  CREATE TABLE texts (path TEXT PRIMARY KEY, validator TEXT NOT NULL, sha256 TEXT NOT NULL, at TEXT) WITHOUT ROWID;
  CREATE TABLE problems (
    path TEXT, kind TEXT, words TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
    PRIMARY KEY (path, kind)) WITHOUT ROWID;
`;
/** Files that are to be looked at: CPAN has far fewer. */
const MOST = 5_000_000;
/** Rows that are read together. */
const PAGE = 200;
/** How long another process may write, in milliseconds. */
const TIMEOUT = 1000;

/** `new`: is there; `delete`: was taken away; `list`: the directory, whose name is empty, is to be gone through. */
export type Act = 'new' | 'delete' | 'list';
export type Source = 'mirror' | 'backfill';

export interface Work {
  /** `authors/id/A/AB/ABC/`. */
  readonly directory: string;
  readonly name: string;
  readonly act: Act;
  /** As it was written; empty where nobody said. */
  readonly epoch: string;
  /** The instant that goes into the entry. */
  readonly at: string | null;
  readonly source: Source;
}

export interface DueWork extends Work {
  /** How often it has failed. */
  readonly tries: number;
}

/** What is known of a release. */
export interface KnownFile {
  readonly directory: string;
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
  readonly epoch: string;
  readonly at: string | null;
  readonly validator: string;
  readonly gone: boolean;
}

/** The last state of a CHECKSUMS or index. */
export interface KnownText {
  readonly path: string;
  readonly validator: string;
  readonly sha256: string;
  readonly at: string | null;
}

/**
 * `conflict`: another digest at a path that had one; `checksums`: not what CHECKSUMS says, or a CHECKSUMS that cannot
 * be read; `unlisted`: not in a CHECKSUMS that is newer; `older`: went back; `file`: cannot be had; `path`: cannot be
 * logged; `removals`: more is gone than is believed.
 */
export type ProblemKind = 'conflict' | 'checksums' | 'unlisted' | 'older' | 'file' | 'path' | 'removals';

export interface Problem {
  readonly path: string;
  readonly kind: ProblemKind;
  readonly words: string;
}

export interface StandingProblem extends Problem {
  readonly first: string;
  readonly last: string;
}

/** A row as SQLite gives it; the schema above says which columns it has. */
type Row = Readonly<Record<string, string | number | null>>;

export class State {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #statements = new Map<string, StatementSync>();
  readonly #most: number;
  /** At least as many as there are. */
  #waiting = Number.POSITIVE_INFINITY;

  /** Opens or makes the file, with room for so many files that are to be looked at. Throws `state` for another database, `busy` while another process has it. */
  constructor(path: string, most: number = MOST) {
    this.#path = path;
    this.#most = most;
    try {
      makeDirectory(dirname(path));
      this.#database = new DatabaseSync(path, { timeout: TIMEOUT });
    } catch (cause) {
      throw stateError(cause, path);
    }
    try {
      // The file is this process's alone until it ends, however it ends.
      this.#database.exec(
        'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL',
      );
      this.#database.exec('BEGIN IMMEDIATE; COMMIT');
      this.#migrate(path);
    } catch (cause) {
      this.#database.close();
      throw stateError(cause, path);
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  /** All of it or nothing. Throws `state` when it cannot be written. */
  transaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk has rolled back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw stateError(error, this.#path);
    }
  }

  /** Empty for none. */
  fact(name: string): string {
    return String(this.#row('SELECT value FROM facts WHERE name = ?', name)?.value ?? '');
  }

  setFact(name: string, value: string): void {
    this.#run('INSERT OR REPLACE INTO facts VALUES (?, ?)', name, value);
  }

  /** To be done at once; in the place of what was to be done with the same file. */
  enqueue({ directory, name, act, epoch, at, source }: Work): void {
    this.#run(
      'INSERT OR REPLACE INTO work VALUES (?, ?, ?, ?, ?, ?, 0, 0)',
      ...[directory, name, act, epoch, at, source],
    );
    this.#waiting++;
  }

  /** Whether there is no room for more work: a mirror can name any number of files. */
  isFull(): boolean {
    if (this.#waiting >= this.#most) this.#waiting = this.workCount();
    return this.#waiting >= this.#most;
  }

  /** The next directory behind this one, in order, in which something is due; null for none. */
  nextDirectory(after: string, now: number): string | null {
    const row = this.#row(
      'SELECT directory FROM work WHERE directory > ? AND due <= ? ORDER BY directory LIMIT 1',
      ...[after, now],
    );
    return row === null ? null : String(row.directory);
  }

  /** What is due in a directory, in order; behind a name unless that is null. */
  dueWork(directory: string, after: string | null, now: number): DueWork[] {
    return this.#rows(
      'SELECT * FROM work WHERE directory = ?1 AND (?2 IS NULL OR name > ?2) AND due <= ?3 ORDER BY name LIMIT ?4',
      ...[directory, after, now, PAGE],
    ).map(toWork);
  }

  /** What is to be looked at because it was found there, and not because somebody said so. */
  foundIn(directory: string): DueWork[] {
    return this.#rows("SELECT * FROM work WHERE directory = ? AND act = 'new' AND epoch = ''", directory).map(
      toWork,
    );
  }

  hasWork(directory: string, name: string): boolean {
    return this.#row('SELECT 1 FROM work WHERE directory = ? AND name = ?', directory, name) !== null;
  }

  workCount(): number {
    return Number(this.#row('SELECT count(*) AS count FROM work')?.count);
  }

  /** Done; unless something newer is to be done with the file by now. */
  finish({ directory, name, act, epoch }: Work): void {
    this.#run(
      'DELETE FROM work WHERE directory = ? AND name = ? AND act = ? AND epoch = ?',
      ...[directory, name, act, epoch],
    );
  }

  /** Not done: again from `due` on, in milliseconds since 1970. */
  putOff({ directory, name, act, epoch }: Work, due: number): void {
    this.#run(
      'UPDATE work SET tries = tries + 1, due = ? WHERE directory = ? AND name = ? AND act = ? AND epoch = ?',
      ...[due, directory, name, act, epoch],
    );
  }

  file(directory: string, name: string): KnownFile | null {
    const row = this.#row('SELECT * FROM files WHERE directory = ? AND name = ?', directory, name);
    return row === null ? null : toFile(row);
  }

  filesIn(directory: string): KnownFile[] {
    return this.#rows('SELECT * FROM files WHERE directory = ? AND gone = 0', directory).map(toFile);
  }

  /** Directories with releases that are there. */
  directories(): string[] {
    return this.#rows('SELECT DISTINCT directory FROM files WHERE gone = 0').map((row) =>
      String(row.directory),
    );
  }

  fileCount(): number {
    return Number(this.#row('SELECT count(*) AS count FROM files WHERE gone = 0')?.count);
  }

  putFile({ directory, name, sha256, size, epoch, at, validator, gone }: KnownFile): void {
    this.#run(
      'INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...[directory, name, sha256, size, epoch, at, validator, gone ? 1 : 0],
    );
  }

  text(path: string): KnownText | null {
    const row = this.#row('SELECT * FROM texts WHERE path = ?', path);
    if (row === null) return null;
    return { path, validator: String(row.validator), sha256: String(row.sha256), at: textOrNull(row.at) };
  }

  putText({ path, validator, sha256, at }: KnownText): void {
    this.#run('INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)', path, validator, sha256, at);
  }

  /** Whether it is new, or said in other words. */
  raise({ path, kind, words }: Problem, at: string): boolean {
    const old = this.wordsOf({ path, kind });
    this.#run(
      'INSERT INTO problems VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET words = excluded.words, last = excluded.last',
      ...[path, kind, words, at, at],
    );
    return old !== words;
  }

  /** What was said of a problem that stands; null for none. */
  wordsOf({ path, kind }: Pick<Problem, 'path' | 'kind'>): string | null {
    const row = this.#row('SELECT words FROM problems WHERE path = ? AND kind = ?', path, kind);
    return row === null ? null : String(row.words);
  }

  settle(path: string, kind: ProblemKind): void {
    this.#run('DELETE FROM problems WHERE path = ? AND kind = ?', path, kind);
  }

  problems(): StandingProblem[] {
    return this.#rows('SELECT * FROM problems ORDER BY path, kind').map((row) => ({
      path: String(row.path),
      kind: String(row.kind) as ProblemKind, // written by `raise` alone
      words: String(row.words),
      first: String(row.first),
      last: String(row.last),
    }));
  }

  #rows(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[]; // columns are those of SCHEMA
  }

  #row(sql: string, ...values: SQLInputValue[]): Row | null {
    return (this.#statement(sql).get(...values) as Row | undefined) ?? null; // columns are those of SCHEMA
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #migrate(path: string): void {
    const version = Number(this.#row('PRAGMA user_version')?.user_version);
    if (version === SCHEMA_VERSION) return;
    if (this.#rows('SELECT name FROM sqlite_schema').length > 0)
      throw new FollowError('state', 'is another database, or of another version', { file: path });
    this.#database.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
  }
}

function toWork(row: Row): DueWork {
  return {
    directory: String(row.directory),
    name: String(row.name),
    act: String(row.act) as Act, // written by `enqueue` alone
    epoch: String(row.epoch),
    at: textOrNull(row.at),
    source: String(row.source) as Source, // the same
    tries: Number(row.tries),
  };
}

function toFile(row: Row): KnownFile {
  return {
    directory: String(row.directory),
    name: String(row.name),
    sha256: String(row.sha256),
    size: Number(row.size),
    epoch: String(row.epoch),
    at: textOrNull(row.at),
    validator: String(row.validator),
    gone: row.gone === 1,
  };
}

function textOrNull(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

const BUSY = 5;

function stateError(cause: unknown, path: string): unknown {
  if (cause instanceof FollowError) return cause;
  const code = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : null;
  if (code === BUSY)
    return new FollowError('busy', 'another process follows with it', { file: path }, { cause });
  if (code === null) return cause;
  return new FollowError('state', String(cause), { file: path }, { cause });
}
