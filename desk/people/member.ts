/** Members: persons with a role and a state. */
import type { Role } from '../access/index.ts';
import type { Schema, Transaction, Vault } from '../store/index.ts';
import { notFound, WebError } from '../web/index.ts';
import { endLinks } from './link.ts';
import { readPerson } from './person.ts';

export type MemberState = Schema['members']['state'];

export const ROLES: readonly Role[] = ['coordinator', 'cna', 'triager', 'auditor'];

export interface Member {
  readonly id: string;
  readonly person: string;
  readonly role: Role;
  readonly state: MemberState;
  /** When they were invited. */
  readonly since: string;
}

export interface NamedMember extends Member {
  readonly name: string;
  readonly address: string | null;
  readonly passkeys: number;
}

/** What somebody is called who was erased. */
const ERASED = 'Somebody who was erased';

/** Whoever is decided to become what: nothing else is possible. */
const NEXT: Readonly<Record<MemberState, readonly MemberState[]>> = {
  invited: ['left'],
  active: ['suspended', 'left'],
  suspended: ['active', 'left'],
  left: [],
};

export function nextStates(state: MemberState): readonly MemberState[] {
  return NEXT[state];
}

export interface NewMember {
  readonly id: string;
  readonly person: string;
  readonly role: Role;
  readonly state: 'invited' | 'active';
}

export async function addMember(tx: Transaction, { id, person, role, state }: NewMember): Promise<void> {
  const row = { id, person_id: person, role, state, created_at: tx.now, revision: 1 };
  await tx.db.insertInto('members').values(row).execute();
  if (state === 'active') await adoptCases(tx, id, role);
}

/** Reports that came in while the desk had nobody are theirs: no case is without somebody. */
async function adoptCases(tx: Transaction, member: string, role: Role): Promise<void> {
  if (role === 'auditor') return;
  const lonely = await tx.db
    .selectFrom('cases')
    .innerJoin('keys', 'keys.id', 'cases.key_id')
    .select('cases.id')
    // Nobody belongs to a case that was destroyed.
    .where('keys.destroyed_at', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('case_members').select('case_id').whereRef('case_id', '=', 'cases.id'))),
    )
    .execute();
  for (const { id } of lonely)
    await tx.db
      .insertInto('case_members')
      .values({ case_id: id, member_id: member, part: 'member', since: tx.now })
      .execute();
}

/** Somebody who was invited becomes active. Throws `not-found`. */
export async function admitMember(tx: Transaction, id: string): Promise<void> {
  const { state, role } = await holdMember(tx, id);
  if (state !== 'invited') throw notFound();
  await tx.db.updateTable('members').set({ state: 'active' }).where('id', '=', id).execute();
  await adoptCases(tx, id, role);
}

/** Throws `not-found`. */
export async function memberOf(tx: Transaction, id: string): Promise<Member> {
  const row = await tx.db.selectFrom('members').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw notFound();
  return { id, person: row.person_id, role: row.role, state: row.state, since: row.created_at };
}

/** Throws `not-found`. */
export async function namedMember(tx: Transaction, vault: Vault, id: string): Promise<NamedMember> {
  const member = await memberOf(tx, id);
  const person = await readPerson(tx, vault, member.person);
  return {
    ...member,
    name: person?.name ?? ERASED,
    address: person?.address ?? null,
    passkeys: await passkeysOf(tx, id),
  };
}

/** In the order in which they came; those who left stand last. */
export async function listMembers(tx: Transaction, vault: Vault): Promise<NamedMember[]> {
  const rows = await tx.db.selectFrom('members').select('id').orderBy('created_at').orderBy('id').execute();
  const members: NamedMember[] = [];
  for (const { id } of rows) members.push(await namedMember(tx, vault, id));
  return members.sort((a, b) => Number(a.state === 'left') - Number(b.state === 'left'));
}

export async function passkeysOf(tx: Transaction, member: string): Promise<number> {
  const { count } = await tx.db
    .selectFrom('credentials')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('member_id', '=', member)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Holds a member until the transaction ends, so that two requests do not decide on the same state of them. */
export async function holdMember(tx: Transaction, id: string): Promise<Member> {
  await tx.db
    .updateTable('members')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('id', '=', id)
    .execute();
  return memberOf(tx, id);
}

/** Ids; held until the transaction ends. */
async function holdCoordinators(tx: Transaction): Promise<string[]> {
  const rows = await tx.db
    .updateTable('members')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('role', '=', 'coordinator')
    .where('state', '=', 'active')
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Throws `refused` when nobody else could coordinate. */
function keepCoordinator(coordinators: readonly string[], id: string): void {
  if (coordinators.length === 1 && coordinators[0] === id)
    throw new WebError('refused', 'The desk needs an active coordinator, and there is no other one.');
}

export async function changeRole(tx: Transaction, id: string, role: Role): Promise<void> {
  const coordinators = await holdCoordinators(tx);
  const { state } = await memberOf(tx, id);
  if (state === 'left') throw new WebError('refused', 'They left: invite them again.');
  if (role !== 'coordinator') keepCoordinator(coordinators, id);
  await tx.db.updateTable('members').set({ role }).where('id', '=', id).execute();
}

/** Suspended and left members lose everything at once; a suspended one keeps the passkeys for later. */
export async function changeState(tx: Transaction, id: string, wanted: MemberState): Promise<void> {
  const coordinators = await holdCoordinators(tx);
  const { state } = await holdMember(tx, id);
  if (!NEXT[state].includes(wanted))
    throw new WebError('refused', `Somebody who is ${state} cannot become ${wanted}.`);
  if (wanted !== 'active') {
    keepCoordinator(coordinators, id);
    await endAccess(tx, id);
  }
  if (wanted === 'left') await tx.db.deleteFrom('credentials').where('member_id', '=', id).execute();
  await tx.db.updateTable('members').set({ state: wanted }).where('id', '=', id).execute();
}

/** Every way in that a member has but their passkeys. */
export async function endAccess(tx: Transaction, id: string): Promise<void> {
  await endSessions(tx, id);
  await tx.db.deleteFrom('api_tokens').where('member_id', '=', id).execute();
  await tx.db.deleteFrom('challenges').where('member_id', '=', id).execute();
  await tx.db.deleteFrom('recoveries').where('member_id', '=', id).execute();
  await endLinks(tx, ['invitation', 'recovery', 'calendar'], id);
}

/** All, or all but one. Tells how many there were. */
export async function endSessions(tx: Transaction, member: string, but = ''): Promise<number> {
  const sessions = tx.db.deleteFrom('sessions').where('member_id', '=', member).where('id', '<>', but);
  const ended = await sessions.returning('id').execute();
  return ended.length;
}
