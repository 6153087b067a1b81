import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { decodeLatin1, decodeUtf8 } from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';
import { MANIFEST_PATH, openTree, type Tree } from 'cpansec/tree';
import fc from 'fast-check';
import { run } from '../../test/built.ts';
import { assets, config, GivenStore, record } from '../../test/given-store.ts';
import { s3Server } from '../../test/s3.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { type BlobStore, bucketStore, directoryStore, memoryStore } from '../blobs/index.ts';
import { generateKey, keyFileSigner } from '../signing/index.ts';
import { type Publication, PublishError, publish } from './index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-publish-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
let states = 0;

const newState = (): string => join(scratch, `${states++}.db`);

const keyFile = join(scratch, 'publisher.key');
await generateKey(keyFile, 'Example Group', 'publisher@example.org', '2026-01-01T00:00:00Z');
const signer = await keyFileSigner(keyFile);

function publication(store: GivenStore, tree: BlobStore, changes: Partial<Publication> = {}): Publication {
  return {
    store,
    tree,
    state: newState(),
    config,
    signer,
    assets,
    edition: 'test',
    ...changes,
  };
}

/** Two advisories of two distributions. */
function small(): GivenStore {
  const store = new GivenStore();
  store.put(record(1, 'Example-Parser'));
  store.put(record(2, 'Example-Writer'));
  store.release('Example-Parser', '1.0', '1.1', '1.2');
  return store;
}

const open = (tree: BlobStore): Promise<Tree> =>
  openTree(async (path) => (await tree.get(path))?.bytes ?? null, { sha256: nodeSha256 });

async function keysOf(tree: BlobStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of tree.list('')) keys.push(key);
  return keys;
}

/** Every path outside of objects with its text; `serial` counts publications and is left out. */
async function textsOf(tree: BlobStore): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const key of await keysOf(tree)) {
    if (key.startsWith('objects/') || key.startsWith('index/') || key === MANIFEST_PATH) continue;
    const text = decodeLatin1((await tree.get(key))?.bytes ?? new Uint8Array(0));
    texts.set(key, key === 'data/index.html' ? text.replace(/number \d+/, '') : text);
  }
  return texts;
}

async function mustBeEqual(a: BlobStore, b: BlobStore): Promise<void> {
  const [textsA, textsB] = [await textsOf(a), await textsOf(b)];
  const differing = [...new Set([...textsA.keys(), ...textsB.keys()])].filter(
    (path) => textsA.get(path) !== textsB.get(path),
  );
  assert.deepEqual(differing, []);
}

/** That every path of the manifest holds what it says, by path and by digest. */
async function mustHold(blobs: BlobStore): Promise<number> {
  const tree = await open(blobs);
  const paths = (await keysOf(blobs)).filter((key) => !key.startsWith('objects/') && key !== MANIFEST_PATH);
  for (const path of paths) assert.deepEqual(await tree.read(path), (await blobs.get(path))?.bytes, path);
  assert.equal(paths.length, tree.manifest.files);
  return paths.length;
}

test('a store becomes a tree whose manifest names every file', async () => {
  const tree = memoryStore();
  const published = await publish(publication(small(), tree));
  assert.deepEqual(
    { serial: published.serial, advisories: published.advisories, changed: published.changed },
    { serial: 1, advisories: 2, changed: true },
  );
  assert.equal(await mustHold(tree), published.files);
  const osv = decodeUtf8(
    (await (await open(tree)).read('osv/CPAN/CPANSA-Example-Parser-2026-1.json')) ?? new Uint8Array(),
  );
  assert.deepEqual(JSON.parse(osv).affected[0].versions, ['1.0', '1.1']);
});

test('a bucket holds the same tree as a directory', async (context) => {
  const server = await s3Server();
  context.after(() => server.close());
  const [bucket, directory] = [bucketStore({ ...server, prefix: 'public' }), memoryStore()];
  const store = small();
  const task = publication(store, bucket);
  await publish(task);
  await publish(publication(store, directory));
  await mustBeEqual(bucket, directory);
  store.put(record(1, 'Example-Parser', { summary: 'changed' }));
  await publish(task);
  await mustHold(bucket);
});

test('publishing again writes nothing', async () => {
  const tree = memoryStore();
  const task = publication(small(), tree);
  await publish(task);
  const before = await keysOf(tree);
  const again = await publish(task);
  assert.deepEqual(
    { ...again, files: 0 },
    { ...again, written: 0, removed: 0, changed: false, serial: 1, files: 0 },
  );
  assert.deepEqual(await keysOf(tree), before);
});

test('one changed advisory touches what depends on it and no more', async () => {
  const store = small();
  const tree = memoryStore();
  const task = publication(store, tree);
  await publish(task);
  const before = await textsOf(tree);
  store.put(record(1, 'Example-Parser', { summary: 'Example-Parser believes what it is told' }));
  await publish(task);
  const changed = [...(await textsOf(tree))].filter(([path, text]) => before.get(path) !== text);
  const untouched = changed.filter(([path]) => path.includes('Example-Writer') || path.includes('99902'));
  assert.ok(changed.length > 4);
  assert.deepEqual(
    untouched.map(([path]) => path),
    [],
  );
});

test('a reader that opened the tree before reads the old one to its end', async () => {
  const store = small();
  const tree = memoryStore();
  const task = publication(store, tree);
  await publish(task);
  const old = await open(tree);
  const path = 'advisories/CPANSA-Example-Parser-2026-1.json';
  store.put(record(1, 'Example-Parser', { summary: 'changed' }));
  await publish(task);
  assert.match(decodeUtf8((await old.read(path)) ?? new Uint8Array()), /trusts what it should not/);
  assert.match(decodeUtf8((await (await open(tree)).read(path)) ?? new Uint8Array()), /"changed"/);
  // Two publications later nobody needs it any more.
  store.put(record(1, 'Example-Parser', { summary: 'changed again' }));
  await publish(task);
  await assert.rejects(old.read(path), { code: 'digest' });
  await mustHold(tree);
});

