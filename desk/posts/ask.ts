/** One request to a network, bounded in time and size: its answer, or why there is none. */
import { type Json, JsonError, parseJson, type Shape, ShapeError } from 'cpansec/base';
import { type Answer, RequestError, request, retryAfter, serviceBase } from '../requests/index.ts';
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
  try {
    return serviceBase(text);
  } catch (error) {
    throw told(error);
  }
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
  const { status, headers, text } = await answerOf(ops, { ...what, base, changes });
  if (status >= 400 && absent(status, wordOf(text))) return null;
  if (status < 200 || status >= 300) throw refusal(status, headers, changes);
  try {
    return shape(parseJson(text, { maxLength: MAX_ANSWER }));
  } catch (cause) {
    if (!(cause instanceof ShapeError || cause instanceof JsonError)) throw cause;
    throw new PostError('reply', 'an answer of another shape', { mayHaveHappened: changes });
  }
}

async function answerOf({ fetch, timeout }: PostOps, asked: Parameters<typeof request>[0]): Promise<Answer> {
  try {
    return await request(asked, { fetch, timeout, limit: MAX_ANSWER });
  } catch (error) {
    throw told(error);
  }
}

function told(error: unknown): unknown {
  if (!(error instanceof RequestError)) return error;
  const { code, problem, mayHaveHappened, after } = error;
  return new PostError(code, problem, { mayHaveHappened, after });
}

function refusal(status: number, headers: Headers, changes: boolean): PostError {
  const problem = `the server answers ${status}`;
  if (status === 401 || status === 403) return new PostError('credentials', problem);
  if (status === 429) return new PostError('limited', problem, { after: retryAfter(headers, 300) });
  // What failed within the server may have been done.
  if (status >= 500)
    return new PostError('failing', problem, { mayHaveHappened: changes, after: retryAfter(headers, 60) });
  if (status < 400)
    return new PostError('reply', `${problem}, which is followed nowhere`, { mayHaveHappened: changes });
  return new PostError('refused', problem);
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
