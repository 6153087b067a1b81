import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { formatNoteVerifier } from 'cpansec/formats';
import { nodeEd25519, nodeSha256 } from 'cpansec/io';
import { databases, type Where } from '../../test/given-desk.ts';
import { verifyLedger } from '../ledger/index.ts';
import { fileHeadSigner, readHeads, readLedger, type Store, StoreError, signHeadWhenDue } from './index.ts';

const ORIGIN = 'desk.example.org/ledger';
const code = (wanted: string) => (error: unknown) => error instanceof StoreError && error.code === wanted;

async function desk(t: TestContext, given: Where['given']) {
  const clock = { now: Date.parse('2026-11-25T12:00:00Z') };
  const { store, masterKey } = await given(t, () => new Date(clock.now));
  const signer = await fileHeadSigner(`${masterKey}.head`, ORIGIN);
  const act = (times: number) =>
    store.transaction(async (tx) => {
      for (let n = 0; n < times; n++) tx.record({ actor: 'desk', act: 'test', subject: '', detail: { n } });
    });
  return { store, clock, signer, act, keyFile: `${masterKey}.head` };
}

async function checked(store: Store, signer: Awaited<ReturnType<typeof fileHeadSigner>>) {
  const trust = { verifier: signer.verifier, ed25519: nodeEd25519, sha256: nodeSha256 };
  return verifyLedger(readLedger(store), await readHeads(store), trust);
}

for (const { name, skip, given } of databases) {
  test(`a head is signed each day and after so many entries (${name})`, { skip }, async (t) => {
    const { store, clock, signer, act } = await desk(t, given);
    const policy = { entries: 10, every: 3_600_000 };
    const sign = () => signHeadWhenDue(store, signer, policy);
    assert.equal(await sign(), null, 'nothing to sign');
    await act(3);
    assert.match((await sign()) ?? '', /^desk\.example\.org\/ledger\n3\n/);
    await act(9);
    assert.equal(await sign(), null, 'neither enough nor old enough');
    await act(1);
    assert.match((await sign()) ?? '', /\n13\n/);
    clock.now += 3_600_000;
    assert.equal(await sign(), null, 'nothing new');
    await act(1);
    assert.match((await sign()) ?? '', /\n14\n/);
    await act(1200);
    assert.match((await sign()) ?? '', /\n1214\n/);
    assert.deepEqual(await checked(store, signer), { entries: 1214, heads: 4, unsigned: 0, faults: [] });
  });

  test(`a log that was changed is not signed (${name})`, { skip }, async (t) => {
    const { store, signer, act } = await desk(t, given);
    await act(3);
    await signHeadWhenDue(store, signer);
    await act(3);
    const sign = () => signHeadWhenDue(store, signer, { entries: 1 });
    await store.transaction((tx) =>
      tx.db.updateTable('ledger').set({ actor: 'member:z' }).where('seq', '=', 5).execute(),
    );
    await assert.rejects(sign(), /entry 5 of the audit log was changed/);
    await store.transaction((tx) => tx.db.deleteFrom('ledger').where('seq', '>', 4).execute());
    await assert.rejects(sign(), /does not end with entry 6/);
    await store.transaction((tx) => tx.db.deleteFrom('ledger').where('seq', '>', 2).execute());
    await assert.rejects(sign(), code('damaged'));
    assert.deepEqual(
      (await checked(store, signer)).faults.map(({ seq }) => seq),
      [3],
    );
  });
}

test('the key of the log is made once, and is its owner’s alone', async (t) => {
  const { signer, keyFile } = await desk(t, (databases[0] ?? assert.fail()).given);
  assert.equal(statSync(keyFile).mode & 0o777, 0o600);
  const again = await fileHeadSigner(keyFile, ORIGIN);
  assert.equal(formatNoteVerifier(again.verifier), formatNoteVerifier(signer.verifier));
  const text = readFileSync(keyFile, 'utf8');
  writeFileSync(keyFile, text.replace('desk', 'task'));
  await assert.rejects(fileHeadSigner(keyFile, ORIGIN), code('key'));
  chmodSync(keyFile, 0o644);
  await assert.rejects(fileHeadSigner(keyFile, ORIGIN), code('key'));
  await assert.rejects(fileHeadSigner(`${keyFile}.new`, 'two words'), code('key'));
});
