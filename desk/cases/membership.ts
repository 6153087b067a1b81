/** Which members a case has: interests declared, cases kept small, and the glass that can be broken. */
import { alertMembers, changeCase } from '../casefile/index.ts';
import type { Transaction } from '../store/index.ts';
import { WebError } from '../web/index.ts';
import { actorOf, type By, told } from './by.ts';
import { caseOf } from './case-of.ts';

/** A member with an interest sees the case no more, until somebody else of the case asks them back. */
export async function declareConflict(by: By, why: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  await told(by, file, 'declared an interest', { why });
  await put(by, by.member, 'conflict');
  await mustStay(by);
}

export async function addMember(by: By, member: string): Promise<void> {
  const row = await by.tx.db
    .selectFrom('members')
    .select(['role', 'state'])
    .where('id', '=', member)
    .executeTakeFirst();
  if (row?.state !== 'active' || row.role === 'auditor')
    throw new WebError('refused', 'No active member of the team.');
  await put(by, member, 'member');
  const alert = { about: 'brought-in', members: [member] } as const;
  await alertMembers(by.tx, by.vault, await caseOf(by.tx, by.vault, by.caseId), alert, actorOf(by));
}

/** Only these see it from now on. */
export async function restrictTo(by: By, members: readonly string[]): Promise<void> {
  const keep = [...new Set([...members, by.member])];
  // First: it holds the case, so that nobody leaves it meanwhile.
  await changeCase(by.tx, by.vault, await caseOf(by.tx, by.vault, by.caseId), { restricted: true });
  await by.tx.db
    .deleteFrom('case_members')
    .where('case_id', '=', by.caseId)
    .where('part', '=', 'member')
    .where('member_id', 'not in', keep)
    .execute();
  await mustStay(by);
}

/** A coordinator comes in without being asked; everybody of the case reads why. */
export async function breakGlass(by: By, why: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  await put(by, by.member, 'member');
  await told(by, file, 'broke the glass', { why });
  const alert = { about: 'glass-broken', members: null } as const;
  await alertMembers(by.tx, by.vault, file, alert, actorOf(by));
}

/** What is new from now on is told anew. */
export async function looked(
  tx: Transaction,
  { caseId, member }: Pick<By, 'caseId' | 'member'>,
): Promise<void> {
  await tx.db
    .updateTable('case_members')
    .set({ seen_at: tx.now })
    .where('case_id', '=', caseId)
    .where('member_id', '=', member)
    .execute();
}

async function put({ tx, caseId }: By, member: string, part: 'member' | 'conflict'): Promise<void> {
  await tx.db
    .insertInto('case_members')
    .values({ case_id: caseId, member_id: member, part, since: tx.now })
    .onConflict((conflict) => conflict.columns(['case_id', 'member_id']).doUpdateSet({ part, since: tx.now }))
    .execute();
}

async function mustStay({ tx, caseId }: By): Promise<void> {
  const left = await tx.db
    .selectFrom('case_members')
    .select('member_id')
    .where('case_id', '=', caseId)
    .where('part', '=', 'member')
    .execute();
  if (left.length === 0)
    throw new WebError('refused', 'Somebody has to stay with the case: ask another member in first.');
}
