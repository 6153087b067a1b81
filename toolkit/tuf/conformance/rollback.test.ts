/** test_rollback.py of the conformance suite: nothing goes back, unless new keys say so. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { SimulatedRepository, SimulatedUser } from '../../../test/given-tuf.ts';

async function given(): Promise<{ repo: SimulatedRepository; user: SimulatedUser }> {
  const repo = await SimulatedRepository.make();
  const user = new SimulatedUser(repo);
  assert.equal(await user.init(), 'ok');
  return { repo, user };
}

test('new_timestamp_version_rollback: an older timestamp is refused', async () => {
  const { repo, user } = await given();
  await repo.publish('timestamp');
  assert.equal(await user.refresh(), 'ok');
  repo.beginAnew('timestamp', 1);
  await repo.publish('timestamp');
  assert.equal(await user.refresh(), 'rollback');
  assert.equal(user.trusted.timestamp, 2);
  assert.deepEqual(repo.asked.at(-1), ['timestamp', null]);
});

for (const [id, hashes] of [
  ['basic', false],
  ['with hashes', true],
] as const)
  test(`snapshot_rollback[${id}]: a timestamp of an older snapshot is refused`, async () => {
    const { repo, user } = await given();
    repo.hashes = hashes;
    await repo.publish('snapshot', 'timestamp');
    assert.equal(await user.refresh(), 'ok');
    repo.beginAnew('snapshot', 1);
    await repo.publish('snapshot', 'timestamp');
    assert.equal(await user.refresh(), 'rollback');
    assert.deepEqual(user.trusted, { root: 1, snapshot: 2, targets: 1, timestamp: 2 });
    assert.deepEqual(repo.asked.at(-1), ['timestamp', null]);
  });

test('targets_role_removal: a role does not go from the snapshot', async () => {
  const { repo, user } = await given();
  repo.delegate('targets', { name: 'delegated', patterns: ['delegatedpath/*'] });
  await repo.publish('delegated', 'targets', 'snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'ok');
  repo.forgetMeta('delegated');
  await repo.publish('snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'rollback');
  assert.equal(user.trusted.snapshot, 2);
});

async function publishOften(repo: SimulatedRepository, role: string): Promise<void> {
  for (let i = 0; i < 99; i++) await repo.publish(role);
}

test('targets_fast_forward_recovery: new keys of the snapshot let targets begin anew', async () => {
  const { repo, user } = await given();
  repo.delegate('targets', { name: 'delegated', patterns: ['delegatedpath/*'] });
  await repo.publish('delegated');
  await publishOften(repo, 'targets');
  await repo.publish('snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'ok');
  assert.equal(user.trusted.targets, 100);
  repo.rotate('snapshot');
  repo.beginAnew('targets', 1);
  repo.forgetMeta('delegated');
  await repo.publish('root', 'targets', 'snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'ok');
  assert.equal(user.trusted.targets, 1);
});

test('new_snapshot_fast_forward_recovery: new keys of snapshot and timestamp let the snapshot begin anew', async () => {
  const { repo, user } = await given();
  await publishOften(repo, 'snapshot');
  await repo.publish('timestamp');
  assert.equal(await user.refresh(), 'ok');
  assert.equal(user.trusted.snapshot, 100);
  repo.rotate('snapshot');
  repo.rotate('timestamp');
  repo.beginAnew('snapshot', 1);
  await repo.publish('root', 'targets', 'snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'ok');
  assert.equal(user.trusted.snapshot, 1);
});

test('new_timestamp_fast_forward_recovery: new keys of the timestamp let it begin anew', async () => {
  const { repo, user } = await given();
  await publishOften(repo, 'timestamp');
  assert.equal(await user.refresh(), 'ok');
  assert.equal(user.trusted.timestamp, 100);
  repo.rotate('timestamp');
  repo.beginAnew('timestamp', 1);
  await repo.publish('root', 'timestamp');
  assert.equal(await user.refresh(), 'ok');
  assert.equal(user.trusted.timestamp, 1);
});

for (const [id, hashes] of [
  ['basic', false],
  ['with hashes', true],
] as const)
  test(`targets_rollback[${id}]: a snapshot of older targets is refused`, async () => {
    const { repo, user } = await given();
    repo.hashes = hashes;
    await repo.publish('targets', 'snapshot', 'timestamp');
    assert.equal(await user.refresh(), 'ok');
    repo.beginAnew('targets', 1);
    await repo.publish('targets', 'snapshot', 'timestamp');
    assert.equal(await user.refresh(), 'rollback');
    assert.deepEqual(user.trusted, { root: 1, snapshot: 2, targets: 2, timestamp: 3 });
  });
