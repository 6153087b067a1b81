/** Since when nobody comes in as a participant, nor is written to as one: their link was ended without another. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('participants').addColumn('barred_at', 'text').execute();
}

export const barred: Migration = { up };
