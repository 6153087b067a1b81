import { now } from 'cpansec/io';
import { type HeadPolicy, type HeadSigner, headBefore, type Store, signHeadWhenDue } from '../store/index.ts';
import type { Chore } from './run.ts';

/** Looks every minute whether a head of the audit log is due. */
export function headChore(store: Store, signer: HeadSigner, policy: HeadPolicy = {}): Chore {
  return { name: 'ledger-head', every: 60_000, run: () => signHeadWhenDue(store, signer, policy) };
}

/** A head of the audit log that is to be made known. */
export interface DailyHead {
  /** The signed note. */
  readonly note: string;
  /** The hour of the day at which it is made known, whenever it was signed: RFC 3339 UTC to the second. */
  readonly at: string;
}

/**
 * Makes the audit log's end known once a day, as it was at midnight UTC: at an hour that tells nothing of what is
 * done at the desk. `tell` may be told the same twice.
 */
export function headLogChore(store: Store, tell: (head: DailyHead) => Promise<void>): Chore {
  let told = '';
  return {
    name: 'log-head',
    every: 60_000,
    async run() {
      const day = now().toISOString().slice(0, 10);
      if (day === told) return;
      const note = await headBefore(store, `${day}T00:00:00.000Z`);
      if (note !== null) await tell({ note, at: `${day}T00:00:00Z` });
      told = day;
    },
  };
}
