import { encodeUtf8 } from 'cpansec/base';
import { newId, type Transaction, type Vault } from '../store/index.ts';
import { JobError } from './errors.ts';
import { MAX_PAYLOAD, type NewJob } from './job.ts';

const KIND = /^[a-z][a-z-]*(?:\.[a-z-]+)?$/;

/** Where a job's payload is sealed. */
export function placeOf(id: string): string {
  return `outbox.sealed/${id}`;
}

/**
 * Writes the job in the transaction of the act that wants it; its id. Throws `kind`, `too-large`, StoreError
 * `destroyed`.
 */
export async function enqueue(tx: Transaction, vault: Vault, job: NewJob): Promise<string> {
  if (!KIND.test(job.kind)) throw new JobError('kind', `${JSON.stringify(job.kind)} is no kind of job`);
  const payload = encodeUtf8(JSON.stringify(job.payload));
  if (payload.length > MAX_PAYLOAD) throw new JobError('too-large', `a payload of ${payload.length} bytes`);
  const id = newId();
  const sealed = await vault.sealBytes(tx, job.keyId, placeOf(id), payload);
  const row = {
    id,
    kind: job.kind,
    case_id: job.caseId,
    state: 'ready' as const,
    due_at: job.dueAt ?? tx.now,
    attempts: 0,
    key_id: job.keyId,
    sealed,
    created_at: tx.now,
  };
  await tx.db.insertInto('outbox').values(row).execute();
  return id;
}

/** Whether it was still to be done: what is under way or over cannot be cancelled. */
export async function cancel(tx: Transaction, id: string): Promise<boolean> {
  const row = await tx.db
    .updateTable('outbox')
    .set({ state: 'cancelled', problem: 'withdrawn', done_at: tx.now })
    .where('id', '=', id)
    .where('state', '=', 'ready')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}
