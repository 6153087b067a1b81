import { parseJson } from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';
import { type Entry, Verifier } from '../../ledger/index.ts';
import { StoreError } from '../errors.ts';
import type { KeyService } from '../master-key.ts';
import { aboutKey } from '../vault.ts';
import type { BackupFacts } from './backup.ts';
import { type BackupReader, type Page, readBackup } from './read.ts';
import type { Value } from './rows.ts';

/**
 * Reads a backup whole: every frame, the counts and digests, the chain of the audit log, whether the master key
 * opens every key that was not destroyed, and whether every key that a row names is there. Throws `backup`, `key`,
 * `damaged` for a database that was already damaged when it was read.
 */
export async function verifyBackup(path: string, keys: KeyService): Promise<BackupFacts> {
  const check = new ContentCheck(keys);
  const facts = await readBackup(path, keys, check);
  check.end();
  return facts;
}

class ContentCheck implements BackupReader {
  readonly #service: KeyService;
  readonly #keys = new Set<string>();
  readonly #chain = new Verifier(nodeSha256);
  #tail: Pick<Entry, 'seq' | 'hash'> | undefined;

  constructor(service: KeyService) {
    this.#service = service;
  }

  async start(): Promise<void> {}

  async page(page: Page): Promise<void> {
    for (const values of page.rows) {
      const row = new Map(page.columns.map((column, i) => [column, values[i] ?? null]));
      if (page.table === 'keys') await this.#key(row);
      else if (page.table === 'ledger') this.#entry(row);
      else if (page.table === 'ledger_tail')
        this.#tail = { seq: number(row, 'seq'), hash: text(row, 'hash') };
      else this.#names(page.table, row);
    }
  }

  end(): void {
    const { seq, hash } = this.#chain.last;
    if (this.#tail?.seq !== seq || this.#tail.hash !== hash)
      throw new StoreError('damaged', `the audit log does not end with entry ${this.#tail?.seq ?? 0}`);
  }

  async #key(row: ReadonlyMap<string, Value>): Promise<void> {
    const id = text(row, 'id');
    this.#keys.add(id);
    const wrapped = row.get('wrapped');
    if (!(wrapped instanceof Uint8Array)) throw new StoreError('damaged', `key ${id} is none`);
    if (row.get('destroyed_at') === null) await this.#service.unwrap(wrapped, aboutKey(id));
  }

  #entry(row: ReadonlyMap<string, Value>): void {
    const found = this.#chain.follow({
      seq: number(row, 'seq'),
      at: text(row, 'at'),
      actor: text(row, 'actor'),
      act: text(row, 'act'),
      subject: text(row, 'subject'),
      detail: parseJson(text(row, 'detail')) as Entry['detail'], // its hash says whether it is that
      hash: text(row, 'hash'),
    });
    if (found !== null)
      throw new StoreError('damaged', `entry ${found.seq} of the audit log ${found.problem}`);
  }

  #names(table: string, row: ReadonlyMap<string, Value>): void {
    if (!row.has('key_id') || this.#keys.has(text(row, 'key_id'))) return;
    throw new StoreError('damaged', `${table} names the key ${text(row, 'key_id')}, which is not there`);
  }
}

function text(row: ReadonlyMap<string, Value>, column: string): string {
  const value = row.get(column);
  if (typeof value === 'string') return value;
  throw new StoreError('damaged', `${column} holds no text`);
}

function number(row: ReadonlyMap<string, Value>, column: string): number {
  const value = row.get(column);
  if (typeof value === 'number') return value;
  throw new StoreError('damaged', `${column} holds no number`);
}
