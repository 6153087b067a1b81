import assert from 'node:assert/strict';
import test from 'node:test';
import {
  EXPIRES,
  givenLayout,
  givenRepository,
  givenRoot,
  MemoryTufStore,
  NOW,
  named,
  onlineSigners,
} from '../../test/given-repository.ts';
import { nodeDigest, nodeTufVerifier } from '../io/index.ts';
import {
  checkRepository,
  expiryAlarms,
  parseMetadata,
  pruneRepository,
  signMetadata,
  type TargetChange,
  type TargetFile,
  type Targets,
  TufRepository,
} from './index.ts';

const file = (length: number): TargetFile => ({ length, hashes: new Map([['sha256', 'a'.repeat(64)]]) });
const path = 'authors/id/A/AB/ABC/Foo-1.0.tar.gz';

/** Metadata of a role at its newest version, by the snapshot that the timestamp names. */
function seen(store: MemoryTufStore, role: string): Targets {
  const read = (name: string): Uint8Array => store.files.get(name) ?? assert.fail(name);
  const { snapshot } = parseMetadata(read('timestamp.json'), 'timestamp').signed;
  const { meta } = parseMetadata(read(`${snapshot.version}.snapshot.json`), 'snapshot').signed;
  return parseMetadata(read(`${meta.get(role)?.version}.${role}.json`), 'targets').signed;
}

test('a repository begins with what people signed, and signs the rest', async () => {
  const { store } = await givenRepository();
  const paths = [...store.files.keys()];
  assert.equal(paths[0], '1.root.json');
  assert.deepEqual(paths.slice(1, 3), ['1.bin-0.json', '1.bin-1.json']);
  assert.deepEqual(paths.slice(17), [
    '1.pause-index.json',
    '1.advisories.json',
    '1.recently-claimed.json',
    '1.targets.json',
    '1.claimed.json',
    '1.releases.json',
    '1.snapshot.json',
    'timestamp.json',
  ]);
});

test('a target goes to the role that has its path', async () => {
  const cases: [path: string, role: RegExp][] = [
    ['modules/02packages.details.txt.gz', /^pause-index$/],
    ['authors/01mailrc.txt.gz', /^pause-index$/],
    ['manifest.json', /^advisories$/],
    ['index/1-0a.cpansec', /^advisories$/],
    ['patches/DBI/DBI-1.643-CVE-2020-14392.patch', /^advisories$/],
    [path, /^bin-[0-9a-f]$/],
    ['authors/id/A/AB/ABC/a/b/c/d/Foo-1.0.tar.gz', /^bin-[0-9a-f]$/],
    ['anything', /^bin-[0-9a-f]$/],
  ];
  const { store, open } = await givenRepository();
  const repository = await open();
  for (const [target, role] of cases) {
    const done = await repository.change([{ path: target, target: file(1) }]);
    assert.deepEqual(
      done?.written.slice(1).map((one) => one.role),
      ['snapshot'],
      target,
    );
    const [{ role: found = '' } = {}] = done?.written ?? [];
    assert.match(found, role);
    assert.deepEqual(seen(store, found).targets.get(target), file(1));
  }
});

test('targets are added, changed and taken away; what is so already is left', async () => {
  const { store, open } = await givenRepository();
  const repository = await open();
  const first = await repository.change([{ path, target: file(1) }]);
  const role = first?.written[0]?.role ?? '';
  assert.equal(await repository.change([{ path, target: file(1) }]), null);
  assert.equal(await repository.change([{ path: `${path}.gz`, target: null }]), null);
  await repository.change([
    { path, target: file(2) },
    { path, target: file(3) },
  ]);
  assert.equal(seen(store, role).targets.get(path)?.length, 3);
  assert.equal(seen(store, role).version, 3);
  // Whoever opens it next goes on there.
  const again = await open();
  await again.change([{ path, target: null }]);
  assert.equal(seen(store, role).targets.size, 0);
  await assert.rejects(repository.change([{ path, target: file(4) }]), { code: 'taken' });
});

