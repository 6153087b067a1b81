/** Passkeys: made, asked for, checked. */
import { generateKeyPairSync } from 'node:crypto';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  type VerifiedRegistrationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import { encodeUtf8 } from 'cpansec/base';
import { holdMember, memberOf, openFor, passkeysOf, placeOf, sealFor } from '../people/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { notFound, WebError } from '../web/index.ts';
import { beginCeremony, endCeremony } from './challenge.ts';
import type { SessionPolicy } from './policy.ts';

/** EdDSA, ES256, RS256 (RFC 9053, RFC 8812): what authenticators have. */
const ALGORITHMS = [-8, -7, -257];

/** What a browser is asked, and the secret of the ceremony that its answer must bear. */
export interface Begun {
  readonly ceremony: string;
  /** JSON, as `navigator.credentials` takes it. */
  readonly options: string;
}

export interface Registering {
  readonly member: string;
  /** As the authenticator shows it. */
  readonly userName: string;
  readonly deskName: string;
  readonly origin: string;
  /** Ids that the authenticator must not have yet. */
  readonly others: readonly string[];
}

export async function beginRegistration(
  tx: Transaction,
  { member, userName, deskName, origin, others }: Registering,
  policy: SessionPolicy,
): Promise<Begun> {
  const options = await generateRegistrationOptions({
    rpName: deskName,
    rpID: rpIdOf(origin),
    userName,
    userID: new Uint8Array(encodeUtf8(member)),
    timeout: policy.challenge * 1000,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: others.map((id) => ({ id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  const about = { purpose: 'register', member } as const;
  const ceremony = await beginCeremony(tx, about, options.challenge, policy);
  return { ceremony, options: JSON.stringify(options) };
}

/** No credential is named, so that nobody learns who has one. */
export async function beginAssertion(
  tx: Transaction,
  about: { readonly purpose: 'sign-in' | 'prove'; readonly member: string | null },
  origin: string,
  policy: SessionPolicy,
): Promise<Begun> {
  const options = await generateAuthenticationOptions({
    rpID: rpIdOf(origin),
    timeout: policy.challenge * 1000,
    userVerification: 'required',
  });
  const ceremony = await beginCeremony(tx, about, options.challenge, policy);
  return { ceremony, options: JSON.stringify(options) };
}

function rpIdOf(origin: string): string {
  return new URL(origin).hostname;
}

export type NewPasskey = Pick<WebAuthnCredential, 'id' | 'publicKey' | 'counter' | 'transports'>;

/** Null for an answer that is not to this ceremony, or not as it must be. */
export async function checkRegistration(
  tx: Transaction,
  answer: { readonly ceremony: string; readonly response: RegistrationResponseJSON },
  { member, origin }: Pick<Registering, 'member' | 'origin'>,
): Promise<NewPasskey | null> {
  const challenge = await endCeremony(tx, answer.ceremony, { purpose: 'register', member });
  if (challenge === null) return null;
  let checked: VerifiedRegistrationResponse;
  try {
    checked = await verifyRegistrationResponse({
      response: answer.response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpIdOf(origin),
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
  } catch {
    return null; // the library throws for whatever is wrong with what came in
  }
  if (!checked.verified || (await credentialOf(tx, checked.registrationInfo.credential.id)) !== null)
    return null;
  return checked.registrationInfo.credential;
}

export interface Asserted {
  readonly ceremony: string;
  readonly response: AuthenticationResponseJSON;
}

/** The member whose passkey it is. Null in any other case, after the same work. */
export async function checkAssertion(
  tx: Transaction,
  { ceremony, response }: Asserted,
  about: { readonly purpose: 'sign-in' | 'prove'; readonly member: string | null },
  origin: string,
): Promise<string | null> {
  const challenge = await endCeremony(tx, ceremony, about);
  if (challenge === null) return null;
  const known = await credentialOf(tx, response.id);
  const counter = await counterOf(response, known ?? DECOY, challenge, origin);
  if (known === null || counter === null) return null;
  const owner = Buffer.from(response.response.userHandle ?? '', 'base64url').toString('utf8');
  if (owner !== known.member || (about.member !== null && about.member !== known.member)) return null;
  const { state } = await memberOf(tx, known.member);
  if (state !== 'active') return null;
  await tx.db
    .updateTable('credentials')
    .set({ counter, used_at: tx.now })
    .where('id', '=', known.id)
    .execute();
  return known.member;
}

/** The passkey's counter; null when it did not sign this, or its counter went back: then there are two of it. */
async function counterOf(
  response: AuthenticationResponseJSON,
  credential: WebAuthnCredential,
  challenge: string,
  origin: string,
): Promise<number | null> {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      credential,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpIdOf(origin),
      requireUserVerification: true,
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    return null; // the library throws for whatever is wrong with what came in
  }
}

/** Whose private half nobody has: what an unknown credential is checked against. */
const DECOY: WebAuthnCredential = { id: 'none', publicKey: decoyKey(), counter: 0 };

/** A COSE key (RFC 9053, 7.1): EC2, ES256, P-256. */
function decoyKey(): Uint8Array<ArrayBuffer> {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'jwk',
  });
  const head = Buffer.from('a5010203262001215820', 'hex');
  const bytes = [
    head,
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ];
  return new Uint8Array(Buffer.concat(bytes));
}

type Known = WebAuthnCredential & { readonly member: string };

async function credentialOf(tx: Transaction, id: string): Promise<Known | null> {
  const row = await tx.db.selectFrom('credentials').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  return { id, member: row.member_id, publicKey: new Uint8Array(row.public_key), counter: row.counter };
}

export async function addPasskey(
  tx: Transaction,
  vault: Vault,
  member: string,
  { id, publicKey, counter, transports = [] }: NewPasskey,
  name: string,
): Promise<void> {
  const { person } = await memberOf(tx, member);
  const sealed = await sealFor(tx, vault, person, placeOf('credentials', id), name);
  const row = { id, member_id: member, public_key: publicKey, counter, sealed, created_at: tx.now };
  await tx.db
    .insertInto('credentials')
    .values({ ...row, transports: JSON.stringify(transports) })
    .execute();
}

export interface PasskeyRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly usedAt: string | null;
}

export async function listPasskeys(tx: Transaction, vault: Vault, member: string): Promise<PasskeyRow[]> {
  const { person } = await memberOf(tx, member);
  const rows = tx.db.selectFrom('credentials').selectAll().where('member_id', '=', member);
  const passkeys: PasskeyRow[] = [];
  for (const { id, sealed, created_at, used_at } of await rows.orderBy('created_at').execute()) {
    const name = await openFor(tx, vault, person, placeOf('credentials', id), sealed);
    passkeys.push({ id, name, createdAt: created_at, usedAt: used_at });
  }
  return passkeys;
}

/** Throws `not-found`. */
export async function renamePasskey(
  tx: Transaction,
  vault: Vault,
  member: string,
  { id, name }: Pick<PasskeyRow, 'id' | 'name'>,
): Promise<void> {
  const { person } = await memberOf(tx, member);
  const sealed = await sealFor(tx, vault, person, placeOf('credentials', id), name);
  const changed = await tx.db
    .updateTable('credentials')
    .set({ sealed })
    .where('id', '=', id)
    .where('member_id', '=', member)
    .returning('id')
    .execute();
  if (changed.length === 0) throw notFound();
}

/** Throws `refused` for the last one: nobody could sign in any more. */
export async function removePasskey(tx: Transaction, member: string, id: string): Promise<void> {
  await holdMember(tx, member);
  if ((await passkeysOf(tx, member)) < 2)
    throw new WebError('refused', 'This is your only passkey: add another one first.');
  const removed = await tx.db
    .deleteFrom('credentials')
    .where('id', '=', id)
    .where('member_id', '=', member)
    .returning('id')
    .execute();
  if (removed.length === 0) throw notFound();
}
