/** What a group wrote in place of our words: one setting for each, with who wrote it and when. */
import { type Json, nullable, object, type Shape, string, whole } from 'cpansec/base';
import type { Transaction } from '../store/index.ts';

export interface Kept {
  /** Null where ours were taken again. */
  readonly template: string | null;
  /** Grows with every change. */
  readonly revision: number;
  /** Of a member. */
  readonly by: string;
  readonly at: string;
}

export type WordingKind = 'text' | 'weakness';

const shape: Shape<Kept> = object({ template: nullable(string), revision: whole(0), by: string, at: string });

const settingOf = (kind: WordingKind, name: string): string => `wording.${kind}/${name}`;

/** By name; what nobody ever changed is absent. */
export async function keptWording(
  tx: Transaction,
  kind: WordingKind,
  names: readonly string[],
): Promise<ReadonlyMap<string, Kept>> {
  const settings = new Map(names.map((name) => [settingOf(kind, name), name]));
  const rows = await tx.db
    .selectFrom('settings')
    .selectAll()
    .where('name', 'in', [...settings.keys()])
    .execute();
  return new Map(
    rows.map(({ name, value }) => [settings.get(name) ?? name, shape(JSON.parse(value) as Json, name)]),
  );
}

export async function keepWording(
  tx: Transaction,
  kind: WordingKind,
  name: string,
  kept: Kept,
): Promise<void> {
  const value = JSON.stringify(kept);
  await tx.db
    .insertInto('settings')
    .values({ name: settingOf(kind, name), value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
