/**
 * What a log holds already, in one SQLite file: which facts and under which names. It can be thrown away: it is made
 * again from the log. So its writes need not survive a power cut.
 */
import { createHash } from 'node:crypto';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Seen, SeenEntry, SeenSlot } from 'cpansec/transparency';
import { LogKeepingError } from './errors.ts';

const VERSION = 1;
const SCHEMA = `
  CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE facts (identity BLOB PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE slots (slot BLOB PRIMARY KEY, first TEXT NOT NULL, first_place INTEGER NOT NULL,
    latest TEXT NOT NULL, latest_place INTEGER NOT NULL) WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;
const ADD_SLOT = `INSERT INTO slots VALUES (?1, ?2, ?3, ?2, ?3)
  ON CONFLICT (slot) DO UPDATE SET latest = excluded.latest, latest_place = excluded.latest_place`;

/** What is remembered of a log beside its entries. */
export interface LogMemory {
  /** Changes of the published store that the log knows: up to which, and which of them were open. */
  changes: { readonly last: number; readonly open: readonly number[] };
}

export class SeenFile implements Seen, LogMemory {
  readonly #database: DatabaseSync;
  readonly #find: StatementSync;
  readonly #slot: StatementSync;
  readonly #addFact: StatementSync;
  readonly #addSlot: StatementSync;
  readonly #about: StatementSync;
  readonly #setAbout: StatementSync;

  /** The file, or `:memory:`. Throws `failed` for one of another log or program. */
  constructor(path: string, origin: string) {
    const database = opened(path);
    this.#database = database;
    this.#find = database.prepare('SELECT place FROM facts WHERE identity = ?');
    this.#slot = database.prepare('SELECT * FROM slots WHERE slot = ?');
    this.#addFact = database.prepare('INSERT OR IGNORE INTO facts VALUES (?, ?)');
    this.#addSlot = database.prepare(ADD_SLOT);
    this.#about = database.prepare('SELECT value FROM about WHERE name = ?');
    this.#setAbout = database.prepare('INSERT OR REPLACE INTO about VALUES (?, ?)');
    const known = this.#get('origin');
    if (known === null) this.#setAbout.run('origin', origin);
    else if (known !== origin)
      throw new LogKeepingError('failed', `knows another log, ${known}`, { file: path });
  }

  close(): void {
    this.#database.close();
  }

  size(): number {
    return Number(this.#get('size') ?? 0);
  }

  /** Entries for which lookups and proofs are made. */
  get hinted(): number {
    return Number(this.#get('hinted') ?? 0);
  }

  set hinted(size: number) {
    this.#setAbout.run('hinted', `${size}`);
  }

  get changes(): LogMemory['changes'] {
    const open: number[] = JSON.parse(this.#get('open') ?? '[]'); // written below
    return { last: Number(this.#get('change') ?? 0), open };
  }

  set changes({ last, open }: LogMemory['changes']) {
    this.#setAbout.run('change', `${last}`);
    this.#setAbout.run('open', JSON.stringify(open));
  }

  find(identity: string): number | null {
    const row = this.#find.get(digest(identity));
    return row === undefined ? null : Number(row.place);
  }

  slot(slot: string): SeenSlot | null {
    const row = this.#slot.get(digest(slot));
    if (row === undefined) return null;
    return {
      first: { identity: `${row.first}`, index: Number(row.first_place) },
      latest: { identity: `${row.latest}`, index: Number(row.latest_place) },
    };
  }

  add(entries: readonly SeenEntry[], next: number): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const { identity, slot, index } of entries) {
        this.#addFact.run(digest(identity), index);
        if (slot !== null) this.#addSlot.run(digest(slot), identity, index);
      }
      this.#setAbout.run('size', `${next}`);
      this.#database.exec('COMMIT');
    } catch (cause) {
      this.#database.exec('ROLLBACK');
      throw cause;
    }
  }

  #get(name: string): string | null {
    const row = this.#about.get(name);
    return row === undefined ? null : `${row.value}`;
  }
}

function opened(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: 1000 });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    const version = database.prepare('PRAGMA user_version').get()?.user_version;
    if (version === 0) database.exec(SCHEMA);
    else if (version !== VERSION) throw new Error(`made by another edition, ${version}`);
    return database;
  } catch (cause) {
    const problem = `cannot be read (${String(cause)}): remove it, and it is made again from the log`;
    throw new LogKeepingError('failed', problem, { file: path }, { cause });
  }
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
