import assert from 'node:assert/strict';
import test from 'node:test';
import { inDays, MemoryTufCache, SimulatedRepository, SimulatedUser, TUF_NOW } from '../../test/given-tuf.ts';
import { encodeUtf8 } from '../base/index.ts';
import { nodeDigest, nodeTufVerifier } from '../io/index.ts';
import { binOf, type FetchBytes, TUF_LIMITS, TufClient, type TufLimits } from './index.ts';

const PATH = 'authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz';

interface Given {
  readonly mirrors?: readonly FetchBytes[];
  readonly limits?: Partial<TufLimits>;
  readonly at?: Date;
}

async function given(): Promise<{
  repo: SimulatedRepository;
  cache: MemoryTufCache;
  clientOf: (given?: Given) => TufClient;
}> {
  const repo = await SimulatedRepository.make();
  const cache = new MemoryTufCache();
  const clientOf = ({ mirrors = [repo.fetchMetadata], limits = {}, at = TUF_NOW }: Given = {}): TufClient =>
    new TufClient(
      { cache, verifier: nodeTufVerifier, digest: nodeDigest, now: () => at },
      { mirrors, limits },
    );
  await clientOf().trustRoot(repo.bytes('root', 1));
  return { repo, cache, clientOf };
}

test('a root is trusted once; another one needs the signatures of the first', async () => {
  const { repo, clientOf } = await given();
  await clientOf().trustRoot(repo.bytes('root', 1));
  const other = await SimulatedRepository.make();
  other.addKey('root');
  await other.publish('root');
  await assert.rejects(clientOf().trustRoot(other.bytes('root')), {
    code: 'cache',
    message: 'root: another one is trusted already',
  });
});

test('offline it reads what is kept, and says how old that is', async () => {
  const { repo, clientOf } = await given();
  await assert.rejects(clientOf().offline(), { code: 'cache', place: { file: 'timestamp' } });
  repo.delegate('targets', { name: 'here', patterns: ['here'] });
  repo.delegate('targets', { name: 'there', patterns: ['there'] });
  repo.addFile('here', 'here', 'x');
  repo.timestamp.expires = inDays(2);
  await repo.publish('here', 'there', 'targets', 'snapshot', 'timestamp');
  assert.notEqual(await clientOf().find('here'), null);
  repo.asked.length = 0;
  const fresh = await clientOf().offline();
  assert.deepEqual(fresh, {
    versions: { root: 1, timestamp: 2, snapshot: 2, targets: 2 },
    expires: inDays(2),
    expired: [],
    refreshed: '2026-11-26T09:00:00Z',
  });
  const client = clientOf({ at: new Date(inDays(40)) });
  const { expired } = await client.offline();
  assert.deepEqual(expired, ['root', 'timestamp', 'snapshot', 'targets']);
  assert.equal((await client.find('here'))?.role, 'here');
  await assert.rejects(client.find('there'), { code: 'cache', place: { file: 'there' } });
  assert.deepEqual(repo.asked, []);
});

test('offline too, what is kept must be signed and of the versions that were signed for', async () => {
  const { repo, cache, clientOf } = await given();
  await clientOf().refresh();
  await repo.publish('targets');
  cache.kept.set('targets', repo.bytes('targets'));
  await assert.rejects(clientOf().offline(), { code: 'cache', place: { file: 'targets' } });
});

test('what is kept and is none is fetched anew', async () => {
  for (const garbage of ['', '{}', 'x'.repeat(1000)]) {
    const { cache, clientOf, repo } = await given();
    await clientOf().refresh();
    for (const role of ['timestamp', 'snapshot', 'targets']) cache.kept.set(role, encodeUtf8(garbage));
    await clientOf().refresh();
    assert.deepEqual(cache.kept.get('targets'), repo.bytes('targets'));
    cache.kept.set('root', encodeUtf8(garbage));
    await assert.rejects(clientOf().refresh(), { code: 'format' });
  }
});

test('a mirror that fails is passed over, and what it did wrong is told when all do', async () => {
  const { repo, clientOf } = await given();
  repo.delegate('targets', { name: 'delegated' });
  repo.addFile('delegated', 'a', 'content');
  await repo.publish('delegated', 'targets', 'snapshot', 'timestamp');
  const empty: FetchBytes = async () => null;
  const top: FetchBytes = async (path) => (path.includes('delegated') ? null : repo.fetchMetadata(path));
  const client = clientOf({ mirrors: [empty, top, repo.fetchMetadata] });
  assert.equal((await client.find('a'))?.length, 7);
  const found = (await client.find('a')) ?? assert.fail();
  assert.deepEqual(await client.download(found, { mirrors: [empty, repo.fetchFile] }), encodeUtf8('content'));
  await assert.rejects(clientOf({ mirrors: [empty, empty] }).refresh(), {
    code: 'missing',
    message: 'timestamp: the mirror has no timestamp.json',
  });
  await assert.rejects(clientOf({ mirrors: [] }).refresh(), { code: 'unreachable' });
});