test('one who goes on after a ceremony signs only what changes', async () => {
  const options = {
    signers: onlineSigners,
    verifier: nodeTufVerifier,
    digest: nodeDigest,
    now: () => new Date(NOW),
  };
  const repository = await TufRepository.open({
    ...options,
    store: new MemoryTufStore(),
    root: await givenRoot(),
  });
  await repository.install({ roles: await givenLayout() });
  for (let length = 1; length < 4; length++) {
    const done = await repository.change([{ path: 'manifest.json', target: file(length) }]);
    assert.deepEqual(
      done?.written.map(({ role }) => role),
      ['advisories', 'snapshot'],
    );
  }
});

test('what has one content for ever keeps its first', async () => {
  const { store, open } = await givenRepository();
  const repository = await open();
  const once = (length: number): TargetChange => ({ path, target: file(length), once: true });
  const first = await repository.change([once(1), once(2)]);
  const role = first?.written[0]?.role ?? '';
  assert.equal(await repository.change([once(3)]), null);
  assert.equal(seen(store, role).targets.get(path)?.length, 1);
  await repository.change([{ path, target: null }]);
  await repository.change([once(4)]);
  assert.equal(seen(store, role).targets.get(path)?.length, 4);
});

test('only the bins that change are written, however many targets come', async () => {
  const { store, open } = await givenRepository(8);
  const repository = await open();
  const many = Array.from({ length: 5000 }, (_, i) => ({
    path: `authors/id/A/AB/ABC/F-${i}.tgz`,
    target: file(i),
  }));
  const done = await repository.change(many);
  assert.equal(done?.written.length, 256 + 1);
  const total = done?.written.slice(0, -1).reduce((sum, { role }) => sum + seen(store, role).targets.size, 0);
  assert.equal(total, 5000);
  assert.equal(
    (await repository.change(many.map((one, i) => ({ ...one, target: file(i === 7 ? 0 : i) }))))?.written
      .length,
    2,
  );
});

test('a process that ends at any write leaves what clients see whole, and the next one goes on', async () => {
  for (let limit = 0; ; limit++) {
    const { store, open } = await givenRepository();
    await (await open()).change([{ path, target: file(1) }]);
    const [timestamp] = [store.files.get('timestamp.json')];
    store.limit = limit;
    const failing = (await open()).change([{ path, target: file(2) }]);
    const ended = await failing.then(
      () => false,
      () => true,
    );
    if (!ended) {
      assert.equal(limit, 3);
      break;
    }
    assert.equal(store.files.get('timestamp.json'), timestamp);
    store.limit = Number.POSITIVE_INFINITY;
    const done = await (await open()).change([{ path, target: file(3) }]);
    const role = done?.written[0]?.role ?? '';
    assert.equal(seen(store, role).targets.get(path)?.length, 3);
  }
});

test('a day later the bins of that day are signed anew, and in thirty days every one', async () => {
  const { open } = await givenRepository(8);
  const days = new Set<string>();
  let most = 0;
  for (let day = 1; day <= 30; day++) {
    const now = new Date(Date.parse(NOW) + day * 86_400_000).toISOString();
    const { written } = await (await open(onlineSigners, now)).renew();
    const bins = written.filter(({ role }) => role.startsWith('bin-'));
    for (const { role } of bins) days.add(role);
    most = Math.max(most, bins.length);
    assert.equal((await (await open(onlineSigners, now)).renew()).written.length, 0, 'once a day');
  }
  assert.equal(days.size, 256);
  assert.ok(most <= 9, `${most} at once`);
});

test('what was kept from its time is signed anew all at once', async () => {
  const { open } = await givenRepository();
  const { written, snapshot } = await (await open(onlineSigners, '2027-06-01T00:00:00Z')).renew();
  assert.equal(written.length, 16 + 3 + 1);
  assert.equal(snapshot, 2);
});

test('new keys on line: what they sign is signed anew, and clients of either root go on', async () => {
  const { store, open } = await givenRepository();
  await (await open()).change([{ path, target: file(1) }]);
  const newer = { ...onlineSigners, timestamp: named('timestamp 2'), bins: named('bins 2') };
  const both = { ...newer, timestamp: [...onlineSigners.timestamp, ...newer.timestamp] };
  const repository = await open(both);
  const order: string[] = [];
  store.onWrite = (written) => order.push(written);
  const layout = await givenLayout(2, newer);
  layout.delete('claimed');
  await repository.install({ root: await givenRoot(2, newer), roles: layout });
  assert.deepEqual(order.slice(-3), ['3.snapshot.json', 'timestamp.json', '2.root.json']);
  assert.equal(order.filter((one) => /^\d+\.bin-/.test(one)).length, 16);
  await (await open(newer)).change([{ path, target: file(2) }]);
  await assert.rejects((await open(onlineSigners)).renew(), { code: 'threshold' });
});

