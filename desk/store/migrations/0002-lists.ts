/** Indices that hold all that a list asks for, so that counting and ordering read no sealed row. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const BEFORE = ['case_members_by_member_id', 'words_by_kind_token'];

const NOW: readonly [table: string, ...columns: string[]][] = [
  ['cases', 'phase', 'due_at', 'changed_at', 'id'],
  ['case_members', 'member_id', 'part', 'case_id'],
  ['words', 'kind', 'token', 'case_id'],
];

async function up(db: Kysely<unknown>): Promise<void> {
  for (const name of BEFORE) await db.schema.dropIndex(name).execute();
  for (const [table, ...columns] of NOW)
    await db.schema
      .createIndex(`${table}_by_${columns.join('_')}`)
      .on(table)
      .columns(columns)
      .execute();
}

export const lists: Migration = { up };
