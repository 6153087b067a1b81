import type { Json } from 'cpansec/base';
import type { OutboxState, Transaction, Vault } from '../store/index.ts';
import { placeOf } from './enqueue.ts';

export interface ReadJob {
  readonly kind: string;
  readonly caseId: string | null;
  readonly state: OutboxState;
  readonly payload: Json;
}

/** A job with what it is about; null where none is. Throws StoreError `destroyed`, `damaged`. */
export async function readJob(tx: Transaction, vault: Vault, id: string): Promise<ReadJob | null> {
  const row = await tx.db
    .selectFrom('outbox')
    .select(['kind', 'case_id', 'state', 'key_id', 'sealed'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return null;
  const payload = await vault.open(tx, row.key_id, placeOf(id), row.sealed);
  return { kind: row.kind, caseId: row.case_id, state: row.state, payload };
}
