/** Who is who on a case: names of members and participants, by the ids that entries carry. */
import type { Role } from '../access/index.ts';
import { mergedCases } from '../casefile/index.ts';
import { readPerson } from '../people/index.ts';
import type { Transaction, Vault } from '../store/index.ts';

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** `erased` for whoever's key is gone. */
export async function nameOf(tx: Transaction, vault: Vault, person: string): Promise<string> {
  const found = await readPerson(tx, vault, person);
  if (found === null) return 'erased';
  return found.name === '' ? 'unnamed' : found.name;
}

/** Of the members with these ids, by id. */
export async function memberNames(
  tx: Transaction,
  vault: Vault,
  ids: Iterable<string>,
): Promise<Map<string, string>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('members')
    .select(['id', 'person_id'])
    .where('id', 'in', wanted)
    .execute();
  const named = rows.map(async ({ id, person_id }) => [id, await nameOf(tx, vault, person_id)] as const);
  return new Map(await Promise.all(named));
}

export interface CasePerson extends Named {
  readonly role: string;
  readonly party: string;
  readonly agreement: string | null;
  readonly agreedAt: string | null;
}

/** Participants of the case and of those that go on in it, in the order in which they came; whose names may be shown is the reader's question. */
export async function casePeople(tx: Transaction, vault: Vault, caseId: string): Promise<CasePerson[]> {
  const rows = await tx.db
    .selectFrom('participants')
    .selectAll()
    .where('case_id', 'in', [caseId, ...(await mergedCases(tx, caseId))])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return Promise.all(
    rows.map(async ({ id, person_id, role, party, agreement, agreed_at }) => ({
      id,
      name: await nameOf(tx, vault, person_id),
      role,
      party,
      agreement,
      agreedAt: agreed_at,
    })),
  );
}

export interface Addressed {
  readonly address: string;
  /** When they came by their link and agreed; null as long as they have not. */
  readonly agreedAt: string | null;
}

/** Where the letters to its maintainers go, by id of the participant. */
export async function maintainerAddresses(
  tx: Transaction,
  vault: Vault,
  caseId: string,
): Promise<Map<string, Addressed>> {
  const rows = await tx.db
    .selectFrom('participants')
    .select(['id', 'person_id', 'agreed_at'])
    .where('case_id', '=', caseId)
    .where('role', '=', 'maintainer')
    .execute();
  const people = rows.map(async ({ id, person_id, agreed_at: agreedAt }) => {
    const person = await readPerson(tx, vault, person_id);
    return person?.address == null ? [] : [[id, { address: person.address, agreedAt }] as const];
  });
  return new Map((await Promise.all(people)).flat());
}

export interface CaseMember extends Named {
  readonly part: 'member' | 'conflict';
  readonly role: Role;
}

/** Everybody who belongs to the case, those with a declared interest as well. */
export async function caseMembers(tx: Transaction, vault: Vault, caseId: string): Promise<CaseMember[]> {
  const rows = await tx.db
    .selectFrom('case_members')
    .innerJoin('members', 'members.id', 'member_id')
    .select(['member_id', 'part', 'role'])
    .where('case_id', '=', caseId)
    .orderBy('since')
    .orderBy('member_id')
    .execute();
  const names = await memberNames(
    tx,
    vault,
    rows.map(({ member_id }) => member_id),
  );
  return rows.map(({ member_id, part, role }) => ({
    id: member_id,
    role,
    name: names.get(member_id) ?? 'unknown',
    part,
  }));
}
