/** test_basic.py of the conformance suite: what a client asks for, and what it believes. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { inDays, SimulatedRepository, SimulatedUser, TUF_NOW, withId } from '../../../test/given-tuf.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/index.ts';
import { TOP_ROLES, type TopRole } from '../index.ts';

async function given(): Promise<{ repo: SimulatedRepository; user: SimulatedUser }> {
  const repo = await SimulatedRepository.make();
  return { repo, user: new SimulatedUser(repo) };
}

const later = (days: number): Date => new Date(inDays(days));
const FIRST = [
  ['root', 2],
  ['timestamp', null],
  ['snapshot', 1],
  ['targets', 1],
];

test('basic_refresh_requests: a refresh asks for each role once, in order', async () => {
  const { repo, user } = await given();
  assert.equal(await user.init(), 'ok');
  assert.deepEqual(repo.asked, []);
  assert.equal(await user.refresh(), 'ok');
  assert.deepEqual(repo.asked, FIRST);
});

test('basic_refresh_trusted_data: what is kept is what was shown', async () => {
  const { repo, user } = await given();
  await user.init();
  assert.equal(await user.refresh(), 'ok');
  for (const role of TOP_ROLES) assert.deepEqual(user.cache.kept.get(role), repo.bytes(role));
});

test('implicit_refresh: a download refreshes first', async () => {
  const { repo, user } = await given();
  await user.init();
  assert.equal(await user.download('nonexistent artifact'), 'none');
  assert.deepEqual(repo.asked, FIRST);
  for (const role of TOP_ROLES) assert.deepEqual(user.cache.kept.get(role), repo.bytes(role));
});

test('invalid_initial_root: a root that is none is not trusted, and nothing is asked', async () => {
  const { repo, user } = await given();
  const json = JSON.parse(decodeUtf8(repo.bytes('root')));
  delete json.signed.version;
  const bytes = encodeUtf8(JSON.stringify(json));
  assert.equal(await user.init(bytes), 'format');
  assert.equal(await user.refresh(), 'cache');
  user.cache.kept.set('root', bytes);
  assert.equal(await user.refresh(), 'format');
  assert.deepEqual(repo.asked, []);
});

test('unsigned_initial_root: a root that its keys have not signed is not trusted', async () => {
  const { repo, user } = await given();
  const json = JSON.parse(decodeUtf8(repo.bytes('root')));
  json.signatures[0].sig = '00'.repeat(64);
  const bytes = encodeUtf8(JSON.stringify(json));
  assert.equal(await user.init(bytes), 'threshold');
  user.cache.kept.set('root', bytes);
  assert.equal(await user.refresh(), 'threshold');
  assert.deepEqual(repo.asked, []);
});

const ALL = ['root', 'targets', 'snapshot', 'timestamp'];
/** What is kept after a refresh that fails at a role of version 2. */
const KEPT: Readonly<Record<TopRole, Record<string, number>>> = {
  root: { root: 1 },
  timestamp: { root: 2 },
  snapshot: { root: 2, timestamp: 2 },
  targets: { root: 2, snapshot: 2, timestamp: 2 },
};

for (const role of ['root', 'timestamp', 'snapshot', 'targets'] as const)
  test(`unsigned_metadata[${role}]: a role that nobody signed is not kept, those before it are`, async () => {
    const { repo, user } = await given();
    repo.signers.set(role, []);
    await repo.publish(...ALL);
    await user.init(repo.bytes('root', 1));
    assert.equal(await user.refresh(), 'threshold');
    assert.deepEqual(user.trusted, KEPT[role]);
  });

for (const role of ['root', 'snapshot', 'targets'] as const)
  test(`url_and_metadata_version_mismatch[${role}]: what stands at an address is of its version`, async () => {
    const { repo, user } = await given();
    const signed = repo.roles.get(role) ?? assert.fail();
    signed.version++;
    // The address says 2, the metadata 3.
    await repo.publish('root', 'targets');
    if (role === 'targets') repo.setMeta('targets', { version: 2 });
    await repo.publish('snapshot');
    if (role === 'snapshot') repo.timestamp.snapshot = { version: 2 };
    await repo.publish('timestamp');
    await user.init(repo.bytes('root', 1));
    assert.equal(await user.refresh(), 'mix-and-match');
    assert.deepEqual(user.trusted, KEPT[role]);
  });

test('timestamp_content_changes: of one version the first counts', async () => {
  const { repo, user } = await given();
  await user.init();
  assert.equal(await user.refresh(), 'ok');
  const kept = user.cache.kept.get('timestamp');
  repo.timestamp.snapshot = { version: 100 };
  repo.beginAnew('timestamp', 1);
  await repo.publish('timestamp');
  assert.equal(await user.refresh(), 'ok');
  assert.deepEqual(repo.asked.at(-1), ['timestamp', null]);
  assert.deepEqual(user.cache.kept.get('timestamp'), kept);
});

test('basic_metadata_hash_support: lengths and digests of metadata are checked where they are signed', async () => {
  const { repo, user } = await given();
  repo.hashes = true;
  await repo.publish('targets', 'snapshot', 'timestamp');
  await user.init();
  assert.equal(await user.refresh(), 'ok');
  assert.deepEqual(user.trusted, { root: 1, snapshot: 2, targets: 2, timestamp: 2 });
});

