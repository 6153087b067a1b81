/** One job from its claim to its end. */
import { type Json, ShapeError } from 'cpansec/base';
import { type Store, StoreError } from '../store/index.ts';
import { begin, type Claim, claim } from './claim.ts';
import { placeOf } from './enqueue.ts';
import { type Ending, finish } from './finish.ts';
import type { Handler, Handlers, Job, Outcome } from './job.ts';

export interface Work {
  readonly store: Store;
  readonly handlers: Handlers;
  /** Told of what a handler threw, for the log. */
  readonly onError: (error: unknown, kind: string) => void;
}

type Run = (job: Job) => Promise<Outcome>;

/** Does one job that is due; false when there is none. Throws StoreError when the database fails. */
export async function workOne(work: Work): Promise<boolean> {
  const { store, handlers } = work;
  const leases = new Map(Object.entries(handlers).map(([kind, { lease }]) => [kind, lease]));
  // 1. Take it.
  const claimed = await store.transaction((tx) => claim(tx, leases));
  const handler = handlers[claimed?.kind ?? ''];
  if (claimed === null || handler === undefined) return false;
  // 2. Read what is to be done.
  const prepared = await prepare(store, claimed, handler);
  if (typeof prepared !== 'function') {
    await finish(store, claimed, handler, prepared);
    return true;
  }
  // 3. What must not happen twice is begun for all to see.
  if (handler.once && !(await store.transaction((tx) => begin(tx, claimed)))) return true;
  // 4. Do it, and 5. write how it ended.
  await finish(store, claimed, handler, await ended(prepared, claimed, handler, work));
  return true;
}

async function prepare(store: Store, claimed: Claim, handler: Handler): Promise<Run | Ending> {
  // Its process ended each time before it could say anything.
  if (claimed.attempts > handler.tries) return { state: 'failed', problem: 'interrupted' };
  try {
    return handler.prepare(await payloadOf(store, claimed));
  } catch (error) {
    if (error instanceof ShapeError) return { state: 'failed', problem: 'payload' };
    if (!(error instanceof StoreError)) throw error;
    if (error.code === 'destroyed') return { state: 'cancelled', problem: 'key-destroyed' };
    if (error.code === 'damaged') return { state: 'failed', problem: 'damaged' };
    throw error;
  }
}

function payloadOf(store: Store, { id, keyId, sealed }: Claim): Promise<Json> {
  return store.transaction((tx) => store.vault.open(tx, keyId, placeOf(id), sealed));
}

async function ended(run: Run, claimed: Claim, handler: Handler, { onError }: Work): Promise<Outcome> {
  const { id, kind, caseId, attempts } = claimed;
  const signal = AbortSignal.timeout(handler.lease);
  try {
    return await run({ id, kind, caseId, attempt: attempts, signal });
  } catch (error) {
    onError(error, kind);
    return { state: handler.once ? 'uncertain' : 'retry', problem: 'internal' };
  }
}
