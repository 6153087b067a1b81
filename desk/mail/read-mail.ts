/**
 * A mail as what it says (RFC 5322, 2045, 3156, 9580, 9788). Everything in it is a claim of its sender; nothing of
 * it is run, fetched or trusted. What was beyond a bound or odd is named in `problems`, so that the bytes, which the
 * caller keeps, can be looked at.
 */
import { addressParser } from 'postal-mime';
import { isAddress, type Mailbox } from './address.ts';
import {
  type Authentication,
  authenticationOf,
  type Envelope,
  NOT_AUTHENTICATED,
  type Resolver,
} from './authentication.ts';
import { contentOf } from './content.ts';
import { MailError } from './errors.ts';
import { countOf, decodeValue, fieldOf, type HeaderSection, oneLine } from './header-section.ts';
import type { DeskKey, PublicKey } from './keys.ts';
import type { ReadAttachment } from './leaf.ts';
import { MAIL_LIMITS, type MailLimits } from './limits.ts';
import { readStructure } from './mime.ts';
import { type Encryption, type Layers, openInline, openLayers } from './pgp-layers.ts';
import type { Signature } from './pgp-open.ts';

/** What reading a mail needs. */
export interface ReadMailOps {
  /** The instant at which keys are judged, RFC 3339. */
  readonly at: string;
  readonly deskKeys: readonly DeskKey[];
  /** Verified keys that have one of the ids, 16 large hexadecimal digits each. */
  signersOf(keyIds: readonly string[]): Promise<readonly PublicKey[]>;
  /** Null: DKIM, SPF and DMARC are not looked at. */
  readonly resolver: Resolver | null;
  readonly envelope?: Envelope;
  readonly limits?: Partial<MailLimits>;
}

/** What tells a mail of a program from one of a person. */
export interface Marks {
  /** `auto-replied`; null for `no` and where the field is missing (RFC 3834). */
  readonly autoSubmitted: string | null;
  /** The envelope or the Return-Path names no sender. */
  readonly nullSender: boolean;
  /** `bulk`, `list`, `junk`. */
  readonly precedence: string | null;
  readonly list: boolean;
  /** Addresses that X-Failed-Recipients names. */
  readonly failedRecipients: readonly string[];
}

export type MailProblem =
  | 'header-cut'
  | 'too-many-parts'
  | 'too-deep'
  | 'text-cut'
  | 'too-many-attachments'
  | 'attachment-unreadable'
  | 'attachments-too-large'
  /** A field that may stand once stands twice; the first counts. */
  | 'field-twice'
  | 'no-sender'
  | 'several-senders'
  /** The From inside of the encryption or signature is another; the outer one is given. */
  | 'sender-differs'
  /** Text stands outside of an inline encryption or signature. */
  | 'partly-protected'
  /** DKIM, SPF and DMARC could not be told. */
  | 'not-authenticated';

export interface ReadMail {
  /** In angle brackets; null where there is none. */
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly from: Mailbox | null;
  readonly to: readonly Mailbox[];
  readonly subject: string;
  /** As claimed, RFC 3339 UTC; null where there is none. */
  readonly date: string | null;
  readonly text: string;
  readonly attachments: readonly ReadAttachment[];
  readonly encrypted: Encryption;
  readonly signature: Signature;
  readonly authentication: Authentication;
  readonly marks: Marks;
  readonly envelope: Envelope | null;
  /** Sorted. */
  readonly problems: readonly MailProblem[];
}

/** Throws `too-large`; anything else that is odd is a problem in the result. */
export async function readMail(bytes: Uint8Array, ops: ReadMailOps): Promise<ReadMail> {
  const limits = { ...MAIL_LIMITS, ...ops.limits };
  if (bytes.length > limits.size)
    throw new MailError('too-large', `a mail of ${bytes.length} bytes is above ${limits.size}`);
  const problems = new Set<string>();
  const outer = readStructure(bytes, limits, problems);
  const authentication = await authenticated(bytes, outer.header, ops, limits, problems);
  const layers = await openLayers(outer, { ...ops, limits }, problems);
  const content = await contentOf(layers.content, limits, problems);
  const inline = await openInline(content.text, layers, { ...ops, limits }, problems);
  return {
    ...headerOf(outer.header, layers, limits, problems),
    text: inline.text,
    attachments: content.attachments,
    encrypted: inline.encrypted,
    signature: inline.signature,
    authentication,
    marks: marksOf(outer.header, ops.envelope),
    envelope: ops.envelope ?? null,
    problems: [...problems].sort() as MailProblem[], // every room file adds names of the type only
  };
}

