/** Organisations that signed up to be told before a publication: who they are, and who is written to there. */
import { type Json, object, oneOf, type Shape, string } from 'cpansec/base';
import { TLP_LABELS, type TlpLabel } from '../disclosure/index.ts';
import { createPerson, endLinks, readPerson } from '../people/index.ts';
import { DESK_KEY, newId, type Transaction, type Vault } from '../store/index.ts';
import { notFound, WebError } from '../web/index.ts';

export const ORGANISATION_KINDS = ['distributor', 'package-manager', 'other'] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];
export const ORGANISATION_STATES = ['active', 'paused', 'left'] as const;
export type OrganisationState = (typeof ORGANISATION_STATES)[number];

interface About {
  readonly name: string;
  readonly kind: OrganisationKind;
}

export interface Organisation extends About {
  readonly id: string;
  readonly state: OrganisationState;
  /** The strictest label that they may get. */
  readonly tlp: TlpLabel;
  readonly revision: number;
}

export interface Contact {
  readonly id: string;
  readonly organisation: string;
  readonly person: string;
  readonly name: string;
  readonly address: string | null;
  /** Of the OpenPGP key that they proved. */
  readonly fingerprint: string | null;
  readonly agreement: string | null;
  /** When they signed it. */
  readonly agreedAt: string | null;
  readonly endedAt: string | null;
}

const aboutShape: Shape<About> = object({ name: string, kind: oneOf(...ORGANISATION_KINDS) });
const tlpShape = oneOf(...TLP_LABELS);
const place = (id: string): string => `organisations.sealed/${id}`;

/** Organisations of a desk, and contacts of one. */
const MOST = 500;
const MOST_CONTACTS = 20;

export interface NewOrganisation extends About {
  readonly tlp: TlpLabel;
}

/** Throws `refused` for too many. */
export async function addOrganisation(
  tx: Transaction,
  vault: Vault,
  { tlp, ...about }: NewOrganisation,
): Promise<string> {
  const { count } = await tx.db
    .selectFrom('organisations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (Number(count) >= MOST) throw new WebError('refused', `A desk has at most ${MOST} organisations.`);
  const id = newId();
  const sealed = await vault.seal(tx, DESK_KEY, place(id), jsonOf(about));
  const instants = { created_at: tx.now, changed_at: tx.now };
  await tx.db
    .insertInto('organisations')
    .values({ id, state: 'active', tlp, ...instants, sealed, revision: 1 })
    .execute();
  return id;
}

function jsonOf({ name, kind }: About): Json {
  return { name, kind };
}

/**
 * Of the revision that was edited; where it leaves, its contacts are ended. Throws `refused` when somebody changed it
 * meanwhile.
 */
export async function changeOrganisation(
  tx: Transaction,
  vault: Vault,
  changed: Organisation,
): Promise<void> {
  const { id, state, tlp, revision } = changed;
  const sealed = await vault.seal(tx, DESK_KEY, place(id), jsonOf(changed));
  const row = await tx.db
    .updateTable('organisations')
    .set({ state, tlp, sealed, changed_at: tx.now, revision: revision + 1 })
    .where('id', '=', id)
    .where('revision', '=', revision)
    .returning('id')
    .executeTakeFirst();
  if (row === undefined)
    throw new WebError('refused', 'Somebody changed it meanwhile: look again.', { revision: 'Look again.' });
  if (state !== 'left') return;
  for (const contact of await contactsOf(tx, vault, id))
    if (contact.endedAt === null) await endContact(tx, contact.id);
}

/** Throws `not-found`. */
export async function organisationOf(tx: Transaction, vault: Vault, id: string): Promise<Organisation> {
  const [found] = await read(tx, vault, id);
  if (found === undefined) throw notFound();
  return found;
}

/** In the order in which they came. */
export function listOrganisations(tx: Transaction, vault: Vault): Promise<Organisation[]> {
  return read(tx, vault, null);
}

async function read(tx: Transaction, vault: Vault, id: string | null): Promise<Organisation[]> {
  let rows = tx.db.selectFrom('organisations').selectAll().orderBy('created_at').orderBy('id');
  if (id !== null) rows = rows.where('id', '=', id);
  return Promise.all(
    (await rows.execute()).map(async (row) => ({
      id: row.id,
      state: row.state,
      tlp: tlpShape(row.tlp),
      revision: row.revision,
      ...aboutShape(await vault.open(tx, DESK_KEY, place(row.id), row.sealed)),
    })),
  );
}

/** Of one organisation, those who were ended last. */
export async function contactsOf(tx: Transaction, vault: Vault, organisation: string): Promise<Contact[]> {
  const rows = await tx.db
    .selectFrom('organisation_contacts')
    .selectAll()
    .where('organisation_id', '=', organisation)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const contacts = await Promise.all(rows.map((row) => contactIn(tx, vault, row)));
  return contacts.toSorted((a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null));
}

/** One who was not ended. Throws `not-found`. */
export async function contactOf(tx: Transaction, vault: Vault, id: string): Promise<Contact> {
  const row = await tx.db
    .selectFrom('organisation_contacts')
    .selectAll()
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) throw notFound();
  return contactIn(tx, vault, row);
}

