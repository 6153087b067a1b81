/** MIME entities as we write them (RFC 2045, 2046, 2231): ASCII only, lines that end with CRLF. */
import { createHash } from 'node:crypto';
import { encode as encodeBase64, wrap as wrapBase64 } from 'nodemailer/lib/base64';
import { buildHeaderParam, quoteString } from 'nodemailer/lib/mime-funcs';
import { encode as encodeQuoted, wrap as wrapQuoted } from 'nodemailer/lib/qp';
import { MailError } from './errors.ts';
import { checkValue, type Field, formatFields } from './header-fields.ts';

const MAX_ATTACHMENTS = 20;
const MAX_ATTACHED = 20 * 1024 * 1024;

/** Header fields and an encoded body. */
export interface Entity {
  readonly fields: readonly Field[];
  readonly body: string;
}

/** Something to send along. A type that is none is refused. */
export interface Attachment {
  readonly name: string;
  /** `application/gzip`; multipart and message types go as `application/octet-stream`. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

export function formatEntity({ fields, body }: Entity): string {
  return `${formatFields(fields)}\r\n${body}`;
}

/** Plain text, as it is where it is ASCII of short lines, else as quoted-printable UTF-8. */
export function textEntity(text: string): Entity {
  const crlf = `${text.replace(/\n*$/, '')}\n`.replaceAll('\n', '\r\n');
  const plain = /^[\x20-\x7e\t\r\n]*$/.test(text) && text.split('\n').every((line) => line.length <= 900);
  return {
    fields: [
      ['Content-Type', `text/plain; charset=${plain ? 'us-ascii' : 'utf-8'}`],
      ['Content-Transfer-Encoding', plain ? '7bit' : 'quoted-printable'],
    ],
    body: plain ? crlf : wrapQuoted(encodeQuoted(crlf)),
  };
}

/** Throws `bad-header` for a name or type that is none, `too-large` for too much of it. */
export function attachmentEntities(attachments: readonly Attachment[]): readonly Entity[] {
  const bytes = attachments.reduce((sum, attachment) => sum + attachment.bytes.length, 0);
  if (attachments.length > MAX_ATTACHMENTS || bytes > MAX_ATTACHED)
    throw new MailError('too-large', `${attachments.length} attachments of ${bytes} bytes`);
  return attachments.map(attachmentEntity);
}

/** The boundary follows from the seed and occurs in no part. */
export function multipart(type: string, parts: readonly Entity[], seed: string): Entity {
  const texts = parts.map(formatEntity);
  const boundary = boundaryOf(seed, texts);
  const body = texts.map((text) => `--${boundary}\r\n${text}${text.endsWith('\r\n') ? '' : '\r\n'}`).join('');
  return {
    fields: [['Content-Type', `${type}; boundary="${boundary}"`]],
    body: `${body}--${boundary}--\r\n`,
  };
}

function attachmentEntity({ name, type, bytes }: Attachment): Entity {
  checkValue('the name of an attachment', name);
  if (!/^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/i.test(type))
    throw new MailError('bad-header', 'the type of an attachment is no media type');
  const opaque = /^(?:multipart|message)\//i.test(type) ? 'application/octet-stream' : type;
  const params = buildHeaderParam('filename', name, 50).map(({ key, value }) =>
    key.endsWith('*') ? `${key}=${value}` : `${key}=${quoteString(value)}`,
  );
  return {
    fields: [
      ['Content-Type', opaque],
      ['Content-Disposition', ['attachment', ...params].join('; ')],
      ['Content-Transfer-Encoding', 'base64'],
    ],
    body: `${wrapBase64(encodeBase64(Buffer.from(bytes)))}\r\n`,
  };
}

function boundaryOf(seed: string, texts: readonly string[]): string {
  for (let count = 0; ; count++) {
    const boundary = createHash('sha256').update(`${count} ${seed}`).digest('hex').slice(0, 32);
    if (!texts.some((text) => text.includes(boundary))) return boundary;
  }
}
