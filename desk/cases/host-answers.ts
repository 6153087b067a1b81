/** What the host of a repository said when it was asked, as the case keeps it. */
import { fromBase64, type Json, string, toBase64 } from 'cpansec/base';
import type { Entry } from '../casefile/index.ts';
import type { ContactDocument, HostAnswer, HostAnswers } from '../contacts/index.ts';
import { field } from './case-of.ts';

const ACT = 'asked a host';

export interface Kept {
  readonly repository: string;
  readonly answers: readonly HostAnswer[];
  /** The security policy, also one that was read before and could not be read again. */
  readonly documents: readonly ContactDocument[];
}

export interface Asked extends Kept {
  readonly at: string;
}

/** What is to be kept of an answer, with what is known from before. */
export function keptOf(repository: string, { answers, policy }: HostAnswers, before: Kept | null): Kept {
  const open = answers.some(({ about, answer }) => about === 'security-policy' && answer === 'unknown');
  const known = open && before?.repository === repository ? before.documents : [];
  return { repository, answers, documents: policy === null ? known : [policy] };
}

/** The body of an entry. */
export function askedBody({ repository, answers, documents }: Kept): Record<string, Json> {
  const texts = documents.map(({ path, bytes }) => ({ path, text: toBase64(bytes) }));
  const found = JSON.stringify({ repository, answers, documents: texts });
  return { act: ACT, repository, said: answers.map(saidBy).join('; '), found };
}

function saidBy({ about, answer, why }: HostAnswer): string {
  return `${about.replace('-', ' ')}: ${answer}${why === '' ? '' : `, ${why}`}`;
}

interface Written {
  readonly repository: string;
  readonly answers: readonly HostAnswer[];
  readonly documents: readonly { readonly path: string; readonly text: string }[];
}

/** Null where nobody has asked. */
export function lastAsked(entries: readonly Entry[]): Asked | null {
  const last = entries.findLast(({ body }) => field(body, 'act') === ACT);
  if (last === undefined) return null;
  const { documents, ...said } = JSON.parse(string(field(last.body, 'found'))) as Written; // as `askedBody` wrote it
  return {
    ...said,
    at: last.at,
    documents: documents.map(({ path, text }) => ({ path, bytes: fromBase64(text) })),
  };
}

/** What was said of private reports, where it is known. */
export function checkedIn({ answers }: Kept): { check: string; open: boolean }[] {
  return answers.flatMap(({ about, address, answer }) =>
    about === 'private-report' && answer !== 'unknown' ? [{ check: address, open: answer === 'yes' }] : [],
  );
}
