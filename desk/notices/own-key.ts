/** The OpenPGP key that somebody gives for the letters to them: read, judged, and what is shown of it. */
import { decodeUtf8 } from 'cpansec/base';
import type { Principal } from '../access/index.ts';
import { type KeyState, MailError, type PublicKey, parsePublicKey } from '../mail/index.ts';
import { LINK_TIMES, memberOf, offerKey, type PersonKey, readPerson } from '../people/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { notFound, WebError } from '../web/index.ts';
import { enqueueLetter, type Recipient } from './enqueue-letter.ts';

export interface KeyModel {
  readonly fingerprint: string;
  readonly userIds: readonly string[];
  readonly algorithms: readonly string[];
  readonly created: string;
  readonly expires: string | null;
  readonly state: KeyState;
}

export interface OwnKey {
  /** Whether the desk has an address to write to. */
  readonly address: boolean;
  /** In force. */
  readonly key: KeyModel | null;
  /** Waits for its code. */
  readonly offered: (KeyModel & { readonly endsAt: string }) | null;
}

/** Whose key it is. */
export interface Owner {
  readonly person: string;
  readonly to: Recipient;
}

/** A member, or whoever holds the link of a case or organisation. Throws `not-found` for anybody else. */
export async function ownerOf(tx: Transaction, principal: Principal): Promise<Owner> {
  if (principal.kind === 'member') {
    const { id } = principal;
    return { person: (await memberOf(tx, id)).person, to: { member: id } };
  }
  if (principal.kind !== 'link') throw notFound();
  if (principal.link === 'organisation') return contactOwner(tx, principal.subject);
  const row = tx.db.selectFrom('participants').select('person_id').where('id', '=', principal.subject);
  const found = await row.executeTakeFirst();
  if (found === undefined) throw notFound();
  return { person: found.person_id, to: { participant: principal.subject } };
}

async function contactOwner(tx: Transaction, contact: string): Promise<Owner> {
  const row = tx.db.selectFrom('organisation_contacts').select('person_id').where('id', '=', contact);
  const found = await row.where('ended_at', 'is', null).executeTakeFirst();
  if (found === undefined) throw notFound();
  return { person: found.person_id, to: { contact } };
}

/** Throws `not-found` for somebody who was erased. */
export async function ownKey(tx: Transaction, vault: Vault, { person: id }: Owner): Promise<OwnKey> {
  const person = await readPerson(tx, vault, id);
  if (person === null) throw notFound();
  const { address, key, offered } = person;
  const waits = offered !== undefined && offered.endsAt > tx.now ? offered : undefined;
  return {
    address: address !== null,
    key: key === undefined ? null : await modelOf(key, tx.now),
    offered: waits === undefined ? null : { ...(await modelOf(waits, tx.now)), endsAt: waits.endsAt },
  };
}

async function modelOf({ armored }: PersonKey, now: string): Promise<KeyModel> {
  const { fingerprint, userIds, algorithms, created, expires, state } = await parsePublicKey(armored, now);
  return { fingerprint, userIds, algorithms, created, expires, state };
}

/** A letter with a code goes to the key; its fingerprint. Throws `invalid` for a key that cannot be used. */
export async function offer(
  tx: Transaction,
  vault: Vault,
  { person, to }: Owner,
  input: string | Uint8Array,
  link: string,
): Promise<string> {
  const { armored, fingerprint } = await usableKey(input, tx.now);
  const code = await offerKey(tx, vault, person, { armored, fingerprint }, LINK_TIMES);
  const fields = { fingerprint: grouped(fingerprint), code, link };
  if ((await enqueueLetter(tx, vault, { to, letter: 'key-code', fields })) === null)
    throw new WebError('refused', 'The desk has no address to write to you.');
  return fingerprint;
}

async function usableKey(input: string | Uint8Array, now: string): Promise<PublicKey> {
  const key = await parsePublicKey(textOr(input), now).catch((error: unknown) => {
    if (error instanceof MailError) throw unusable(`This is ${error.problem}.`);
    throw error;
  });
  if (key.state !== 'good') throw unusable(WHY[key.state]);
  return key;
}

/** A file may hold the armored form, or the bytes themselves. */
function textOr(input: string | Uint8Array): string | Uint8Array {
  if (typeof input === 'string') return input;
  return input[0] === DASH ? decodeUtf8(input) : input;
}

const DASH = 0x2d;

function unusable(why: string): WebError {
  return new WebError('invalid', why, { key: why });
}

const WHY: Readonly<Record<Exclude<KeyState, 'good'>, string>> = {
  expired: 'This key has expired: give one that is still good.',
  revoked: 'This key was revoked: give another one.',
  weak: 'This key uses an algorithm or a hash that is not accepted: RSA of 2048 bits or more, or a modern curve, is.',
  'cannot-encrypt': 'This key has no part that can be encrypted to.',
};

/** In groups of four, as such keys are compared. */
export function grouped(fingerprint: string): string {
  return fingerprint.replace(/(.{4})(?!$)/g, '$1 ');
}
