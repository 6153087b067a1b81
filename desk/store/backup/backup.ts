import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { encodeUtf8 } from 'cpansec/base';
import { moveIntoPlace, systemCode } from 'cpansec/io';
import { Database, type Db } from '../database.ts';
import { StoreError } from '../errors.ts';
import type { KeyService } from '../master-key.ts';
import { FrameWriter } from './frames.ts';
import { formatRow, pagesOf, TABLE_NAMES, type TableName, type Tally, Tallying } from './rows.ts';

export const DUMP = 'cpansec-desk-dump/1';

/** What a backup holds. */
export interface BackupFacts {
  /** Of the database that was read, UTC instant with milliseconds. */
  readonly at: string;
  /** The last step that its schema had taken. */
  readonly step: string;
  readonly tables: Readonly<Record<string, Tally>>;
}

export interface BackupOptions {
  /** Default: the clock. */
  readonly now?: () => Date;
}

/**
 * Writes all that the database at the address holds at one instant into a new file, while others write on. The file
 * is sealed under a key of its own, wrapped by the master key. Memory holds a page of a table at a time.
 * Throws `not-empty` for a file that is there, `wrong-database`, and what the database says.
 */
export async function backup(
  address: string,
  keys: KeyService,
  path: string,
  { now = () => new Date() }: BackupOptions = {},
): Promise<BackupFacts> {
  if (existsSync(path)) throw new StoreError('not-empty', 'stands there already', { file: path });
  const database = existing(address);
  const part = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    const step = await database.step();
    if (step === null) throw new StoreError('wrong-database', 'is no database of a desk');
    const file = await created(part);
    const head = { step, at: now().toISOString() };
    const facts = await database.snapshot((db) => dump(db, head, file, keys)).finally(() => file.close());
    moveIntoPlace(part, path);
    return facts;
  } finally {
    rmSync(part, { force: true });
    await database.close();
  }
}

function existing(address: string): Database {
  if (!address.includes('://') && !existsSync(address))
    throw new StoreError('unreachable', 'there is no such database', { file: address });
  return new Database(address, () => new Date());
}

async function created(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (cause) {
    throw new StoreError('failed', `cannot be written: ${systemCode(cause)}`, { file: path }, { cause });
  }
}

async function dump(
  db: Db,
  head: Pick<BackupFacts, 'at' | 'step'>,
  file: FileHandle,
  keys: KeyService,
): Promise<BackupFacts> {
  const frames = await FrameWriter.begin(file, keys);
  const line = (text: string) => frames.write(encodeUtf8(`${text}\n`));
  await line(JSON.stringify({ format: DUMP, ...head }));
  const tables: Record<string, Tally> = {};
  for (const table of TABLE_NAMES) tables[table] = await dumpTable(db, table, line);
  await line(JSON.stringify({ end: tables }));
  await frames.end();
  await file.sync();
  return { ...head, tables };
}

async function dumpTable(db: Db, table: TableName, line: (text: string) => Promise<void>): Promise<Tally> {
  const tallying = new Tallying();
  for await (const { columns, rows } of pagesOf(db, table)) {
    if (tallying.tally.rows === 0) await line(JSON.stringify({ table, columns }));
    for (const row of rows) {
      const text = formatRow(row);
      tallying.add(text);
      await line(text);
    }
  }
  return tallying.tally;
}
