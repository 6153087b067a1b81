/** Numbers of all cases need what rows from before do not have in clear. */
import { type Store, StoreError, type Transaction, type Vault } from '../store/index.ts';
import { readCase } from './case-file.ts';
import { timesOf } from './times.ts';

/** Cases that one look fills in. */
const MOST = 500;

/** Fills in what rows from before lack, some at a time; those whose key was destroyed stay without. */
export async function fillTimes({ vault, transaction }: Store): Promise<void> {
  const ids = await transaction(untimed);
  for (const id of ids) await transaction((tx) => fill(tx, vault, id));
}

async function untimed(tx: Transaction): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('cases')
    .innerJoin('keys', 'keys.id', 'cases.key_id')
    .select('cases.id')
    .where('extensions', 'is', null)
    .where('destroyed_at', 'is', null)
    .limit(MOST)
    .execute();
  return rows.map(({ id }) => id);
}

async function fill(tx: Transaction, vault: Vault, id: string): Promise<void> {
  try {
    const file = await readCase(tx, vault, id);
    if (file === null) return;
    const row = tx.db.updateTable('cases').set(timesOf(file)).where('id', '=', id);
    await row.where('revision', '=', file.revision).execute();
  } catch (error) {
    // Shredded meanwhile.
    if (!(error instanceof StoreError && error.code === 'destroyed')) throw error;
  }
}
