import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { quoteFound } from '../base/index.ts';
import { IoError } from './errors.ts';
import { gunzip } from './gunzip.ts';
import { readFile } from './read-file.ts';
import { readStream } from './read-stream.ts';
import { type Answer, get, type NetOptions } from './request.ts';

export interface GetOptions extends NetOptions {
  /** Most bytes that are taken, unpacked. */
  readonly limit: number;
  /** Milliseconds that are waited in all when a server says so (429 and 503 with `Retry-After`); default none. */
  readonly patience?: number;
  /** Told of the bytes of an answer as they come, and of milliseconds that a server has us wait. */
  came?(bytes: number): void;
  waits?(milliseconds: number): void;
  /** Takes what is packed by gzip too, asked for or not, and unpacks it. */
  readonly gzip?: boolean;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * What the user typed, a path or an http, https or file address, as an address. Throws `bad-address`, also for
 * one with a password in it, which would stand in logs and process lists.
 */
export function parseAddress(text: string): URL {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(text)) return pathToFileURL(text);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:', 'file:'].includes(url.protocol))
    throw new IoError('bad-address', `${quoteFound(text)} is no http, https or file address`);
  if (url.username !== '' || url.password !== '')
    throw new IoError('bad-address', `the address of ${url.host} holds a user name or password`);
  return url;
}

/** The whole of what an address names. Throws what `open` does, and `too-large`. */
export async function httpGet(address: URL, options: GetOptions): Promise<Uint8Array> {
  const answer = await open(address, options.gzip === true ? { 'accept-encoding': 'gzip' } : {}, options);
  try {
    if (answer.status !== 200) throw unexpected(answer);
    refuseLength(answer, options.limit);
    return await readStream(answer.body, options.limit, answer.url.href);
  } finally {
    answer.close();
  }
}

/** SHA-256 of the same in small hexadecimal digits; nothing of it is kept. Throws as {@link httpGet} and {@link requireLength}. */
export async function httpDigest(address: URL, options: GetOptions): Promise<string> {
  const answer = await open(address, {}, options);
  try {
    if (answer.status !== 200) throw unexpected(answer);
    requireLength(answer);
    refuseLength(answer, options.limit);
    const hash = createHash('sha256');
    let length = 0;
    for await (const chunk of answer.body) {
      length += chunk.length;
      if (length > options.limit) throw tooLong(answer, options.limit);
      hash.update(chunk);
    }
    return hash.digest('hex');
  } finally {
    answer.close();
  }
}

/**
 * Reads what stands below an address that ends in a slash: bytes by path, at most `limit` of them, null where
 * nothing stands. Throws what `httpGet` does.
 */
export function fetchBelow(
  top: URL,
  net: Omit<GetOptions, 'limit'>,
): (path: string, limit: number) => Promise<Uint8Array | null> {
  return async (path, limit) => {
    try {
      return await httpGet(new URL(path, top), { ...net, limit });
    } catch (error) {
      if (error instanceof IoError && error.code === 'not-found') return null;
      throw error;
    }
  };
}

/**
 * GET with redirects followed: at most five, never from https to http nor to a file. A `file:` address answers
 * as a server would. Throws `no-connection`, `bad-certificate`, `bad-proxy`, `timeout`, `bad-redirect`,
 * `not-found`; other statuses are the caller's to judge.
 */
export async function open(
  address: URL,
  headers: Readonly<Record<string, string>>,
  options: GetOptions,
): Promise<Answer> {
  if (address.protocol === 'file:') return fileAnswer(address, options.limit);
  let url = address;
  for (let i = 0; i <= MAX_REDIRECTS; i++) {
    const answer = await getPatiently(url, headers, options);
    if (!REDIRECTS.has(answer.status)) {
      const told = { ...answer, body: telling(answer.body, options) };
      return options.gzip === true ? unpacked(told) : encodedPlainly(told);
    }
    answer.close();
    url = redirect(url, answer.headers.location ?? '');
  }
  throw new IoError('bad-redirect', `${address.host} redirects more than ${MAX_REDIRECTS} times`);
}

/** What is asked of too often says when it may be asked again (RFC 9110 section 10.2.3). */
async function getPatiently(
  url: URL,
  headers: Readonly<Record<string, string>>,
  options: GetOptions,
): Promise<Answer> {
  for (let patience = options.patience ?? 0; ; ) {
    const answer = await get(url, headers, options);
    const pause = pauseOf(answer);
    if (pause === null || pause > patience) return answer;
    answer.close();
    patience -= pause;
    options.waits?.(pause);
    await wait(pause);
  }
}

async function* telling(
  body: AsyncIterable<Uint8Array>,
  { came }: Pick<GetOptions, 'came'>,
): AsyncIterable<Uint8Array> {
  for await (const chunk of body) {
    came?.(chunk.length);
    yield chunk;
  }
}

/** Milliseconds; null where there is nothing to wait for. */
function pauseOf({ status, headers }: Answer): number | null {
  const seconds = headers['retry-after'] ?? '';
  if ((status !== 429 && status !== 503) || !/^\d{1,6}$/.test(seconds)) return null;
  return Math.max(1, Number(seconds)) * 1000;
}

function redirect(from: URL, location: string): URL {
  const to = location !== '' && URL.canParse(location, from.href) ? new URL(location, from.href) : null;
  const found = quoteFound(location, 200);
  if (to === null)
    throw new IoError('bad-redirect', `${from.host} redirects to ${found}, which is no address`);
  const allowed = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
  if (!allowed) throw new IoError('bad-redirect', `${from.host} redirects from ${from.protocol} to ${found}`);
  to.username = '';
  to.password = '';
  return to;
}

function unpacked(answer: Answer): Answer {
  if (answer.headers['content-encoding'] !== 'gzip') return encodedPlainly(answer);
  const headers = { ...answer.headers, 'content-length': undefined };
  return { ...answer, headers, body: gunzip(answer.body) };
}

/** We asked for no encoding; the digest is of the bytes as they are. */
function encodedPlainly(answer: Answer): Answer {
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return answer;
  answer.close();
  throw new IoError('bad-answer', `${answer.url.host} answers in encoding ${quoteFound(encoding)}`);
}

export function unexpected({ url, status }: Answer): IoError {
  const code = status === 404 || status === 410 ? 'not-found' : 'bad-answer';
  return new IoError(code, `${url.host} answers ${status}`, { file: url.href });
}

/** Refuses a body that ends with its connection: of one that is cut short nobody can tell. Throws `bad-answer`. */
export function requireLength({ url, headers }: Answer): void {
  if (headers['content-length'] !== undefined || /\bchunked$/i.test(headers['transfer-encoding'] ?? ''))
    return;
  throw new IoError('bad-answer', `${url.host} does not say how long its answer is`, { file: url.href });
}

/** Spares a transfer whose stated length is over the limit. */
export function refuseLength(answer: Answer, limit: number): void {
  if (Number(answer.headers['content-length'] ?? 0) > limit) throw tooLong(answer, limit);
}

function tooLong({ url }: Answer, limit: number): IoError {
  return new IoError('too-large', `gives more than ${limit} bytes`, { file: url.href });
}

function fileAnswer(url: URL, limit: number): Answer {
  const bytes = readFile(filePath(url), limit);
  const headers = { 'content-length': String(bytes.length) };
  return { url, status: 200, headers, body: only(bytes), close: () => {} };
}

function filePath(url: URL): string {
  try {
    return fileURLToPath(url.href);
  } catch (cause) {
    throw new IoError('bad-address', `${quoteFound(url.href)} names no file of this machine`, {}, { cause });
  }
}

async function* only(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
