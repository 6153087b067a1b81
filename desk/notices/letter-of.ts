/** The letter that something refers to. */
import { readJob } from '../jobs/index.ts';
import { ID, type OutboxState, StoreError, type Transaction, type Vault } from '../store/index.ts';
import { type Payload, payloadShape, SEND } from './enqueue-letter.ts';

export interface WrittenLetter {
  readonly caseId: string | null;
  readonly state: OutboxState;
  /** Null once the person was erased. */
  readonly payload: Payload | null;
}

/** The letter of a job, by its id, which is the token of its addresses; null where none is. */
export async function letterOf(tx: Transaction, vault: Vault, id: string): Promise<WrittenLetter | null> {
  if (!ID.test(id)) return null;
  try {
    const job = await readJob(tx, vault, id);
    return job?.kind === SEND ? { ...job, payload: payloadShape(job.payload) } : null;
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'destroyed')) throw error;
    const row = await tx.db
      .selectFrom('outbox')
      .select(['kind', 'case_id', 'state'])
      .where('id', '=', id)
      .executeTakeFirst();
    return row?.kind === SEND ? { caseId: row.case_id, state: row.state, payload: null } : null;
  }
}
