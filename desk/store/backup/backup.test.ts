import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { databases, type Given, type Where } from '../../../test/given-desk.ts';
import { newPostgresDatabase } from '../../../test/postgres.ts';
import { rounds } from '../../../test/sizes.ts';
import {
  backup,
  fileKeyService,
  makeMasterKey,
  openStore,
  restore,
  type Store,
  StoreError,
  verifyBackup,
} from '../index.ts';

const code = (wanted: string) => (error: unknown) => error instanceof StoreError && error.code === wanted;
const AT = '2026-11-25T12:00:00.000Z';

/** A database with rows in tables of every sort; its cases' keys. */
async function filled(store: Store, cases: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < cases; n++)
    await store.transaction(async (tx) => {
      const keyId = await store.vault.create(tx, 'case');
      ids.push(keyId);
      const id = `case${n}`;
      const seal = (place: string, size = 10) =>
        store.vault.sealBytes(tx, keyId, place, new Uint8Array(size).fill(n));
      await tx.db
        .insertInto('cases')
        .values({
          id,
          key_id: keyId,
          kind: 'vulnerability',
          phase: 'report',
          tlp: 'red',
          restricted: 0,
          opened_at: AT,
          changed_at: AT,
          sealed: await seal(`cases.sealed/${id}`),
          revision: 1,
        })
        .execute();
      for (const kind of ['word', 'facet'] as const)
        await tx.db
          .insertInto('words')
          .values({ case_id: id, kind, token: `t${n}` })
          .execute();
      await tx.db
        .insertInto('files')
        .values({ id, case_id: id, audience: 'team', size: 3, created_at: AT, sealed: await seal('f') })
        .execute();
      for (let number = 0; number < 11; number++)
        await tx.db
          .insertInto('file_parts')
          .values({ file_id: id, number, sealed: await seal(`p/${number}`, 30_000) })
          .execute();
      await tx.db
        .insertInto('limits')
        .values({ bucket: id, level: n + 0.1, at: AT })
        .execute();
      tx.record({ actor: 'desk', act: 'case.opened', subject: `case:${id}`, detail: { n, 'ä"\n': true } });
    });
  return ids;
}

interface Desk extends Given {
  readonly home: string;
  readonly file: string;
  readonly caseKeys: string[];
}

