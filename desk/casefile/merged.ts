/** Cases that were merged: where they go on. */
import type { Transaction, Vault } from '../store/index.ts';
import { type CaseFile, readCase } from './case-file.ts';

/** Most merges one after the other; each leads on to the last, so that there is one. */
const MOST_STEPS = 100;

/** Itself, where it was not merged. Throws StoreError `destroyed` where that case was shredded. */
export async function goesOnIn(tx: Transaction, vault: Vault, file: CaseFile): Promise<CaseFile> {
  let now = file;
  for (let step = 0; now.mergedInto !== null && step < MOST_STEPS; step++) {
    const next = await readCase(tx, vault, now.mergedInto);
    if (next === null) throw new RangeError('a case was merged into one that is not there');
    now = next;
  }
  return now;
}

/** Ids of the cases that go on in this one, in the order in which they came. */
export async function mergedCases(tx: Transaction, caseId: string): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('cases')
    .select('id')
    .where('merged_into', '=', caseId)
    .orderBy('opened_at')
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** What had been merged into the one goes on in the other. */
export async function leadOn(tx: Transaction, from: string, into: string): Promise<void> {
  await tx.db.updateTable('cases').set({ merged_into: into }).where('merged_into', '=', from).execute();
}
