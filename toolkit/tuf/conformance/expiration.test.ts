/** test_expiration.py of the conformance suite: what has expired is not believed, and may be replaced. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { inDays, SimulatedRepository, SimulatedUser } from '../../../test/given-tuf.ts';

async function refreshed(): Promise<{ repo: SimulatedRepository; user: SimulatedUser }> {
  const repo = await SimulatedRepository.make();
  const user = new SimulatedUser(repo);
  assert.equal(await user.init(), 'ok');
  assert.equal(await user.refresh(), 'ok');
  return { repo, user };
}

test('root_expired: a root is kept before it is told that it has expired', async () => {
  const { repo, user } = await refreshed();
  await repo.publish('root');
  assert.equal(await user.refresh(), 'ok');
  repo.root.expires = inDays(-1);
  await repo.publish('root', 'targets', 'snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'freeze');
  assert.deepEqual(user.trusted, { root: 3, snapshot: 1, targets: 1, timestamp: 1 });
});

test('timestamp_expired: a timestamp that has expired is not kept', async () => {
  const { repo, user } = await refreshed();
  repo.timestamp.expires = inDays(-5);
  await repo.publish('timestamp');
  assert.equal(await user.refresh(), 'freeze');
  assert.deepEqual(user.trusted, { root: 1, snapshot: 1, targets: 1, timestamp: 1 });
});

test('snapshot_expired: a snapshot that has expired is not kept', async () => {
  const { repo, user } = await refreshed();
  repo.snapshot.expires = inDays(-5);
  await repo.publish('snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'freeze');
  assert.deepEqual(user.trusted, { root: 1, snapshot: 1, targets: 1, timestamp: 2 });
});

test('targets_expired: targets that have expired are not kept', async () => {
  const { repo, user } = await refreshed();
  repo.targets().expires = inDays(-5);
  await repo.publish('targets', 'snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'freeze');
  assert.deepEqual(user.trusted, { root: 1, snapshot: 2, targets: 1, timestamp: 2 });
});

test('expired_local_root: a kept root that has expired leads to the one that has not', async () => {
  const { repo, user } = await refreshed();
  repo.root.expires = inDays(7);
  await repo.publish('root');
  assert.equal(await user.refresh(), 'ok');
  repo.root.expires = inDays(21);
  await repo.publish('root');
  assert.equal(await user.refresh(new Date(inDays(18))), 'ok');
  assert.equal(user.trusted.root, 3);
});

test('expired_local_timestamp: a kept timestamp that has expired is replaced by one that has not', async () => {
  const repo = await SimulatedRepository.make();
  const user = new SimulatedUser(repo);
  await user.init();
  repo.timestamp.expires = inDays(7);
  await repo.publish('timestamp');
  assert.equal(await user.refresh(), 'ok');
  repo.timestamp.expires = inDays(21);
  await repo.publish('targets', 'snapshot', 'timestamp');
  assert.equal(await user.refresh(new Date(inDays(18))), 'ok');
  assert.deepEqual(user.trusted, { root: 1, snapshot: 2, targets: 2, timestamp: 3 });
});
