/** Filters that a member keeps, under their own key: what somebody looks for says something about a case. */
import { object, parseJson, string } from 'cpansec/base';
import { memberOf, openFor, placeOf, sealFor } from '../people/index.ts';
import { newId, type Transaction, type Vault } from '../store/index.ts';
import { WebError } from '../web/index.ts';

export interface View {
  readonly id: string;
  readonly name: string;
  /** Where it leads: `/cases?phase=triage`. */
  readonly href: string;
}

const MAX_VIEWS = 30;
const kept = object({ name: string, href: string });

export async function viewsOf(tx: Transaction, vault: Vault, member: string): Promise<View[]> {
  const rows = await tx.db
    .selectFrom('views')
    .select(['id', 'sealed'])
    .where('member_id', '=', member)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  if (rows.length === 0) return [];
  const { person } = await memberOf(tx, member);
  const views: View[] = [];
  for (const { id, sealed } of rows) {
    const text = await openFor(tx, vault, person, placeOf('views', id), sealed);
    views.push({ id, ...kept(parseJson(text)) });
  }
  return views;
}

/** One of the same name is replaced. Throws `refused` beyond what anybody looks through. */
export async function saveView(
  tx: Transaction,
  vault: Vault,
  member: string,
  { name, href }: Omit<View, 'id'>,
): Promise<void> {
  const before = await viewsOf(tx, vault, member);
  for (const view of before) if (view.name === name) await deleteView(tx, member, view.id);
  if (before.length >= MAX_VIEWS) throw new WebError('refused', `At most ${MAX_VIEWS} filters can be kept.`);
  const { person } = await memberOf(tx, member);
  const id = newId();
  const sealed = await sealFor(tx, vault, person, placeOf('views', id), JSON.stringify({ name, href }));
  await tx.db.insertInto('views').values({ id, member_id: member, created_at: tx.now, sealed }).execute();
}

export async function deleteView(tx: Transaction, member: string, id: string): Promise<void> {
  await tx.db.deleteFrom('views').where('id', '=', id).where('member_id', '=', member).execute();
}
