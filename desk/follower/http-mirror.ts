/** A mirror over http or https: few connections, a pause before each request, nothing from anywhere else. */
import { setTimeout } from 'node:timers/promises';
import { quoteFound } from 'cpansec/base';
import {
  type Answer,
  Connections,
  deadline,
  Failures,
  get,
  IoError,
  type NetOptions,
  requireLength,
} from 'cpansec/io';
import { instantAt } from './epoch.ts';
import { FollowError } from './errors.ts';
import type { Mirror, MirrorFile } from './mirror.ts';

export interface HttpOptions {
  /** Where proxies and authorities are looked up. */
  readonly net: Pick<NetOptions, 'env' | 'ca'>;
  readonly userAgent: string;
  /** At one time. */
  readonly connections: number;
  /** Milliseconds before each request. */
  readonly pause: number;
  /** Milliseconds in which one file must be here. */
  readonly patience: number;
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
}

/** Of a mirror that asks for patience. */
const LATER = new Set([429, 503]);

export function httpMirror(address: URL, options: HttpOptions): Mirror {
  const top = new URL(address.href.endsWith('/') ? address.href : `${address.href}/`);
  const connections = new Connections(options.connections);
  const failures = new Failures();
  return {
    address: address.href,
    open: (path, unless) => openFile(new URL(path, top), { ...options, connections, failures }, unless),
    close: () => connections.close(),
  };
}

interface Asking extends Omit<HttpOptions, 'connections'> {
  readonly connections: Connections;
  readonly failures: Failures;
}

async function openFile(
  url: URL,
  { net, userAgent, pause, patience, signal, connections, failures }: Asking,
  unless?: string,
): Promise<MirrorFile | 'absent' | 'same'> {
  const late = deadline(patience, url.host, { file: url.href }, signal);
  const step: Step = (work) =>
    late.inTime(work).catch((cause: unknown) => {
      if (signal.aborted) throw new FollowError('stopped', 'stopped', { file: url.href }, { cause });
      throw failures.isTooMany(cause) ? silent(url, cause) : cause;
    });
  await step(setTimeout(pause, undefined, { signal: late.signal }));
  const headers = { 'user-agent': userAgent, ...conditional(unless) };
  const answer = await step(get(url, headers, { ...net, connections, signal: late.signal }));
  if (answer.status === 200) {
    await step(whole(answer));
    return toFile(answer, step, failures);
  }
  if (answer.status === 304) for await (const _ of answer.body); // none, and then the connection can be used again
  answer.close();
  const gone = answer.status === 404 || answer.status === 410;
  if (!gone && (answer.status !== 304 || unless === undefined)) await step(Promise.reject(refusal(answer)));
  failures.end();
  return gone ? 'absent' : 'same';
}

function silent({ origin }: URL, cause: unknown): FollowError {
  const words = cause instanceof IoError ? cause.problem : String(cause);
  return new FollowError('mirror', `does not answer: ${words}`, { file: origin }, { cause });
}

function conditional(unless: string | undefined): Record<string, string> {
  if (unless === undefined || unless === '') return {};
  return /^(?:W\/)?"/.test(unless) ? { 'if-none-match': unless } : { 'if-modified-since': unless };
}

function refusal({ url, status, headers }: Answer): FollowError | IoError {
  if (LATER.has(status)) return new FollowError('mirror', `answers ${status}: later`, { file: url.href });
  if (status >= 300 && status < 400 && headers.location !== undefined) {
    const to = quoteFound(headers.location, 200);
    return new FollowError('file', `leads elsewhere, to ${to}`, { file: url.href });
  }
  return new IoError('bad-answer', `${url.host} answers ${status}`, { file: url.href });
}

/** One step of a request: in time, counted when it fails. */
type Step = <T>(work: Promise<T>) => Promise<T>;

/** Half a file must not be what its path has for ever. */
async function whole(answer: Answer): Promise<void> {
  try {
    requireLength(answer);
  } catch (cause) {
    answer.close();
    throw cause;
  }
}

function toFile(answer: Answer, step: Step, failures: Failures): MirrorFile {
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
    body: chunks(body, step, failures),
    // A body that is shorter than its stated length is an error of the connection.
    check: () => {},
    close: () => answer.close(),
  };
}

async function* chunks(
  body: AsyncIterable<Uint8Array>,
  step: Step,
  failures: Failures,
): AsyncIterable<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  for (let next = await step(iterator.next()); next.done !== true; next = await step(iterator.next()))
    yield next.value;
  failures.end();
}

function validatorOf(tag: string, changed: string): string {
  if (/^(?:W\/)?"[\x21\x23-\x7e]{0,200}"$/.test(tag)) return tag;
  return /^[A-Za-z0-9 ,:]{1,40}$/.test(changed) ? changed : '';
}
