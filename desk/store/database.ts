/** The private database: SQLite or PostgreSQL behind one schema, and transactions that the audit log belongs to. */

import { nodeSha256, systemCode } from 'cpansec/io';
import {
  Kysely,
  type KyselyConfig,
  type Transaction as KyselyTransaction,
  PostgresDialect,
  sql,
} from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { type Act, chained, type Entry } from '../ledger/index.ts';
import { StoreError } from './errors.ts';
import { migrations } from './migrations/index.ts';
import { makePrivateFile } from './private-file.ts';
import type { Schema } from './schema.ts';
import { EmbeddedDialect, isBusy } from './sqlite.ts';

export type Db = KyselyTransaction<Schema>;

/** One unit of work: all of it or nothing, its entries in the audit log included. */
export interface Transaction {
  readonly db: Db;
  /** The instant of the act, UTC with milliseconds. */
  readonly now: string;
  /** Goes into the audit log with the rest. */
  record(act: Act): void;
  /** Done once it is committed, and never when it is not. An error of it does not undo what was committed. */
  afterCommit(work: () => Promise<void>): void;
  /** A part that is done whole or not at all: where it throws, everything else of the transaction stays. Not in itself. */
  part<T>(work: () => Promise<T>): Promise<T>;
}

type Work = () => Promise<void>;

export interface DatabaseOptions {
  /** Default: the clock. */
  readonly now?: () => Date;
}

/** How often a transaction is tried that the database gave up for another one. */
const MAX_TRIES = 10;

export class Database {
  readonly dialect: 'sqlite' | 'postgres';
  readonly #kysely: Kysely<Schema>;
  readonly #now: () => Date;

  constructor(address: string, now: () => Date) {
    this.dialect = /^postgres(?:ql)?:\/\//.test(address) ? 'postgres' : 'sqlite';
    this.#kysely = new Kysely<Schema>(this.dialect === 'postgres' ? postgres(address) : embedded(address));
    this.#now = now;
  }

  /** Brings the schema up, to the last step or to one by its name. Throws `wrong-database` for a newer program's. */
  async migrate(to?: string): Promise<void> {
    const migrator = this.#migrator();
    const { error } = await (to === undefined ? migrator.migrateToLatest() : migrator.migrateTo(to));
    if (error !== undefined) throw migrationError(error);
  }

  /** The last step that its schema has taken; null for a database without ours. */
  async step(): Promise<string | null> {
    try {
      const steps = await this.#migrator().getMigrations();
      return steps.findLast(({ executedAt }) => executedAt !== undefined)?.name ?? null;
    } catch (cause) {
      throw storeError(cause);
    }
  }

  /** Names of all tables, Kysely's own excepted. */
  async tables(): Promise<string[]> {
    try {
      return (await this.#kysely.introspection.getTables()).map(({ name }) => name);
    } catch (cause) {
      throw storeError(cause);
    }
  }

  /** Reads everything as it is at one instant, while others write on. */
  async snapshot<T>(read: (db: Db) => Promise<T>): Promise<T> {
    const reading = this.#kysely.transaction().setAccessMode('read only');
    try {
      // SQLite has only one level, which is this one.
      const snapshot = this.dialect === 'sqlite' ? reading : reading.setIsolationLevel('repeatable read');
      return await snapshot.execute(read);
    } catch (cause) {
      throw storeError(cause);
    }
  }

  #migrator(): Migrator {
    return new Migrator({
      db: this.#kysely,
      provider: { getMigrations: async () => ({ ...migrations }) },
    });
  }

