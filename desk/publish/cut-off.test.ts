/** Publications that were cut off, states and trees that do not belong together, publishers that meet. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { decodeLatin1 } from 'cpansec/base';
import { MANIFEST_PATH } from 'cpansec/tree';
import fc from 'fast-check';
import { GivenStore, record } from '../../test/given-store.ts';
import {
  atOnce,
  keysOf,
  mustBeEqual,
  mustHold,
  newState,
  open,
  publication,
  scratch,
  spareObjects,
} from '../../test/given-tree.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { type BlobStore, memoryStore } from '../blobs/index.ts';
import { publish } from './index.ts';

/** Two advisories of two distributions. */
function small(): GivenStore {
  const store = new GivenStore();
  store.put(record(1, 'Example-Parser'));
  store.put(record(2, 'Example-Writer'));
  store.release('Example-Parser', '1.0', '1.1', '1.2');
  return store;
}

function wrapped(tree: BlobStore, changes: Partial<BlobStore>): BlobStore {
  return {
    get: (key) => tree.get(key),
    list: (prefix, from) => tree.list(prefix, from),
    flush: () => tree.flush(),
    put: (key, bytes, options) => tree.put(key, bytes, options),
    copy: (from, to) => tree.copy(from, to),
    delete: (key) => tree.delete(key),
    ...changes,
  };
}

/** A tree that fails at the nth write, as if the process were killed there. */
function failing(tree: BlobStore, after: number): BlobStore {
  let left = after;
  const count = (): void => {
    if (left-- <= 0) throw new Error('killed');
  };
  return {
    get: (key) => tree.get(key),
    list: (prefix, from) => tree.list(prefix, from),
    flush: () => tree.flush(),
    async put(key, bytes, options) {
      count();
      return tree.put(key, bytes, options);
    },
    async copy(from, to) {
      count();
      return tree.copy(from, to);
    },
    async delete(key) {
      count();
      return tree.delete(key);
    },
  };
}

test(`killed at any write, the old tree serves and the next publication ends the work; seed ${seed}`, async () => {
  const property = fc.asyncProperty(fc.nat(400), fc.nat(400), async (first, second) => {
    const store = small();
    const tree = memoryStore();
    const task = publication(store, tree);
    await publish(task);
    const old = await open(tree);
    store.put(record(1, 'Example-Parser', { summary: 'changed' }));
    store.put(record(4, 'Example-Parser'));
    for (const after of [first, second]) {
      try {
        await publish({ ...task, tree: failing(tree, after) });
      } catch (error) {
        assert.equal((error as Error).message, 'killed');
        const path = 'advisories/CPANSA-Example-Parser-2026-1.json';
        if ((await open(tree)).manifest.serial === 1) assert.ok(await old.read(path));
      }
    }
    const { serial } = await publish(task);
    await mustHold(tree);
    await mustBeEqual(tree, await atOnce(store, serial));
  });
  await fc.assert(property, { seed, numRuns: rounds(15, 500) });
});

test('killed when the manifest stood there and that was not remembered: nothing is left to do', async () => {
  const store = small();
  const tree = memoryStore();
  const task = publication(store, tree);
  const forgetful = wrapped(tree, {
    async put(key, bytes, options) {
      await tree.put(key, bytes, options);
      if (key === MANIFEST_PATH) throw new Error('killed');
      return 'etag';
    },
  });
  await assert.rejects(publish({ ...task, tree: forgetful }), /killed/);
  const again = await publish(task);
  assert.deepEqual([again.serial, again.changed, again.written], [1, false, 0]);
  store.put(record(3, 'Example-Parser'));
  assert.equal((await publish(task)).serial, 2);
});

test('a publisher that takes over from one that was killed puts everything in its place', async () => {
  const store = small();
  const tree = memoryStore();
  const task = publication(store, tree);
  await publish(task);
  store.put(record(1, 'Example-Parser', { summary: 'changed' }));
  const killed = wrapped(tree, { flush: () => Promise.reject(new Error('killed')) });
  await assert.rejects(publish({ ...task, tree: killed }), /killed/);
  store.put(record(1, 'Example-Parser'));
  await publish({ ...task, state: newState() });
  const path = 'advisories/CPANSA-Example-Parser-2026-1.json';
  assert.deepEqual((await tree.get(path))?.bytes, await (await open(tree)).read(path));
});

test('a tree that is gone is made again, and its number goes on', async () => {
  const task = publication(small(), memoryStore());
  await publish(task);
  const tree = memoryStore();
  assert.equal((await publish({ ...task, tree })).serial, 2);
  await mustHold(tree);
});