async function desk(t: TestContext, given: Where['given'], cases = 12): Promise<Desk> {
  const found = await given(t);
  const home = mkdtempSync(join(tmpdir(), 'cpansec-backup-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const caseKeys = await filled(found.store, cases);
  return { ...found, home, file: join(home, 'desk.backup'), caseKeys };
}

const addresses: [name: string, skip: string | false, address: (home: string) => Promise<string>][] = [
  ['SQLite', false, async (home) => join(home, 'restored.db')],
  ['PostgreSQL', databases[1]?.skip ?? false, newPostgresDatabase],
];

for (const { name, skip, given } of databases) {
  for (const [to, without, address] of addresses)
    test(`a desk is restored whole, from ${name} into ${to}`, { skip: skip || without }, async (t) => {
      const { store, address: from, masterKey, home, file, caseKeys } = await desk(t, given);
      const keys = fileKeyService(masterKey);
      const facts = await backup(from, keys, file);
      assert.equal(facts.tables.file_parts?.rows, 132);
      assert.equal(facts.tables.keys?.rows, 14);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.deepEqual(readdirSync(home), ['desk.backup']);
      assert.deepEqual(await verifyBackup(file, keys), facts);
      await store.transaction((tx) => store.vault.destroy(tx, caseKeys[3] ?? ''));

      const target = await address(home);
      assert.deepEqual(await restore(file, target, keys), facts);
      const restored = await openStore(target, keys);
      t.after(() => restored.close());
      await restored.transaction(async (tx) => {
        const part = await tx.db
          .selectFrom('file_parts')
          .selectAll()
          .where('file_id', '=', 'case7')
          .where('number', '=', 10)
          .executeTakeFirstOrThrow();
        const opened = await restored.vault.openBytes(tx, caseKeys[7] ?? '', 'p/10', part.sealed);
        assert.deepEqual(Uint8Array.from(opened), new Uint8Array(30_000).fill(7));
        const gone = restored.vault.openBytes(tx, caseKeys[3] ?? '', 'p/10', part.sealed);
        await assert.rejects(gone, code('destroyed'), 'what was destroyed since is destroyed again');
      });
      const acts = await restored.transaction((tx) =>
        tx.db.selectFrom('ledger').select('act').orderBy('seq', 'desc').limit(2).execute(),
      );
      assert.deepEqual(
        acts.map(({ act }) => act),
        ['desk.restored', 'keys.destroyed-again'],
      );
      // And back: what came out goes in again.
      const second = join(home, 'second.backup');
      const again = await backup(target, keys, second);
      assert.deepEqual(again.tables.file_parts, facts.tables.file_parts);
      assert.deepEqual(again.tables.limits, facts.tables.limits);
      await verifyBackup(second, keys);
      await assert.rejects(restore(file, target, keys), code('not-empty'));
    });

  test(`a backup is of one instant while others write (${name})`, { skip }, async (t) => {
    const { store, address, masterKey, file } = await desk(t, given, 10);
    const keys = fileKeyService(masterKey);
    let stopped = false;
    const writing = (async () => {
      // SQLite answers at once: without the pause nothing else of this process would have its turn.
      for (let n = 0; !stopped; n++, await turn())
        await store.transaction(async (tx) => {
          await store.vault.create(tx, 'case');
          tx.record({ actor: 'desk', act: 'test', subject: '', detail: { n } });
        });
    })();
    for (let n = 0; n < 3; n++) {
      const facts = await backup(address, keys, `${file}.${n}`);
      assert.equal((facts.tables.ledger?.rows ?? 0) + 2, facts.tables.keys?.rows, 'a key for each entry');
      await verifyBackup(`${file}.${n}`, keys);
    }
    stopped = true;
    await writing;
  });
}

const [sqlite] = databases;

test('a backup that was cut off, changed or put into another order is refused', async (t) => {
  const { address, masterKey, file, home } = await desk(t, (sqlite ?? assert.fail()).given);
  const keys = fileKeyService(masterKey);
  await backup(address, keys, file);
  const bytes = readFileSync(file);
  const frames: Buffer[] = [];
  const start = bytes.indexOf('\n') + 1;
  for (let at = start; at < bytes.length; ) {
    const length = 5 + bytes.readUInt32BE(at + 1);
    frames.push(bytes.subarray(at, at + length));
    at += length;
  }
  assert.ok(frames.length >= 3, 'more than one frame');
  const header = bytes.subarray(0, start);
  const [first = header, second = header] = frames;
  const flipped = (at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };
  const cases: [name: string, bytes: Buffer][] = [
    ['nothing', Buffer.alloc(0)],
    ['something else', Buffer.from('SQLite format 3\0'.repeat(1000))],
    ['only its beginning', header],
    ['a frame less at its end', Buffer.concat([header, ...frames.slice(0, -1)])],
    ['cut off within a frame', bytes.subarray(0, -1)],
    ['more at its end', Buffer.concat([bytes, Buffer.from('x')])],
    ['two frames swapped', Buffer.concat([header, second, first, ...frames.slice(2)])],
    ['a frame left out', Buffer.concat([header, ...frames.slice(1)])],
    ['a frame twice', Buffer.concat([header, first, ...frames])],
    ['its beginning changed', flipped(30)],
    ['an end put before its time', flipped(start)],
    ['a length changed', flipped(start + 1)],
  ];
  for (let n = 0; n < rounds(20, 2000); n++) {
    const at = start + Math.floor(((bytes.length - start) * n) / rounds(20, 2000));
    cases.push([`byte ${at} changed`, flipped(at)]);
  }
  const changed = join(home, 'changed');
  const target = join(home, 'target.db');
  for (const [name, content] of cases) {
    writeFileSync(changed, content);
    const error = await restore(changed, target, keys).catch((cause: unknown) => cause);
    assert.ok(code('backup')(error) || code('key')(error), `${name}: ${String(error)}`);
    assert.ok(!existsSync(target), `${name}: nothing was touched`);
  }
  await assert.rejects(verifyBackup(join(home, 'none'), keys), code('backup'));
});

test('only its master key opens a backup, and nothing stands in it in clear', async (t) => {
  const { address, masterKey, file, home } = await desk(t, (sqlite ?? assert.fail()).given, 2);
  await backup(address, fileKeyService(masterKey), file);
  assert.ok(!readFileSync(file).includes('case'));
  makeMasterKey(join(home, 'other.key'));
  await assert.rejects(verifyBackup(file, fileKeyService(join(home, 'other.key'))), code('key'));
});

test('what is there is not written over', async (t) => {
  const { address, masterKey, file, home } = await desk(t, (sqlite ?? assert.fail()).given, 2);
  const keys = fileKeyService(masterKey);
  await backup(address, keys, file);
  await assert.rejects(backup(address, keys, file), code('not-empty'));
  await assert.rejects(backup(join(home, 'none.db'), keys, `${file}.2`), code('unreachable'));
  await assert.rejects(restore(file, address, keys), code('not-empty'));
  const other = join(home, 'other.db');
  const foreign = new DatabaseSync(other);
  foreign.exec('create table something (a)');
  foreign.close();
  await assert.rejects(restore(file, other, keys), code('not-empty'));
});

test('a database that was damaged before is told, not passed on', async (t) => {
  for (const [damage, problem] of [
    ["update ledger set act = 'x' where seq = 2", /entry 2 of the audit log was changed/],
    ['delete from ledger where seq = 3', /does not end with entry 3/],
    ["update cases set key_id = 'lost' where id = 'case1'", /cases names the key lost/],
    ["update keys set wrapped = x'00' where id = 'desk'", /./],
  ] as const) {
    const { store, address, masterKey, file } = await desk(t, (sqlite ?? assert.fail()).given, 3);
    await store.close();
    const database = new DatabaseSync(address);
    database.exec(damage);
    database.close();
    const keys = fileKeyService(masterKey);
    await backup(address, keys, file);
    await assert.rejects(verifyBackup(file, keys), problem);
  }
});