test('a stolen key signs no more: the root comes first', async () => {
  const { store, open } = await givenRepository();
  const newer = { ...onlineSigners, timestamp: named('timestamp 2') };
  const repository = await open(newer);
  const order: string[] = [];
  store.onWrite = (written) => order.push(written);
  await repository.install({ root: await givenRoot(2, newer), roles: new Map() });
  assert.deepEqual(order, ['2.snapshot.json', '2.root.json', 'timestamp.json', '2.root.json']);
  // A process that ended between them is gone on from.
  const { store: other, open: openOther } = await givenRepository();
  other.limit = 2;
  await assert.rejects(
    (await openOther(newer)).install({ root: await givenRoot(2, newer), roles: new Map() }),
  );
  other.limit = Number.POSITIVE_INFINITY;
  const { timestamp } = await (await openOther(newer)).renew();
  assert.equal(timestamp, 2);
  assert.equal((await openOther(newer)).standing.rotated, false);
});

test('what too few have signed, or is older, is not taken', async () => {
  const { store, open } = await givenRepository();
  const repository = await open();
  const before = new Map(store.files);
  await assert.rejects(repository.install({ roles: await givenLayout(1) }), { code: 'rollback' });
  await assert.rejects(repository.install({ root: await givenRoot(3), roles: new Map() }), {
    code: 'mix-and-match',
  });
  const stranger = { ...onlineSigners, bins: named('stranger') };
  const layout = await givenLayout(2);
  layout.set('claimed', (await givenLayout(2, stranger)).get('releases') ?? assert.fail());
  layout.set('author-ABC', layout.get('claimed') ?? assert.fail());
  await assert.rejects(repository.install({ roles: layout }), { code: 'missing' });
  const other = { ...onlineSigners, bins: named('bins 2') };
  await assert.rejects(repository.install({ roles: await givenLayout(2, other) }), { code: 'threshold' });
  const told = parseMetadata(store.files.get('timestamp.json') ?? assert.fail(), 'timestamp').signed;
  assert.equal(told.version, 1);
  for (const [name, bytes] of before) assert.equal(store.files.get(name), bytes, name);
});

