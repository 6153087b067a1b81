/** test_repository_simulator.py of the conformance suite: the repository of these tests is what it says. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { inDays, SimulatedRepository } from '../../../test/given-tuf.ts';
import { parseMetadata, TOP_ROLES } from '../index.ts';

test('TestRepositorySimulator::test_repo_initialzation_unittest', async () => {
  const repo = await SimulatedRepository.make();
  assert.deepEqual([...repo.published.keys()].sort(), [...TOP_ROLES].sort());
  for (const role of TOP_ROLES) assert.equal(parseMetadata(repo.bytes(role), role).signed.version, 1);
});

test('TestRepositorySimulator::test_basic_metadata_hash_support_unittest', async () => {
  const repo = await SimulatedRepository.make();
  repo.hashes = true;
  await repo.publish('targets', 'snapshot', 'timestamp');
  const bytes = repo.bytes('snapshot');
  const { snapshot } = parseMetadata(repo.bytes('timestamp'), 'timestamp').signed;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  assert.deepEqual(snapshot, { version: 2, length: bytes.length, hashes: new Map([['sha256', sha256]]) });
});

test('TestRepositorySimulator::test_update_timestamp', async () => {
  const repo = await SimulatedRepository.make();
  repo.timestamp.expires = inDays(-5);
  await repo.publish('timestamp');
  assert.equal(parseMetadata(repo.bytes('timestamp'), 'timestamp').signed.expires, inDays(-5));
});
