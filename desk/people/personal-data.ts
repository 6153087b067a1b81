/** What the desk holds about one person, to give and to destroy. */
import type { Json } from 'cpansec/base';
import type { Transaction, Vault } from '../store/index.ts';
import { WebError } from '../web/index.ts';
import { memberOf } from './member.ts';
import { openFor, placeOf, readPerson } from './person.ts';
import { signedBy } from './signatories.ts';

/** Everything about a person but what others wrote in cases: those say where. Throws `not-found`. */
export async function exportPerson(tx: Transaction, vault: Vault, id: string): Promise<Json> {
  const person = await readPerson(tx, vault, id);
  if (person === null) throw new WebError('not-found', 'There is no such person, or they were erased.');
  const members = await membersOf(tx, id);
  const memberships: Json[] = [];
  for (const member of members) memberships.push(await membership(tx, vault, id, member));
  const participations = await tx.db
    .selectFrom('participants')
    .select(['id', 'case_id', 'role', 'agreement', 'agreed_at', 'created_at'])
    .where('person_id', '=', id)
    .execute();
  const reports = await tx.db
    .selectFrom('reports')
    .select(['id', 'case_id', 'channel', 'received_at'])
    .where('person_id', '=', id)
    .execute();
  const contactOf = await tx.db
    .selectFrom('organisation_contacts')
    .select(['id', 'organisation_id', 'agreement', 'agreed_at', 'created_at', 'ended_at'])
    .where('person_id', '=', id)
    .execute();
  const acts = await actsOf(tx, [
    ...members.map((member) => `member:${member}`),
    ...participations.map((participation) => `participant:${participation.id}`),
    ...reports.map((report) => `reporter:${report.id}`),
    ...contactOf.map((contact) => `organisation:${contact.id}`),
  ]);
  const { key, offered, ...named } = person;
  const theirs = {
    id,
    ...named,
    ...(key === undefined ? {} : { key: { ...key } }),
    // The code's hash is no fact about them.
    ...(offered === undefined ? {} : { offered: { armored: offered.armored, endsAt: offered.endsAt } }),
  };
  const signatures = (await signedBy(tx, vault, id)).map((one) => ({ ...one }));
  return { person: theirs, memberships, participations, reports, contactOf, signatures, acts };
}

async function actsOf(tx: Transaction, actors: readonly string[]): Promise<Json[]> {
  const acts = tx.db.selectFrom('ledger').select(['at', 'actor', 'act', 'subject']).orderBy('seq');
  return actors.length === 0 ? [] : acts.where('actor', 'in', [...actors]).execute();
}

/**
 * Destroys the key of a person: name, address and whatever else it sealed are gone; ids, states and the audit log
 * stay. Throws `refused` for a member who has not left.
 */
export async function erasePerson(tx: Transaction, vault: Vault, id: string): Promise<void> {
  for (const member of await membersOf(tx, id)) {
    const { state } = await memberOf(tx, member);
    if (state !== 'left') throw new WebError('refused', 'They are a member: they must leave first.');
  }
  const row = await tx.db
    .updateTable('persons')
    .set({ sealed: new Uint8Array(), erased_at: tx.now })
    .where('id', '=', id)
    .where('erased_at', 'is', null)
    .returning('key_id')
    .executeTakeFirst();
  if (row === undefined) throw new WebError('not-found', 'There is no such person, or they were erased.');
  await vault.destroy(tx, row.key_id);
  tx.record({ actor: 'desk', act: 'person.erased', subject: `person:${id}`, detail: {} });
}

async function membersOf(tx: Transaction, person: string): Promise<string[]> {
  const rows = await tx.db.selectFrom('members').select('id').where('person_id', '=', person).execute();
  return rows.map(({ id }) => id);
}

async function membership(tx: Transaction, vault: Vault, person: string, member: string): Promise<Json> {
  const { role, state, since } = await memberOf(tx, member);
  const sessions = tx.db.selectFrom('sessions').select(['created_at', 'seen_at', 'ends_at']);
  return {
    id: member,
    role,
    state,
    since,
    passkeys: await named(tx, vault, person, member, 'credentials'),
    tokens: await named(tx, vault, person, member, 'api_tokens'),
    views: await views(tx, vault, person, member),
    sessions: await sessions.where('member_id', '=', member).execute(),
  };
}

async function views(tx: Transaction, vault: Vault, person: string, member: string): Promise<Json[]> {
  const rows = await tx.db
    .selectFrom('views')
    .select(['id', 'sealed', 'created_at'])
    .where('member_id', '=', member)
    .execute();
  const given: Json[] = [];
  for (const { id, sealed, created_at } of rows)
    given.push({ view: await openFor(tx, vault, person, placeOf('views', id), sealed), created_at });
  return given;
}

async function named(
  tx: Transaction,
  vault: Vault,
  person: string,
  member: string,
  table: 'credentials' | 'api_tokens',
): Promise<Json[]> {
  const rows = await tx.db
    .selectFrom(table)
    .select(['id', 'sealed', 'created_at', 'used_at'])
    .where('member_id', '=', member)
    .execute();
  const given: Json[] = [];
  for (const { id, sealed, ...instants } of rows)
    given.push({ name: await openFor(tx, vault, person, placeOf(table, id), sealed), ...instants });
  return given;
}
