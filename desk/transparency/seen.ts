/**
 * What a log holds already, in one SQLite file: which facts and under which names. It can be thrown away: it is made
 * again from the log. A power cut may take its last writes, and tears none.
 */
import { hash } from 'node:crypto';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Seen, SeenEntry, SeenFact, SeenPlace } from 'cpansec/transparency';
import { LogKeepingError } from './errors.ts';

const SLOTS = 'SELECT slots.* FROM json_each(?) AS asked JOIN slots ON slots.slot = asked.value';
const NOWHERE: SeenPlace = { place: null, first: null };
/** Digests that are kept at a time. */
const MAX_DIGESTS = 10_000;
const VERSION = 1;
/** `latest` only where a slot has had more than one; `facts` has what is no first of a slot. */
const SCHEMA = `
  CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE facts (identity TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE slots (slot TEXT PRIMARY KEY, first TEXT NOT NULL, first_place INTEGER NOT NULL,
    latest TEXT, latest_place INTEGER) WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;

/** What is remembered of a log beside its entries. */
export interface LogMemory {
  /** Changes of the published store that the log knows: up to which, of when, and which of them were open. */
  changes: { readonly last: number; readonly at: string | null; readonly open: readonly number[] };
  /** Whether the log has anything of that sequence or of what has one digest for ever. */
  knows(slot: string): boolean;
}

export class SeenFile implements Seen, LogMemory {
  readonly #database: DatabaseSync;
  readonly #digests = new Map<string, string>();
  readonly #fact: StatementSync;
  readonly #slots: StatementSync;
  readonly #slot: StatementSync;
  readonly #addFact: StatementSync;
  readonly #addSlot: StatementSync;
  readonly #setLatest: StatementSync;
  readonly #about: StatementSync;
  readonly #setAbout: StatementSync;

  /** The file, or `:memory:`. Throws `failed` for one of another log or program. */
  constructor(path: string, origin: string) {
    const database = opened(path);
    this.#database = database;
    this.#fact = database.prepare('SELECT place FROM facts WHERE identity = ?');
    this.#slots = database.prepare(SLOTS);
    this.#slot = database.prepare('SELECT * FROM slots WHERE slot = ?');
    this.#addFact = database.prepare('INSERT OR IGNORE INTO facts VALUES (?, ?)');
    this.#addSlot = database.prepare('INSERT OR IGNORE INTO slots VALUES (?, ?, ?, NULL, NULL)');
    this.#setLatest = database.prepare('UPDATE slots SET latest = ?, latest_place = ? WHERE slot = ?');
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

  get changes(): LogMemory['changes'] {
    const open: number[] = JSON.parse(this.#get('open') ?? '[]'); // written below
    return { last: Number(this.#get('change') ?? 0), at: this.#get('changeAt'), open };
  }

  set changes({ last, at, open }: LogMemory['changes']) {
    this.#setAbout.run('change', `${last}`);
    this.#setAbout.run('changeAt', at ?? '');
    this.#setAbout.run('open', JSON.stringify(open));
  }

  find(facts: readonly SeenFact[]): SeenPlace[] {
    const names = facts.map(({ slot }) => (slot === null ? null : this.#digest(slot)));
    const rows = new Map(this.#slots.all(JSON.stringify(names)).map((row) => [row.slot, row]));
    return facts.map(({ identity, slot }, i) => {
      const row = rows.get(names[i] ?? '');
      // What has a slot and is the first of it is in no other place.
      if (slot !== null && row === undefined) return NOWHERE;
      const [key, first] = [this.#digest(identity), row === undefined ? null : Number(row.first_place)];
      if (row?.first === key) return { place: first, first };
      const fact = this.#fact.get(key);
      return { place: fact === undefined ? null : Number(fact.place), first };
    });
  }

  knows(slot: string): boolean {
    return this.#slot.get(this.#digest(slot)) !== undefined;
  }

  latest({ identity, slot }: SeenFact): number | null {
    const row = slot === null ? undefined : this.#slot.get(this.#digest(slot));
    if (row === undefined || (row.latest ?? row.first) !== this.#digest(identity)) return null;
    return Number(row.latest_place ?? row.first_place);
  }

  add(entries: readonly SeenEntry[], next: number): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const entry of entries) this.#addOne(entry);
      this.#setAbout.run('size', `${next}`);
      this.#database.exec('COMMIT');
      this.#digests.clear();
    } catch (cause) {
      this.#database.exec('ROLLBACK');
      throw cause;
    }
  }

  #addOne({ identity, slot, index }: SeenEntry): void {
    const key = this.#digest(identity);
    if (slot !== null) {
      const name = this.#digest(slot);
      if (this.#addSlot.run(name, key, index).changes === 1) return;
      this.#setLatest.run(key, index, name);
    }
    this.#addFact.run(key, index);
  }

  /** What is looked for is often added next. */
  #digest(text: string): string {
    const known = this.#digests.get(text);
    if (known !== undefined) return known;
    const digest = hash('sha256', text, 'base64');
    if (this.#digests.size >= MAX_DIGESTS) this.#digests.clear();
    this.#digests.set(text, digest);
    return digest;
  }

  #get(name: string): string | null {
    const row = this.#about.get(name);
    return row === undefined ? null : `${row.value}`;
  }
}

function opened(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: 1000 });
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 10000',
    );
    const version = database.prepare('PRAGMA user_version').get()?.user_version;
    if (version === 0) database.exec(SCHEMA);
    else if (version !== VERSION) throw new Error(`made by another edition, ${version}`);
    return database;
  } catch (cause) {
    const problem = `cannot be read (${String(cause)}): remove it, and it is made again from the log`;
    throw new LogKeepingError('failed', problem, { file: path }, { cause });
  }
}
