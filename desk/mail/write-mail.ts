/**
 * A letter as bytes (RFC 5322): one recipient, plain text in 72 columns, encrypted or not. What cannot be written
 * safely is refused; what was to be encrypted is never written in clear.
 */
import { encodeUtf8 } from 'cpansec/base';
import { createMessage, encrypt } from 'openpgp';
import type { Mailbox } from './address.ts';
import {
  type Attachment,
  attachmentEntities,
  type Entity,
  formatEntity,
  multipart,
  textEntity,
} from './entity.ts';
import { MailError } from './errors.ts';
import { dateField, type Field, mailbox, messageIds, unstructured } from './header-fields.ts';
import { checkEncryptionKey, type DeskKey, type VerifiedKey } from './keys.ts';
import { PGP_CONFIG } from './pgp-policy.ts';
import { wrapText } from './wrap-text.ts';

/** TLP 2.0 (FIRST, 2022). */
export type Tlp = 'TLP:RED' | 'TLP:AMBER+STRICT' | 'TLP:AMBER' | 'TLP:GREEN' | 'TLP:CLEAR';

/** What stands outside of an encrypted message in place of its subject (RFC 9788, section 3.2.1). */
const HIDDEN_SUBJECT = '[...]';

/** One mail to one recipient. */
export interface Letter {
  readonly from: Mailbox;
  readonly to: string;
  readonly subject: string;
  /** Long lines are broken at 72 columns. */
  readonly body: string;
  /** RFC 3339. */
  readonly date: string;
  /** In angle brackets, as all message ids here. */
  readonly messageId: string;
  readonly replyTo?: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  /** Written by a program: marked so that no program answers (RFC 3834). */
  readonly automatic?: boolean;
  /** Stands in the subject and above the text. */
  readonly tlp?: Tlp;
  readonly attachments?: readonly Attachment[];
  /** Null: in clear. Otherwise to each of these keys, signed within where a key is given. */
  readonly pgp: { readonly keys: readonly VerifiedKey[]; readonly sign: DeskKey | null } | null;
}

/** Throws `bad-address`, `bad-header`, `too-large`, and for keys what {@link checkEncryptionKey} throws. */
export async function writeMail(letter: Letter): Promise<Uint8Array> {
  const fields = fieldsOf(letter);
  const content = contentOf(letter);
  const mail =
    letter.pgp === null
      ? { fields: [...fields, MIME_VERSION, ...content.fields], body: content.body }
      : await encryptedMail(letter, letter.pgp, fields, content);
  return encodeUtf8(formatEntity(mail));
}

const MIME_VERSION: Field = ['MIME-Version', '1.0'];

function fieldsOf(letter: Letter): readonly Field[] {
  const { from, to, subject, date, messageId, replyTo, inReplyTo, references = [], automatic, tlp } = letter;
  return [
    mailbox('From', from),
    mailbox('To', { address: to }),
    ...(replyTo === undefined ? [] : [mailbox('Reply-To', { address: replyTo })]),
    unstructured('Subject', tlp === undefined ? subject : `[${tlp}] ${subject}`),
    dateField(date),
    messageIds('Message-ID', [messageId]),
    ...(inReplyTo === undefined ? [] : [messageIds('In-Reply-To', [inReplyTo])]),
    ...(references.length === 0 ? [] : [messageIds('References', references)]),
    ...(automatic === true ? automaticFields(inReplyTo !== undefined) : []),
  ];
}

function automaticFields(reply: boolean): readonly Field[] {
  return [
    ['Auto-Submitted', reply ? 'auto-replied' : 'auto-generated'],
    ['Precedence', 'bulk'],
    ['X-Auto-Response-Suppress', 'All'],
  ];
}

function contentOf({ body, tlp, attachments = [], messageId }: Letter): Entity {
  const text = textEntity(wrapText(tlp === undefined ? body : `${tlp}\n\n${body}`));
  if (attachments.length === 0) return text;
  return multipart('multipart/mixed', [text, ...attachmentEntities(attachments)], `mixed ${messageId}`);
}

/** RFC 3156, section 4, with the header fields protected inside (RFC 9788). */
async function encryptedMail(
  { date, messageId }: Letter,
  { keys, sign }: NonNullable<Letter['pgp']>,
  fields: readonly Field[],
  content: Entity,
): Promise<Entity> {
  if (keys.length === 0) throw new MailError('key-unverified', 'no key to encrypt to');
  for (const key of keys) await checkEncryptionKey(key, date);
  const outer = fields.map((field): Field => (field[0] === 'Subject' ? ['Subject', HIDDEN_SUBJECT] : field));
  const inner = formatEntity({ fields: protectedFields(fields, outer, content), body: content.body });
  const sealed = await seal(encodeUtf8(inner), keys, sign, date);
  const parts: Entity[] = [
    { fields: [['Content-Type', 'application/pgp-encrypted']], body: 'Version: 1\r\n' },
    { fields: [['Content-Type', 'application/octet-stream; name="encrypted.asc"']], body: sealed },
  ];
  const envelope = multipart(
    'multipart/encrypted; protocol="application/pgp-encrypted"',
    parts,
    `encrypted ${messageId}`,
  );
  return { fields: [...outer, MIME_VERSION, ...envelope.fields], body: envelope.body };
}

/** The older mark is for readers that know only the draft which RFC 9788 became. */
function protectedFields(
  fields: readonly Field[],
  outer: readonly Field[],
  { fields: own }: Entity,
): readonly Field[] {
  const marked = own.map(
    ([name, value]): Field =>
      name === 'Content-Type' ? [name, `${value}; hp="cipher"; protected-headers="v1"`] : [name, value],
  );
  return [
    ...fields,
    ...outer.map(([name, value]): Field => ['HP-Outer', `${name}: ${value}`]),
    MIME_VERSION,
    ...marked,
  ];
}

async function seal(
  binary: Uint8Array,
  keys: readonly VerifiedKey[],
  sign: DeskKey | null,
  date: string,
): Promise<string> {
  try {
    const armored = await encrypt({
      message: await createMessage({ binary }),
      encryptionKeys: keys.map(({ key }) => key.key),
      ...(sign === null ? {} : { signingKeys: sign.key }),
      date: new Date(date),
      config: PGP_CONFIG,
    });
    return armored.replaceAll(/\r?\n/g, '\r\n');
  } catch (cause) {
    throw new MailError('bad-key', 'cannot be encrypted', {}, { cause });
  }
}