test('the toolkit updates from the tree, and audits by what was published last', async () => {
  const store = small();
  const [top, home] = [join(scratch, 'tree'), join(scratch, 'home')];
  const task = publication(store, directoryStore(top));
  const env = { CPANSEC_HOME: home };
  for (const [serial, advisories] of [
    [1, 1],
    [2, 2],
  ] as const) {
    await publish(task);
    const updated = await run(['db', 'update', top], { env });
    assert.match(updated.stdout, new RegExp(`^updated to serial ${serial}\\b`), updated.stderr);
    const audit = await run(['audit', 'Example-Parser@1.0', '--format', 'json'], { env });
    assert.equal(JSON.parse(audit.stdout).findings.length, advisories, audit.stderr);
    store.put(record(3, 'Example-Parser'));
  }
});

test('an advisory that is called otherwise leaves nothing behind', async () => {
  const store = small();
  const tree = memoryStore();
  const task = publication(store, tree);
  await publish(task);
  store.put(record(1, 'Example-Parser', { aliases: ['CVE-2026-99950'], affected: [] }));
  await publish(task);
  const paths = await keysOf(tree);
  assert.deepEqual(
    paths.filter((path) => path.includes('99901')),
    [],
  );
  await mustHold(tree);
});

test('records that cannot be published are refused by name, and the old tree serves on', async () => {
  const store = small();
  const tree = memoryStore();
  const task = publication(store, tree);
  await publish(task);
  const before = await textsOf(tree);
  store.put({ ...record(3, 'Example-Reader'), id: 'CPANSA-Example-Reader-2026-3' });
  const revisions = store.revisions;
  store.revisions = async (id) => {
    if (id !== 'CPANSA-Example-Reader-2026-3') return revisions(id);
    throw new PublishError('invalid', 'expected a date', {
      file: 'records/CPANSA-Example-Reader-2026-3/1.json',
    });
  };
  await assert.rejects(publish(task), {
    code: 'invalid',
    message:
      /one record cannot be published: records\/CPANSA-Example-Reader-2026-3\/1\.json: expected a date/,
  });
  assert.deepEqual(await textsOf(tree), before);
  store.revisions = revisions;
  assert.equal((await publish(task)).advisories, 3);
});

test('a record that no format can be written of is refused by name', async () => {
  const store = small();
  const tree = memoryStore();
  const task = publication(store, tree);
  await publish(task);
  store.put(record(3, 'Example::Reader'));
  await assert.rejects(publish(task), {
    code: 'invalid',
    message: /^advisory CPANSA-Example::Reader-2026-3 cannot be published: no package URL: .* is a module/,
  });
  assert.equal((await open(tree)).manifest.serial, 1);
  store.put(record(3, 'Example::Reader', { affected: [] }));
  assert.equal((await publish(task)).advisories, 3);
});

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
    await publish(task);
    await mustHold(tree);
    const fresh = memoryStore();
    await publish(publication(store, fresh));
    await mustBeEqual(tree, fresh);
  });
  await fc.assert(property, { seed, numRuns: rounds(15, 500) });
});

test(`step by step or all at once, with or without its state: the same bytes; seed ${seed}`, async () => {
  const step = fc.record({
    number: fc.integer({ min: 1, max: 4 }),
    distribution: fc.constantFrom('Example-Parser', 'Example-Writer', 'Other'),
    summary: fc.constantFrom('one', 'two'),
    releases: fc.constantFrom(['1.0'], ['1.0', '1.2'], []),
    withdrawn: fc.boolean(),
  });
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
    const store = new GivenStore();
    const tree = memoryStore();
    const task = publication(store, tree);
    for (const { number, distribution, summary, releases, withdrawn } of steps) {
      const gone = { on: '2026-11-01', kind: 'withdrawn', reason: 'not one' } as const;
      store.put(record(number, distribution, { summary, ...(withdrawn ? { withdrawn: gone } : {}) }));
      store.release(distribution, ...releases);
      await publish(task);
    }
    const [fresh, again] = [memoryStore(), newState()];
    await publish(publication(store, fresh));
    await mustBeEqual(tree, fresh);
    // The state is lost: the tree that is there is taken over, and stays as it is.
    await publish({ ...task, state: again });
    await mustBeEqual(tree, fresh);
    await mustHold(tree);
  });
  await fc.assert(property, { seed, numRuns: rounds(10, 300) });
});

test('two publications at once: the second is told', async () => {
  const task = publication(small(), memoryStore());
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const tree = memoryStore();
  const slow: BlobStore = { ...failing(tree, Number.MAX_SAFE_INTEGER), flush: () => held };
  const first = publish({ ...task, tree: slow });
  await assert.rejects(publish({ ...task, tree }), { code: 'busy' });
  release();
  assert.equal((await first).serial, 1);
});

test('without a key what must be signed is refused by name', async () => {
  const task = publication(small(), memoryStore(), { signer: null });
  await assert.rejects(publish(task), { code: 'unsigned', message: /^csaf must be signed/ });
});

test('a state of something else is refused', async () => {
  const state = newState();
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(state);
  database.exec('CREATE TABLE something (a TEXT)');
  database.close();
  await assert.rejects(publish(publication(small(), memoryStore(), { state })), { code: 'state' });
});
