/** Ceremonies under way: what a passkey must sign, for one purpose and one member, once. */
import { after } from '../people/index.ts';
import { newSecret, type Schema, secretHash, type Transaction } from '../store/index.ts';
import type { SessionPolicy } from './policy.ts';

export interface Ceremony {
  readonly purpose: Schema['challenges']['purpose'];
  /** Null while nobody knows who it is. */
  readonly member: string | null;
}

/** Tells the ceremony's own secret, which must come back with the answer. */
export async function beginCeremony(
  tx: Transaction,
  { purpose, member }: Ceremony,
  challenge: string,
  policy: SessionPolicy,
): Promise<string> {
  await tx.db.deleteFrom('challenges').where('ends_at', '<=', tx.now).execute();
  const secret = newSecret();
  const row = { id: secretHash(secret), challenge, purpose, member_id: member };
  await tx.db
    .insertInto('challenges')
    .values({ ...row, ends_at: after(tx.now, policy.challenge) })
    .execute();
  return secret;
}

/** The challenge; null for another ceremony, or at its end. It is gone in any case. */
export async function endCeremony(
  tx: Transaction,
  secret: string,
  { purpose, member }: Ceremony,
): Promise<string | null> {
  const row = await tx.db
    .deleteFrom('challenges')
    .where('id', '=', secretHash(secret))
    .returningAll()
    .executeTakeFirst();
  if (row === undefined || row.ends_at <= tx.now) return null;
  return row.purpose === purpose && row.member_id === member ? row.challenge : null;
}
