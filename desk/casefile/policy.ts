/** The policy that every process of the desk works by: in the database, so that all have the same. */
import { object, type Shape, string } from 'cpansec/base';
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

export interface PolicySource {
  /** Name of the operator's file, without its directory. */
  readonly file: string;
  /** When it was taken. */
  readonly at: string;
}

/** The whole policy, from now on, in every process. */
export async function setPolicy(tx: Transaction, policy: Policy, file: string): Promise<void> {
  await put(tx, NAME, formatPolicy(policy));
  await put(tx, SOURCE, JSON.stringify({ file, at: tx.now }));
}

const SOURCE = 'policy.source';
const sourceShape: Shape<PolicySource> = object({ file: string, at: string });

/** Where the policy comes from; null while the defaults hold. */
export async function policySource(tx: Transaction): Promise<PolicySource | null> {
  const row = tx.db.selectFrom('settings').select('value').where('name', '=', SOURCE);
  const found = await row.executeTakeFirst();
  return found === undefined ? null : sourceShape(JSON.parse(found.value));
}

async function put(tx: Transaction, name: string, value: string): Promise<void> {
  await tx.db
    .insertInto('settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
