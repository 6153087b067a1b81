/** API tokens: what programs of a member bear. */
import type { Scope } from '../access/index.ts';
import { after, memberOf, openFor, placeOf, sealFor } from '../people/index.ts';
import { newSecret, secretHash, type Transaction, type Vault } from '../store/index.ts';
import { notFound } from '../web/index.ts';

export const SCOPES: readonly Scope[] = ['report', 'read', 'write', 'metrics'];

export interface NewToken {
  readonly name: string;
  /** Of what the member's role may do, what the token may. */
  readonly scopes: readonly Scope[];
  readonly seconds: number;
}

/** The token itself, which nobody can be told again. Its first letters are for those who look for lost ones. */
export async function makeToken(
  tx: Transaction,
  vault: Vault,
  member: string,
  { name, scopes, seconds }: NewToken,
): Promise<string> {
  const token = `cpansec_${newSecret()}`;
  const id = secretHash(token);
  const { person } = await memberOf(tx, member);
  const sealed = await sealFor(tx, vault, person, placeOf('api_tokens', id), name);
  const row = { id, member_id: member, sealed, created_at: tx.now, ends_at: after(tx.now, seconds) };
  await tx.db
    .insertInto('api_tokens')
    .values({ ...row, scopes: JSON.stringify(scopes) })
    .execute();
  return token;
}

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
  readonly endsAt: string;
  readonly usedAt: string | null;
}

export async function listTokens(tx: Transaction, vault: Vault, member: string): Promise<TokenRow[]> {
  await tx.db.deleteFrom('api_tokens').where('ends_at', '<=', tx.now).execute();
  const { person } = await memberOf(tx, member);
  const rows = tx.db.selectFrom('api_tokens').selectAll().where('member_id', '=', member);
  const tokens: TokenRow[] = [];
  for (const row of await rows.orderBy('created_at').execute())
    tokens.push({
      id: row.id,
      name: await openFor(tx, vault, person, placeOf('api_tokens', row.id), row.sealed),
      scopes: JSON.parse(row.scopes) as Scope[], // what `makeToken` wrote
      createdAt: row.created_at,
      endsAt: row.ends_at,
      usedAt: row.used_at,
    });
  return tokens;
}

/** Throws `not-found`. */
export async function revokeToken(tx: Transaction, member: string, id: string): Promise<void> {
  const revoked = await tx.db
    .deleteFrom('api_tokens')
    .where('id', '=', id)
    .where('member_id', '=', member)
    .returning('id')
    .execute();
  if (revoked.length === 0) throw notFound();
}
