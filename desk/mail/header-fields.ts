/** Header fields as we write them (RFC 5322, RFC 2047): what could end a field or start another is refused. */
import { quoteFound } from 'cpansec/base';
import { encodeWord, foldLines, quoteString } from 'nodemailer/lib/mime-funcs';
import { type Mailbox, parseAddress } from './address.ts';
import { MailError } from './errors.ts';

/** Characters of one value; longer ones are refused, never cut. */
const MAX_VALUE = 500;
const MAX_MESSAGE_ID = 250;
const MAX_REFERENCES = 100;
const MESSAGE_ID = /^<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~:-]+@[A-Za-z0-9.:[\]_-]+>$/;

/** Control characters, line separators of Unicode, half surrogate pairs. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/u;

/** A name and its value in ASCII, folded or not, without the last line break. */
export type Field = readonly [name: string, value: string];

/** Throws `bad-header` for a line break, a NUL, another control character, half a surrogate pair, or too much. */
export function checkValue(name: string, value: string): string {
  if (UNSAFE.test(value))
    throw new MailError('bad-header', `${name} has a control character: ${quoteFound(value)}`);
  if (value.length > MAX_VALUE)
    throw new MailError('bad-header', `${name} has ${value.length} characters, ${MAX_VALUE} are allowed`);
  return value;
}

/** Plain words as they are, anything else as encoded words. */
export function unstructured(name: string, value: string): Field {
  return [name, encoded(checkValue(name, value))];
}

export function mailbox(header: string, { name, address }: Mailbox): Field {
  const route = parseAddress(address);
  if (name === undefined || name === '') return [header, route];
  checkValue(header, name);
  return [header, `${isPlain(name) ? quoteString(name) : encoded(name)} <${route}>`];
}

/** Message ids in angle brackets. */
export function messageIds(name: string, ids: readonly string[]): Field {
  if (ids.length > MAX_REFERENCES) throw new MailError('bad-header', `${name} has ${ids.length} message ids`);
  const bad = ids.find((id) => id.length > MAX_MESSAGE_ID || !MESSAGE_ID.test(id));
  if (bad !== undefined) throw new MailError('bad-header', `${name}: ${quoteFound(bad)} is no message id`);
  return [name, ids.join(' ')];
}

/** `Sun, 22 Nov 2026 06:00:00 +0000`. Throws `bad-header` for no instant. */
export function dateField(at: string): Field {
  const date = new Date(at);
  if (Number.isNaN(date.getTime()))
    throw new MailError('bad-header', `Date: ${quoteFound(at)} is no instant`);
  return ['Date', date.toUTCString().replace('GMT', '+0000')];
}

/** Lines that end with CRLF. */
export function formatFields(fields: readonly Field[]): string {
  return fields.map(([name, value]) => `${foldLines(`${name}: ${value}`, 76)}\r\n`).join('');
}

function encoded(value: string): string {
  return isPlain(value) ? value : encodeWord(value, 'B', 60);
}

/** What a reader takes for an encoded word is not plain. */
function isPlain(value: string): boolean {
  return (
    /^[\x20-\x7e]*$/.test(value) &&
    !value.includes('=?') &&
    value.split(' ').every((word) => word.length < 72)
  );
}
