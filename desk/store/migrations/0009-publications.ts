/** Publications: what is to be published together, by whom, and how far it is. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('publications')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('key_id', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('prepared_by', 'text', (c) => c.notNull())
    .addColumn('approved_by', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('approved_at', 'text')
    .addColumn('begun_at', 'text')
    .addColumn('done_at', 'text')
    .addColumn('sealed', sql`bytea`, (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('publications_by_state').on('publications').columns(['state']).execute();
  await db.schema
    .createTable('publication_cases')
    .addColumn('publication_id', 'text', (c) => c.notNull())
    .addColumn('case_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('publication_cases_key', ['publication_id', 'case_id'])
    .execute();
  await db.schema
    .createIndex('publication_cases_by_case')
    .on('publication_cases')
    .columns(['case_id'])
    .execute();
  await db.schema
    .createTable('publication_steps')
    .addColumn('publication_id', 'text', (c) => c.notNull())
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('case_id', 'text')
    .addColumn('job_id', 'text')
    .addColumn('done_at', 'text')
    .addColumn('sealed', sql`bytea`)
    .addPrimaryKeyConstraint('publication_steps_key', ['publication_id', 'number'])
    .execute();
}

export const publications: Migration = { up };
