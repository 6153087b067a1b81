/** Taking jobs: one row, one conditional update, so that two workers never have the same. */
import { newId, type Transaction } from '../store/index.ts';
import { auditOf } from './audit.ts';

/** A job that is ours until its lease is over. Only who names the lease may say how it ended. */
export interface Claim {
  readonly id: string;
  readonly kind: string;
  readonly caseId: string | null;
  readonly keyId: string;
  readonly sealed: Uint8Array;
  readonly attempts: number;
  readonly lease: string;
}

/** Of so many that are due one is taken at random, so that workers seldom want the same. */
const CANDIDATES = 16;

/** `leases` gives the kinds that are wanted, and for how many milliseconds each is taken. */
export async function claim(tx: Transaction, leases: ReadonlyMap<string, number>): Promise<Claim | null> {
  if (leases.size === 0) return null;
  const due = await tx.db
    .selectFrom('outbox')
    .select(['id', 'kind'])
    .where('state', '=', 'ready')
    .where('due_at', '<=', tx.now)
    .where('kind', 'in', [...leases.keys()])
    .orderBy('due_at')
    .limit(CANDIDATES)
    .execute();
  const start = Math.floor(Math.random() * due.length);
  for (const { id, kind } of [...due.slice(start), ...due.slice(0, start)]) {
    const taken = await take(tx, id, later(tx.now, leases.get(kind) ?? 0));
    if (taken !== null) return taken;
  }
  return null;
}

async function take(tx: Transaction, id: string, until: string): Promise<Claim | null> {
  const lease = newId();
  const row = await tx.db
    .updateTable('outbox')
    .set((eb) => ({ state: 'leased', lease, leased_until: until, attempts: eb('attempts', '+', 1) }))
    .where('id', '=', id)
    .where('state', '=', 'ready')
    .returning(['kind', 'case_id', 'key_id', 'sealed', 'attempts'])
    .executeTakeFirst();
  if (row === undefined) return null;
  const { kind, sealed, attempts } = row;
  return { id, kind, caseId: row.case_id, keyId: row.key_id, sealed, attempts, lease };
}

/** Writes that the effect may happen from now on. False when the claim is no longer ours. */
export async function begin(tx: Transaction, { id, lease }: Claim): Promise<boolean> {
  const row = await tx.db
    .updateTable('outbox')
    .set({ begun_at: tx.now })
    .where('id', '=', id)
    .where('lease', '=', lease)
    .where('state', '=', 'leased')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * What became of jobs whose worker is no more: those that had not begun go back, those that had are `uncertain`.
 * A worker that comes back late can still say how it ended, as long as nobody has decided. Gives how many there were.
 */
export async function reap(tx: Transaction): Promise<number> {
  const over = tx.db.updateTable('outbox').where('state', '=', 'leased').where('leased_until', '<=', tx.now);
  const begun = await over
    .set({ state: 'uncertain', problem: 'interrupted' })
    .where('begun_at', 'is not', null)
    .returning(['id', 'kind', 'case_id', 'attempts'])
    .execute();
  for (const { id, kind, case_id, attempts } of begun)
    tx.record(auditOf('desk', 'job.uncertain', { id, kind, caseId: case_id, attempts }));
  const back = await over
    .set({ state: 'ready', lease: null, leased_until: null })
    .where('begun_at', 'is', null)
    .returning('id')
    .execute();
  return begun.length + back.length;
}

/** An instant some milliseconds after another. */
export function later(instant: string, milliseconds: number): string {
  return new Date(Date.parse(instant) + milliseconds).toISOString();
}
