/** One request to CVE Services, bounded in time and size: its answer, or why there is none. */
import { type Json, JsonError, PlacedError, parseJson } from 'cpansec/base';
import { type Answer, RequestError, request, serviceBase } from '../requests/index.ts';
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
    const changes = ask.method !== 'GET';
    const { status, headers, text } = await answerOf(address, { ...ask, base, changes }, key);
    if (status >= 300) throw refusal({ status, headers, text, key, changes });
    return text === '' ? null : jsonOf(text, ask);
  };
}

/** What a header carries unchanged. */
const HEADER = /^[\x21-\x7e](?:[\x20-\x7e]{0,254}[\x21-\x7e])?$/;

function baseOf(text: string): URL {
  try {
    return serviceBase(text);
  } catch (error) {
    throw told(error);
  }
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

async function answerOf(
  { org, user, fetch, timeout }: ServiceAddress,
  asked: Parameters<typeof request>[0],
  key: string,
): Promise<Answer> {
  const headers = { 'CVE-API-ORG': org, 'CVE-API-USER': user, 'CVE-API-KEY': key };
  try {
    return await request({ ...asked, headers }, { fetch, timeout, limit: MAX_ANSWER });
  } catch (error) {
    throw told(error);
  }
}

function told(error: unknown): unknown {
  if (!(error instanceof RequestError)) return error;
  const { code, problem, mayHaveHappened, after } = error;
  return new CveError(code, problem, { mayHaveHappened, after });
}

function jsonOf(text: string, { method }: Ask): Json {
  try {
    return parseJson(text, { maxLength: MAX_ANSWER });
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new CveError('reply', 'an answer that is no JSON', { mayHaveHappened: method !== 'GET' });
  }
}
