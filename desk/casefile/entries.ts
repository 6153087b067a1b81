/** The timeline of a case: what was said and done, for whom to see. Entries are never changed. */
import type { Json } from 'cpansec/base';
import { newId, type Transaction, type Vault } from '../store/index.ts';
import type { Audience } from './audience.ts';
import type { CaseFile } from './case-file.ts';

export const ENTRY_KINDS = [
  'report',
  'message',
  'act',
  'attempt',
  'task',
  'task-done',
  'vote',
  'mail-in',
  'mail-out',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export interface NewEntry {
  readonly kind: EntryKind;
  /** `member:ID`, `participant:ID`, `reporter:ID`, `desk`; `mail` for a mail of nobody knows whom. */
  readonly actor: string;
  readonly audience: Audience;
  /** What it says; `text` is Markdown. */
  readonly body: Json;
  /** When it was said, for what was said elsewhere before; default now. RFC 3339 UTC to the second. */
  readonly at?: string;
}

export interface Entry extends Omit<NewEntry, 'at'> {
  readonly id: string;
  /** From 1, in the case. */
  readonly number: number;
  readonly at: string;
}

type Of = Pick<CaseFile, 'id' | 'keyId'>;

export async function addEntry(tx: Transaction, vault: Vault, file: Of, entry: NewEntry): Promise<Entry> {
  const id = newId();
  const sealed = await vault.seal(tx, file.keyId, place(id), entry.body);
  // The update holds the case until the transaction ends, so that numbers have no gap and no twin.
  await tx.db.updateTable('cases').set({ changed_at: tx.now }).where('id', '=', file.id).execute();
  const last = await tx.db
    .selectFrom('entries')
    .select((eb) => eb.fn.max('number').as('number'))
    .where('case_id', '=', file.id)
    .executeTakeFirst();
  const number = Number(last?.number ?? 0) + 1;
  const { kind, actor, audience } = entry;
  const at = entry.at?.replace('Z', '.000Z') ?? tx.now;
  const row = { id, case_id: file.id, number, at, kind, actor, audience, sealed };
  await tx.db.insertInto('entries').values(row).execute();
  return { ...entry, id, number, at };
}

/** In the order in which they came; those of these audiences, else all. */
export async function entriesOf(
  tx: Transaction,
  vault: Vault,
  file: Of,
  audiences?: readonly Audience[],
): Promise<Entry[]> {
  if (audiences?.length === 0) return [];
  let query = tx.db.selectFrom('entries').selectAll().where('case_id', '=', file.id);
  if (audiences !== undefined) query = query.where('audience', 'in', [...audiences]);
  const rows = await query.orderBy('number').execute();
  return Promise.all(
    rows.map(async ({ id, number, at, kind, actor, audience, sealed }) => ({
      id,
      number,
      at,
      kind: kind as EntryKind, // `addEntry` writes no other
      actor,
      audience,
      body: await vault.open(tx, file.keyId, place(id), sealed),
    })),
  );
}

function place(id: string): string {
  return `entries.sealed/${id}`;
}
