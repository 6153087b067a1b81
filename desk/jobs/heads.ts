import { type HeadPolicy, type HeadSigner, type Store, signHeadWhenDue } from '../store/index.ts';
import type { Chore } from './run.ts';

/** Looks every minute whether a head of the audit log is due. */
export function headChore(store: Store, signer: HeadSigner, policy: HeadPolicy = {}): Chore {
  return { name: 'ledger-head', every: 60_000, run: () => signHeadWhenDue(store, signer, policy) };
}
