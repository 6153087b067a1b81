/** Mails that came in, so that each is taken in once. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('mails')
    .addColumn('message', 'text', (c) => c.primaryKey())
    .addColumn('case_id', 'text')
    .addColumn('received_at', 'text', (c) => c.notNull())
    .execute();
}

export const mails: Migration = { up };
