/**
 * A fetch of addresses that others wrote: it reaches public servers of https and nothing else. A name is looked up
 * once; when any of its addresses is not public the fetch is refused, and the connection goes to the address that
 * was looked at, so that a second answer of the DNS changes nothing. Each redirect is judged anew. No proxy, no
 * cookie, no credential, no encoding, and no word of who asks.
 */
import { lookup as systemLookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { quoteFound } from 'cpansec/base';
import { ContactError, type ContactErrorCode } from './errors.ts';
import { isPublicAddress } from './public-address.ts';

export interface GuardOptions {
  /** Most bytes of the answer. */
  readonly limit: number;
  /** Milliseconds for everything, redirects included. Default 10,000. */
  readonly timeout?: number;
  /** Redirects followed. Default 3. */
  readonly redirects?: number;
  /** All addresses of a name. Default: the system's. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
  /** The one server beside public ones that may be reached; for tests and a desk's own network. */
  readonly allow?: Allowance;
}

export interface Allowance {
  /** An IP address, exactly. */
  readonly address: string;
  readonly port: number;
  /** The authority that its certificate is checked by, in PEM. */
  readonly ca: string;
}

export interface GuardedAnswer {
  /** Where the answer came from in the end. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly bytes: Uint8Array;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * GET. Throws {@link ContactError}: `fetch-refused` before anything was sent, `fetch-failed`, `fetch-timeout`,
 * `fetch-too-large`. Any status but a redirect is an answer.
 */
export async function guardedFetch(address: string, options: GuardOptions): Promise<GuardedAnswer> {
  const { timeout = 10_000, redirects = 3 } = options;
  const signal = AbortSignal.timeout(timeout);
  let url = checkedUrl(address, options);
  for (let left = redirects; ; left--) {
    const target = await within(signal, targetOf(url, options));
    const answer = await within(signal, answerOf(url, target, signal, options));
    if (!REDIRECTS.has(answer.status)) return answer;
    if (left === 0) throw problem('fetch-refused', `redirects more than ${redirects} times`, url);
    url = checkedUrl(answer.location ?? '', options, url);
  }
}

function problem(code: ContactErrorCode, text: string, url: URL, cause?: unknown): ContactError {
  return new ContactError(code, text, { file: url.href.slice(0, 300) }, { cause });
}

/** The address by its form alone; relative ones are a redirect's. */
function checkedUrl(address: string, { allow }: GuardOptions, from?: URL): URL {
  const shown = quoteFound(address, 200);
  if (address === '' || address.length > 2000 || !URL.canParse(address, from?.href))
    throw new ContactError('fetch-refused', `${shown} is no address`);
  const url = new URL(address, from?.href);
  if (url.protocol !== 'https:') throw new ContactError('fetch-refused', `${shown} is not https`);
  if (url.username !== '' || url.password !== '')
    throw new ContactError('fetch-refused', 'the address holds a user name or password');
  const port = Number(url.port || 443);
  if (port !== 443 && port !== allow?.port) throw new ContactError('fetch-refused', `${shown}: port ${port}`);
  url.hash = '';
  return url;
}

/** The IP address to connect to, looked up once and judged. */
async function targetOf(url: URL, options: GuardOptions): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await resolved(url, host, options) : [host];
  const refused = addresses.find((address) => !isAllowed(address, url, options));
  if (refused !== undefined)
    throw problem('fetch-refused', `${quoteFound(refused)} is no public address`, url);
  const [first] = addresses;
  if (first === undefined) throw problem('fetch-failed', 'the name has no address', url);
  return first;
}

/** Port 443 is for public addresses, the allowance's port for its own address alone. */
function isAllowed(address: string, url: URL, { allow }: GuardOptions): boolean {
  const port = Number(url.port || 443);
  if (allow !== undefined && address === allow.address && port === allow.port) return true;
  return port === 443 && isPublicAddress(address);
}

async function resolved(
  url: URL,
  host: string,
  { resolve = systemAddresses }: GuardOptions,
): Promise<readonly string[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw problem('fetch-failed', 'the name was not found', url, cause);
  }
}

async function systemAddresses(name: string): Promise<string[]> {
  const found = await systemLookup(name, { all: true, order: 'verbatim' });
  return found.map(({ address }) => address);
}

/** A promise, or `fetch-timeout` when the time is up first: looking up a name cannot be ended. */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new ContactError('fetch-timeout', 'not done in the time given'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
  return Promise.race([work, late]);
}

interface Answer extends GuardedAnswer {
  readonly location: string | undefined;
}

function answerOf(url: URL, target: string, signal: AbortSignal, options: GuardOptions): Promise<Answer> {
  const { limit, allow } = options;
  const lookup: LookupFunction = (_host, { all }, done) => {
    const family = isIP(target);
    if (all === true) done(null, [{ address: target, family }]);
    else done(null, target, family);
  };
  const isOwn = target === allow?.address;
  const headers = { 'user-agent': 'fetch', accept: '*/*', 'accept-encoding': 'identity' };
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      const known = cause instanceof ContactError || signal.aborted;
      reject(known ? cause : problem('fetch-failed', cause.message, url, cause));
    };
    const sent = request(url, { agent: false, lookup, headers, signal, ...(isOwn ? { ca: allow?.ca } : {}) });
    sent.once('error', fail);
    sent.once('response', (response) => {
      bodyOf(response, limit, url)
        .then((bytes) => resolve(answerWith(response, bytes, url)), fail)
        .finally(() => sent.destroy());
    });
    sent.end();
  });
}

function answerWith({ statusCode = 0, headers }: IncomingMessage, bytes: Uint8Array, url: URL): Answer {
  const { location } = headers;
  return { url: url.href, status: statusCode, contentType: headers['content-type'] ?? null, bytes, location };
}

async function bodyOf(response: IncomingMessage, limit: number, url: URL): Promise<Uint8Array> {
  const tooLarge = (): ContactError => problem('fetch-too-large', `more than ${limit} bytes`, url);
  if (REDIRECTS.has(response.statusCode ?? 0)) return new Uint8Array();
  if (Number(response.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
