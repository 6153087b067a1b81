import { BytesError, decodeUtf8 } from 'cpansec/base';
import { RequestError } from './errors.ts';

export interface ServiceRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly base: URL;
  /** Below the base, each part as it is. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Goes as JSON. */
  readonly body?: object | undefined;
  /** Whether it changes something at the other side. */
  readonly changes: boolean;
}

export interface RequestOps {
  /** The standard's, https://fetch.spec.whatwg.org/ */
  readonly fetch: typeof fetch;
  /** Milliseconds for the whole. Default 30,000. */
  readonly timeout?: number | undefined;
  /** Bytes of an answer. */
  readonly limit: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The base of a service: https, or this machine. Throws `bad-config`. */
export function serviceBase(text: string): URL {
  if (!URL.canParse(text)) throw new RequestError('bad-config', 'the address of the server is none');
  const url = new URL(text.endsWith('/') ? text : `${text}/`);
  const local = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(local && url.protocol === 'http:'))
    throw new RequestError('bad-config', 'the address of the server is not https');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new RequestError('bad-config', 'the address of the server holds more than a host and a path');
  return url;
}

/** The answer, whatever its status; no redirect is followed. Throws `unreachable`, `broken`, `timeout`, `reply`. */
export async function request(asked: ServiceRequest, ops: RequestOps): Promise<Answer> {
  const { method, headers = {}, body, changes } = asked;
  const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  try {
    const response = await ops.fetch(addressOf(asked), {
      method,
      headers: { accept: 'application/json', ...json, ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(ops.timeout ?? 30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await textOf(response, ops.limit) };
  } catch (error) {
    throw failureOf(error, changes);
  }
}

function addressOf({ base, path, query = {} }: ServiceRequest): URL {
  const url = new URL(path.map(encodeURIComponent).join('/'), base);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

async function textOf(response: Response, limit: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > limit) throw new RequestError('reply', `an answer of more than ${limit} bytes`);
    parts.push(part);
  }
  return decodeUtf8(new Uint8Array(Buffer.concat(parts)));
}

/** Of these nothing of a request has gone out. */
const UNSENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|UNABLE_TO_.*|.*CERT.*)$/;

function failureOf(error: unknown, mayHaveHappened: boolean): RequestError {
  const more = { mayHaveHappened, after: 30 };
  if (error instanceof RequestError) return new RequestError(error.code, error.problem, { mayHaveHappened });
  if (error instanceof BytesError)
    return new RequestError('reply', 'an answer that is no text', { mayHaveHappened });
  const { name, code } = systemError(error);
  if (name === 'TimeoutError') return new RequestError('timeout', 'no answer in time', more);
  if (UNSENT.test(code)) return new RequestError('unreachable', `no connection: ${code}`, { after: 60 });
  return new RequestError('broken', `the connection broke off: ${code || name}`, more);
}

/** Codes alone: a message may quote the request, and with it the key. */
function systemError(error: unknown): { readonly name: string; readonly code: string } {
  if (!(error instanceof Error)) return { name: 'unknown', code: '' };
  const { cause } = error;
  const inner = cause instanceof Error ? cause : error;
  return { name: error.name, code: 'code' in inner ? String(inner.code).slice(0, 60) : '' };
}

const MAX_AFTER = 24 * 3600;

/** Seconds until the next request: what `Retry-After` says (RFC 9110, section 10.2.3), a day at most, else these. */
export function retryAfter(headers: Headers, otherwise: number): number {
  const said = headers.get('retry-after') ?? '';
  const from = Date.parse(headers.get('date') ?? '');
  const seconds = /^\d{1,9}$/.test(said) ? Number(said) : Math.ceil((Date.parse(said) - from) / 1000);
  return Number.isNaN(seconds) ? otherwise : Math.min(Math.max(seconds, 1), MAX_AFTER);
}