test('two publishers in turn make the same tree', async () => {
  const store = small();
  const tree = memoryStore();
  const [one, other] = [publication(store, tree), publication(store, tree)];
  for (const [i, task] of [one, other, one, other].entries()) {
    store.put(record(1, 'Example-Parser', { summary: `${i}` }));
    assert.equal((await publish(task)).serial, i + 1);
    await mustHold(tree);
  }
});

test('a publisher that another one has overtaken is told, and its tree is not switched to', async () => {
  const store = small();
  const tree = memoryStore();
  const task = publication(store, tree);
  const slow = wrapped(tree, {
    async flush() {
      await publish({ ...task, tree, state: newState() });
    },
  });
  await assert.rejects(publish({ ...task, tree: slow }), {
    code: 'busy',
    message: /^manifest\.json: another publisher/,
  });
  assert.equal((await open(tree)).manifest.serial, 1);
});

test('two publications at once: the second is told', async () => {
  const task = publication(small(), memoryStore());
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const tree = memoryStore();
  const slow = wrapped(tree, { flush: () => held });
  const first = publish({ ...task, tree: slow });
  await assert.rejects(publish({ ...task, tree }), { code: 'busy' });
  release();
  assert.equal((await first).serial, 1);
});

test('what a publication that was cut off had made and nobody needs is swept', async () => {
  const store = small();
  const tree = memoryStore();
  const task = publication(store, tree);
  await publish(task);
  store.put(record(1, 'Example-Parser', { summary: 'never published' }));
  const killed = wrapped(tree, { copy: () => Promise.reject(new Error('killed')) });
  await assert.rejects(publish({ ...task, tree: killed }), /killed/);
  for (const summary of ['two', 'three', 'four']) {
    store.put(record(1, 'Example-Parser', { summary }));
    await publish(task);
  }
  for (const key of await spareObjects(tree))
    assert.doesNotMatch(decodeLatin1((await tree.get(key))?.bytes ?? new Uint8Array()), /never published/);
});

test('a store that has gone back is refused, and read as a whole by a new state', async () => {
  const task = publication(small(), memoryStore());
  await publish(task);
  const store = new GivenStore();
  store.put(record(2, 'Example-Writer'));
  await assert.rejects(publish({ ...task, store }), {
    code: 'incomplete',
    message: /^the store has no change 3/,
  });
  const { serial, advisories, distributions } = await publish({ ...task, store, state: newState() });
  assert.deepEqual([serial, advisories, distributions], [2, 1, 1]);
  await mustBeEqual(task.tree, await atOnce(store, serial));
});

test('a distribution that only a record named goes with its name', async () => {
  const store = small();
  const tree = memoryStore();
  const task = publication(store, tree);
  await publish(task);
  store.put(record(2, 'Example-Writer', { affected: [] }));
  assert.equal((await publish(task)).distributions, 1);
  const paths = await keysOf(tree);
  assert.deepEqual(
    paths.filter((path) => /dist\/(?:Example-Writer|letter\/W)/.test(path)),
    [],
  );
});

test('a damaged tree is refused by the name of what is damaged', async () => {
  const task = publication(small(), memoryStore());
  await publish(task);
  const { manifest } = await open(task.tree);
  const shard = `objects/${manifest.shards[7]?.slice(0, 2)}/${manifest.shards[7]}`;
  await task.tree.delete(shard);
  await assert.rejects(publish({ ...task, state: newState() }), {
    code: 'state',
    message: `${shard}: a shard of the manifest is gone: the tree is damaged; publish into an empty place`,
  });
  await task.tree.put(MANIFEST_PATH, new Uint8Array(3));
  await assert.rejects(publish(task), { code: 'state', message: /^manifest\.json.*the tree is damaged/ });
});

test('a state of something else is refused', async () => {
  const state = newState();
  const database = new DatabaseSync(state);
  database.exec('CREATE TABLE something (a TEXT)');
  database.close();
  await assert.rejects(publish(publication(small(), memoryStore(), { state })), { code: 'state' });
});

test('a state of other programs is begun anew', async () => {
  const task = publication(small(), memoryStore());
  await publish(task);
  const database = new DatabaseSync(task.state);
  database.exec('PRAGMA user_version = 1; DROP TABLE retired');
  database.close();
  assert.equal((await publish(task)).serial, 2);
  await mustHold(task.tree);
});

test('where no state can be, its name is said', async () => {
  const task = publication(small(), memoryStore());
  await publish({ ...task, state: join(scratch, 'new', 'folder', 'a.state') });
  const other = join(scratch, 'no-database');
  writeFileSync(other, 'a text');
  for (const state of [scratch, other, join(other, 'a.state'), '/proc/a.state'])
    await assert.rejects(publish({ ...task, state }), {
      code: 'state',
      message: new RegExp(`^(?:${state}|${other}): cannot (?:be used|open|make the directory)`),
    });
});
