/** When somebody last looked, and was last told that there is something new: so that it is told once. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('case_members').addColumn('seen_at', 'text').execute();
  await db.schema.alterTable('participants').addColumn('told_at', 'text').execute();
}

export const news: Migration = { up };
