/** Whether it is a vulnerability: who says so, and whose word counts. */
import type { CaseFile, Entry } from '../casefile/index.ts';
import type { RmState, Vote } from '../disclosure/index.ts';
import type { Transaction } from '../store/index.ts';
import { field } from './case-of.ts';

/**
 * Members of the CNA by their votes, maintainers by what they make of it. A vote that was cast stands: also when
 * its voter sees the case no more, or is no member any more. That of somebody with an interest does not count.
 */
export async function votesOf(
  tx: Transaction,
  { id, state }: Pick<CaseFile, 'id' | 'state'>,
  entries: readonly Entry[],
): Promise<Vote[]> {
  const cast = entries.filter(({ kind }) => kind === 'vote');
  const voters = cast.map(({ actor }) => actor.replace(/^member:/, ''));
  const roles = await rolesOf(tx, voters);
  const interested = await interestedIn(tx, id);
  const votes = cast.flatMap(({ actor, body }, i): Vote[] => {
    const voter = voters[i] ?? '';
    // Older entries do not say as what somebody voted.
    if (!CNA.has(String(field(body, 'role') ?? roles.get(voter)))) return [];
    const conflict = interested.has(voter) ? 'declared an interest' : null;
    return [{ by: actor, role: 'member', says: field(body, 'vote') === 'yes' ? 'yes' : 'no', conflict }];
  });
  const said = state.participants.flatMap(({ id: by, roles: parts, rm }): Vote[] => {
    const says = parts.includes('maintainer') ? SAYS[rm] : undefined;
    return says === undefined ? [] : [{ by, role: 'maintainer', says, conflict: null }];
  });
  return [...votes, ...said];
}

/** A triager looks and says so; the verdict is the CNA's. */
const CNA: ReadonlySet<string> = new Set(['coordinator', 'cna']);

const SAYS: Readonly<Partial<Record<RmState, Vote['says']>>> = {
  INVALID: 'no',
  VALID: 'yes',
  ACCEPTED: 'yes',
  DEFERRED: 'yes',
};

/** By id. */
export async function rolesOf(tx: Transaction, members: readonly string[]): Promise<Map<string, string>> {
  if (members.length === 0) return new Map();
  const rows = tx.db
    .selectFrom('members')
    .select(['id', 'role'])
    .where('id', 'in', [...members]);
  return new Map((await rows.execute()).map(({ id, role }) => [id, role]));
}

async function interestedIn(tx: Transaction, caseId: string): Promise<Set<string>> {
  const rows = tx.db.selectFrom('case_members').select('member_id').where('case_id', '=', caseId);
  return new Set((await rows.where('part', '=', 'conflict').execute()).map(({ member_id }) => member_id));
}

/** The last word of each whose word counts. */
export function tally(votes: readonly Vote[]): { yes: number; no: number } {
  const last = [...new Map(votes.map((vote) => [vote.by, vote])).values()];
  const counted = last.filter(({ conflict }) => conflict === null);
  return {
    yes: counted.filter(({ says }) => says === 'yes').length,
    no: counted.filter(({ says }) => says === 'no').length,
  };
}
