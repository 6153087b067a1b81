import { sql } from 'kysely';
import { Database, type Db } from '../database.ts';
import { StoreError } from '../errors.ts';
import type { KeyService } from '../master-key.ts';
import { migrations } from '../migrations/index.ts';
import { openStore } from '../store.ts';
import type { BackupFacts } from './backup.ts';
import { type Page, readBackup, sameTally } from './read.ts';
import { formatRow, pagesOf, TABLE_NAMES, type TableName, type Tally, Tallying } from './rows.ts';
import { verifyBackup } from './verify.ts';

/**
 * Puts a backup into an empty database of either kind, all of it or nothing, and destroys again the keys that were
 * destroyed since. Throws `not-empty`, `wrong-database` for a backup of a newer program, and as {@link verifyBackup}.
 */
export async function restore(path: string, address: string, keys: KeyService): Promise<BackupFacts> {
  // 1. Nothing is touched for a file that is not whole.
  const { step } = await verifyBackup(path, keys);
  if (!Object.hasOwn(migrations, step))
    throw new StoreError('wrong-database', `was made by a newer program (${step})`, { file: path });
  // 2. The schema as it was, the rows, and whether they are the same.
  const facts = await filled(path, address, keys, step);
  // 3. The schema as it is now; what was destroyed since is destroyed again.
  const store = await openStore(address, keys);
  const rows = Object.values(facts.tables).reduce((sum, tally) => sum + tally.rows, 0);
  await store.transaction(async (tx) =>
    tx.record({ actor: 'desk', act: 'desk.restored', subject: '', detail: { rows, from: facts.at } }),
  );
  await store.close();
  return facts;
}

async function filled(path: string, address: string, keys: KeyService, step: string): Promise<BackupFacts> {
  const database = new Database(address, () => new Date());
  try {
    await refuseFull(database);
    await database.migrate(step);
    return await database.transaction(async ({ db }) => {
      for (const table of [...TABLE_NAMES].reverse()) await sql`delete from ${sql.table(table)}`.execute(db);
      const facts = await readBackup(path, keys, { start: async () => {}, page: (page) => insert(db, page) });
      for (const table of TABLE_NAMES) await compare(db, table, facts.tables[table]);
      return facts;
    });
  } finally {
    await database.close();
  }
}

/** Tables that a restoration made which was broken off are empty, but for what the steps themselves put there. */
async function refuseFull(database: Database): Promise<void> {
  const tables = await database.tables();
  const foreign = tables.find((name) => !TABLE_NAMES.some((ours) => ours === name));
  if (foreign !== undefined) throw new StoreError('not-empty', 'holds tables of something else');
  await database.snapshot(async (db) => {
    for (const table of TABLE_NAMES) {
      if (table === 'ledger_tail' || !tables.includes(table)) continue;
      for await (const _ of pagesOf(db, table)) throw new StoreError('not-empty', `holds rows in ${table}`);
    }
  });
}

async function insert(db: Db, { table, columns, rows }: Page): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = sql.join(rows.map((row) => sql`(${sql.join([...row])})`));
  await sql`insert into ${sql.table(table)} (${names}) values ${values}`.execute(db);
}

async function compare(db: Db, table: TableName, wanted: Tally | undefined): Promise<void> {
  const found = new Tallying();
  for await (const { rows } of pagesOf(db, table)) for (const row of rows) found.add(formatRow(row));
  if (wanted === undefined || !sameTally(found.tally, wanted))
    throw new StoreError('failed', `${table} holds something else than was written there`);
}
