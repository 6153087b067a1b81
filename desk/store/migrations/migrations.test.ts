/** Every database that a released program made comes up with what it holds. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { databases } from '../../../test/given-desk.ts';
import { newPostgresDatabase } from '../../../test/postgres.ts';
import { pagesOf, type Row, TABLE_NAMES, type TableName } from '../backup/rows.ts';
import { Database, type Db } from '../database.ts';
import { fileKeyService, makeMasterKey, openStore, StoreError } from '../index.ts';
import { migrations } from './index.ts';

const steps = Object.keys(migrations);

/** Rows as a program of each step writes them, and what becomes of them in the present schema. */
const fixtures: Readonly<
  Record<string, { sql: readonly string[]; now: readonly [TableName, string, unknown][] }>
> = {
  '0001-first': {
    sql: [
      `insert into persons (id, key_id, sealed, created_at) values ('p', 'k', 'x', '2026-11-25T12:00:00.000Z')`,
      `insert into members (id, person_id, role, state, created_at, revision)
         values ('m', 'p', 'triager', 'active', '2026-11-25T12:00:00.000Z', 3)`,
      `insert into outbox (id, kind, state, due_at, attempts, key_id, sealed, created_at)
         values ('o', 'mail.send', 'ready', '2026-11-25T12:00:00.000Z', 2, 'k', 'x', '2026-11-25T12:00:00.000Z')`,
    ],
    now: [
      ['persons', 'created_at', '2026-11-25T12:00:00.000Z'],
      ['members', 'revision', 3],
      ['outbox', 'attempts', 2],
    ],
  },
  '0002-lists': {
    sql: [`insert into settings (name, value) values ('policy', '{}')`],
    now: [['settings', 'value', '{}']],
  },
  '0003-mails': {
    sql: [`insert into mails (message, received_at) values ('x', '2026-11-25T12:00:00.000Z')`],
    now: [['mails', 'case_id', null]],
  },
  '0004-news': {
    sql: [
      `insert into persons (id, key_id, sealed, created_at) values ('p', 'k', 'x', '2026-11-25T12:00:00.000Z')`,
      `insert into members (id, person_id, role, state, created_at, revision)
         values ('m', 'p', 'triager', 'active', '2026-11-25T12:00:00.000Z', 3)`,
      `insert into cases (id, key_id, kind, phase, tlp, restricted, opened_at, changed_at, sealed, revision)
         values ('c', 'k', 'vulnerability', 'report', 'TLP:RED', 0, '2026-11-25T12:00:00Z', '2026-11-25T12:00:00Z', 'x', 1)`,
      `insert into case_members (case_id, member_id, part, since)
         values ('c', 'm', 'member', '2026-11-25T12:00:00.000Z')`,
    ],
    now: [['case_members', 'seen_at', null]],
  },
  '0005-times': {
    sql: [`insert into settings (name, value) values ('policy', '{}')`],
    now: [['settings', 'value', '{}']],
  },
  '0006-barred': {
    sql: [
      `insert into cases (id, key_id, kind, phase, tlp, restricted, opened_at, changed_at, sealed, revision)
         values ('c', 'k', 'vulnerability', 'report', 'TLP:RED', 0, '2026-11-25T12:00:00.000Z', '2026-11-25T12:00:00.000Z', 'x', 1)`,
      `insert into persons (id, key_id, sealed, created_at) values ('p', 'k', 'x', '2026-11-25T12:00:00.000Z')`,
      `insert into participants (id, case_id, person_id, party, role, created_at)
         values ('t', 'c', 'p', 'reporter', 'reporter', '2026-11-25T12:00:00.000Z')`,
    ],
    now: [['participants', 'barred_at', null]],
  },
  '0007-refusals': {
    sql: [`insert into refusals (actor, hour, count) values ('member:m', '2026-11-25T12', 3)`],
    now: [['refusals', 'count', 3]],
  },
  '0008-cve-ids': {
    sql: [
      `insert into cve_ids (cve, year, number, state, added_at)
         values ('CVE-2026-99990', 2026, '99990', 'free', '2026-11-25T12:00:00.000Z')`,
    ],
    now: [['cve_ids', 'sealed', null]],
  },
  '0009-publications': {
    sql: [
      `insert into publications (id, key_id, state, prepared_by, created_at, sealed, revision)
         values ('u', 'k', 'prepared', 'm', '2026-11-26T12:00:00.000Z', 'x', 1)`,
      `insert into publication_steps (publication_id, number, kind) values ('u', 1, 'record')`,
    ],
    now: [
      ['publications', 'approved_by', null],
      ['publication_steps', 'done_at', null],
    ],
  },
  '0010-organisations': {
    sql: [
      `insert into organisations (id, state, tlp, created_at, changed_at, sealed, revision)
         values ('o', 'active', 'TLP:AMBER', '2026-11-25T12:00:00.000Z', '2026-11-25T12:00:00.000Z', 'x', 1)`,
    ],
    now: [['organisations', 'tlp', 'TLP:AMBER']],
  },
};

const addresses: [name: string, skip: string | false, address: (home: string) => Promise<string>][] = [
  ['SQLite', false, async (home) => join(home, 'desk.db')],
  ['PostgreSQL', databases[1]?.skip ?? false, newPostgresDatabase],
];

function scratch(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-steps-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

async function rowsOf(db: Db, table: TableName): Promise<Map<string, unknown>[]> {
  const found: Map<string, unknown>[] = [];
  for await (const { columns, rows } of pagesOf(db, table))
    found.push(...rows.map((row: Row) => new Map(columns.map((column, i) => [column, row[i]]))));
  return found;
}

test('every step has a fixture, and steps are named by their number', () => {
  assert.deepEqual(Object.keys(fixtures), steps);
  for (const [i, step] of steps.entries()) assert.equal(Number(step.slice(0, 4)), i + 1);
});

for (const [name, skip, address] of addresses)
  for (const [from, { sql: statements, now }] of Object.entries(fixtures))
    test(`a database of ${from} comes up with its rows (${name})`, { skip }, async (t) => {
      const home = scratch(t);
      const where = await address(home);
      const old = new Database(where, () => new Date());
      assert.equal(await old.step(), null);
      await old.migrate(from);
      assert.equal(await old.step(), from);
      await old.transaction(async ({ db }) => {
        for (const statement of statements) await sql.raw(statement).execute(db);
      });
      await old.close();

      makeMasterKey(join(home, 'master.key'));
      const store = await openStore(where, fileKeyService(join(home, 'master.key')));
      t.after(() => store.close());
      await store.transaction(async ({ db }) => {
        for (const [table, column, value] of now)
          assert.equal((await rowsOf(db, table))[0]?.get(column), value, `${table}.${column}`);
      });
      const present = new Database(where, () => new Date());
      t.after(() => present.close());
      assert.equal(await present.step(), steps.at(-1));
      assert.deepEqual((await present.tables()).sort(), [...TABLE_NAMES].sort(), 'the tables of the schema');
    });

for (const [name, skip, address] of addresses)
  test(`a database of a newer program is refused (${name})`, { skip }, async (t) => {
    const home = scratch(t);
    const where = await address(home);
    const database = new Database(where, () => new Date());
    t.after(() => database.close());
    await database.migrate();
    await database.transaction(async ({ db }) => {
      await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '2030')`.execute(db);
    });
    makeMasterKey(join(home, 'master.key'));
    await assert.rejects(
      openStore(where, fileKeyService(join(home, 'master.key'))),
      (error) => error instanceof StoreError && error.code === 'wrong-database',
    );
  });
