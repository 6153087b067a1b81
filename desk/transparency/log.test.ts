/** One suite for every place in which a log can be kept. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeUtf8 } from 'cpansec/base';
import {
  type Cosign,
  Log,
  type LogEntry,
  type LogStore,
  readCheckpoint,
  type Seen,
} from 'cpansec/transparency';
import { Client } from 'pg';
import {
  checkHolds,
  type GivenKeeping,
  givenRelease,
  logOptions,
  logSigner,
  ORIGIN,
} from '../../test/given-log.ts';
import { newPostgresDatabase, withoutPostgres } from '../../test/postgres.ts';
import { s3Server } from '../../test/s3.ts';
import { bucketStore } from '../blobs/index.ts';
import { bucketLogStore } from './bucket.ts';
import { directoryLogStore } from './directory.ts';
import { type Disk, nodeDisk } from './disk.ts';
import { fileLock } from './file-lock.ts';
import { type OpenLock, postgresLock } from './postgres-lock.ts';
import { SeenFile } from './seen.ts';

interface Place {
  readonly name: string;
  readonly skip: string | false;
  given(t: TestContext): Promise<GivenKeeping>;
}

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-log-'));
let logs = 0;

const PLACES: readonly Place[] = [
  {
    name: 'a directory, its lock in a file',
    skip: false,
    async given() {
      const home = join(scratch, `${logs++}`);
      return { store: directoryLogStore(join(home, 'log')), lock: fileLock(join(home, 'state')) };
    },
  },
  {
    name: 'a bucket, its lock in PostgreSQL',
    skip: withoutPostgres,
    async given(t) {
      const s3 = await s3Server();
      t.after(() => s3.close());
      const lock = await postgresLock(await newPostgresDatabase(), ORIGIN);
      t.after(() => lock.close());
      return { store: bucketLogStore(bucketStore({ ...s3, prefix: 'log' })), lock };
    },
  },
];

const releases = (count: number, from = 0): LogEntry[] =>
  Array.from({ length: count }, (_, i) => givenRelease(from + i));

for (const { name, skip, given } of PLACES) {
  const it = (what: string, work: (kept: GivenKeeping) => Promise<void>): void => {
    test(`${name}: ${what}`, { skip }, async (t) => work(await given(t)));
  };

  it('entries keep their place, and the same fact is there once', async ({ store, lock }) => {
    const log = await Log.create(await logOptions({ store, lock }));
    assert.deepEqual(
      (await log.addAll([...releases(3), givenRelease(1)])).map(({ index, duplicate }) => [index, duplicate]),
      [
        [0, false],
        [1, false],
        [2, false],
        [1, true],
      ],
    );
    const again = await Log.open(await logOptions({ store, lock }));
    assert.deepEqual(await again.addAll(releases(300)).then((all) => all.map(({ index }) => index)), [
      ...Array(300).keys(),
    ]);
    await checkHolds(again, store, releases(300));
    assert.equal(again.published?.size, 300);
  });

  it('a path has one digest for ever: another is logged, and said', async ({ store, lock }) => {
    const log = await Log.create(await logOptions({ store, lock }));
    await log.addAll(releases(5));
    assert.deepEqual(await log.addAll([givenRelease(2, 99), givenRelease(2), givenRelease(2, 99)]), [
      { index: 5, duplicate: false, conflict: 2 },
      { index: 2, duplicate: true, conflict: null },
      { index: 5, duplicate: true, conflict: 2 },
    ]);
  });

  it('an index that goes back to an older digest is a new fact', async ({ store, lock }) => {
    const log = await Log.create(await logOptions({ store, lock }));
    const index = (digit: string): LogEntry => ({
      type: 'index',
      path: 'modules/02packages.details.txt.gz',
      sha256: digit.repeat(64),
      size: 10,
      published: null,
      source: 'mirror',
    });
    const places = (await log.addAll(['a', 'a', 'b', 'a', 'a'].map(index))).map((one) => one.index);
    assert.deepEqual(places, [0, 0, 1, 2, 2]);
  });

  it('what many add at once becomes few batches', async ({ store, lock }) => {
    const options = await logOptions({ store, lock }, { batch: { entries: 100, wait: 5 } });
    const log = await Log.create(options);
    const added = await Promise.all(releases(250).map((entry) => log.add(entry)));
    assert.deepEqual(
      added.map(({ index }) => index),
      [...Array(250).keys()],
    );
    await log.close();
    await checkHolds(log, store, releases(250));
  });

  it('of two writers one wins, and the other has signed nothing', async ({ store, lock }) => {
    await Log.create(await logOptions({ store, lock }));
    const [one, other] = [
      await Log.open(await logOptions({ store, lock })),
      await Log.open(await logOptions({ store, lock })),
    ];
    await one.addAll(releases(2));
    await assert.rejects(other.addAll(releases(2, 10)), { code: 'taken' });
    await assert.rejects(other.addAll(releases(1)), { code: 'ended' });
    await checkHolds(await Log.open(await logOptions({ store, lock })), store, releases(2));
  });

  it('who is overtaken while witnesses take their time takes back nothing', async (kept) => {
    await Log.create(await logOptions(kept));
    const cosign: Cosign = async (note) => {
      const log = await Log.open(await logOptions(kept));
      await log.addAll(releases(3));
      return { note, met: true, missing: '', answers: [], ahead: null };
    };
    const slow = await Log.open(await logOptions(kept, { cosign }));
    await assert.rejects(slow.addAll(releases(1)), { code: 'taken' });
    await assert.rejects(slow.publish(), { code: 'ended' });
    assert.equal(await publicSize(kept.store), 3);
  });

  it('a batch that was staged and never signed is in the way of none that ends as it does', async (kept) => {
    const { store, lock } = kept;
    await Log.create(await logOptions(kept));
    const dying = { ...lock, swap: () => Promise.reject(new Error('killed')) };
    const log = await Log.open(await logOptions({ store, lock: dying }));
    await assert.rejects(log.addAll(releases(5)), /killed/);
    for (const count of [2, 5]) await (await Log.open(await logOptions(kept))).addAll(releases(count));
    await checkHolds(await Log.open(await logOptions(kept)), store, releases(5));
    assert.deepEqual(await store.list('staging/'), []);
  });

  it('no log is made over one that was never published', async (kept) => {
    const never: Cosign = async (note) => ({ note, met: false, missing: 'one', answers: [], ahead: null });
    const log = await Log.create(await logOptions(kept, { cosign: never }));
    await log.addAll(releases(2));
    const forgotten = { ...kept, lock: { ...kept.lock, load: async () => null, swap: async () => true } };
    await assert.rejects(Log.create(await logOptions(forgotten)), { code: 'exists' });
  });

  it('no log is made where one is, and none is opened where none is', async ({ store, lock }) => {
    await assert.rejects(Log.open(await logOptions({ store, lock })), {
      code: 'lock',
      message: /^there is no log yet: /,
    });
    const seen = new SeenFile(':memory:', ORIGIN);
    seen.add([{ index: 0, identity: 'of a log that was here', slot: null }], 1);
    await assert.rejects(Log.create(await logOptions({ store, lock }, { seen })), { code: 'exists' });
    await Log.create(await logOptions({ store, lock }));
    await assert.rejects(Log.create(await logOptions({ store, lock })), { code: 'exists' });
  });

  it('a clock that was set back signs nothing', async ({ store, lock }) => {
    let now = Date.UTC(2026, 10, 26, 12);
    const log = await Log.create(await logOptions({ store, lock }, { now: () => now }));
    now -= 30_000; // as when it is set right
    await log.addAll(releases(1));
    now -= 3_600_000;
    await assert.rejects(log.addAll(releases(2)), {
      code: 'clock',
      message:
        /the clock says 2026-11-26T10:59:30\.000Z, and the log was last signed at 2026-11-26T12:00:00\.000Z: set/,
    });
    now += 4_000_000;
    await log.addAll(releases(2));
    await checkHolds(log, store, releases(2));
  });

  it('without a quorum everybody sees the last good checkpoint', async ({ store, lock }) => {
    let met = true;
    const late = { name: 'one', outcome: 'late', why: 'no answer within 1000 ms' } as const;
    const cosign: Cosign = async (note, proofFrom) => {
      assert.deepEqual(await proofFrom(0), []);
      return { note, met, missing: met ? '' : 'one', answers: [late], ahead: null };
    };
    const log = await Log.create(await logOptions({ store, lock }, { cosign }));
    await log.addAll(releases(2));
    met = false;
    await log.addAll(releases(5));
    assert.deepEqual([log.checkpoint.size, log.published?.size, await publicSize(store)], [5, 2, 2]);
    met = true;
    const opened = await Log.open(await logOptions({ store, lock }, { cosign }));
    assert.equal(opened.published?.size, 2);
    // Nothing new, and still what could not be published then is published now.
    await opened.addAll(releases(5));
    assert.deepEqual([opened.publishing?.answers, await publicSize(store)], [[late], 5]);
  });

  it('keys take turns: both sign, then the new one alone', async ({ store, lock }) => {
    const [old, fresh] = [await logSigner(ORIGIN, 1), await logSigner(ORIGIN, 2)];
    const log = await Log.create(await logOptions({ store, lock }, { signers: [old] }));
    await log.addAll(releases(1));
    for (const signers of [[fresh, old], [fresh]]) {
      const next = await Log.open(await logOptions({ store, lock }, { signers }));
      await next.addAll(releases(5 - signers.length));
    }
    await assert.rejects(Log.open(await logOptions({ store, lock }, { signers: [old] })), {
      code: 'signature',
    });
  });

  it('full tiles leave no partial ones behind', async ({ store, lock }) => {
    const log = await Log.create(await logOptions({ store, lock }));
    for (const size of [100, 200, 256, 300]) await log.addAll(releases(size));
    assert.deepEqual((await store.list('tile/')).sort(), [
      ...['tile/0/000', 'tile/0/001.p/44', 'tile/1/000.p/1', 'tile/entries/000', 'tile/entries/001.p/44'],
    ]);
    assert.deepEqual(await store.list('staging/'), []);
  });

  it('what is remembered is made again, and what knows too much is refused', async ({ store, lock }) => {
    const seen = new SeenFile(':memory:', ORIGIN);
    const log = await Log.create(await logOptions({ store, lock }, { seen }));
    await log.addAll(releases(300));
    const forgotten = await Log.open(await logOptions({ store, lock }));
    assert.deepEqual(await forgotten.addAll([givenRelease(7)]), [
      { index: 7, duplicate: true, conflict: null },
    ]);
    seen.add([{ index: 300, identity: 'x', slot: null }], 301);
    await assert.rejects(Log.open(await logOptions({ store, lock }, { seen })), {
      code: 'lock',
      message: /the lock is an old one/,
    });
  });
}

test('a writer whose memory fails ends when its files are written, not before', async () => {
  const home = join(scratch, `${logs++}`);
  const kept = { store: directoryLogStore(join(home, 'log')), lock: fileLock(join(home, 'state')) };
  await Log.create(await logOptions(kept));
  let written = 0;
  const store = besides(kept.store, {
    async putNew(files) {
      await wait(20);
      await kept.store.putNew(files);
      written += files.length;
    },
  });
  const seen: Seen = {
    size: () => 0,
    find: (facts) => facts.map(() => ({ place: null, first: null })),
    latest: () => null,
    add: () => assert.fail('no memory'),
  };
  const log = await Log.open(await logOptions({ ...kept, store }, { seen }));
  await assert.rejects(log.addAll(releases(1)), /no memory/);
  assert.equal(written, 3); // staged, tile, bundle
});

const STORES: Readonly<Record<string, (t: TestContext) => Promise<LogStore>>> = {
  directory: async () => directoryLogStore(join(scratch, `${logs++}`, 'log')),
  async bucket(t) {
    const s3 = await s3Server();
    t.after(() => s3.close());
    return bucketLogStore(bucketStore({ ...s3, prefix: 'log' }));
  },
};

for (const [name, given] of Object.entries(STORES))
  test(`a ${name} of two machines: who is at publishing is waited for, so that nothing is taken back`, {
    skip: withoutPostgres,
  }, async (t) => {
    const store = await given(t);
    const url = await newPostgresDatabase();
    const [ours, theirs] = [await opened(t, url), await opened(t, url)];
    await Log.create(await logOptions({ store, lock: ours }));
    const { stalled, reached, go } = stall(store);
    const first = (await Log.open(await logOptions({ store: stalled, lock: ours }))).addAll(releases(1));
    await reached;
    let done = false;
    const second = Log.open(await logOptions({ store, lock: theirs }))
      .then((log) => log.addAll(releases(3)))
      .finally(() => {
        done = true;
      });
    while (!done && !(await someoneWaits(url))) await wait(10);
    go();
    await Promise.all([first, second]);
    assert.equal(await publicSize(store), 3);
  });

test('two machines that write one file at once both have it written', async () => {
  const top = join(scratch, `${logs++}`);
  const [reached, left] = [gate(), gate()];
  const slow: Disk = {
    ...nodeDisk,
    async create(path, bytes, durable) {
      await nodeDisk.create(path, bytes, durable);
      reached.pass();
      await left.passed;
    },
  };
  const file = { path: 'tile/0/000.p/1', bytes: new Uint8Array(32) };
  const ours = directoryLogStore(top, slow, true).putNew([file]);
  await reached.passed;
  const theirs = directoryLogStore(top, nodeDisk, true);
  await theirs.putNew([file]);
  left.pass();
  await ours;
  assert.deepEqual(await theirs.list('tile/'), [file.path]);
  assert.deepEqual(await theirs.read(file.path, 100), file.bytes);
});

test('a machine that stays away while it publishes is not waited for for ever, and is told', {
  skip: withoutPostgres,
}, async (t) => {
  const url = await newPostgresDatabase();
  const [ours, theirs] = [await opened(t, url, 300), await opened(t, url)];
  await ours.swap(null, 'one');
  const [held, back] = [gate(), gate()];
  const away = ours.hold('one', () => {
    held.pass();
    return back.passed;
  });
  await held.passed;
  assert.equal(await theirs.swap('one', 'two'), true);
  back.pass();
  await assert.rejects(away, { code: 'database' });
  assert.equal(await theirs.hold('one', assert.fail), false);
});

async function opened(t: TestContext, url: string, bound?: number): Promise<OpenLock> {
  const lock = await postgresLock(url, ORIGIN, bound);
  t.after(() => lock.close());
  return lock;
}

/** The store, where the next file that is replaced waits before it is. */
function stall(store: LogStore): { stalled: LogStore; reached: Promise<void>; go: () => void } {
  const [reached, left] = [gate(), gate()];
  const stalled = besides(store, {
    async replace(path, bytes) {
      reached.pass();
      await left.passed;
      await store.replace(path, bytes);
    },
  });
  return { stalled, reached: reached.passed, go: left.pass };
}

function besides(store: LogStore, other: Partial<LogStore>): LogStore {
  return {
    read: store.read,
    putNew: (files) => store.putNew(files),
    replace: (path, bytes) => store.replace(path, bytes),
    putHint: (files) => store.putHint(files),
    remove: (paths) => store.remove(paths),
    list: (prefix) => store.list(prefix),
    ...other,
  };
}

function gate(): { passed: Promise<void>; pass: () => void } {
  let pass = (): void => assert.fail();
  const passed = new Promise<void>((resolve) => {
    pass = resolve;
  });
  return { passed, pass };
}

/** That a connection to the database waits for what another one has locked. */
async function someoneWaits(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  await client.end();
  return rowCount !== 0;
}

async function publicSize(store: GivenKeeping['store']): Promise<number> {
  const bytes = (await store.read('checkpoint', 10_000)) ?? assert.fail();
  return readCheckpoint(decodeUtf8(bytes)).checkpoint.size;
}
