/** CVE Services beside the pool: ids are reserved and rejected by jobs, and what may still be reserved is asked. */
import { object, type Shape, string, whole } from 'cpansec/base';
import { addToPool, knownInPool, rejectedInPool } from '../casefile/index.ts';
import { CveError, type CveServices, rejectReserved, reserveMore } from '../cve/index.ts';
import { type Chore, enqueue, type Handlers, handler, type Outcome } from '../jobs/index.ts';
import { DESK_KEY, type Store, type Transaction, type Vault } from '../store/index.ts';
import { WebError } from '../web/index.ts';

/** Kinds of the jobs. */
const RESERVE = 'cve.reserve';
const REJECT = 'cve.reject';
/** Name of the setting that keeps what may still be reserved. */
const LEFT = 'cve.left';
/** Milliseconds between two questions. */
const EVERY = 600_000;

export interface ServicesState {
  /** Ids that may still be reserved, and when that was so; null until it was asked. */
  readonly left: { readonly ids: number; readonly at: string } | null;
  /** Jobs that are under way, or to come. */
  readonly reserving: number;
  readonly rejecting: number;
  /** Jobs that wait for a decision. */
  readonly waiting: number;
}

const leftShape: Shape<{ ids: number; at: string }> = object({ ids: whole(), at: string });

export async function servicesState(tx: Transaction): Promise<ServicesState> {
  const row = await tx.db.selectFrom('settings').select('value').where('name', '=', LEFT).executeTakeFirst();
  return {
    left: row === undefined ? null : leftShape(JSON.parse(row.value)),
    reserving: await jobs(tx, [RESERVE], ['ready', 'leased']),
    rejecting: await jobs(tx, [REJECT], ['ready', 'leased']),
    waiting: await jobs(tx, [RESERVE, REJECT], ['failed', 'uncertain']),
  };
}

async function jobs(
  tx: Transaction,
  kinds: readonly string[],
  states: readonly ('ready' | 'leased' | 'failed' | 'uncertain')[],
): Promise<number> {
  const { count } = await tx.db
    .selectFrom('outbox')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('kind', 'in', [...kinds])
    .where('state', 'in', [...states])
    .executeTakeFirstOrThrow();
  return Number(count);
}

export interface WantedIds {
  readonly year: number;
  readonly amount: number;
}

/** One at a time: ids whose answer was lost are found by their instant. Throws `refused`. */
export async function wantIds(tx: Transaction, vault: Vault, { year, amount }: WantedIds): Promise<void> {
  if ((await jobs(tx, [RESERVE], ['ready', 'leased'])) > 0)
    throw new WebError('refused', 'Ids are being reserved already.');
  const payload = { year, amount, at: tx.now };
  await enqueue(tx, vault, { kind: RESERVE, caseId: null, keyId: DESK_KEY, payload });
}

/** Throws `refused` for one that was not given up. */
export async function wantRejected(tx: Transaction, vault: Vault, cve: string): Promise<void> {
  if ((await knownInPool(tx, [cve])).get(cve) !== 'retired')
    throw new WebError('refused', 'No such id was given up.');
  await enqueue(tx, vault, { kind: REJECT, caseId: null, keyId: DESK_KEY, payload: { cve } });
}

const wanted = object({ year: whole(), amount: whole(1), at: string });
const given = object({ cve: string });

/** Both can be done again: they look before they ask. */
export function cveHandlers(store: Store, services: CveServices): Handlers {
  return {
    [RESERVE]: handler({ payload: wanted, run: (ids) => outcomeOf(() => reserved(store, services, ids)) }),
    [REJECT]: handler({
      payload: given,
      run: ({ cve }) =>
        outcomeOf(async () => {
          await rejectReserved(services, cve);
          return async (tx) => void (await rejectedInPool(tx, cve));
        }),
    }),
  };
}

type Also = (tx: Transaction) => Promise<void>;

async function reserved(
  store: Store,
  services: CveServices,
  { at, ...asked }: WantedIds & { readonly at: string },
): Promise<Also> {
  const known = (cves: readonly string[]): Promise<ReadonlySet<string>> =>
    store.transaction(async (tx) => new Set((await knownInPool(tx, cves)).keys()));
  const { cves, left } = await reserveMore(services, { ...asked, begun: at, known });
  return async (tx) => {
    await addToPool(tx, cves);
    if (left !== null) await keepLeft(tx, left);
  };
}

async function outcomeOf(work: () => Promise<Also>): Promise<Outcome> {
  try {
    return { state: 'done', also: await work() };
  } catch (error) {
    if (!(error instanceof CveError)) throw error;
    const { code: problem, passing } = error;
    if (problem === 'unclear') return { state: 'uncertain', problem };
    return { state: passing ? 'retry' : 'failed', problem };
  }
}

/** What the page says of what may still be reserved. */
export function cveChore(store: Store, services: CveServices): Chore {
  const run = async (): Promise<void> => {
    const { available } = await services.quota();
    await store.transaction((tx) => keepLeft(tx, available));
  };
  return { name: 'cve', every: EVERY, run };
}

async function keepLeft(tx: Transaction, ids: number): Promise<void> {
  const value = JSON.stringify({ ids, at: tx.now });
  await tx.db
    .insertInto('settings')
    .values({ name: LEFT, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
