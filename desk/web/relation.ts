/** What somebody has to do with a case. The same questions are asked whether the case exists or not. */
import type { Principal, Relation } from '../access/index.ts';
import type { Transaction } from '../store/index.ts';

export async function relationTo(tx: Transaction, principal: Principal, caseId: string): Promise<Relation> {
  if (principal.kind === 'anonymous') return 'none';
  if (principal.kind === 'member') return memberRelation(tx, principal.id, caseId);
  if (principal.caseId !== caseId) return 'none';
  if (principal.link === 'reporter') return 'reporter';
  return principal.link === 'participant' ? participantRelation(tx, principal.subject) : 'none';
}

export async function memberRelation(tx: Transaction, member: string, caseId: string): Promise<Relation> {
  const row = await tx.db
    .selectFrom('case_members')
    .select('part')
    .where('case_id', '=', caseId)
    .where('member_id', '=', member)
    .executeTakeFirst();
  return row?.part ?? 'none';
}

/** Those of the cases that the member is of. */
export async function ownCases(
  tx: Transaction,
  member: string,
  among: readonly string[],
): Promise<ReadonlySet<string>> {
  if (among.length === 0) return new Set();
  const rows = await tx.db
    .selectFrom('case_members')
    .select('case_id')
    .where('member_id', '=', member)
    .where('part', '=', 'member')
    .where('case_id', 'in', [...among])
    .execute();
  return new Set(rows.map(({ case_id }) => case_id));
}

async function participantRelation(tx: Transaction, participant: string): Promise<Relation> {
  const row = await tx.db
    .selectFrom('participants')
    .select('agreed_at')
    .where('id', '=', participant)
    .executeTakeFirst();
  if (row === undefined) return 'none';
  return row.agreed_at === null ? 'invited' : 'participant';
}
