/** Sessions of members: a secret in a cookie, its hash here. */
import { after } from '../people/index.ts';
import { newSecret, secretHash, type Transaction } from '../store/index.ts';
import type { Cookie } from '../web/index.ts';
import type { SessionPolicy } from './policy.ts';

export const SESSION = 'session';
export const LINK = 'link';

/** Always a new secret: one that somebody brought along is worth nothing. Whoever signs in has just proved it. */
export async function startSession(
  tx: Transaction,
  member: string,
  policy: SessionPolicy,
): Promise<Cookie[]> {
  await tx.db
    .deleteFrom('sessions')
    .where('member_id', '=', member)
    .where((eb) => eb.or([eb('ends_at', '<=', tx.now), eb('seen_at', '<=', after(tx.now, -policy.idle))]))
    .execute();
  const secret = newSecret();
  const instants = { created_at: tx.now, seen_at: tx.now, proved_at: tx.now };
  await tx.db
    .insertInto('sessions')
    .values({ id: secretHash(secret), member_id: member, ...instants, ends_at: after(tx.now, policy.hard) })
    .execute();
  return cookiesOf(secret, policy);
}

/** What proved it gets a new secret, so that one that leaked before is worth nothing after. */
export async function proveSession(tx: Transaction, id: string, policy: SessionPolicy): Promise<Cookie[]> {
  const secret = newSecret();
  await tx.db
    .updateTable('sessions')
    .set({ id: secretHash(secret), proved_at: tx.now })
    .where('id', '=', id)
    .execute();
  return cookiesOf(secret, policy);
}

export async function endSession(tx: Transaction, member: string, id: string): Promise<void> {
  await tx.db.deleteFrom('sessions').where('id', '=', id).where('member_id', '=', member).execute();
}

/** A member's session takes the place of whatever link the browser had. */
function cookiesOf(secret: string, { hard }: SessionPolicy): Cookie[] {
  return [
    { name: SESSION, value: secret, maxAge: hard },
    { name: LINK, value: null, maxAge: 0 },
  ];
}

export interface SessionRow {
  readonly id: string;
  readonly createdAt: string;
  readonly seenAt: string;
  readonly endsAt: string;
}

export async function listSessions(
  tx: Transaction,
  member: string,
  policy: SessionPolicy,
): Promise<SessionRow[]> {
  const rows = await tx.db
    .selectFrom('sessions')
    .selectAll()
    .where('member_id', '=', member)
    .where('ends_at', '>', tx.now)
    .where('seen_at', '>', after(tx.now, -policy.idle))
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    endsAt: row.ends_at,
  }));
}
