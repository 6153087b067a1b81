/** Makers in threads: the same tree as one thread makes, and what goes wrong with one of them. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { MANIFEST_PATH } from 'cpansec/tree';
import { assets, config, record } from '../../test/given-store.ts';
import { mustBeEqual, mustHold, newState, scratch } from '../../test/given-tree.ts';
import { BlobError, directoryStore } from '../blobs/index.ts';
import { PublishedStore, StoreReading } from '../published/index.ts';
import { generateKey, keyFileSigner } from '../signing/index.ts';
import { type MakerPool, makerPool, type Publication, PublishError, publish } from './index.ts';

const key = join(scratch, 'pool.key');
await generateKey(key, 'Example Group', 'publisher@example.org', '2026-01-01T00:00:00Z');
const signer = await keyFileSigner(key);
let stores = 0;
const NOTHING = { records: [], dists: [], patches: [], decisions: false };

/** A store in a directory with sixteen advisories of eight distributions. */
async function given(): Promise<{ address: string; store: PublishedStore }> {
  const address = join(scratch, `pooled-${stores++}`);
  const store = new PublishedStore(directoryStore(address));
  await write(
    store,
    0,
    Array.from({ length: 16 }, (_, i) => i + 1),
    'trusts what it should not',
  );
  return { address, store };
}

const nameOf = (number: number): string => `Example-${'ABCDEFGH'.charAt(number % 8)}`;

async function write(
  store: PublishedStore,
  minute: number,
  numbers: number[],
  summary: string,
): Promise<void> {
  const records = numbers.map((number) =>
    record(number, nameOf(number), { summary: `${summary} ${number}` }),
  );
  const at = `2026-11-01T00:0${minute}:00Z`;
  const ids = records.map(({ id }) => id);
  const dists = [...new Set(numbers.map(nameOf))];
  await store.changes.run({ ...NOTHING, at, records: ids, dists }, async () => {
    for (const distribution of dists) {
      const releases = ['1.0', '1.1', '1.2'].map((version) => ({
        version,
        date: null,
        source: 'given',
        author: 'EXAMPLE',
      }));
      const mainModule = distribution.replaceAll('-', '::');
      await store.mergeDist({ distribution, mainModule, modules: [mainModule], releases });
    }
    for (const one of records)
      await store.putRevision({ published: at, origin: { kind: 'own' }, record: one });
  });
}

function publication(store: PublishedStore, tree: string, pool?: MakerPool): Publication {
  const reader = new StoreReading(store);
  const task = {
    store: reader,
    tree: directoryStore(tree),
    state: newState(),
    config,
    signer,
    assets,
    edition: 'test',
  };
  return pool === undefined ? task : { ...task, pool };
}

test('several threads make the tree that one makes, first and after changes', async (context) => {
  const { address, store } = await given();
  const [one, other] = [join(scratch, 'one'), join(scratch, 'other')];
  const pool = makerPool({ store: address, tree: one, env: {}, key: { file: key }, threads: 2, worth: 0 });
  context.after(() => pool.close());
  const tasks = [publication(store, one, pool), publication(store, other)] as const;
  for (const minute of [1, 2]) {
    for (const task of tasks) assert.equal((await publish(task)).serial, minute);
    const [a, b] = tasks.map(({ tree }) => tree) as [Publication['tree'], Publication['tree']]; // two of them
    assert.deepEqual((await a.get(MANIFEST_PATH))?.bytes, (await b.get(MANIFEST_PATH))?.bytes);
    await mustHold(a);
    await mustBeEqual(a, b);
    await write(store, minute, [7, 9], 'believes what it is told');
  }
});

test('threads are begun where there is so much to do, and are there from then on', async (context) => {
  const { address, store } = await given();
  for (const [worth, after] of [
    [10_000, 10_000],
    [100, 0],
  ] as const) {
    const tree = join(scratch, `worth-${worth}`);
    const pool = makerPool({ store: address, tree, env: {}, key: { file: key }, worth });
    context.after(() => pool.close());
    const task = publication(store, tree, pool);
    await publish(task);
    assert.equal(pool.worth, after);
    assert.equal((await publish(task)).changed, false);
  }
});

test('what goes wrong in a thread is told as by one that makes alone', async (context) => {
  const { address, store } = await given();
  const pools: MakerPool[] = [];
  context.after(() => Promise.all(pools.map((pool) => pool.close())));
  const pooled = (tree: string): Publication => {
    pools.push(makerPool({ store: address, tree, env: {}, key: { file: key }, threads: 2, worth: 0 }));
    return publication(store, tree, pools.at(-1));
  };
  const inTheWay = join(scratch, 'in-the-way');
  mkdirSync(inTheWay);
  writeFileSync(join(inTheWay, 'objects'), '');
  await assert.rejects(publish(pooled(inTheWay)), (error: BlobError) => {
    assert.ok(error instanceof BlobError);
    assert.equal(error.code, 'wrong-kind');
    assert.match(error.place.file ?? '', /^objects\//);
    return true;
  });
  const otherKey = join(scratch, 'other.key');
  await generateKey(otherKey, 'Other', 'other@example.org', '2026-01-01T00:00:00Z');
  const other = await keyFileSigner(otherKey);
  await assert.rejects(publish({ ...pooled(join(scratch, 'other-key')), signer: other }), { code: 'config' });
  await store.changes.run(
    { ...NOTHING, at: '2026-11-02T00:00:00Z', records: ['CPANSA-A::B-2026-1'] },
    async () => {
      const wrong = record(1, 'A::B');
      await store.putRevision({ published: '2026-11-02T00:00:00Z', origin: { kind: 'own' }, record: wrong });
    },
  );
  await assert.rejects(publish(pooled(join(scratch, 'refused'))), (error: PublishError) => {
    assert.ok(error instanceof PublishError);
    assert.equal(error.code, 'invalid');
    assert.match(error.message, /^advisory CPANSA-A::B-2026-1 cannot be published: /);
    return true;
  });
});

test('a thread that ends ends its publication; the next one has others', async (context) => {
  const { address, store } = await given();
  const tree = join(scratch, 'ended');
  const pool = makerPool({ store: address, tree, env: {}, key: { file: key }, threads: 2, worth: 0 });
  context.after(() => pool.close());
  const task = publication(store, tree, pool);
  let closed: Promise<void> | undefined;
  const progress = (words: string): void => {
    if (words.endsWith(' made')) closed ??= pool.close();
  };
  await assert.rejects(publish({ ...task, progress }), { name: 'PublishError', code: 'thread' });
  await closed;
  assert.equal((await publish(task)).serial, 1);
  await mustHold(task.tree);
});
