/** How a new desk gets its first member, and never a second time. */
import { endLinks, LINK_TIMES, type LinkTimes, linkPath, makeLink } from '../people/index.ts';
import { newId, type Store, type Transaction } from '../store/index.ts';

const FIRST = 'first-member';

/**
 * The path of a link by which the first coordinator comes, in place of any that was made before; null once there
 * is one. To be printed to whoever runs the desk, and nowhere else.
 */
export async function bootstrapLink(store: Store, times: LinkTimes = LINK_TIMES): Promise<string | null> {
  return store.transaction(async (tx) => {
    if (await hasFirst(tx)) return null;
    await endLinks(tx, ['bootstrap']);
    const secret = await makeLink(tx, { kind: 'bootstrap', subject: newId(), seconds: times.bootstrap });
    tx.record({ actor: 'desk', act: 'bootstrap.link', subject: '', detail: {} });
    return linkPath(secret);
  });
}

async function hasFirst(tx: Transaction): Promise<boolean> {
  const row = await tx.db.selectFrom('settings').select('name').where('name', '=', FIRST).executeTakeFirst();
  return row !== undefined;
}

/** False when somebody was first; of two at the same time one waits here for the other. */
export async function claimFirst(tx: Transaction, member: string): Promise<boolean> {
  const claimed = await tx.db
    .insertInto('settings')
    .values({ name: FIRST, value: JSON.stringify(member) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('name')
    .execute();
  return claimed.length > 0;
}
