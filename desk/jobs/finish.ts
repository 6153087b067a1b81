import type { OutboxState, Store, Transaction } from '../store/index.ts';
import { auditOf } from './audit.ts';
import { delayAfter } from './back-off.ts';
import { type Claim, later } from './claim.ts';
import type { Handler, Outcome } from './job.ts';

/** How a claim ended, its own part included. */
export type Ending = Outcome | { readonly state: 'cancelled'; readonly problem: string };

interface Next {
  readonly state: OutboxState;
  readonly problem: string | null;
  readonly due_at?: string;
  readonly done_at: string | null;
}

/** False when the claim is no longer ours: then somebody else's word counts. */
export async function finish(store: Store, claim: Claim, handler: Handler, ending: Ending): Promise<boolean> {
  return store.transaction(async (tx) => {
    const next = nextOf(tx, claim, handler, ending);
    const over = next.state === 'ready' ? { lease: null, begun_at: null } : {};
    const row = await tx.db
      .updateTable('outbox')
      .set({ ...next, ...over, leased_until: null })
      .where('id', '=', claim.id)
      .where('lease', '=', claim.lease)
      .where('state', 'in', ['leased', 'uncertain'])
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) return false;
    if (ending.state === 'done') await ending.also?.(tx);
    if (next.state !== 'ready') tx.record(auditOf('desk', `job.${next.state}`, claim, problemOf(next)));
    return true;
  });
}

function nextOf(tx: Transaction, { id, attempts }: Claim, handler: Handler, ending: Ending): Next {
  if (ending.state === 'done') return { state: 'done', problem: null, done_at: tx.now };
  const problem = closed(ending.problem);
  if (ending.state === 'uncertain') return { state: 'uncertain', problem, done_at: null };
  if (ending.state === 'retry' && attempts < handler.tries) {
    const due = later(tx.now, delayAfter(attempts, id, handler.backOff));
    return { state: 'ready', problem, due_at: due, done_at: null };
  }
  return { state: ending.state === 'cancelled' ? 'cancelled' : 'failed', problem, done_at: tx.now };
}

function problemOf({ problem }: Next): { problem: string } | Record<string, never> {
  return problem === null ? {} : { problem };
}

/** What is no word may be what another side said, and is not kept. */
function closed(problem: string): string {
  return /^[a-z][a-z0-9-]{0,39}$/.test(problem) ? problem : 'unnamed';
}
