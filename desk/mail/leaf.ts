/** What a part without parts holds: text, or bytes with a name. Decoding of charsets and names is postal-mime's. */
import { randomUUID } from 'node:crypto';
import PostalMime, { type Email } from 'postal-mime';
import { fieldOf, oneLine } from './header-section.ts';
import type { Part } from './mime.ts';

const MAX_NAME = 120;

/** Bytes of a mail with what it calls them. Never trusted: not the type, not the name. */
export interface ReadAttachment {
  /** Without folders and control characters, 120 characters at most. */
  readonly name: string;
  /** `application/pdf`, as claimed. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Whether it is text to read, rather than something to keep. */
export function isText(part: Part): boolean {
  if (part.type !== 'text/plain' && part.type !== 'text/html') return false;
  const disposition = fieldOf(part.header, 'content-disposition') ?? '';
  return !/^\s*attachment/i.test(disposition) && !/name\*?/i.test(disposition) && !part.params.has('name');
}

/** Its text with LF as line break; HTML without its marks. At most `limit` characters and whether that cut it. */
export async function textOf(part: Part, limit: number): Promise<{ text: string; cut: boolean }> {
  const bound = limit * 4;
  const body = part.body.subarray(0, bound);
  const parse = part.type === 'text/html' ? parseHtml : parseAlone;
  const email = await parse(part, body, {
    type: part.type,
    encoding: fieldOf(part.header, 'content-transfer-encoding') ?? '',
  });
  const text = plainText(email.text ?? '').replace(/^[ \n]*\n/, '');
  return { text: text.slice(0, limit), cut: part.body.length > bound || text.length > limit };
}

/** LF as line break, no other control characters than tabs. */
export function plainText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}

/** `number` names what has no name. */
export async function attachmentOf(part: Part, number: number): Promise<ReadAttachment> {
  const bytes = decodeBody(part);
  const named = await parseAlone(part, new Uint8Array(0), {
    type: 'application/octet-stream',
    disposition: fieldOf(part.header, 'content-disposition') ?? 'attachment',
  });
  return { name: safeName(named.attachments[0]?.filename ?? '', part.type, number), type: part.type, bytes };
}

/** The body without its transfer encoding (RFC 2045, section 6); an unknown one leaves it as it is. */
export function decodeBody({ header, body }: Part): Uint8Array {
  const encoding = (fieldOf(header, 'content-transfer-encoding') ?? '').trim().toLowerCase();
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (encoding === 'base64') return new Uint8Array(Buffer.from(bytes.toString('latin1'), 'base64'));
  if (encoding === 'quoted-printable') return decodeQuoted(bytes.toString('latin1'));
  return body;
}

function decodeQuoted(text: string): Uint8Array {
  const decoded = text
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return new Uint8Array(Buffer.from(decoded, 'latin1'));
}

interface Alone {
  readonly type: string;
  readonly encoding?: string;
  readonly disposition?: string;
}

/** The part as a message of its own whose type is ours, so that the parser finds no structure in it. */
function parseAlone(part: Part, body: Uint8Array, alone: Alone): Promise<Email> {
  return PostalMime.parse(Buffer.concat([headerOf(part, alone), body]), STRICT);
}

/** Beside a plain text, the parser makes text of HTML too. Nobody knows the boundary before. */
function parseHtml(part: Part, body: Uint8Array, alone: Alone): Promise<Email> {
  const boundary = randomUUID();
  const begin = `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n--${boundary}\r\n\r\n \r\n--${boundary}\r\n`;
  const end = `\r\n--${boundary}--\r\n`;
  const message = [Buffer.from(begin), headerOf(part, alone), body, Buffer.from(end)];
  return PostalMime.parse(Buffer.concat(message), STRICT);
}

const STRICT = { maxNestingDepth: 2, maxRfc822NestingDepth: 0 } as const;

function headerOf(part: Part, { type, encoding, disposition }: Alone): Buffer {
  const given = fieldOf(part.header, 'content-type') ?? '';
  const params = given.includes(';') ? given.slice(given.indexOf(';')) : '';
  const header = [
    `Content-Type: ${type}${params}`,
    ...(encoding === undefined ? [] : [`Content-Transfer-Encoding: ${encoding}`]),
    ...(disposition === undefined ? [] : [`Content-Disposition: ${disposition}`]),
  ];
  return Buffer.from(`${header.map(flat).join('\r\n')}\r\n\r\n`);
}

function flat(line: string): string {
  return line.replaceAll(/[\r\n]+/g, ' ');
}

function safeName(name: string, type: string, number: number): string {
  const safe = oneLine(name)
    .replaceAll(/[/\\:*?"<>|]/g, '_')
    .replace(/^[.\s]+/, '');
  if (safe === '') return type === 'message/rfc822' ? `message-${number}.eml` : `attachment-${number}`;
  if (safe.length <= MAX_NAME) return safe;
  const ending = /\.[A-Za-z0-9.]{1,12}$/.exec(safe)?.[0] ?? '';
  return safe.slice(0, MAX_NAME - ending.length) + ending;
}