test('what was changed behind our back is not built on', async () => {
  const cases: [name: string, code: string][] = [
    ['timestamp.json', 'threshold'],
    ['1.snapshot.json', 'hash'],
    ['1.targets.json', 'threshold'],
    ['1.releases.json', 'threshold'],
    ['1.pause-index.json', 'threshold'],
  ];
  for (const [name, code] of cases) {
    const { store, open } = await givenRepository();
    const text = Buffer.from(store.files.get(name) ?? assert.fail()).toString();
    store.files.set(name, Buffer.from(text.replace(/"expires":"20/, '"expires":"21')));
    await assert.rejects(open(), { code }, name);
  }
});

test('before people have met there is nothing to sign', async () => {
  const options = {
    signers: onlineSigners,
    verifier: nodeTufVerifier,
    digest: nodeDigest,
    now: () => new Date(NOW),
  };
  const repository = await TufRepository.open({
    ...options,
    store: new MemoryTufStore(),
    root: await givenRoot(),
  });
  await assert.rejects(repository.renew(), { code: 'missing' });
  await assert.rejects(repository.change([{ path, target: file(1) }]), { code: 'missing' });
});

const day = 86_400_000;
const after = (days: number): string => new Date(Date.parse(NOW) + days * day).toISOString();

test('what runs out is told: what people sign long before', async () => {
  const { open } = await givenRepository();
  const { standing } = await open();
  const alarms = (now: string): string[] =>
    expiryAlarms(standing, new Date(now)).map(({ role, expired }) => `${role}${expired ? ' expired' : ''}`);
  assert.deepEqual(alarms(NOW), []);
  assert.deepEqual(alarms(after(1.5)), ['timestamp']);
  assert.deepEqual(alarms(after(6)), ['timestamp expired', 'snapshot']);
  assert.deepEqual(alarms('2027-11-10T00:00:00Z').slice(-4), ['root', 'targets', 'claimed', 'releases']);
});

test('a check reads everything, and names what is wrong', async () => {
  const { store, root, open } = await givenRepository();
  await (await open()).change([{ path, target: file(1) }]);
  const ops = { store, verifier: nodeTufVerifier, digest: nodeDigest };
  const good = await checkRepository(root, new Date(NOW), ops);
  assert.deepEqual(good, { roles: 22, targets: 1, authors: 0, alarms: [], faults: [] });
  store.files.delete('1.bin-0.json');
  store.files.set('1.bin-1.json', store.files.get('1.bin-2.json') ?? assert.fail());
  const text = Buffer.from(store.files.get('1.bin-3.json') ?? assert.fail()).toString();
  store.files.set('1.bin-3.json', Buffer.from(text.replace('"version":1', '"version":2')));
  const { faults } = await checkRepository(root, new Date(NOW), ops);
  // What was signed for one bin is no harm in another, as long as nothing is in it.
  assert.deepEqual(faults, [
    { role: 'bin-0', problem: 'is not there' },
    { role: 'bin-3', problem: 'says version 2' },
  ]);
  assert.equal((await checkRepository(root, new Date(after(91)), ops)).faults.length, 22 - 3);
});

test('old files go when mirrors no longer need them', async () => {
  const { store, open } = await givenRepository();
  for (let i = 1; i <= 5; i++)
    await (await open(onlineSigners, after(i))).change([{ path, target: file(i) }]);
  const ops = { store, verifier: nodeTufVerifier, digest: nodeDigest };
  const repository = await open(onlineSigners, after(5));
  const before = store.files.size;
  assert.equal(await pruneRepository(repository.standing, new Date(after(0)), ops), 0);
  const removed = await pruneRepository(repository.standing, new Date(after(4)), ops);
  assert.ok(removed > 6, `${removed}`);
  assert.equal(store.files.size, before - removed);
  assert.deepEqual(
    [...store.files.keys()].filter((name) => name.endsWith('.snapshot.json')),
    ['5.snapshot.json', '6.snapshot.json'],
  );
  assert.equal((await pruneRepository(repository.standing, new Date(after(99)), ops)) > 0, true);
  await (await open(onlineSigners, after(5))).change([{ path, target: file(9) }]);
});

test('whoever stole the keys signs versions far ahead: a new root, and both go on', async () => {
  const { store, root, open } = await givenRepository();
  await (await open()).change([{ path, target: file(1) }]);
  const huge = Number.MAX_SAFE_INTEGER;
  const [timestampKey, snapshotKey] = [onlineSigners.timestamp, onlineSigners.snapshot];
  const empty = { kind: 'snapshot', version: huge, expires: EXPIRES, meta: new Map() } as const;
  const snapshot = await signMetadata(empty, snapshotKey);
  const hashes = new Map([['sha256', nodeDigest('sha256', snapshot)]]);
  const timestamp = {
    kind: 'timestamp',
    version: huge,
    expires: EXPIRES,
    snapshot: { version: huge, hashes },
  } as const;
  store.files.set(`${huge}.snapshot.json`, snapshot);
  store.files.set('timestamp.json', await signMetadata(timestamp, timestampKey));
  const newer = { ...onlineSigners, timestamp: named('timestamp 2'), snapshot: named('snapshot 2') };
  const options = {
    ...{
      store,
      root,
      signers: newer,
      verifier: nodeTufVerifier,
      digest: nodeDigest,
      now: () => new Date(NOW),
    },
  };
  const half = { ...newer, snapshot: onlineSigners.snapshot };
  await assert.rejects(
    TufRepository.recover(options, { root: await givenRoot(2, half), roles: new Map() }, 100),
    {
      code: 'rollback',
    },
  );
  const done = await TufRepository.recover(
    options,
    { root: await givenRoot(2, newer), roles: new Map() },
    100,
  );
  assert.deepEqual([done.timestamp, done.snapshot], [100, 100]);
  const roles = done.written.map((one) => one.role).filter((one) => one.startsWith('bin-'));
  const role = roles.find((one) => seen(store, one).targets.has(path));
  assert.ok(role !== undefined);
  await (await open(newer)).change([{ path, target: file(2) }]);
});
