/** Rows as text, the same for both databases, and what is counted of them. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { StoreError } from '../errors.ts';
import { type Schema, TABLES } from '../schema.ts';

export type TableName = keyof Schema;
export const TABLE_NAMES = Object.keys(TABLES) as TableName[]; // the keys of a typed table

export type Value = string | number | null | Uint8Array;
export type Row = readonly Value[];

type Found = Readonly<Record<string, Value>>;

/** Rows in the order of their key, a page at a time, with their columns. */
export async function* pagesOf(db: Db, table: TableName): AsyncGenerator<{ columns: string[]; rows: Row[] }> {
  const { page } = TABLES[table];
  for (let last: Found | undefined; ; ) {
    const found: readonly Found[] = await pageAfter(db, table, last);
    last = found.at(-1);
    if (last === undefined) return;
    const columns = Object.keys(last);
    yield { columns, rows: found.map((row) => columns.map((column) => row[column] ?? null)) };
    if (found.length < page) return;
  }
}

async function pageAfter(db: Db, table: TableName, last: Found | undefined): Promise<readonly Found[]> {
  const { key, page } = TABLES[table];
  const names = sql.join(key.map((column) => sql.ref(column)));
  const beyond =
    last === undefined ? sql`` : sql`where (${names}) > (${sql.join(key.map((column) => last[column]))})`;
  const query = sql<Found>`
    select * from ${sql.table(table)} ${beyond} order by ${names} limit ${sql.lit(page)}`;
  return (await query.execute(db)).rows;
}

/** `["text",1,null,{"b":"base64"}]` */
export function formatRow(row: Row): string {
  return JSON.stringify(row.map((value) => (value instanceof Uint8Array ? { b: base64(value) } : value)));
}

/** Many megabytes of it: Node's own is a hundred times as fast as the portable one. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** Throws `backup`. */
export function parseRow(row: readonly unknown[]): Row {
  return row.map((value) => {
    if (value === null || typeof value === 'string' || typeof value === 'number') return value;
    if (typeof value === 'object' && 'b' in value && typeof value.b === 'string')
      return Buffer.from(value.b, 'base64');
    throw new StoreError('backup', 'holds a value that is none');
  });
}

/** How many rows, and a digest of them that does not ask for their order, which databases see differently. */
export interface Tally {
  readonly rows: number;
  /** SHA-256 of each row's text, all of them XORed; hex. */
  readonly digest: string;
}

export class Tallying {
  #rows = 0;
  readonly #digest = Buffer.alloc(32);

  add(text: string): void {
    this.#rows++;
    const digest = createHash('sha256').update(text).digest();
    for (let i = 0; i < 32; i++) this.#digest[i] = (this.#digest[i] ?? 0) ^ (digest[i] ?? 0);
  }

  get tally(): Tally {
    return { rows: this.#rows, digest: this.#digest.toString('hex') };
  }
}
