/** A backup as it is read: what its rows are, and whether they are all there. */
import {
  array,
  decodeUtf8,
  matching,
  object,
  oneOf,
  PlacedError,
  parseJson,
  record,
  string,
  whole,
} from 'cpansec/base';
import { StoreError } from '../errors.ts';
import type { KeyService } from '../master-key.ts';
import { TABLES } from '../schema.ts';
import { type BackupFacts, DUMP } from './backup.ts';
import { readFrames } from './frames.ts';
import { parseRow, type Row, TABLE_NAMES, type TableName, type Tally, Tallying } from './rows.ts';

/** Rows of one table. */
export interface Page {
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export interface BackupReader {
  /** Before the first page. */
  start(facts: Pick<BackupFacts, 'at' | 'step'>): Promise<void>;
  page(page: Page): Promise<void>;
}

/** Bytes of the longest row. */
const MAX_LINE = 64 * 1024 * 1024;

const startShape = object({ format: matching(/^cpansec-desk-dump\/1$/, DUMP), at: string, step: string });
const columnShape = matching(/^[a-z_]{1,60}$/, 'a column');
const tableShape = object({ table: oneOf(...TABLE_NAMES), columns: array(columnShape) });
const endShape = object({ end: record(object({ rows: whole(), digest: string })) });

/**
 * Reads a backup whole and gives its pages in their order. What they do is right only when this returns. Throws
 * `backup` for a file that was cut off, changed or put into another order, `key` for another master key.
 */
export async function readBackup(path: string, keys: KeyService, reader: BackupReader): Promise<BackupFacts> {
  const reading = new Reading(reader);
  try {
    for await (const line of linesOf(readFrames(path, keys))) await reading.line(parseJson(decodeUtf8(line)));
    return reading.end();
  } catch (cause) {
    // What was sealed as a backup and does not read as one was written by another program.
    if (!(cause instanceof PlacedError) || cause instanceof StoreError) throw cause;
    throw new StoreError('backup', `is no backup: ${cause.message}`, { file: path }, { cause });
  }
}

class Reading {
  readonly #reader: BackupReader;
  #start: Pick<BackupFacts, 'at' | 'step'> | undefined;
  #table: { table: TableName; columns: readonly string[]; rows: Row[] } | undefined;
  readonly #tallies = new Map<string, Tallying>();
  #facts: BackupFacts | undefined;

  constructor(reader: BackupReader) {
    this.#reader = reader;
  }

  async line(value: unknown): Promise<void> {
    if (this.#facts !== undefined) throw new StoreError('backup', 'goes on after its end');
    if (this.#start === undefined) {
      const { at, step } = startShape(value);
      this.#start = { at, step };
      return this.#reader.start(this.#start);
    }
    if (Array.isArray(value)) return this.#row(value);
    await this.#flush();
    if (typeof value === 'object' && value !== null && 'end' in value)
      this.#facts = { ...this.#start, tables: this.#checked(endShape(value).end) };
    else this.#table = { ...tableShape(value), rows: [] };
  }

  end(): BackupFacts {
    if (this.#facts === undefined) throw new StoreError('backup', 'is cut off');
    return this.#facts;
  }

  async #row(value: readonly unknown[]): Promise<void> {
    const table = this.#table;
    if (table === undefined || table.columns.length !== value.length)
      throw new StoreError('backup', 'holds a row of no table');
    const tallying = this.#tallies.get(table.table) ?? new Tallying();
    this.#tallies.set(table.table, tallying);
    tallying.add(JSON.stringify(value));
    table.rows.push(parseRow(value));
    if (table.rows.length >= TABLES[table.table].page) await this.#flush();
  }

  async #flush(): Promise<void> {
    const page = this.#table;
    if (page === undefined || page.rows.length === 0) return;
    this.#table = { ...page, rows: [] };
    await this.#reader.page(page);
  }

  #checked(end: Readonly<Record<string, Tally>>): Readonly<Record<string, Tally>> {
    for (const name of TABLE_NAMES) {
      const found = (this.#tallies.get(name) ?? new Tallying()).tally;
      if (!sameTally(found, end[name] ?? new Tallying().tally))
        throw new StoreError('backup', `says something else of ${name} than it holds`);
    }
    return end;
  }
}

export function sameTally(a: Tally, b: Tally): boolean {
  return a.rows === b.rows && a.digest === b.digest;
}

/** Without their line breaks. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(10); to >= 0; to = chunk.indexOf(10, from)) {
      yield Buffer.concat([...waiting, chunk.subarray(from, to)]);
      waiting = [];
      length = 0;
      from = to + 1;
    }
    waiting.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > MAX_LINE) throw new StoreError('backup', 'holds a row that is too long');
  }
  if (length > 0) throw new StoreError('backup', 'is cut off');
}
