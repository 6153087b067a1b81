/** One request to a network, bounded in time and size: its answer, or why there is none. */
import {
  BytesError,
  decodeUtf8,
  type Json,
  JsonError,
  parseJson,
  type Shape,
  ShapeError,
} from 'cpansec/base';
import { PostError } from './errors.ts';
import type { PostOps, Secret } from './poster.ts';

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the base, each part as it is. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Changes nothing, though it is no GET. */
  readonly reads?: true;
}

/** Bytes. */
const MAX_ANSWER = 4 * 1024 * 1024;

/** https, or this machine. Throws `bad-config`. */
export function baseOf(text: string): URL {
  if (!URL.canParse(text)) throw new PostError('bad-config', 'the address of the server is none');
  const url = new URL(text.endsWith('/') ? text : `${text}/`);
  const local = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(local && url.protocol === 'http:'))
    throw new PostError('bad-config', 'the address of the server is not https');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new PostError('bad-config', 'the address of the server holds more than a host and a path');
  return url;
}

/** What a header carries unchanged. */
const HEADER = /^[\x21-\x7e]{1,4000}$/;

/** Throws `token`. */
export function secretOf(secret: Secret): string {
  let found: string;
  try {
    found = secret();
  } catch (cause) {
    throw new PostError('token', 'the token or password could not be read', { cause });
  }
  if (!HEADER.test(found))
    throw new PostError('token', 'the token or password is empty or holds what none holds');
  return found;
}

/** The answer, or null for a status that is expected beside it. Throws {@link PostError}. */
export async function ask<T>(
  ops: PostOps,
  base: URL,
  what: Ask,
  shape: Shape<T>,
  absent: (status: number, error: string) => boolean = () => false,
): Promise<T | null> {
  const changes = what.method !== 'GET' && what.reads !== true;
  const { status, headers, text } = await answerOf(ops, base, what, changes);
  if (status >= 400 && absent(status, wordOf(text))) return null;
  if (status < 200 || status >= 300) throw refusal(status, headers, changes);
  try {
    return shape(parseJson(text, { maxLength: MAX_ANSWER }));
  } catch (cause) {
    if (!(cause instanceof ShapeError || cause instanceof JsonError)) throw cause;
    throw new PostError('reply', 'an answer of another shape', { mayHaveHappened: changes });
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function answerOf(
  { fetch, timeout = 30_000 }: PostOps,
  base: URL,
  { method, path, query = {}, headers = {}, body }: Ask,
  changes: boolean,
): Promise<Answer> {
  const url = new URL(path.map(encodeURIComponent).join('/'), base);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: 'application/json', ...json, ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await textOf(response) };
  } catch (error) {
    throw failureOf(error, changes);
  }
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > MAX_ANSWER) throw new PostError('reply', `an answer of more than ${MAX_ANSWER} bytes`);
    parts.push(part);
  }
  return decodeUtf8(new Uint8Array(Buffer.concat(parts)));
}

/** Of these nothing of a request has gone out. */
const UNSENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|.*CERT.*)$/;

function failureOf(error: unknown, changes: boolean): PostError {
  const more = { mayHaveHappened: changes, after: 30 };
  if (error instanceof PostError)
    return new PostError(error.code, error.problem, { mayHaveHappened: changes });
  if (error instanceof BytesError)
    return new PostError('reply', 'an answer that is no text', { mayHaveHappened: changes });
  const { name, code } = systemError(error);
  if (name === 'TimeoutError') return new PostError('timeout', 'no answer in time', more);
  if (UNSENT.test(code)) return new PostError('unreachable', `no connection: ${code}`, { after: 60 });
  return new PostError('broken', `the connection broke off: ${code || name}`, more);
}

/** Codes alone: a message may quote the request, and with it the token. */
function systemError(error: unknown): { readonly name: string; readonly code: string } {
  if (!(error instanceof Error)) return { name: 'unknown', code: '' };
  const { cause } = error;
  const inner = cause instanceof Error ? cause : error;
  return { name: error.name, code: 'code' in inner ? String(inner.code).slice(0, 60) : '' };
}

function refusal(status: number, headers: Headers, changes: boolean): PostError {
  const problem = `the server answers ${status}`;
  if (status === 401 || status === 403) return new PostError('credentials', problem);
  if (status === 429) return new PostError('limited', problem, { after: afterOf(headers, 300) });
  // What failed within the server may have been done.
  if (status >= 500)
    return new PostError('failing', problem, { mayHaveHappened: changes, after: afterOf(headers, 60) });
  if (status < 400)
    return new PostError('reply', `${problem}, which is followed nowhere`, { mayHaveHappened: changes });
  return new PostError('refused', problem);
}

const MAX_AFTER = 24 * 3600;

/** Seconds: what `Retry-After` says as a number (RFC 9110, section 10.2.3), else these. */
function afterOf(headers: Headers, otherwise: number): number {
  const said = headers.get('retry-after') ?? '';
  return /^\d{1,9}$/.test(said) ? Math.min(Math.max(Number(said), 1), MAX_AFTER) : otherwise;
}

/** Its own word for an error: `RecordNotFound`, `M_NOT_FOUND`. */
function wordOf(text: string): string {
  let found: Json;
  try {
    found = parseJson(text, { maxLength: MAX_ANSWER });
  } catch (error) {
    if (error instanceof JsonError) return '';
    throw error;
  }
  const said =
    typeof found === 'object' && found !== null && !Array.isArray(found)
      ? (found.error ?? found.errcode)
      : '';
  return typeof said === 'string' ? said : '';
}
