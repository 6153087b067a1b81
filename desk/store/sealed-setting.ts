/** Settings that say something about a case or a person: sealed under the desk's key. */
import { fromBase64, type Json, string, toBase64 } from 'cpansec/base';
import type { Transaction } from './database.ts';
import { DESK_KEY, type Vault } from './vault.ts';

const place = (name: string): string => `settings.value/${name}`;

/** Null where nothing was kept yet. */
export async function sealedSetting(tx: Transaction, vault: Vault, name: string): Promise<Json> {
  const row = await tx.db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
  if (row === undefined) return null;
  return vault.open(tx, DESK_KEY, place(name), fromBase64(string(JSON.parse(row.value))));
}

export async function keepSealedSetting(
  tx: Transaction,
  vault: Vault,
  name: string,
  setting: Json,
): Promise<void> {
  const value = JSON.stringify(toBase64(await vault.seal(tx, DESK_KEY, place(name), setting)));
  await tx.db
    .insertInto('settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
