/** Links: whoever has the address may do one thing, until an instant. */
import type { LinkKind } from '../access/index.ts';
import { newSecret, secretHash, type Transaction } from '../store/index.ts';
import { after } from './times.ts';

export interface NewLink {
  readonly kind: LinkKind;
  /** Id of the member, report or participant that it is for. */
  readonly subject: string;
  readonly caseId?: string;
  readonly seconds: number;
}

/** The secret of its address, which nobody can be told again: what is stored is its hash. */
export async function makeLink(
  tx: Transaction,
  { kind, subject, caseId, seconds }: NewLink,
): Promise<string> {
  const secret = newSecret();
  const row = { id: secretHash(secret), kind, subject, case_id: caseId ?? null, created_at: tx.now };
  await tx.db
    .insertInto('links')
    .values({ ...row, ends_at: after(tx.now, seconds) })
    .execute();
  return secret;
}

export function linkPath(secret: string): string {
  return `/l/${secret}`;
}

export interface Link {
  readonly kind: LinkKind;
  readonly subject: string;
  readonly caseId: string | null;
  readonly endsAt: string;
}

/** Null for a secret that was never given out, is at its end or was used: whoever asks cannot tell which. */
export async function linkOf(tx: Transaction, secret: string): Promise<Link | null> {
  const row = await tx.db
    .selectFrom('links')
    .selectAll()
    .where('id', '=', secretHash(secret))
    .executeTakeFirst();
  if (row === undefined || row.used_at !== null || row.ends_at <= tx.now) return null;
  return { kind: row.kind, subject: row.subject, caseId: row.case_id, endsAt: row.ends_at };
}

/** Takes a link that works once. False when another request took it first. */
export async function useLink(tx: Transaction, kind: LinkKind, subject: string): Promise<boolean> {
  const used = await tx.db
    .updateTable('links')
    .set({ used_at: tx.now })
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('used_at', 'is', null)
    .where('ends_at', '>', tx.now)
    .returning('id')
    .execute();
  return used.length > 0;
}

/** One that nobody was told. */
export async function dropLink(tx: Transaction, secret: string): Promise<void> {
  await tx.db.deleteFrom('links').where('id', '=', secretHash(secret)).execute();
}

/** Those of one subject, or every one of the kinds. */
export async function endLinks(tx: Transaction, kinds: readonly LinkKind[], subject?: string): Promise<void> {
  const query = tx.db.deleteFrom('links').where('kind', 'in', [...kinds]);
  await (subject === undefined ? query : query.where('subject', '=', subject)).execute();
}
