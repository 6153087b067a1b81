/** test_keys.py of the conformance suite: enough different keys, of every kind. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type KeyKind, SimulatedRepository, SimulatedUser } from '../../../test/given-tuf.ts';
import { toHex } from '../../base/index.ts';

async function given(): Promise<{ repo: SimulatedRepository; user: SimulatedUser }> {
  const repo = await SimulatedRepository.make();
  const user = new SimulatedUser(repo);
  assert.equal(await user.init(), 'ok');
  return { repo, user };
}

test('snapshot_does_not_meet_threshold: two signatures are not three', async () => {
  const { repo, user } = await given();
  repo.addKey('snapshot');
  repo.addKey('snapshot');
  repo.setThreshold('snapshot', 3);
  await repo.publish('root', 'targets', 'snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'ok');
  repo.signers.get('snapshot')?.pop();
  await repo.publish('targets', 'snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'threshold');
  assert.equal(user.trusted.snapshot, 2);
});

test('snapshot_has_too_few_keys: a threshold above the number of keys is never met', async () => {
  const { repo, user } = await given();
  for (let i = 0; i < 4; i++) repo.addKey('snapshot');
  repo.setThreshold('snapshot', 6);
  await repo.publish('root', 'snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'threshold');
  assert.deepEqual(user.trusted, { root: 2, timestamp: 2 });
});

test('duplicate_keys: a root with a key twice is none, and its signature counts once', async () => {
  const { repo, user } = await given();
  const signer = repo.addKey('snapshot');
  repo.setKeys(
    'snapshot',
    Array.from({ length: 9 }, () => signer.key),
    6,
  );
  await repo.publish('root', 'snapshot', 'timestamp');
  repo.replaceLast('snapshot', ({ signatures }) => {
    const found = signatures.find(({ keyid }) => keyid === signer.key.keyid) ?? assert.fail();
    for (let i = 0; i < 8; i++) signatures.push(found);
  });
  assert.equal(await user.refresh(), 'format');
  assert.deepEqual(user.trusted, { root: 1 });
});

test('duplicate_sig_keyids: a key signs once', async () => {
  const { repo, user } = await given();
  repo.replaceLast('snapshot', ({ signatures }) => {
    signatures.push(signatures[0] ?? assert.fail());
  });
  assert.equal(await user.refresh(), 'format');
  assert.equal(user.trusted.snapshot, undefined);
});

const KINDS: readonly [id: string, kind: KeyKind][] = [
  ['rsa/rsassa-pss-sha256', 'rsa'],
  ['ecdsa/ecdsa-sha2-nistp256', 'ecdsa'],
  ['ed25519/ed25519', 'ed25519'],
];

for (const [id, kind] of KINDS)
  test(`keytype_and_scheme[${id}]: signatures hold, and others do not`, async () => {
    const { repo, user } = await given();
    const signer = repo.addKey('root', repo.newSigner(kind));
    assert.equal(`${signer.key.keytype}/${signer.key.scheme}`, id);
    repo.setThreshold('root', 2);
    await repo.publish('root');
    assert.equal(await user.refresh(), 'ok');
    assert.equal(user.trusted.root, 2);
    await repo.publish('root');
    const other = toHex(await signer.sign(new Uint8Array(1)));
    repo.replaceLast('root', ({ signatures, signed }) => {
      const changed = signatures.map((one) =>
        one.keyid === signer.key.keyid ? { ...one, sig: other } : one,
      );
      signatures.splice(0, signatures.length, ...changed);
      assert.equal(signed.version, 3);
    });
    assert.equal(await user.refresh(), 'threshold');
    assert.equal(user.trusted.root, 2);
  });

test('invalid_sig_in_valid_metadata: one signature that does not hold takes nothing from the others', async () => {
  const { repo, user } = await given();
  const [first] = repo.signers.get('timestamp') ?? assert.fail();
  repo.addKey('timestamp');
  await repo.publish('root', 'timestamp');
  const keyid = first?.key.keyid;
  for (const sig of ['00'.repeat(64), '', 'no digits']) {
    repo.replaceLast('timestamp', ({ signatures }) => {
      const at = signatures.findIndex((one) => one.keyid === keyid);
      signatures[at] = { keyid: keyid ?? '', sig };
    });
    assert.equal(await user.refresh(), 'ok');
    await repo.publish('timestamp');
  }
  assert.equal(user.trusted.timestamp, 4);
});
