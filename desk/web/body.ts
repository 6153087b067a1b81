/** What a form or a program sends, as plain values. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { WebError } from './errors.ts';
import type { Upload } from './route.ts';

/** Fields of one form, and characters of a field's name. */
const MAX_FIELDS = 400;
const MAX_NAME = 100;
/** Lists and objects in each other; no route takes more than a few. */
const MAX_DEPTH = 20;

export interface Body {
  readonly values: Readonly<Record<string, unknown>>;
  readonly uploads: readonly Upload[];
}

export const EMPTY: Body = { values: {}, uploads: [] };

/** JSON, and the two encodings of HTML forms; anything else is refused with 415. */
export function parseBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const parse = (type: string | RegExp, read: (bytes: Buffer, contentType: string) => Promise<Body>): void =>
    server.addContentTypeParser(type, { parseAs: 'buffer' }, (request: FastifyRequest, bytes: Buffer) =>
      read(bytes, request.headers['content-type'] ?? ''),
    );
  parse('application/json', async (bytes) => ({ values: jsonObject(bytes), uploads: [] }));
  parse('application/x-www-form-urlencoded', async (bytes) =>
    collected([...new URLSearchParams(bytes.toString('utf8'))]),
  );
  parse(/^multipart\/form-data;/, async (bytes, contentType) =>
    collected(await multipart(bytes, contentType)),
  );
}

function jsonObject(bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new WebError('invalid', 'The body is no JSON.');
  }
  if (isDeeper(value, MAX_DEPTH)) throw new WebError('invalid', 'The body is nested too deeply.');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new WebError('invalid', 'The body is no JSON object.');
}

function isDeeper(value: unknown, than: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return than === 0 || Object.values(value).some((one) => isDeeper(one, than - 1));
}

type Field = readonly [name: string, value: string | File];

async function multipart(bytes: Buffer, contentType: string): Promise<Field[]> {
  const response = new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } });
  try {
    return [...(await response.formData())];
  } catch {
    throw new WebError('invalid', 'The form was cut off on its way.');
  }
}

/** A field that comes several times is a list. */
async function collected(fields: readonly Field[]): Promise<Body> {
  if (fields.length > MAX_FIELDS) throw new WebError('invalid', 'The form has too many fields.');
  const values = new Map<string, unknown>();
  const uploads: Upload[] = [];
  for (const [name, value] of fields) {
    if (name.length > MAX_NAME) throw new WebError('invalid', 'A field has too long a name.');
    if (typeof value === 'string')
      values.set(name, values.has(name) ? [values.get(name), value].flat() : value);
    else if (value.size > 0)
      uploads.push({ field: name, name: value.name, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  return { values: Object.fromEntries(values), uploads };
}