test('an older mirror does not hide a newer one that comes after it', async () => {
  const { repo, clientOf } = await given();
  const old = new Map(['timestamp', 'snapshot', 'targets'].map((role) => [role, repo.bytes(role)]));
  const stale: FetchBytes = async (path) => old.get(/(\w+)\.json$/.exec(path)?.[1] ?? '') ?? null;
  await repo.publish('targets', 'snapshot', 'timestamp');
  assert.equal((await clientOf().refresh()).versions.timestamp, 2);
  await repo.publish('timestamp');
  await assert.rejects(clientOf({ mirrors: [stale] }).refresh(), { code: 'rollback' });
  assert.equal((await clientOf({ mirrors: [stale, repo.fetchMetadata] }).refresh()).versions.timestamp, 3);
});

test('bounds: bytes of each role, roots, roles', async () => {
  for (const role of ['timestamp', 'snapshot', 'targets'] as const) {
    const { clientOf } = await given();
    await assert.rejects(clientOf({ limits: { [role]: 10 } }).refresh(), {
      code: 'endless',
      place: { file: role },
    });
  }
  const { repo, clientOf } = await given();
  for (let i = 0; i < 5; i++) await repo.publish('root');
  await assert.rejects(clientOf({ limits: { root: 10 } }).refresh(), { code: 'endless' });
  await assert.rejects(clientOf({ limits: { rotations: 3 } }).refresh(), { code: 'too-many' });
  // What was proved is kept, so that the next run goes on from there.
  assert.equal((await clientOf({ limits: { rotations: 3 } }).refresh()).versions.root, 6);

  repo.hashes = true;
  await repo.publish('snapshot', 'timestamp');
  await assert.rejects(clientOf({ limits: { snapshot: 10 } }).refresh(), {
    code: 'bounds',
    message: /^snapshot: \d+ bytes were signed for, at most 10$/,
  });
});

test('roles that delegate to each other without end are left after so many', async () => {
  const { repo, clientOf } = await given();
  const chain = Array.from({ length: TUF_LIMITS.roles + 1 }, (_, i) => `role-${i}`);
  for (const [i, name] of chain.entries()) repo.delegate(chain[i - 1] ?? 'targets', { name });
  repo.addFile(chain.at(-2) ?? '', 'near', 'x');
  repo.addFile(chain.at(-1) ?? '', 'far', 'x');
  await repo.publish(...chain, 'targets', 'snapshot', 'timestamp');
  const client = clientOf();
  assert.equal((await client.find('near'))?.role, chain.at(-2));
  await assert.rejects(client.find('far'), { code: 'too-many' });
  await assert.rejects(client.find('nowhere'), { code: 'too-many' });
});

test('names that every object has are targets and roles like others', async () => {
  const { repo, clientOf } = await given();
  assert.equal(await clientOf().find('constructor'), null);
  assert.equal(await clientOf().find('__proto__'), null);
  repo.delegate('targets', { name: '__proto__', patterns: ['toString'] });
  repo.delegate('targets', { name: '10', patterns: ['same', '__proto__'] });
  repo.delegate('targets', { name: '2', patterns: ['same'] });
  repo.addFile('__proto__', 'toString', 'x');
  repo.addFile('10', 'same', 'by 10');
  repo.addFile('2', 'same', 'by 2');
  await repo.publish('__proto__', '10', '2', 'targets', 'snapshot', 'timestamp');
  const client = clientOf();
  assert.equal((await client.find('toString'))?.role, '__proto__');
  assert.equal((await client.find('same'))?.role, '10');
  assert.equal(await client.find('__proto__'), null);
});

test('a path that leads out of the directory is no address', async () => {
  const { repo, clientOf } = await given();
  const paths = ['../x', 'a/../x', './x', '/x', 'a//b', 'a/'];
  for (const path of paths) repo.addFile('targets', path, 'x');
  await repo.publish('targets', 'snapshot', 'timestamp');
  const client = clientOf();
  for (const path of paths) {
    const found = (await client.find(path)) ?? assert.fail(path);
    await assert.rejects(client.download(found, { mirrors: [repo.fetchFile] }), { code: 'format' }, path);
  }
});

