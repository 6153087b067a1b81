import assert from 'node:assert/strict';
import { nodeSha256 } from 'cpansec/io';
import { Verifier } from '../../desk/ledger/index.ts';
import { readLedger, type Store } from '../../desk/store/index.ts';

/** The chain of the audit log holds, and the entries of every case are numbered without a gap. */
export async function whole(store: Store): Promise<void> {
  const chain = new Verifier(nodeSha256);
  for await (const entry of readLedger(store)) assert.equal(chain.follow(entry), null);
  const rows = await store.transaction((tx) =>
    tx.db.selectFrom('entries').select(['case_id', 'number']).orderBy('case_id').orderBy('number').execute(),
  );
  const last = new Map<string, number>();
  for (const { case_id, number } of rows) {
    assert.equal(number, (last.get(case_id) ?? 0) + 1, `entries of ${case_id}`);
    last.set(case_id, number);
  }
}
