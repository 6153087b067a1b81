import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { nodeSha256 } from 'cpansec/io';
import { databases } from '../../test/given-desk.ts';
import { type Entry, Verifier } from '../ledger/index.ts';
import { fileKeyService, newId, openStore, type Store, StoreError, type Transaction } from './index.ts';

const code = (wanted: string) => (error: unknown) => error instanceof StoreError && error.code === wanted;

async function entries(store: Store): Promise<Entry[]> {
  const rows = await store.transaction((tx) =>
    tx.db.selectFrom('ledger').selectAll().orderBy('seq').execute(),
  );
  return rows.map(({ detail, ...row }) => ({ ...row, detail: JSON.parse(detail) as Entry['detail'] }));
}

for (const { name, skip, given } of databases) {
  test(`what is sealed is read where it was sealed, and nowhere else (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const { vault } = store;
    await store.transaction(async (tx) => {
      const [key, other] = [await vault.create(tx, 'case'), await vault.create(tx, 'case')];
      const sealed = await vault.seal(tx, key, 'cases.sealed/1', { title: 'Überlauf' });
      assert.deepEqual(await vault.open(tx, key, 'cases.sealed/1', sealed), { title: 'Überlauf' });
      assert.ok(!Buffer.from(sealed).toString('latin1').includes('berlauf'));
      await assert.rejects(vault.open(tx, key, 'cases.sealed/2', sealed), code('damaged'));
      await assert.rejects(vault.open(tx, other, 'cases.sealed/1', sealed), code('damaged'));
      for (const at of [0, 12, sealed.length - 1]) {
        const changed = Uint8Array.from(sealed);
        changed[at] = (changed[at] ?? 0) ^ 1;
        await assert.rejects(vault.open(tx, key, 'cases.sealed/1', changed), code('damaged'), `byte ${at}`);
      }
      await assert.rejects(vault.open(tx, key, 'cases.sealed/1', sealed.subarray(0, 20)), code('damaged'));
    });
  });

  test(`a destroyed key takes with it what it sealed, in every process (${name})`, { skip }, async (t) => {
    const { store, address, masterKey } = await given(t);
    const second = await openStore(address, fileKeyService(masterKey));
    t.after(() => second.close());
    const place = 'persons.sealed/1';
    const [key, sealed] = await store.transaction(async (tx) => {
      const id = await store.vault.create(tx, 'person');
      return [id, await store.vault.seal(tx, id, place, 'somebody')] as const;
    });
    const read = (tx: Transaction) => second.vault.open(tx, key, place, sealed);
    assert.equal(await second.transaction(read), 'somebody');
    await store.transaction((tx) => store.vault.destroy(tx, key));
    await assert.rejects(second.transaction(read), code('destroyed'));
  });

  test(`entries of the audit log are committed with their act or not at all (${name})`, {
    skip,
  }, async (t) => {
    const { store } = await given(t, () => new Date('2026-11-25T12:00:00Z'));
    const act = { actor: 'desk', act: 'test', subject: '', detail: { n: 1 } };
    await store.transaction(async (tx) => tx.record(act));
    const failing = store.transaction(async (tx) => {
      tx.record(act);
      await tx.db.insertInto('settings').values({ name: 'a', value: '1' }).execute();
      throw new RangeError('the act failed');
    });
    await assert.rejects(failing, RangeError);
    await store.transaction(async (tx) => {
      tx.record(act);
      tx.record({ ...act, detail: { n: 2 } });
    });
    assert.deepEqual(
      (await entries(store)).map(({ seq, at, detail }) => [seq, at, detail.n]),
      [
        [1, '2026-11-25T12:00:00.000Z', 1],
        [2, '2026-11-25T12:00:00.000Z', 1],
        [3, '2026-11-25T12:00:00.000Z', 2],
      ],
    );
    const settings = await store.transaction((tx) => tx.db.selectFrom('settings').selectAll().execute());
    assert.deepEqual(settings, []);
  });

  test(`two processes write one chain without a gap (${name})`, { skip }, async (t) => {
    const { store, address, masterKey } = await given(t);
    const second = await openStore(address, fileKeyService(masterKey));
    t.after(() => second.close());
    const write = (one: Store, n: number) =>
      one.transaction(async (tx) => tx.record({ actor: 'desk', act: 'test', subject: '', detail: { n } }));
    await Promise.all(Array.from({ length: 40 }, (_, n) => write(n % 2 === 0 ? store : second, n)));
    const verifier = new Verifier(nodeSha256);
    for (const entry of await entries(store)) assert.equal(verifier.follow(entry), null);
    assert.equal(verifier.last.seq, 40);
  });

  test(`a database opens with the master key that made it, and with no other (${name})`, {
    skip,
  }, async (t) => {
    const { store, address, masterKey } = await given(t);
    const key = await store.transaction((tx) => store.vault.create(tx, 'case'));
    const other = `${masterKey}.other`;
    writeFileSync(other, `0123abcd ${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
    await assert.rejects(openStore(address, fileKeyService(other)), code('key'));
    // A new key in front of the old one: both still open what they wrapped.
    copyFileSync(masterKey, `${masterKey}.both`);
    writeFileSync(`${masterKey}.both`, readFileSync(other, 'utf8') + readFileSync(masterKey, 'utf8'));
    const both = await openStore(address, fileKeyService(`${masterKey}.both`));
    t.after(() => both.close());
    await both.transaction(async (tx) => assert.ok(await both.vault.seal(tx, key, 'a/b', 1)));
  });

  test(`the same word has the same token, in another kind another one (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    await store.transaction(async (tx) => {
      const token = (kind: string, word: string) => store.vault.token(tx, kind, word);
      assert.equal(await token('word', 'dbi'), await token('word', 'dbi'));
      assert.notEqual(await token('word', 'dbi'), await token('facet', 'dbi'));
      assert.deepEqual(await store.vault.tokens(tx, 'word', ['dbi', 'dbi']), [await token('word', 'dbi')]);
    });
  });
}

test('a master key that others can read, or that is none, is refused by name', async (t) => {
  const { masterKey } = await (databases[0] ?? assert.fail()).given(t);
  chmodSync(masterKey, 0o640);
  assert.throws(() => fileKeyService(masterKey), /master\.key: can be read by others: chmod 600/);
  const tables: [content: string, problem: RegExp][] = [
    ['', /holds no key/],
    ['# only words\n', /holds no key/],
    ['0123abcd c2hvcnQ=\n', /:1: is no master key/],
    ['\nnonsense\n', /:2: is no master key/],
  ];
  for (const [content, problem] of tables) {
    writeFileSync(masterKey, content);
    chmodSync(masterKey, 0o600);
    assert.throws(() => fileKeyService(masterKey), problem);
  }
  assert.throws(() => fileKeyService(`${masterKey}.none`), /cannot read: no such file or directory/);
});

test("what stands on the disk is its owner's alone", async (t) => {
  const { address, masterKey } = await (databases[0] ?? assert.fail()).given(t);
  for (const path of [address, `${address}-wal`, `${address}-shm`, masterKey])
    assert.equal(statSync(path).mode & 0o077, 0, path);
});

test('ids do not meet', () => {
  const ids = new Set(Array.from({ length: 10_000 }, newId));
  assert.equal(ids.size, 10_000);
  for (const id of ids) assert.match(id, /^[0-9a-hjkmnp-tv-z]{26}$/);
});

for (const { name, skip, given } of databases)
  test(`a destroyed key is destroyed again wherever it comes back (${name})`, { skip }, async (t) => {
    const { store, address, masterKey } = await given(t);
    const keys = fileKeyService(masterKey);
    const [first, second, third] = await store.transaction((tx) =>
      Promise.all([1, 2, 3].map(() => store.vault.create(tx, 'case'))),
    );
    if (first === undefined || second === undefined || third === undefined) return assert.fail();
    const wrapped = await store.transaction((tx) => tx.db.selectFrom('keys').selectAll().execute());
    await store.transaction((tx) => store.vault.destroy(tx, first));
    const failing = store.transaction(async (tx) => {
      await store.vault.destroy(tx, second);
      throw new RangeError('the act failed');
    });
    await assert.rejects(failing, RangeError);
    assert.deepEqual([...(await keys.shredded())], [first], 'what was not committed is not on the list');
    // The process ended before the list was written: opening the database makes it good.
    await store.transaction((tx) =>
      tx.db
        .updateTable('keys')
        .set({ wrapped: new Uint8Array(0), destroyed_at: tx.now })
        .where('id', '=', third)
        .execute(),
    );
    await (await openStore(address, keys)).close();
    assert.deepEqual([...(await keys.shredded())], [first, third]);
    // An older copy of the table comes back.
    await store.transaction(async (tx) => {
      await tx.db.deleteFrom('keys').execute();
      await tx.db.insertInto('keys').values(wrapped).execute();
    });
    const again = await openStore(address, keys);
    t.after(() => again.close());
    const live = await again.transaction((tx) =>
      tx.db.selectFrom('keys').select('id').where('destroyed_at', 'is', null).execute(),
    );
    assert.deepEqual(live.map(({ id }) => id).sort(), ['desk', 'tokens', second].sort());
    assert.deepEqual(
      (await entries(again)).map(({ act, detail }) => [act, detail.keys]),
      [['keys.destroyed-again', 2]],
    );
  });