test('without consistent snapshots names have no versions and no digests', async () => {
  const { repo, clientOf } = await given();
  repo.root.consistentSnapshot = false;
  repo.addFile('targets', PATH, 'content');
  repo.hashedNames = false;
  await repo.publish('root', 'targets', 'snapshot', 'timestamp');
  const client = clientOf();
  const found = (await client.find(PATH)) ?? assert.fail();
  assert.deepEqual(await client.download(found, { mirrors: [repo.fetchFile] }), encodeUtf8('content'));
  assert.deepEqual(repo.askedFiles, [PATH]);
  assert.deepEqual(
    repo.asked.map(([, version]) => version),
    [2, 3, null, null, null],
  );
});

test('another that wrote meanwhile is not overwritten: what it kept counts', async () => {
  const { repo, cache, clientOf } = await given();
  await repo.publish('root');
  await repo.publish('targets', 'snapshot', 'timestamp');
  const mirror: FetchBytes = async (path) => {
    const bytes = await repo.fetchMetadata(path);
    // Between what this client has read and what it keeps, the other one keeps a newer timestamp.
    if (path === 'timestamp.json' && repo.timestamp.version === 2) {
      await repo.publish('targets', 'snapshot', 'timestamp');
      await clientOf().refresh();
    }
    return bytes;
  };
  const { versions } = await clientOf({ mirrors: [mirror] }).refresh();
  assert.equal(versions.timestamp, 3);
  assert.deepEqual(cache.kept.get('timestamp'), repo.bytes('timestamp'));
});

test('a cache that others never leave alone is an error', async () => {
  const { repo, cache, clientOf } = await given();
  await repo.publish('timestamp');
  let others = 0;
  cache.store = async () => {
    others++;
    return false;
  };
  await assert.rejects(clientOf().refresh(), {
    code: 'cache',
    message: 'timestamp: others keep writing here',
  });
  assert.equal(others, 10);
});

test('keys of the timestamp that change make the client forget what stolen ones signed, root last', async () => {
  const { repo, cache, clientOf } = await given();
  await clientOf().refresh();
  repo.rotate('timestamp');
  repo.beginAnew('timestamp', 1);
  await repo.publish('root', 'timestamp');
  const order: string[] = [];
  const { store, remove } = cache;
  cache.store = (role, bytes, seen) => {
    order.push(`keep ${role}`);
    return store.call(cache, role, bytes, seen);
  };
  cache.remove = (role) => {
    order.push(`forget ${role}`);
    return remove.call(cache, role);
  };
  await clientOf().refresh();
  assert.deepEqual(order.slice(0, 3), ['forget timestamp', 'forget snapshot', 'keep root']);
});

test('a user that asks for many files asks for each role once', async () => {
  const repo = await SimulatedRepository.make();
  const user = new SimulatedUser(repo);
  await user.init();
  for (let i = 0; i < 50; i++) repo.addFile('targets', `file-${i}`, `content ${i}`);
  await repo.publish('targets', 'snapshot', 'timestamp');
  assert.equal(await user.download(...Array.from({ length: 50 }, (_, i) => `file-${i}`)), 'ok');
  assert.equal(repo.asked.length, 4);
});

test('a snapshot that lists fewer bins than there are says nothing of those that it leaves out', async () => {
  const { repo, clientOf } = await given();
  repo.delegateBins('targets', 2, 'bin');
  const bins = ['bin-0', 'bin-1', 'bin-2', 'bin-3'];
  repo.addFile(`bin-${binOf(2, nodeDigest('sha256', encodeUtf8(PATH)))}`, PATH, 'content');
  await repo.publish(...bins, 'targets');
  for (const name of bins) repo.forgetMeta(name);
  await repo.publish('snapshot', 'timestamp');
  await assert.rejects(clientOf().find(PATH), {
    code: 'missing',
    message: /^bin-\d: is not in the snapshot$/,
  });
  for (const name of bins) repo.setMeta(name, { version: 1 });
  await repo.publish('snapshot', 'timestamp');
  assert.notEqual(await clientOf().find(PATH), null);
  repo.forgetMeta('bin-0');
  await repo.publish('snapshot', 'timestamp');
  await assert.rejects(clientOf().find(PATH), {
    code: 'rollback',
    message: 'snapshot: "bin-0" is gone, was version 1 before',
  });
});