async function authenticated(
  bytes: Uint8Array,
  header: HeaderSection,
  { resolver, envelope }: ReadMailOps,
  limits: MailLimits,
  problems: Set<string>,
): Promise<Authentication> {
  if (resolver === null) return NOT_AUTHENTICATED;
  const bounded = !header.cut && countOf(header, 'dkim-signature') <= limits.signatures;
  const time = limits.dnsTime;
  const result = bounded
    ? await authenticationOf(bytes, { resolver, time, ...(envelope === undefined ? {} : { envelope }) })
    : null;
  if (result === null) problems.add('not-authenticated');
  return result ?? NOT_AUTHENTICATED;
}

const ONCE = ['from', 'to', 'subject', 'date', 'message-id', 'in-reply-to', 'references', 'content-type'];

/** Fields that are protected inside stand for the outer ones, but for From (RFC 9788, section 4.4). */
function headerOf(
  outer: HeaderSection,
  { protectedHeader: inner }: Layers,
  limits: MailLimits,
  problems: Set<string>,
): Pick<ReadMail, 'messageId' | 'inReplyTo' | 'references' | 'from' | 'to' | 'subject' | 'date'> {
  if (ONCE.some((name) => countOf(outer, name) > 1)) problems.add('field-twice');
  const value = (name: string) =>
    (inner === null ? null : fieldOf(inner, name)) ?? fieldOf(outer, name) ?? '';
  const senders = mailboxes(fieldOf(outer, 'from') ?? '', limits);
  if (senders.length === 0) problems.add('no-sender');
  if (senders.length > 1) problems.add('several-senders');
  const claimed = inner === null ? null : fieldOf(inner, 'from');
  if (claimed !== null && mailboxes(claimed, limits)[0]?.address !== senders[0]?.address)
    problems.add('sender-differs');
  return {
    messageId: messageIdsIn(value('message-id'))[0] ?? null,
    inReplyTo: messageIdsIn(value('in-reply-to'))[0] ?? null,
    references: messageIdsIn(value('references')).slice(-limits.references),
    from: senders[0] ?? null,
    to: mailboxes(value('to'), limits),
    subject: decodeValue(value('subject')),
    date: instantOf(value('date')),
  };
}

/** Those whose address is one of the grammar in `address.ts`. */
function mailboxes(value: string, { addresses }: MailLimits): readonly Mailbox[] {
  return addressParser(value, { flatten: true })
    .slice(0, addresses)
    .flatMap(({ name, address }) => {
      if (address === undefined || !isAddress(address)) return [];
      const shown = oneLine(name).slice(0, 200);
      return [shown === '' ? { address } : { name: shown, address }];
    });
}

function messageIdsIn(value: string): string[] {
  return (
    value.match(/<[^\s<>@\u0000-\u001f\u007f-\uffff]{1,250}@[^\s<>@\u0000-\u001f\u007f-\uffff]{1,250}>/g) ??
    []
  );
}

function instantOf(value: string): string | null {
  if (!/^[A-Za-z0-9 ,:+()-]{10,60}$/.test(value)) return null;
  const date = new Date(value);
  const year = date.getUTCFullYear();
  return year >= 1970 && year < 10_000 ? date.toISOString() : null;
}

function marksOf(header: HeaderSection, envelope: Envelope | undefined): Marks {
  const word = (name: string) =>
    /^[a-z-]{1,40}/.exec((fieldOf(header, name) ?? '').toLowerCase())?.[0] ?? null;
  const autoSubmitted = word('auto-submitted');
  const failed = (fieldOf(header, 'x-failed-recipients') ?? '').split(',').map((address) => address.trim());
  return {
    autoSubmitted: autoSubmitted === 'no' ? null : autoSubmitted,
    nullSender: envelope?.from === '' || /^<\s*>$/.test(fieldOf(header, 'return-path') ?? ''),
    precedence: word('precedence'),
    list: fieldOf(header, 'list-id') !== null || fieldOf(header, 'list-unsubscribe') !== null,
    failedRecipients: failed.filter(isAddress).slice(0, 100),
  };
}
