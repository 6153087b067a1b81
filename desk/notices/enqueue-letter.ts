/** A letter to one person, written when it is sent: what waits holds no address, no link and no word of a case. */
import { type Json, nullable, object, oneOf, optional, record, type Shape, string } from 'cpansec/base';
import { LETTERS, type LetterName } from '../disclosure/index.ts';
import { enqueue } from '../jobs/index.ts';
import { keyOf, type Person, readPerson } from '../people/index.ts';
import type { Transaction, Vault } from '../store/index.ts';

/** The kind of the job. */
export const SEND = 'mail.send';

/**
 * To whom: by their part in a case, as a member of the desk, as somebody who takes no part and wrote about a case, or
 * as a contact of an organisation. One of the four.
 */
export type Recipient =
  | One<'participant', string>
  | One<'member', string>
  | One<'outsider', Outsider>
  | One<'contact', string>;

type Ways = 'participant' | 'member' | 'outsider' | 'contact';
type One<W extends Ways, T> = { readonly [K in W]: T } & { readonly [K in Exclude<Ways, W>]?: undefined };

export interface Outsider {
  /** Id of the person. */
  readonly person: string;
  readonly caseId: string;
}

export interface LetterToSend {
  readonly to: Recipient;
  readonly letter: LetterName;
  /** Of the letter; what every letter has is filled in when it is written: reference, link, the desk's address. */
  readonly fields: Readonly<Record<string, string>>;
}

export interface Payload {
  readonly participant: string | null;
  readonly member: string | null;
  readonly outsider?: Outsider | undefined;
  readonly contact?: string | undefined;
  readonly letter: LetterName;
  readonly fields: Readonly<Record<string, string>>;
}

const NAMES = Object.keys(LETTERS) as LetterName[]; // the keys of the table are its type

export const payloadShape: Shape<Payload> = object({
  participant: nullable(string),
  member: nullable(string),
  outsider: optional(object({ person: string, caseId: string })),
  contact: optional(string),
  letter: oneOf(...NAMES),
  fields: record(string),
});

/** In the transaction of the act that wants it; its id, or null for whoever has no address, is barred or was erased. */
export async function enqueueLetter(
  tx: Transaction,
  vault: Vault,
  { to, letter, fields }: LetterToSend,
): Promise<string | null> {
  const addressee = await addresseeOf(tx, vault, to);
  if (addressee?.person.address == null || addressee.barred) return null;
  const { participant = null, member = null, outsider, contact } = to;
  const payload: Json = {
    ...{ participant, member, letter, fields },
    ...(outsider === undefined ? {} : { outsider: { ...outsider } }),
    ...(contact === undefined ? {} : { contact }),
  };
  const keyId = await keyOf(tx, addressee.personId);
  return enqueue(tx, vault, { kind: SEND, caseId: addressee.caseId, keyId, payload });
}

export interface Addressee {
  readonly personId: string;
  readonly person: Person;
  /** Null for a member or a contact. */
  readonly caseId: string | null;
  /** Their link was ended, and whoever reads their mail may not be them. */
  readonly barred: boolean;
  /** What a participant is to the case. */
  readonly role: string | null;
  /** A member who has not come yet: nothing but the invitation is for them. */
  readonly invited: boolean;
}

/** Null for whoever is not there, or was erased. */
export async function addresseeOf(tx: Transaction, vault: Vault, to: Recipient): Promise<Addressee | null> {
  const row = await rowOf(tx, to);
  if (row === undefined) return null;
  const person = await readPerson(tx, vault, row.person_id);
  if (person === null) return null;
  const { person_id: personId, case_id: caseId, role, invited, barred } = row;
  return { personId, person, caseId, role, invited, barred };
}

async function rowOf(tx: Transaction, { member, participant, outsider, contact }: Recipient) {
  if (member !== undefined) return memberRow(tx, member);
  if (participant !== undefined) return participantRow(tx, participant);
  if (contact !== undefined) return contactRow(tx, contact);
  const { person, caseId } = outsider;
  return { ...NO_PART, person_id: person, case_id: caseId, invited: false };
}

async function contactRow(tx: Transaction, id: string) {
  const row = tx.db.selectFrom('organisation_contacts').select('person_id').where('id', '=', id);
  const found = await row.where('ended_at', 'is', null).executeTakeFirst();
  return found === undefined ? undefined : { ...NO_PART, person_id: found.person_id, invited: false };
}

/** Of somebody who takes no part in a case. */
const NO_PART = { case_id: null, role: null, barred: false } as const;

async function participantRow(tx: Transaction, id: string) {
  const row = tx.db.selectFrom('participants').select(['person_id', 'case_id', 'role', 'barred_at']);
  const found = await row.where('id', '=', id).executeTakeFirst();
  return found === undefined ? undefined : { ...found, invited: false, barred: found.barred_at !== null };
}

async function memberRow(tx: Transaction, id: string) {
  const row = tx.db
    .selectFrom('members')
    .select(['person_id', 'state'])
    .where('id', '=', id)
    .where('state', 'in', ['invited', 'active']);
  const found = await row.executeTakeFirst();
  if (found === undefined) return undefined;
  return { ...NO_PART, person_id: found.person_id, invited: found.state === 'invited' };
}
