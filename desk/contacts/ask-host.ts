/**
 * What the host of a repository says of how to report there. A host learns of each question: who asks, of which
 * repository, and when. That can tell it of a case, so that nothing here asks by itself.
 */
import { BytesError, boolean, decodeUtf8, JsonError, object, parseJson, ShapeError } from 'cpansec/base';
import { ContactError } from './errors.ts';
import { type GuardedAnswer, type GuardOptions, guardedFetch } from './fetch-guard.ts';
import { repositoryLinks } from './repository.ts';
import type { ContactDocument } from './sections.ts';

export interface HostAnswer {
  readonly about: 'security-policy' | 'private-report';
  /** That was asked. */
  readonly address: string;
  /** `no` only where the host said so: nothing there, or switched off. */
  readonly answer: 'yes' | 'no' | 'unknown';
  /** Why it is not known: a code of {@link ContactError}, `status 429`, `content-type` or `content`; else empty. */
  readonly why: string;
}

export interface HostAnswers {
  readonly answers: readonly HostAnswer[];
  /** The first security policy that was found, by its address. */
  readonly policy: ContactDocument | null;
}

/** GET of an address that others wrote. Throws {@link ContactError}. */
export type AskAddress = (address: string, options: GuardOptions) => Promise<GuardedAnswer>;

/** Bytes of an answer, and milliseconds for it. */
const POLICY: GuardOptions = { limit: 64 * 1024, timeout: 10_000 };
const CHECK: GuardOptions = { limit: 10_000, timeout: 10_000 };

/** Whether it is known what to ask of the host, and where. */
export function canAskHost(repository: string): boolean {
  return (repositoryLinks(repository)?.policies.length ?? 0) > 0;
}

/** Never throws for what a host does: at most five questions, one after the other. */
export async function askHost(repository: string, ask: AskAddress = guardedFetch): Promise<HostAnswers> {
  const links = repositoryLinks(repository);
  const answers: HostAnswer[] = [];
  let policy: ContactDocument | null = null;
  for (const address of links?.policies ?? []) {
    const found = await answerOf(address, POLICY, ask);
    const { answer, why, text } = typeof found === 'string' ? unknown(found) : policyIn(found);
    answers.push({ about: 'security-policy', address, answer, why });
    if (text === null) continue;
    policy = { path: address, bytes: text };
    break;
  }
  if (typeof links?.check === 'string') {
    const found = await answerOf(links.check, CHECK, ask);
    const { answer, why } = typeof found === 'string' ? unknown(found) : switchIn(found);
    answers.push({ about: 'private-report', address: links.check, answer, why });
  }
  return { answers, policy };
}

interface Judged extends Pick<HostAnswer, 'answer' | 'why'> {
  readonly text: Uint8Array | null;
}

function unknown(why: string): Judged {
  return { answer: 'unknown', why, text: null };
}

/** The answer, or the code of why there is none. */
async function answerOf(
  address: string,
  options: GuardOptions,
  ask: AskAddress,
): Promise<GuardedAnswer | string> {
  try {
    return await ask(address, options);
  } catch (error) {
    if (!(error instanceof ContactError)) throw error;
    return error.code;
  }
}

/** A page in its place is a sign-in, or says sorry. */
function policyIn({ status, contentType, bytes }: GuardedAnswer): Judged {
  if (status === 404 || status === 410) return { answer: 'no', why: '', text: null };
  if (status !== 200) return unknown(`status ${status}`);
  const type = mediaTypeOf(contentType);
  const isText = type === '' || type === 'application/octet-stream' || /^text\/(?!html$)/.test(type);
  if (!isText) return unknown('content-type');
  return bytes.includes(0) ? unknown('content') : { answer: 'yes', why: '', text: bytes };
}

const switched = object({ enabled: boolean });

/** `GET /repos/{owner}/{repo}/private-vulnerability-reporting` of GitHub. */
function switchIn({ status, contentType, bytes }: GuardedAnswer): Judged {
  if (status !== 200) return unknown(`status ${status}`);
  if (!/^application\/(?:[\w.-]+\+)?json$/.test(mediaTypeOf(contentType))) return unknown('content-type');
  try {
    const { enabled } = switched(parseJson(decodeUtf8(bytes), { maxLength: CHECK.limit }));
    return { answer: enabled ? 'yes' : 'no', why: '', text: null };
  } catch (error) {
    if (!(error instanceof BytesError || error instanceof JsonError || error instanceof ShapeError))
      throw error;
    return unknown('content');
  }
}

function mediaTypeOf(contentType: string | null): string {
  return (contentType ?? '').replace(/;.*$/s, '').trim().toLowerCase();
}
