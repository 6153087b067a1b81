/** What was typed of an incident. */
import type { IncidentKind } from '../casefile/index.ts';
import { type Facts, wrong } from './incident-of.ts';

/** An instant that exists, RFC 3339 in UTC to the second. */
export function isInstantText(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text.replace('Z', '.000Z');
}

/** Null for an empty field. Throws `invalid`. */
export function dayOf(field: string, typed: string): string | null {
  const text = typed.trim();
  if (text === '') return null;
  if (isInstantText(`${text}T00:00:00Z`)) return text;
  throw wrong(field, 'A day: 2026-11-25.');
}

/** PAUSE ids are three to nine letters, digits and hyphens. */
export function accountOf(typed: string): string | null {
  const text = typed.trim().toUpperCase();
  if (text === '') return null;
  if (/^[A-Z][A-Z0-9-]{1,8}$/.test(text)) return text;
  throw wrong('account', 'A PAUSE id: EXAMPLE.');
}

/** Throws `invalid`. */
export function distributionOf(typed: string): string {
  const text = typed.trim();
  if (/^[A-Za-z0-9][\w.+-]{0,99}$/.test(text)) return text;
  throw wrong('distribution', 'The name of a distribution: Example-Dist.');
}

/** Null for `*`: every version. */
export function versionOf(typed: string): string | null {
  const text = typed.trim();
  if (text === '*') return null;
  if (/^v?[0-9][\w.-]{0,60}$/.test(text)) return text;
  throw wrong('version', 'A version, or * for every one.');
}

export interface TypedFacts {
  readonly kind: IncidentKind;
  readonly account?: string;
  readonly since?: string;
  readonly until?: string;
  readonly repository?: string;
  readonly recordId?: string;
}

/** Throws `invalid` with the field. */
export function factsOf(typed: TypedFacts): Facts {
  const { kind, account = '', since = '', until = '', repository = '', recordId = '' } = typed;
  const span = { since: dayOf('since', since), until: dayOf('until', until) };
  if (span.since !== null && span.until !== null && span.until < span.since)
    throw wrong('until', 'It ends before it begins.');
  return {
    kind,
    account: accountOf(account),
    ...span,
    repository: addressOf(repository.trim()),
    recordId: recordIdOf(recordId.trim()),
  };
}

function addressOf(text: string): string | null {
  if (text === '') return null;
  if (/^https:\/\/[^\s<>"]{1,290}$/.test(text)) return text;
  throw wrong('repository', 'An https address.');
}

function recordIdOf(text: string): string | null {
  if (text === '') return null;
  if (/^CPANSA-[A-Za-z0-9][\w.+-]{0,120}-\d{4}-\d+$/.test(text)) return text;
  throw wrong('recordId', 'An id that nothing has yet: CPANSA-Example-Dist-2026-0001.');
}
