/** Persons: who somebody is, sealed under a key of their own. Everywhere else they are an id. */
import { type Json, nullable, object, optional, string } from 'cpansec/base';
import { newId, type Transaction, type Vault } from '../store/index.ts';
import { notFound, WebError } from '../web/index.ts';

export interface Person {
  readonly name: string;
  /** Of e-mail. */
  readonly address: string | null;
  /** By which they want to be credited, where it is another than the one that they are called by. */
  readonly creditName?: string | undefined;
  /** Of OpenPGP: mail to them is encrypted to it or not written. */
  readonly key?: PersonKey | undefined;
  /** That they gave, and have not proved yet to hold. */
  readonly offered?: OfferedKey | undefined;
}

export interface PersonKey {
  readonly armored: string;
  /** That the person has proved to hold; large hexadecimal digits. */
  readonly fingerprint: string;
}

export interface OfferedKey extends PersonKey {
  /** Hash of the code in the letter that is encrypted to it. */
  readonly code: string;
  readonly endsAt: string;
}

const PERSON = object({
  name: string,
  address: nullable(string),
  creditName: optional(string),
  key: optional(object({ armored: string, fingerprint: string })),
  offered: optional(object({ armored: string, fingerprint: string, code: string, endsAt: string })),
});

/** Control characters, and those that turn the direction of text. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
/** Rights never follow from it: it is only written to. */
const ADDRESS = /^[^\s@<>"(),:;\\]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+$/;

function isAddress(text: string): boolean {
  return ADDRESS.test(text) && !UNSEEN.test(text);
}

/** What was typed in a form. Throws `invalid`. */
export function typedPerson(typed: { readonly name: string; readonly address: string }): Person & {
  readonly address: string;
} {
  const [name, address] = [typed.name.trim(), typed.address.trim()];
  const problems: Record<string, string> = {};
  if (name === '') problems.name = 'What are they called?';
  if (UNSEEN.test(name)) problems.name = 'This has characters that cannot be seen.';
  if (!isAddress(address)) problems.address = 'This is no e-mail address.';
  if (Object.keys(problems).length > 0)
    throw new WebError('invalid', 'Something is missing, or is not as it must be.', problems);
  return { name, address };
}

/** One that need not be given: null for an empty field. Throws `invalid`. */
export function typedAddress(typed: string): string | null {
  const address = typed.trim();
  if (address === '') return null;
  if (isAddress(address)) return address;
  const problem = 'This is no e-mail address.';
  throw new WebError('invalid', problem, { address: problem });
}

/** As JSON has it: without members that are not there. */
function jsonOf({ name, address, creditName, key, offered }: Person): Json {
  return {
    name,
    address,
    ...(creditName === undefined ? {} : { creditName }),
    ...(key === undefined ? {} : { key: { ...key } }),
    ...(offered === undefined ? {} : { offered: { ...offered } }),
  };
}

export async function createPerson(tx: Transaction, vault: Vault, person: Person): Promise<string> {
  const id = newId();
  const key = await vault.create(tx, 'person');
  const sealed = await vault.seal(tx, key, placeOf('persons', id), jsonOf(person));
  await tx.db.insertInto('persons').values({ id, key_id: key, sealed, created_at: tx.now }).execute();
  return id;
}

/** Null for somebody who was erased, or never was. */
export async function readPerson(tx: Transaction, vault: Vault, id: string): Promise<Person | null> {
  const row = await tx.db.selectFrom('persons').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined || row.erased_at !== null) return null;
  return PERSON(await vault.open(tx, row.key_id, placeOf('persons', id), row.sealed));
}

/** What they are then. Throws `not-found` for somebody who was erased. */
export async function changePerson(
  tx: Transaction,
  vault: Vault,
  id: string,
  change: (person: Person) => Person,
): Promise<Person> {
  // Held until the transaction ends, so that of two changes at once neither is lost.
  await tx.db
    .updateTable('persons')
    .set((eb) => ({ key_id: eb.ref('key_id') }))
    .where('id', '=', id)
    .execute();
  const before = await readPerson(tx, vault, id);
  if (before === null) throw notFound();
  const person = change(before);
  const sealed = await vault.seal(tx, await keyOf(tx, id), placeOf('persons', id), jsonOf(person));
  await tx.db.updateTable('persons').set({ sealed }).where('id', '=', id).execute();
  return person;
}

/** Something else of theirs, gone with their key as well. */
export async function sealFor(
  tx: Transaction,
  vault: Vault,
  person: string,
  place: string,
  value: Json,
): Promise<Uint8Array> {
  return vault.seal(tx, await keyOf(tx, person), place, value);
}

/** A text that {@link sealFor} sealed. */
export async function openFor(
  tx: Transaction,
  vault: Vault,
  person: string,
  place: string,
  sealed: Uint8Array,
): Promise<string> {
  return string(await vault.open(tx, await keyOf(tx, person), place, sealed));
}

/** As the vault calls the column `sealed` of a row. */
export function placeOf(table: 'persons' | 'credentials' | 'api_tokens' | 'views', id: string): string {
  return `${table}.sealed/${id}`;
}

/** Id of the key that seals what is theirs. Throws `not-found` for somebody who was erased. */
export async function keyOf(tx: Transaction, person: string): Promise<string> {
  const row = await tx.db
    .selectFrom('persons')
    .select(['key_id', 'erased_at'])
    .where('id', '=', person)
    .executeTakeFirst();
  if (row === undefined || row.erased_at !== null) throw notFound();
  return row.key_id;
}
