/** The policy that every process of the desk works by: in the database, so that all have the same. */
import { DEFAULT_POLICY, formatPolicy, type Policy, parsePolicy } from '../disclosure/index.ts';
import type { Transaction } from '../store/index.ts';

const NAME = 'policy';

let kept: { readonly text: string; readonly policy: Policy } | undefined;

/** The group's defaults until an operator has set another. */
export async function policyOf(tx: Transaction): Promise<Policy> {
  const row = await tx.db.selectFrom('settings').select('value').where('name', '=', NAME).executeTakeFirst();
  if (row === undefined) return DEFAULT_POLICY;
  // Read at every change of a case, and all but never another one.
  if (kept?.text !== row.value) kept = { text: row.value, policy: parsePolicy(row.value, NAME) };
  return kept.policy;
}

export async function setPolicy(tx: Transaction, policy: Policy): Promise<void> {
  const value = formatPolicy(policy);
  await tx.db
    .insertInto('settings')
    .values({ name: NAME, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