  /**
   * Runs the work in one transaction, again when the database gave it up for another one: it must do nothing but
   * read, write and compute. Entries of the audit log come last, so that the log's tail is held only for a moment.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        const { result, after } = await this.#once(work);
        for (const one of after) await one();
        return result;
      } catch (cause) {
        if (!isGivenUp(cause) || tries === MAX_TRIES) throw storeError(cause);
      }
    }
  }

  async #once<T>(work: (tx: Transaction) => Promise<T>): Promise<{ result: T; after: Work[] }> {
    return this.#kysely.transaction().execute(async (db) => {
      const acts: Act[] = [];
      const after: Work[] = [];
      const now = this.#now().toISOString();
      const result = await work({
        db,
        now,
        record: (act) => void acts.push(act),
        afterCommit: (one) => void after.push(one),
        part: (one) => part(db, [acts, after], one),
      });
      if (acts.length > 0) await append(db, acts, now);
      return { result, after };
    });
  }

  async close(): Promise<void> {
    await this.#kysely.destroy();
  }
}

/** What the part left in the lists goes as well. */
async function part<T>(db: Db, lists: readonly unknown[][], work: () => Promise<T>): Promise<T> {
  const lengths = lists.map(({ length }) => length);
  await sql`savepoint part`.execute(db);
  try {
    const result = await work();
    await sql`release savepoint part`.execute(db);
    return result;
  } catch (cause) {
    for (const [i, list] of lists.entries()) list.length = lengths[i] ?? 0;
    await sql`rollback to savepoint part`.execute(db);
    throw cause;
  }
}

/** The update holds the tail until the transaction ends: entries are in the order in which they are committed. */
async function append(db: Db, acts: readonly Act[], now: string): Promise<void> {
  const tail = db.updateTable('ledger_tail').where('id', '=', 1);
  let last: Pick<Entry, 'seq' | 'hash'> = await tail
    .set((eb) => ({ seq: eb.ref('seq') }))
    .returning(['seq', 'hash'])
    .executeTakeFirstOrThrow();
  for (const act of acts) {
    const entry = chained(last, act, now, nodeSha256);
    await db
      .insertInto('ledger')
      .values({ ...entry, detail: JSON.stringify(entry.detail) })
      .execute();
    last = entry;
  }
  await tail.set({ seq: last.seq, hash: last.hash }).execute();
}

function embedded(path: string): KyselyConfig {
  try {
    // SQLite gives its other files the rights of this one.
    if (path !== ':memory:') makePrivateFile(path);
    return { dialect: new EmbeddedDialect(path) };
  } catch (cause) {
    throw storeError(cause);
  }
}

/** Connections of one process. */
const POOL = 10;

function postgres(connectionString: string): KyselyConfig {
  const types = {
    // bigint: sequence numbers and counts, far below 2^53.
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === 20 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format),
  };
  const pool = new pg.Pool({ connectionString, max: POOL, types: types as pg.CustomTypesConfig });
  // A connection that breaks while nobody uses it is replaced by the next one.
  pool.on('error', () => {});
  return { dialect: new PostgresDialect({ pool }) };
}

/** Serialisation failures, deadlocks and a lock that was held for too long. */
function isGivenUp(cause: unknown): boolean {
  return ['40001', '40P01', '55P03'].includes(systemCode(cause));
}

function migrationError(cause: unknown): Error {
  const words = cause instanceof Error ? cause.message : String(cause);
  if (/corrupted migrations|previously executed migration/.test(words))
    return new StoreError('wrong-database', 'was made by a newer program', {}, { cause });
  return storeError(cause);
}

const BY_CODE: Readonly<Record<string, readonly [StoreError['code'], string]>> = {
  ECONNREFUSED: ['unreachable', 'the database does not answer'],
  EACCES: ['unreachable', 'may not be read or written by this user'],
  ENOTFOUND: ['unreachable', 'the database has no such address'],
  ETIMEDOUT: ['unreachable', 'the database does not answer'],
  '28P01': ['unreachable', 'the database refuses the password'],
  '3D000': ['unreachable', 'there is no such database'],
  '57P01': ['unreachable', 'the database was shut down'],
  '53100': ['full', 'no space left for the database'],
};

/** Any error of a database as ours; what the work itself threw stays as it is. */
function storeError(cause: unknown): Error {
  const code = systemCode(cause);
  const [ours, words] = BY_CODE[code] ?? [];
  if (ours !== undefined && words !== undefined) return new StoreError(ours, words, {}, { cause });
  if (code === 'ERR_SQLITE_ERROR') return sqliteError(cause);
  if (/^[0-9A-Z]{5}$/.test(code)) return new StoreError('failed', `PostgreSQL says ${code}`, {}, { cause });
  return cause instanceof Error ? cause : new StoreError('failed', String(cause));
}

function sqliteError(cause: unknown): StoreError {
  const words = cause instanceof Error ? cause.message : String(cause);
  if (isBusy(cause)) return new StoreError('busy', 'another process holds the database', {}, { cause });
  if (/full/.test(words)) return new StoreError('full', 'no space left for the database', {}, { cause });
  if (/not a database|malformed/.test(words))
    return new StoreError('wrong-database', 'is no database, or damaged', {}, { cause });
  return new StoreError('failed', `SQLite says: ${words}`, {}, { cause });
}