test('targets_hash_mismatch: targets of another digest than the snapshot signed are refused', async () => {
  const { repo, user } = await given();
  repo.hashes = true;
  await repo.publish('targets', 'snapshot', 'timestamp');
  await user.init();
  assert.equal(await user.refresh(), 'ok');
  await repo.publish('targets');
  const { length = 0 } = repo.snapshot.meta.get('targets') ?? {};
  repo.setMeta('targets', { version: 3, length, hashes: new Map([['sha256', '0'.repeat(64)]]) });
  await repo.publish('snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'hash');
  assert.deepEqual(user.trusted, { root: 1, snapshot: 3, targets: 2, timestamp: 3 });
});

test('snapshot_hash_mismatch: a snapshot of another digest than the timestamp signed is refused', async () => {
  const { repo, user } = await given();
  repo.hashes = true;
  await repo.publish('snapshot', 'timestamp');
  await user.init();
  assert.equal(await user.refresh(), 'ok');
  await repo.publish('snapshot');
  const { length = 0 } = repo.timestamp.snapshot;
  repo.timestamp.snapshot = { version: 3, length, hashes: new Map([['sha256', '0'.repeat(64)]]) };
  await repo.publish('timestamp');
  assert.equal(await user.refresh(), 'hash');
  assert.deepEqual(user.trusted, { root: 1, snapshot: 2, targets: 1, timestamp: 3 });
});

test('metadata_bytes_match: what is kept is byte for byte what came', async () => {
  const { repo, user } = await given();
  await user.init();
  const bytes = encodeUtf8(`${decodeUtf8(repo.bytes('timestamp'))} `);
  repo.published.set('timestamp', [bytes]);
  assert.equal(await user.refresh(), 'ok');
  assert.deepEqual(user.cache.kept.get('timestamp'), bytes);
});

test('custom_fields: members that nobody knows are signed like others', async () => {
  const { repo, user } = await given();
  await user.init();
  assert.equal(await user.refresh(), 'ok');
  repo.addKey('root');
  repo.changes.set('root', (json) => {
    json['custom-field'] = 'value';
    const { roles, keys } = json as {
      roles: { root: Record<string, unknown> };
      keys: Record<string, object>;
    };
    roles.root['another-field'] = 'value';
    for (const key of Object.values(keys)) Object.assign(key, { 'extra-field': { a: 1, b: 2 } });
  });
  await repo.publish('root');
  assert.equal(await user.refresh(), 'ok');
  assert.deepEqual(user.trusted.root, 2);
});

test('deprecated_keyid_hash_algorithms: what the specification does not have, means nothing', async () => {
  const { repo, user } = await given();
  await user.init();
  repo.rotate('snapshot');
  repo.changes.set('root', (json) => {
    const { keys } = json as { keys: Record<string, object> };
    for (const key of Object.values(keys)) Object.assign(key, { keyid_hash_algorithms: 'md5' });
  });
  await repo.publish('root', 'snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'ok');
  assert.deepEqual(user.trusted, { root: 2, snapshot: 2, targets: 1, timestamp: 2 });
  assert.notEqual(withId('a', 'b', 'c').keyid, withId('a', 'b', 'd').keyid);
});

test('snapshot_404: a snapshot that is not there leaves the timestamp that names it', async () => {
  const { repo, user } = await given();
  await user.init();
  assert.equal(await user.refresh(), 'ok');
  repo.timestamp.snapshot = { version: 2 };
  await repo.publish('timestamp');
  assert.equal(await user.refresh(), 'missing');
  assert.deepEqual(repo.asked.at(-1), ['snapshot', 2]);
  assert.deepEqual(user.trusted, { root: 1, snapshot: 1, targets: 1, timestamp: 2 });
});

test('targets_404: targets that are not there leave the snapshot that names them', async () => {
  const { repo, user } = await given();
  await user.init();
  assert.equal(await user.refresh(), 'ok');
  repo.setMeta('targets', { version: 2 });
  await repo.publish('snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'missing');
  assert.deepEqual(repo.asked.at(-1), ['targets', 2]);
  assert.deepEqual(user.trusted, { root: 1, snapshot: 2, targets: 1, timestamp: 2 });
});

test('timestamp_404: without a timestamp nothing is known', async () => {
  const { repo, user } = await given();
  await user.init();
  assert.equal(await user.refresh(), 'ok');
  repo.published.delete('timestamp');
  assert.equal(await user.refresh(), 'missing');
  assert.deepEqual(repo.asked.at(-1), ['timestamp', null]);
});

test('incorrect_metadata_type: a snapshot that would do as a timestamp is none', async () => {
  const { repo, user } = await given();
  await user.init();
  const [signer] = repo.signers.get('timestamp') ?? [];
  repo.addKey('snapshot', signer);
  repo.snapshot.meta = new Map([['snapshot', { version: 1 }]]);
  await repo.publish('root', 'snapshot');
  repo.published.set('timestamp', [repo.bytes('snapshot')]);
  assert.equal(await user.refresh(), 'format');
  assert.deepEqual(user.trusted, { root: 2 });
});

test('faketime: the instant of an update is the one that is given', async () => {
  const { repo, user } = await given();
  await user.init();
  repo.root.expires = inDays(7);
  await repo.publish('root');
  assert.equal(await user.refresh(), 'ok');
  assert.equal(await user.refresh(later(8)), 'freeze');
  assert.equal(await user.refresh(TUF_NOW), 'ok');
});
