/** When what happened with a case, in clear, so that numbers of all cases need no case to be opened. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const INSTANTS = ['acknowledged_at', 'contacted_at', 'fixed_at', 'disclosed_at', 'closed_at'];

async function up(db: Kysely<unknown>): Promise<void> {
  for (const column of INSTANTS) await db.schema.alterTable('cases').addColumn(column, 'text').execute();
  for (const column of ['extensions', 'disputes'])
    await db.schema.alterTable('cases').addColumn(column, 'integer').execute();
}

export const times: Migration = { up };
