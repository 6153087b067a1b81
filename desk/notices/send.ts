/** Sends a letter: writes it at the last moment, says how that ended, and notes on the case what went out. */
import { LETTERS, type LetterName, letter } from '../disclosure/index.ts';
import { type Handler, handler, type Job, type Outcome } from '../jobs/index.ts';
import { bounceAddress, MailError, parsePublicKey, type VerifiedKey, writeMail } from '../mail/index.ts';
import { dropLink, LINK_TIMES, linkPath, makeLink, type Person, type PersonKey } from '../people/index.ts';
import { reference } from '../reports/index.ts';
import type { Store, Transaction, Vault } from '../store/index.ts';
import type { MailConfig } from './config.ts';
import { type Addressee, addresseeOf, type Payload, payloadShape, type Recipient } from './enqueue-letter.ts';
import { noteSent } from './note-sent.ts';

export function sendHandler(store: Store, config: MailConfig): Handler {
  const run = (payload: Payload, job: Job) => sendLetter(store, config, payload, job);
  return handler({ payload: payloadShape, once: true, run });
}

/** What a transaction gives to write the letter of. */
interface Draft {
  readonly now: string;
  readonly person: Person;
  readonly subject: string;
  readonly body: string;
  /** Of the link in it, which nobody else was told. */
  readonly secret: string | null;
  /** Null: it goes in clear. */
  readonly key: PersonKey | null;
}

async function sendLetter(store: Store, config: MailConfig, payload: Payload, { id }: Job): Promise<Outcome> {
  const draft = await store.transaction((tx) => drafted(tx, store.vault, config, payload));
  if ('problem' in draft) return { state: 'failed', problem: draft.problem };
  try {
    const to = draft.person.address ?? '';
    const own = bounceAddress(config.from.address, id);
    await config.mailer.send(await written(draft, config, { id, own, to }), { from: own, to });
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    // Nobody has the link, unless the server may have taken the mail.
    const { secret } = draft;
    if (error.code !== 'uncertain' && secret !== null) await store.transaction((tx) => dropLink(tx, secret));
    return outcomeOf(error);
  }
  return { state: 'done', also: (tx) => noteSent(tx, store.vault, payload) };
}

function outcomeOf({ code }: MailError): Outcome {
  if (code === 'uncertain') return { state: 'uncertain', problem: code };
  return code === 'not-taken' ? { state: 'retry', problem: code } : { state: 'failed', problem: code };
}

async function drafted(
  tx: Transaction,
  vault: Vault,
  config: MailConfig,
  { letter: name, fields: given, ...payload }: Payload,
): Promise<Draft | { readonly problem: string }> {
  const to = recipientOf(payload);
  const addressee = await addresseeOf(tx, vault, to);
  if (addressee?.person.address == null) return { problem: 'no-address' };
  if (addressee.invited !== (name === 'invitation')) return { problem: 'not-invited' };
  if (addressee.barred) return { problem: 'barred' };
  const wanted = LETTERS[name].fields;
  const secret = 'link' in wanted && given.link === undefined ? await linkFor(tx, addressee, to) : null;
  const usual = {
    reference: addressee.caseId === null ? '' : reference(addressee.caseId),
    team: config.from.address,
    link: `${config.origin}${secret === null ? '' : linkPath(secret)}`,
  };
  const fields = {
    ...Object.fromEntries(Object.entries(usual).filter(([field]) => field in wanted)),
    ...given,
  };
  const text = letter(name, fields);
  if ('problems' in text) {
    if (secret !== null) await dropLink(tx, secret);
    return { problem: 'letter' };
  }
  const { person } = addressee;
  return { ...text, now: tx.now, person, secret, key: keyFor(person, name, fields) };
}

function recipientOf({
  participant,
  member,
  outsider,
  contact,
}: Omit<Payload, 'letter' | 'fields'>): Recipient {
  if (outsider !== undefined) return { outsider };
  if (contact !== undefined) return { contact };
  return participant === null ? { member: member ?? '' } : { participant };
}

/** The code of a key goes to that key, every other letter to the one that was proved. */
function keyFor(
  { key, offered }: Person,
  name: LetterName,
  { fingerprint = '' }: Readonly<Record<string, string>>,
): PersonKey | null {
  if (name !== 'key-code') return key ?? null;
  // With another fingerprint, or without a key at all, it is not written.
  return { armored: offered?.armored ?? '', fingerprint };
}

/** Their own way to the case, or into the desk; null for a member, who signs in. */
async function linkFor(
  tx: Transaction,
  { caseId, role, invited }: Addressee,
  { participant, member, contact }: Recipient,
): Promise<string | null> {
  if (contact !== undefined)
    return makeLink(tx, { kind: 'organisation', subject: contact, seconds: LINK_TIMES.organisation });
  if (invited && member !== undefined)
    return makeLink(tx, { kind: 'invitation', subject: member, seconds: LINK_TIMES.invitation });
  if (participant === undefined || caseId === null) return null;
  const kind = role === 'reporter' ? 'reporter' : 'participant';
  return makeLink(tx, { kind, subject: participant, caseId, seconds: LINK_TIMES[kind] });
}

interface Ends {
  /** Of the job: message id and addresses name it. */
  readonly id: string;
  readonly own: string;
  readonly to: string;
}

async function written(
  { now, subject, body, key: given }: Draft,
  { from, sign }: MailConfig,
  { id, own, to }: Ends,
): Promise<Uint8Array> {
  const key = given === null ? null : await verifiedKey(given, now);
  return writeMail({
    ...{ from, to, subject, body },
    date: now,
    messageId: messageId(id, from.address),
    replyTo: own,
    automatic: true,
    pgp: key === null ? null : { keys: [key], sign },
  });
}

/** Of the letter of a job. */
export function messageId(id: string, address: string): string {
  return `<${id}@${address.replace(/^.*@/, '')}>`;
}

async function verifiedKey({ armored, fingerprint }: PersonKey, now: string): Promise<VerifiedKey> {
  return { key: await parsePublicKey(armored, now), verifiedFingerprint: fingerprint };
}
