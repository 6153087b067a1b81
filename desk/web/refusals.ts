/** Refused requests of whoever is known stand in the audit log: who, which act, which case; nothing of what was sent. */
import { type ActName, actorOf } from '../access/index.ts';
import type { Transaction } from '../store/index.ts';
import type { Credentials, DeskServer } from './options.ts';

/** So many of an hour have an entry each; after that every doubling of their number has one. */
const EACH = 10;

export interface Refused {
  readonly act: ActName;
  /** That was asked for, whether there is one or not; null for an act of none. */
  readonly caseId: string | null;
  readonly credentials: Credentials;
}

/** The same is done for a case that is not there and for one that is not theirs. */
export async function noteRefusal(desk: DeskServer, { act, caseId, credentials }: Refused): Promise<void> {
  const { cookies, bearer } = credentials;
  if (bearer === null && Object.keys(cookies).length === 0) return;
  await desk.store.transaction(async (tx) => {
    const [principal] = await desk.authenticate(tx, credentials);
    if (principal === undefined) return;
    const actor = actorOf(principal);
    const asked = caseId ?? (principal.kind === 'link' ? principal.caseId : null) ?? '';
    const found = await tx.db.selectFrom('cases').select('id').where('id', '=', asked).executeTakeFirst();
    const count = await counted(tx, actor);
    if (count > EACH && !Number.isInteger(Math.log2(count / EACH))) return;
    const subject = found === undefined ? '' : `case:${found.id}`;
    tx.record({ actor, act: 'refused', subject, detail: { act, count } });
  });
}

/** Which one of this hour it is. */
async function counted(tx: Transaction, actor: string): Promise<number> {
  const hour = tx.now.slice(0, 13);
  const row = await tx.db
    .insertInto('refusals')
    .values({ actor, hour, count: 1 })
    .onConflict((conflict) =>
      conflict.column('actor').doUpdateSet((eb) => ({
        hour,
        count: eb
          .case()
          .when('refusals.hour', '=', hour)
          .then(eb('refusals.count', '+', 1))
          .else(1)
          .end(),
      })),
    )
    .returning('count')
    .executeTakeFirstOrThrow();
  return row.count;
}
