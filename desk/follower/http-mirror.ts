/** A mirror over http or https: few connections, a pause after each request, nothing from anywhere else. */
import { setTimeout } from 'node:timers/promises';
import { quoteFound } from 'cpansec/base';
import { type Answer, Connections, get, IoError, type NetOptions } from 'cpansec/io';
import { instantAt } from './epoch.ts';
import { FollowError } from './errors.ts';
import type { Mirror, MirrorFile } from './mirror.ts';

export interface HttpOptions {
  /** Where proxies and authorities are looked up. */
  readonly net: Pick<NetOptions, 'env' | 'ca'>;
  readonly userAgent: string;
  /** At one time. */
  readonly connections: number;
  /** Milliseconds after each request of a connection. */
  readonly pause: number;
  /** Milliseconds in which one file must be here. */
  readonly patience: number;
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
}

/** One after the other, of a mirror that is left alone for now. */
const MAX_FAILURES = 5;
/** Of a mirror that asks for patience. */
const LATER = new Set([429, 503]);

export function httpMirror(address: URL, options: HttpOptions): Mirror {
  const top = new URL(address.href.endsWith('/') ? address.href : `${address.href}/`);
  const connections = new Connections(options.connections);
  let failures = 0;
  const open: Mirror['open'] = async (path, unless) => {
    try {
      const file = await openFile(new URL(path, top), connections, options, unless);
      failures = 0;
      return file;
    } catch (cause) {
      if (!(cause instanceof IoError) || ++failures < MAX_FAILURES) throw cause;
      throw new FollowError('mirror', `does not answer: ${cause.problem}`, { file: address.href }, { cause });
    }
  };
  return { address: address.href, open, close: () => connections.close() };
}

async function openFile(
  url: URL,
  connections: Connections,
  { net, userAgent, pause, patience, signal }: HttpOptions,
  unless?: string,
): Promise<MirrorFile | 'absent' | 'same'> {
  await setTimeout(pause);
  const headers = { 'user-agent': userAgent, ...conditional(unless) };
  const late = AbortSignal.timeout(patience);
  const inTime = <T>(work: Promise<T>): Promise<T> =>
    work.catch((cause: unknown) => {
      if (signal.aborted) throw new FollowError('stopped', 'stopped', { file: url.href }, { cause });
      if (!late.aborted) throw cause;
      throw new FollowError('file', `was not here after ${patience / 1000} s`, { file: url.href }, { cause });
    });
  const request = get(url, headers, { ...net, connections, signal: AbortSignal.any([signal, late]) });
  const answer = await inTime(request);
  if (answer.status === 200) return toFile(answer, inTime);
  if (answer.status === 304) for await (const _ of answer.body); // none, and then the connection can be used again
  answer.close();
  if (answer.status === 304 && unless !== undefined) return 'same';
  if (answer.status === 404 || answer.status === 410) return 'absent';
  throw refusal(answer);
}

function conditional(unless: string | undefined): Record<string, string> {
  if (unless === undefined || unless === '') return {};
  return /^(?:W\/)?"/.test(unless) ? { 'if-none-match': unless } : { 'if-modified-since': unless };
}

function refusal({ url, status, headers }: Answer): FollowError | IoError {
  if (LATER.has(status)) return new FollowError('mirror', `answers ${status}: later`, { file: url.href });
  if (status >= 300 && status < 400) {
    const to = quoteFound(headers.location ?? '', 200);
    return new FollowError('file', `leads elsewhere, to ${to}`, { file: url.href });
  }
  return new IoError('bad-answer', `${url.host} answers ${status}`, { file: url.href });
}

/** What fails because of the time says so. */
type InTime = <T>(work: Promise<T>) => Promise<T>;

function toFile(answer: Answer, inTime: InTime): MirrorFile {
  const { url, headers, body } = answer;
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    answer.close();
    throw new FollowError('file', 'comes in an encoding that was not asked for', { file: url.href });
  }
  const changed = headers['last-modified'] ?? '';
  const length = headers['content-length'];
  return {
    validator: validatorOf(headers.etag ?? '', changed),
    modified: instantAt(Date.parse(changed)),
    size: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null,
    body: chunks(body, inTime),
    // A body that is shorter than its stated length is an error of the connection.
    check: () => {},
    close: () => answer.close(),
  };
}

async function* chunks(body: AsyncIterable<Uint8Array>, inTime: InTime): AsyncIterable<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  for (;;) {
    const next = await inTime(iterator.next());
    if (next.done === true) return;
    yield next.value;
  }
}

function validatorOf(tag: string, changed: string): string {
  if (/^(?:W\/)?"[\x21\x23-\x7e]{0,200}"$/.test(tag)) return tag;
  return /^[A-Za-z0-9 ,:]{1,40}$/.test(changed) ? changed : '';
}
