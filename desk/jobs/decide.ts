import type { OutboxState, Transaction } from '../store/index.ts';
import { auditOf } from './audit.ts';
import { JobError } from './errors.ts';

/** `done`: it happened, or nobody wants it any more. `again`: it did not, and shall. */
export type JobDecision = 'done' | 'again';

/** What a person decides of a job that is `uncertain` or `failed`. Throws `not-waiting`. */
export async function decide(
  tx: Transaction,
  id: string,
  decision: JobDecision,
  actor: string,
): Promise<void> {
  const fresh = { lease: null, leased_until: null, begun_at: null, problem: null };
  const next =
    decision === 'done'
      ? ({ state: 'done', done_at: tx.now } as const)
      : ({ state: 'ready', due_at: tx.now, attempts: 0, done_at: null } as const);
  const row = await tx.db
    .updateTable('outbox')
    .set({ ...fresh, ...next })
    .where('id', '=', id)
    .where('state', 'in', ['uncertain', 'failed'])
    .returning(['kind', 'case_id', 'attempts'])
    .executeTakeFirst();
  if (row === undefined) throw new JobError('not-waiting', `job ${id} does not wait for a decision`);
  const { kind, case_id: caseId, attempts } = row;
  tx.record(auditOf(actor, 'job.decided', { id, kind, caseId, attempts }, { decision }));
}

/** What the page of the outbox shows: nothing of the payload. */
export interface JobLine {
  readonly id: string;
  readonly kind: string;
  readonly caseId: string | null;
  readonly state: OutboxState;
  readonly attempts: number;
  readonly problem: string | null;
  readonly dueAt: string;
}

/** Jobs that wait for a person, the longest first; at most `limit`. */
export async function waitingJobs(tx: Transaction, limit: number): Promise<JobLine[]> {
  const rows = await tx.db
    .selectFrom('outbox')
    .select(['id', 'kind', 'case_id', 'state', 'attempts', 'problem', 'due_at'])
    .where('state', 'in', ['uncertain', 'failed'])
    .orderBy('due_at')
    .limit(limit)
    .execute();
  return rows.map(({ case_id: caseId, due_at: dueAt, ...row }) => ({ ...row, caseId, dueAt }));
}

/** How many jobs are in each state. */
export async function countJobs(tx: Transaction): Promise<Record<OutboxState, number>> {
  const rows = await tx.db
    .selectFrom('outbox')
    .select((eb) => ['state', eb.fn.countAll<number>().as('jobs')])
    .groupBy('state')
    .execute();
  const none = { ready: 0, leased: 0, done: 0, failed: 0, uncertain: 0, cancelled: 0 };
  return { ...none, ...Object.fromEntries(rows.map(({ state, jobs }) => [state, Number(jobs)])) };
}