interface Row {
  readonly id: string;
  readonly organisation_id: string;
  readonly person_id: string;
  readonly agreement: string | null;
  readonly agreed_at: string | null;
  readonly ended_at: string | null;
}

async function contactIn(tx: Transaction, vault: Vault, row: Row): Promise<Contact> {
  const person = await readPerson(tx, vault, row.person_id);
  return {
    id: row.id,
    organisation: row.organisation_id,
    person: row.person_id,
    name: person?.name ?? 'erased',
    address: person?.address ?? null,
    fingerprint: person?.key?.fingerprint ?? null,
    agreement: row.agreement,
    agreedAt: row.agreed_at,
    endedAt: row.ended_at,
  };
}

/** Throws `not-found`, `refused` for too many. */
export async function addContact(
  tx: Transaction,
  vault: Vault,
  organisation: string,
  person: { readonly name: string; readonly address: string },
): Promise<string> {
  await organisationOf(tx, vault, organisation);
  const present = (await contactsOf(tx, vault, organisation)).filter(({ endedAt }) => endedAt === null);
  if (present.length >= MOST_CONTACTS) throw new WebError('refused', `At most ${MOST_CONTACTS} contacts.`);
  const id = newId();
  const row = { id, organisation_id: organisation, person_id: await createPerson(tx, vault, person) };
  await tx.db
    .insertInto('organisation_contacts')
    .values({ ...row, created_at: tx.now })
    .execute();
  return id;
}

/** Nobody comes in, or is written to, as them any more: here, and in every case that they were told of. */
export async function endContact(tx: Transaction, id: string): Promise<void> {
  const ended = await tx.db
    .updateTable('organisation_contacts')
    .set({ ended_at: tx.now })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (ended === undefined) throw notFound();
  await endLinks(tx, ['organisation'], id);
  const notices = await tx.db
    .selectFrom('early_notices')
    .select('participant_id')
    .where('contact_id', '=', id)
    .execute();
  for (const { participant_id } of notices) {
    await endLinks(tx, ['participant'], participant_id);
    await tx.db
      .updateTable('participants')
      .set({ barred_at: tx.now })
      .where('id', '=', participant_id)
      .execute();
  }
}

/** Throws `refused` where they signed this version. */
export async function signAgreement(tx: Transaction, contact: Contact, version: string): Promise<void> {
  if (contact.agreement === version) throw new WebError('refused', 'You have signed this version.');
  await tx.db
    .updateTable('organisation_contacts')
    .set({ agreement: version, agreed_at: tx.now })
    .where('id', '=', contact.id)
    .execute();
}
