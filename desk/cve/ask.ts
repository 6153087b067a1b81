/** One request to CVE Services, bounded in time and size: its answer, or why there is none. */
import { BytesError, decodeUtf8, type Json, JsonError, PlacedError, parseJson } from 'cpansec/base';
import { CveError } from './errors.ts';
import { refusal } from './refusal.ts';

/** The standard's, https://fetch.spec.whatwg.org/ */
export type Fetch = typeof fetch;

/** Gives the key, from wherever it is kept. What it throws is told as `key`; a {@link PlacedError} with its message. */
export type KeySource = () => Promise<string>;

export interface ServiceAddress {
  /** `https://cveawg.example.org/api/` */
  readonly base: string;
  /** Short name of the organisation. */
  readonly org: string;
  readonly user: string;
  /** Asked for each request. */
  readonly key: KeySource;
  readonly fetch: Fetch;
  /** Milliseconds for one request. Default 30,000. */
  readonly timeout?: number;
}

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the base, each part as it is. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
}

/** Bytes. */
const MAX_ANSWER = 8 * 1024 * 1024;

export type Asker = (ask: Ask) => Promise<Json>;

/** Throws `bad-config`; what it gives throws {@link CveError}. */
export function asker(address: ServiceAddress): Asker {
  const base = baseOf(address.base);
  for (const [name, text] of Object.entries({ org: address.org, user: address.user }))
    if (!HEADER.test(text)) throw new CveError('bad-config', `the ${name} is empty or no name`);
  return async (ask) => {
    const key = await keyOf(address);
    const { status, headers, text } = await answerOf(address, urlOf(base, ask), ask, key);
    if (status >= 300) throw refusal({ status, headers, text, key, changes: ask.method !== 'GET' });
    return text === '' ? null : jsonOf(text, ask);
  };
}

/** What a header carries unchanged. */
const HEADER = /^[\x21-\x7e](?:[\x20-\x7e]{0,254}[\x21-\x7e])?$/;

/** https, or this machine. */
function baseOf(text: string): URL {
  if (!URL.canParse(text)) throw new CveError('bad-config', 'the address is none');
  const url = new URL(text.endsWith('/') ? text : `${text}/`);
  const local = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(local && url.protocol === 'http:'))
    throw new CveError('bad-config', 'the address is not https');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new CveError('bad-config', 'the address holds more than a host and a path');
  return url;
}

async function keyOf({ key }: ServiceAddress): Promise<string> {
  let found: string;
  try {
    found = await key();
  } catch (cause) {
    const why = cause instanceof PlacedError ? `: ${cause.message}` : '';
    throw new CveError('key', `the key could not be got${why}`, { cause });
  }
  if (!HEADER.test(found)) throw new CveError('key', 'the key is empty or holds what no key holds');
  return found;
}

function urlOf(base: URL, { path, query = {} }: Ask): URL {
  const url = new URL(path.map(encodeURIComponent).join('/'), base);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function answerOf(
  { org, user, fetch, timeout = 30_000 }: ServiceAddress,
  url: URL,
  { method, body }: Ask,
  key: string,
): Promise<Answer> {
  const sent = { 'CVE-API-ORG': org, 'CVE-API-USER': user, 'CVE-API-KEY': key, accept: 'application/json' };
  const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  try {
    const response = await fetch(url, {
      method,
      headers: { ...sent, ...json },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await textOf(response) };
  } catch (error) {
    throw failureOf(error, method !== 'GET');
  }
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > MAX_ANSWER) throw new CveError('reply', `an answer of more than ${MAX_ANSWER} bytes`);
    parts.push(part);
  }
  return decodeUtf8(new Uint8Array(Buffer.concat(parts)));
}

/** Of these nothing of a request has gone out. */
const UNSENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|UNABLE_TO_.*|.*CERT.*)$/;

function failureOf(error: unknown, changes: boolean): CveError {
  if (error instanceof CveError) return new CveError(error.code, error.problem, { mayHaveHappened: changes });
  if (error instanceof BytesError)
    return new CveError('reply', 'an answer that is no text', { mayHaveHappened: changes });
  const { name, code } = systemError(error);
  if (name === 'TimeoutError')
    return new CveError('timeout', 'no answer in time', { mayHaveHappened: changes, after: 30 });
  if (UNSENT.test(code)) return new CveError('unreachable', `no connection: ${code}`, { after: 60 });
  return new CveError('broken', `the connection broke off: ${code || name}`, {
    mayHaveHappened: changes,
    after: 30,
  });
}

/** Codes alone: a message may quote the request, and with it the key. */
function systemError(error: unknown): { readonly name: string; readonly code: string } {
  if (!(error instanceof Error)) return { name: 'unknown', code: '' };
  const { cause } = error;
  const inner = cause instanceof Error ? cause : error;
  return { name: error.name, code: 'code' in inner ? String(inner.code).slice(0, 60) : '' };
}

function jsonOf(text: string, { method }: Ask): Json {
  try {
    return parseJson(text, { maxLength: MAX_ANSWER });
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new CveError('reply', 'an answer that is no JSON', { mayHaveHappened: method !== 'GET' });
  }
}
