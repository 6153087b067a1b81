/**
 * Keys of cases and persons. What one seals can be read only where it was sealed, and by nobody once the key is
 * destroyed.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { decodeUtf8, encodeUtf8, type Json, parseJson } from 'cpansec/base';
import type { Transaction } from './database.ts';
import { StoreError } from './errors.ts';
import { newId } from './id.ts';
import { decrypt, encrypt, type KeyService } from './master-key.ts';

/** Unwrapped keys that are kept, by what they were unwrapped from. */
const MAX_KEPT = 2000;
const TOKENS = 'tokens';
/** The id of the key for what belongs to no case and no person. */
export const DESK_KEY = 'desk';

export class Vault {
  readonly #service: KeyService;
  readonly #kept = new Map<string, Uint8Array>();

  constructor(service: KeyService) {
    this.#service = service;
  }

  /** A new key; its id is random. */
  async create(tx: Transaction, kind: 'case' | 'person' | 'desk', id: string = newId()): Promise<string> {
    const key = randomBytes(32);
    const wrapped = await this.#service.wrap(key, aboutKey(id));
    const row = { id, kind, wrapped, created_at: tx.now };
    await tx.db.insertInto('keys').values(row).execute();
    return id;
  }

  /**
   * Everything that the key sealed is gone with it. Its id goes on the list beside the master key, so that it is
   * destroyed again in a database that is restored from a copy of before.
   */
  async destroy(tx: Transaction, id: string): Promise<void> {
    await erase(tx, [id]);
    // Not before: what is on the list is destroyed, even if this transaction never was.
    tx.afterCommit(() => this.#service.shred([id]));
  }

  /** `place` names the table, the column and the row. */
  async seal(tx: Transaction, id: string, place: string, value: Json): Promise<Uint8Array> {
    return this.sealBytes(tx, id, place, encodeUtf8(JSON.stringify(value)));
  }

  async sealBytes(tx: Transaction, id: string, place: string, bytes: Uint8Array): Promise<Uint8Array> {
    return encrypt(await this.#key(tx, id), bytes, aboutPlace(id, place));
  }

  /** Throws `destroyed`, `damaged`, `key`. */
  async open(tx: Transaction, id: string, place: string, sealed: Uint8Array): Promise<Json> {
    return parseJson(decodeUtf8(await this.openBytes(tx, id, place, sealed)));
  }

  async openBytes(tx: Transaction, id: string, place: string, sealed: Uint8Array): Promise<Uint8Array> {
    return decrypt(await this.#key(tx, id), sealed, aboutPlace(id, place));
  }

  /** What stands for a word in an index: without the desk's key nobody can tell which word it is. */
  async token(tx: Transaction, kind: string, word: string): Promise<string> {
    return tokenOf(await this.#key(tx, TOKENS), kind, word);
  }

  async tokens(tx: Transaction, kind: string, words: Iterable<string>): Promise<string[]> {
    const key = await this.#key(tx, TOKENS);
    return [...new Set(words)].map((word) => tokenOf(key, kind, word));
  }

  /** What a database needs when it is opened: keys of its own, and none that was destroyed elsewhere. */
  async prepare(tx: Transaction): Promise<void> {
    const listed = await this.#service.shredded();
    const destroyed = await tx.db
      .selectFrom('keys')
      .select('id')
      .where('destroyed_at', 'is not', null)
      .execute();
    const missing = destroyed.map(({ id }) => id).filter((id) => !listed.has(id));
    if (missing.length > 0) await this.#service.shred(missing);
    const again = await erase(tx, [...listed]);
    if (again > 0)
      tx.record({ actor: 'desk', act: 'keys.destroyed-again', subject: '', detail: { keys: again } });
    for (const id of [TOKENS, DESK_KEY]) {
      const there = await tx.db.selectFrom('keys').select('id').where('id', '=', id).executeTakeFirst();
      if (there === undefined) await this.create(tx, 'desk', id);
    }
  }

  /** The row is asked every time, so that a key which another process destroyed is not used from memory. */
  async #key(tx: Transaction, id: string): Promise<Uint8Array> {
    const row = await tx.db
      .selectFrom('keys')
      .select('wrapped')
      .where('id', '=', id)
      .where('destroyed_at', 'is', null)
      .executeTakeFirst();
    if (row === undefined) throw new StoreError('destroyed', `key ${id} is no more`);
    const name = Buffer.from(row.wrapped).toString('base64');
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    const key = await this.#service.unwrap(row.wrapped, aboutKey(id));
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(name, key);
    return key;
  }
}

/** Ids in one statement. */
const MANY = 500;

/** How many of the keys were still there. */
async function erase(tx: Transaction, ids: readonly string[]): Promise<number> {
  let erased = 0;
  for (let i = 0; i < ids.length; i += MANY) {
    const some = ids.slice(i, i + MANY);
    // What leads to a case goes with its key, also in a database that was restored.
    const cases = tx.db.selectFrom('cases').select('id').where('key_id', 'in', some);
    for (const table of ['words', 'case_members', 'links'] as const)
      await tx.db.deleteFrom(table).where('case_id', 'in', cases).execute();
    const rows = await tx.db
      .updateTable('keys')
      .set({ wrapped: new Uint8Array(0), destroyed_at: tx.now })
      .where('id', 'in', some)
      .where('destroyed_at', 'is', null)
      .returning('id')
      .execute();
    erased += rows.length;
  }
  return erased;
}

export function aboutKey(id: string): string {
  return `cpansec-desk key\n${id}`;
}

function aboutPlace(id: string, place: string): string {
  return `cpansec-desk sealed\n${id}\n${place}`;
}

/** 120 bits are enough that no two words meet. */
function tokenOf(key: Uint8Array, kind: string, word: string): string {
  return createHmac('sha256', key).update(`${kind}\n${word}`).digest('base64url').slice(0, 20);
}
