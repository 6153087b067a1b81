/** A mail as it is read: what it says, which letter of ours it answers, and whether its sender is known. */
import { encodeUtf8, toHex } from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';
import {
  type Arrived,
  type Bounce,
  bounceToken,
  type DeskKey,
  MailError,
  type PublicKey,
  parsePublicKey,
  type ReadMail,
  type Resolver,
  readBounce,
  readMail,
} from '../mail/index.ts';
import type { PersonKey } from '../people/index.ts';
import type { Store, Transaction, Vault } from '../store/index.ts';
import { addresseeOf } from './enqueue-letter.ts';
import { letterOf, type WrittenLetter } from './letter-of.ts';

export interface MailInConfig {
  /** The desk's own. */
  readonly address: string;
  readonly deskKeys: readonly DeskKey[];
  /** Null: DKIM, SPF and DMARC are not looked at. */
  readonly resolver: Resolver | null;
}

export interface Incoming {
  readonly bytes: Uint8Array;
  readonly mail: ReadMail;
  /** What tells it from another: its message id alone is a claim that anybody can make first. */
  readonly source: string;
  readonly letter: WrittenLetter | null;
  readonly bounce: Bounce | null;
  /** Signed by the verified key of whom the letter was for. Nothing else says who wrote it. */
  readonly verified: boolean;
}

export async function readIncoming(
  store: Store,
  { address, deskKeys, resolver }: MailInConfig,
  { bytes, envelope }: Arrived,
): Promise<Incoming> {
  const at = await store.transaction(async ({ now }) => now);
  const usual = { at, deskKeys, ...(envelope === null ? {} : { envelope }) };
  const mail = await readMail(bytes, { ...usual, resolver, signersOf: async () => [] });
  const bounce = readBounce(mail);
  const ids = tokensOf(mail, bounce, address);
  const { letter, key } = await store.transaction((tx) => answered(tx, store.vault, ids));
  const signers = mail.signature.kind === 'none' || key === null ? [] : await signersOf(key, at);
  const again = { ...usual, resolver: null, signersOf: async () => signers };
  const signature = signers.length === 0 ? mail.signature : (await readMail(bytes, again)).signature;
  const verified = signature.kind === 'good' && signature.fingerprint === key?.fingerprint;
  return { bytes, mail: { ...mail, signature }, source: sourceOf(mail, bytes), letter, bounce, verified };
}

/** Of so many references the last are looked at. */
const MOST = 10;

/** What may name a letter of ours: the address that the mail came to, and the messages that it answers. */
function tokensOf(mail: ReadMail, bounce: Bounce | null, address: string): string[] {
  const recipients = [...(mail.envelope?.to ?? []), ...mail.to.map((to) => to.address)];
  const messages = [bounce?.originalMessageId, mail.inReplyTo, ...mail.references.slice(-MOST)];
  const own = `@${address.replace(/^.*@/, '')}>`;
  const named = messages.flatMap((id) => (id?.endsWith(own) === true ? [id.slice(1, -own.length)] : []));
  return [...new Set([bounceToken(address, recipients) ?? '', ...named])];
}

interface Answered {
  readonly letter: WrittenLetter | null;
  readonly key: PersonKey | null;
}

async function answered(tx: Transaction, vault: Vault, ids: readonly string[]): Promise<Answered> {
  for (const id of ids) {
    const letter = await letterOf(tx, vault, id);
    if (letter === null) continue;
    const participant = letter.payload?.participant ?? null;
    const addressee = participant === null ? null : await addresseeOf(tx, vault, { participant });
    return { letter, key: addressee?.person.key ?? null };
  }
  return { letter: null, key: null };
}

/** Empty for a key that cannot be read: then nothing is verified. */
async function signersOf({ armored }: PersonKey, at: string): Promise<readonly PublicKey[]> {
  try {
    return [await parsePublicKey(armored, at)];
  } catch (error) {
    if (error instanceof MailError) return [];
    throw error;
  }
}

/** The same by whichever way it comes: servers add fields to the header alone. */
function sourceOf({ messageId }: ReadMail, bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const body = text.slice(/\r?\n\r?\n/.exec(text)?.index ?? 0).replaceAll(/\r?\n/g, '\n');
  return `${messageId ?? ''} ${toHex(nodeSha256(encodeUtf8(body.trimEnd())))}`;
}
