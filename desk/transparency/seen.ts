/**
 * What a log holds already, in one SQLite file: which facts and under which names. It can be thrown away: it is made
 * again from the log. A power cut may take its last writes, and tears none.
 */
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import type { Seen, SeenEntry, SeenFact, SeenPlace } from 'cpansec/transparency';
import { LogKeepingError } from './errors.ts';
import { ofSqlite } from './sqlite.ts';

const SLOTS = 'SELECT slots.* FROM json_each(?) AS asked JOIN slots ON slots.slot = asked.value';
const NOWHERE: SeenPlace = { place: null, first: null };
/** Entries that are committed together. */
const TOGETHER = 16_384;
const VERSION = 2;
/**
 * `first` and `latest` are identities without the slot that they begin with, `latest` only where a slot has had more
 * than one; `facts` has what is no first of a slot. Names are kept as they are: those of one author stand together.
 */
const SCHEMA = `
  CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE facts (identity TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE slots (slot TEXT PRIMARY KEY, first TEXT NOT NULL, first_place INTEGER NOT NULL,
    latest TEXT, latest_place INTEGER) WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;

/** Of the edition before, which knew digests of names: it is learnt again. */
const OLDER = 'DROP TABLE about; DROP TABLE facts; DROP TABLE slots';

/** What is remembered of a log beside its entries. */
export interface LogMemory {
  /** Changes of the published store that the log knows: up to which, of when, and which of them were open. */
  changes: { readonly last: number; readonly at: string | null; readonly open: readonly number[] };
  /** Whether the log has anything of that sequence or of what has one digest for ever. */
  knows(slot: string): boolean;
}

export class SeenFile implements Seen, LogMemory {
  readonly #path: string;
  readonly #database: DatabaseSync;
  /** What a process that dies forgets; the next one learns it again from the log. */
  #uncommitted = 0;
  readonly #fact: StatementSync;
  readonly #slots: StatementSync;
  readonly #slot: StatementSync;
  readonly #addFact: StatementSync;
  readonly #addSlot: StatementSync;
  readonly #setLatest: StatementSync;
  readonly #about: StatementSync;
  readonly #setAbout: StatementSync;

  /** The file, or `:memory:`. This and all that it does throws LogKeepingError: `failed` of another log or program. */
  constructor(path: string, origin: string) {
    this.#path = path;
    const database = ofSqlite(path, () => opened(path));
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
    if (known === null) this.#set({ origin });
    else if (known !== origin)
      throw new LogKeepingError('failed', `knows another log, ${known}`, { file: path });
  }

  /** Without it the end of what was added is learnt again from the log. */
  commit(): void {
    this.#do(() => this.#commit());
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
    this.#set({ change: `${last}`, changeAt: at ?? '', open: JSON.stringify(open) });
  }

  find(facts: readonly SeenFact[]): SeenPlace[] {
    return this.#do(() => {
      const names = JSON.stringify(facts.map(({ slot }) => slot));
      const rows = new Map(this.#slots.all(names).map((row) => [row.slot, row]));
      return facts.map((fact) => this.#place(fact, rows.get(fact.slot)));
    });
  }

  #place(fact: SeenFact, row: Record<string, SQLOutputValue> | undefined): SeenPlace {
    // What has a slot and is the first of it is in no other place.
    if (fact.slot !== null && row === undefined) return NOWHERE;
    const first = row === undefined ? null : Number(row.first_place);
    if (row?.first === within(fact)) return { place: first, first };
    const known = this.#fact.get(fact.identity);
    return { place: known === undefined ? null : Number(known.place), first };
  }

  knows(slot: string): boolean {
    return this.#do(() => this.#slot.get(slot)) !== undefined;
  }

  latest(fact: SeenFact): number | null {
    const row = this.#do(() => this.#slot.get(fact.slot));
    if (row === undefined || (row.latest ?? row.first) !== within(fact)) return null;
    return Number(row.latest_place ?? row.first_place);
  }

  add(entries: readonly SeenEntry[], next: number): void {
    this.#do(() => {
      if (!this.#database.isTransaction) this.#database.exec('BEGIN IMMEDIATE');
      try {
        for (const entry of entries) this.#addOne(entry);
        this.#setAbout.run('size', `${next}`);
      } catch (cause) {
        // A full disk may have done so already.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw cause;
      }
      this.#uncommitted += entries.length;
      if (this.#uncommitted >= TOGETHER) this.#commit();
    });
  }

  #addOne(entry: SeenEntry): void {
    const { identity, slot, index } = entry;
    if (slot !== null) {
      const ours = within(entry);
      if (this.#addSlot.run(slot, ours, index).changes === 1) return;
      this.#setLatest.run(ours, index, slot);
    }
    this.#addFact.run(identity, index);
  }

  #commit(): void {
    if (this.#database.isTransaction) this.#database.exec('COMMIT');
    this.#uncommitted = 0;
  }

  #set(values: Readonly<Record<string, string>>): void {
    this.#do(() => {
      for (const [name, value] of Object.entries(values)) this.#setAbout.run(name, value);
    });
  }

  #do<T>(work: () => T): T {
    return ofSqlite(this.#path, work);
  }

  #get(name: string): string | null {
    const row = this.#do(() => this.#about.get(name));
    return row === undefined ? null : `${row.value}`;
  }
}

/** An identity without the slot that it begins with. */
function within({ identity, slot }: SeenFact): string {
  return slot !== null && identity.startsWith(slot) ? identity.slice(slot.length) : identity;
}

function opened(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 1000 });
  try {
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 10000',
    );
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    // All of it or nothing, whenever the process ends.
    if (version < VERSION) database.exec(`BEGIN IMMEDIATE; ${version === 1 ? OLDER : ''}; ${SCHEMA} COMMIT`);
    if (version <= VERSION) return database;
    const problem = `made by another edition, ${version}: remove it, and it is made again from the log`;
    throw new LogKeepingError('failed', problem, { file: path });
  } catch (cause) {
    database.close();
    throw cause;
  }
}
