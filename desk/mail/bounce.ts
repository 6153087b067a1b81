/**
 * Notifications that a mail of ours was not delivered (RFC 3464 in RFC 6522, formerly RFC 3462), and two older forms
 * that are still sent. A notification is a claim like any mail: match it by the token in the envelope address
 * ({@link bounceAddress}) before it is believed.
 */
import { isAddress, parseAddress } from './address.ts';
import { MailError } from './errors.ts';
import { fieldOf, type HeaderSection, oneLine, readHeaderSection } from './header-section.ts';
import { MAIL_LIMITS } from './limits.ts';
import type { ReadMail } from './read-mail.ts';

export interface Bounce {
  /** Who did not get it; null where it does not say. */
  readonly recipient: string | null;
  /** RFC 3463: `5.1.1`. */
  readonly status: string;
  /** `transient`: it is still tried, or another attempt may do. */
  readonly kind: 'permanent' | 'transient';
  /** Of our mail; null where it does not say. */
  readonly originalMessageId: string | null;
  /** One line of what the server said, 500 characters at most. */
  readonly diagnostic: string;
}

/** Null for a mail that is no such notification, and for one of success. */
export function readBounce(mail: ReadMail): Bounce | null {
  return fromReport(mail) ?? fromExim(mail) ?? fromQmail(mail);
}

const TOKEN = /^[a-z0-9]{8,32}$/;

/** The envelope address whose bounces tell which mail it was: `desk+b=<token>@example.org`. */
export function bounceAddress(address: string, token: string): string {
  if (!TOKEN.test(token)) throw new MailError('bad-address', 'a token has 8 to 32 small letters and digits');
  const [local = '', domain = ''] = parseAddress(address).split('@');
  return parseAddress(`${local}+b=${token}@${domain}`);
}

/** The token in one of the addresses that a mail came to, or null. */
export function bounceToken(address: string, recipients: readonly string[]): string | null {
  const [local = '', domain = ''] = parseAddress(address).toLowerCase().split('@');
  for (const recipient of recipients) {
    const text = recipient.toLowerCase();
    const token = text.slice(`${local}+b=`.length, -`@${domain}`.length);
    if (TOKEN.test(token) && text === `${local}+b=${token}@${domain}`) return token;
  }
  return null;
}

/** RFC 3464: fields of the message, then fields of each recipient; we write to one. */
function fromReport(mail: ReadMail): Bounce | null {
  const report = mail.attachments.find(
    ({ type }) => type === 'message/delivery-status' || type === 'message/global-delivery-status',
  );
  if (report === undefined) return null;
  for (const block of blocksOf(report.bytes)) {
    const action = fieldOf(block, 'action')?.toLowerCase().split(/\s/)[0];
    if (action !== 'failed' && action !== 'delayed') continue;
    const diagnostic = fieldOf(block, 'diagnostic-code') ?? '';
    const status =
      statusIn(fieldOf(block, 'status') ?? '') ??
      statusIn(diagnostic) ??
      (action === 'failed' ? '5.0.0' : '4.0.0');
    return {
      recipient:
        addressIn(fieldOf(block, 'final-recipient')) ?? addressIn(fieldOf(block, 'original-recipient')),
      status,
      kind: action === 'failed' && status.startsWith('5') ? 'permanent' : 'transient',
      originalMessageId: originalOf(mail),
      diagnostic: shown(diagnostic.replace(/^\s*[a-z0-9-]+\s*;/i, '')),
    };
  }
  return null;
}

/** Exim names the recipients in a field of its own. */
function fromExim(mail: ReadMail): Bounce | null {
  const [recipient] = mail.marks.failedRecipients;
  if (recipient === undefined) return null;
  const said = mail.text.split('\n').find((line) => /\b[45]\d\d[ -]/.test(line)) ?? '';
  return textual(mail, recipient, said);
}

/** qmail (QSBMF): a paragraph that begins with the address in angle brackets. */
function fromQmail(mail: ReadMail): Bounce | null {
  if (!/^Hi\. This is the /m.test(mail.text)) return null;
  const match = /^<([^<>\s]{3,254})>:\n((?:.+\n?){1,20})/m.exec(mail.text);
  return textual(mail, addressIn(match?.[1] ?? null), match?.[2] ?? '');
}

function textual(mail: ReadMail, recipient: string | null, said: string): Bounce {
  const reply = /\b([45])\d\d[ -]/.exec(said)?.[1];
  const status = statusIn(said) ?? `${reply ?? 5}.0.0`;
  return {
    recipient,
    status,
    kind: status.startsWith('5') ? 'permanent' : 'transient',
    originalMessageId: originalOf(mail),
    diagnostic: shown(said),
  };
}

/** Our own message id: in the returned message or header, else in the text after the notification's. */
function originalOf(mail: ReadMail): string | null {
  const returned = mail.attachments.find(({ type }) =>
    /^(?:message\/(?:rfc822|global)|text\/rfc822-headers)/.test(type),
  );
  const header = returned === undefined ? null : readHeaderSection(returned.bytes, MAIL_LIMITS);
  const value = header === null ? textAfter(mail.text) : (fieldOf(header, 'message-id') ?? '');
  return /<[^\s<>@]{1,250}@[^\s<>@]{1,250}>/.exec(value)?.[0] ?? mail.inReplyTo;
}

function textAfter(text: string): string {
  return /^Message-I[Dd]:\s*(.{1,600})$/m.exec(text)?.[1] ?? '';
}

const MAX_BLOCKS = 20;

/** Groups of fields with an empty line between them. */
function blocksOf(bytes: Uint8Array): readonly HeaderSection[] {
  const blocks: HeaderSection[] = [];
  let rest = bytes;
  while (rest.length > 0 && blocks.length < MAX_BLOCKS) {
    const block = readHeaderSection(rest, MAIL_LIMITS);
    blocks.push(block);
    rest = rest.subarray(block.bodyStart);
  }
  return blocks;
}

/** `rfc822; a@example.org`. */
function addressIn(value: string | null): string | null {
  const address = (value ?? '')
    .replace(/^\s*[a-z0-9-]+\s*;/i, '')
    .trim()
    .replace(/^<(.*)>$/, '$1');
  return isAddress(address) ? parseAddress(address) : null;
}

function statusIn(text: string): string | null {
  return /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1] ?? null;
}

function shown(text: string): string {
  return oneLine(text).slice(0, 500);
}
