/** Who asks, by what the request bears: a session, a token, a link, in this order. */
import type { LinkPrincipal, MemberPrincipal, Principal, Role, Scope } from '../access/index.ts';
import { after, linkOf } from '../people/index.ts';
import { secretHash, type Transaction } from '../store/index.ts';
import type { Credentials, DeskServer } from '../web/index.ts';
import type { SessionPolicy } from './policy.ts';
import { LINK, SESSION } from './sessions.ts';

export function authenticator(policy: SessionPolicy): DeskServer['authenticate'] {
  return async (tx, { cookies, bearer }: Credentials) => {
    const found: (Principal | null)[] = [
      await bySession(tx, cookies[SESSION], policy),
      await byToken(tx, bearer, policy),
      await byLink(tx, cookies[LINK]),
    ];
    return found.filter((principal) => principal !== null);
  };
}

async function bySession(
  tx: Transaction,
  secret: string | undefined,
  policy: SessionPolicy,
): Promise<MemberPrincipal | null> {
  if (secret === undefined) return null;
  const id = secretHash(secret);
  const row = await tx.db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined || row.ends_at <= tx.now) return null;
  if (row.seen_at <= after(tx.now, -policy.idle)) return null;
  const role = await activeRole(tx, row.member_id);
  if (role === null) return null;
  if (row.seen_at <= after(tx.now, -policy.seen))
    await tx.db.updateTable('sessions').set({ seen_at: tx.now }).where('id', '=', id).execute();
  const proved = row.proved_at > after(tx.now, -policy.proof);
  return { kind: 'member', id: row.member_id, role, proved, scopes: null, session: id };
}

async function byToken(
  tx: Transaction,
  secret: string | null,
  policy: SessionPolicy,
): Promise<MemberPrincipal | null> {
  if (secret === null) return null;
  const id = secretHash(secret);
  const row = await tx.db.selectFrom('api_tokens').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined || row.ends_at <= tx.now) return null;
  const role = await activeRole(tx, row.member_id);
  if (role === null) return null;
  if (row.used_at === null || row.used_at <= after(tx.now, -policy.seen))
    await tx.db.updateTable('api_tokens').set({ used_at: tx.now }).where('id', '=', id).execute();
  const scopes = JSON.parse(row.scopes) as Scope[]; // what `makeToken` wrote
  return { kind: 'member', id: row.member_id, role, proved: false, scopes };
}

/** Asked with every request: who is suspended or left may do nothing from that instant on. */
async function activeRole(tx: Transaction, member: string): Promise<Role | null> {
  const row = await tx.db
    .selectFrom('members')
    .select('role')
    .where('id', '=', member)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return row?.role ?? null;
}

async function byLink(tx: Transaction, secret: string | undefined): Promise<LinkPrincipal | null> {
  const link = secret === undefined ? null : await linkOf(tx, secret);
  if (link === null) return null;
  return { kind: 'link', link: link.kind, subject: link.subject, caseId: link.caseId };
}
