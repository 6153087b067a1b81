import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { decodeUtf8 } from 'cpansec/base';
import { run } from '../../test/built.ts';
import { GivenStore, record } from '../../test/given-store.ts';
import { keysOf, mustBeEqual, mustHold, open, publication, scratch, textsOf } from '../../test/given-tree.ts';
import { s3Server } from '../../test/s3.ts';
import { signedTree } from '../../test/signed-tree.ts';
import { bucketStore, directoryStore, memoryStore } from '../blobs/index.ts';
import { PublishError, publish } from './index.ts';

/** Two advisories of two distributions. */
function small(): GivenStore {
  const store = new GivenStore();
  store.put(record(1, 'Example-Parser'));
  store.put(record(2, 'Example-Writer'));
  store.release('Example-Parser', '1.0', '1.1', '1.2');
  return store;
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
    const updated = await run(['db', 'update', top, '--root', signedTree(top)], { env });
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

test('a name that is a folder of the tree has no page of its own, whoever shares it', async () => {
  const store = new GivenStore();
  for (const number of [1, 2]) store.put(record(number, 'Example', { aliases: ['CVE-2026-99950', 'dist'] }));
  const tree = memoryStore();
  const task = publication(store, tree);
  for (const edition of ['one', 'other']) {
    await publish({ ...task, edition });
    const map = (await textsOf(tree)).get('sitemap.xml') ?? '';
    assert.equal(map.split('<loc>https://advisories.example.org/dist/</loc>').length, 2);
    assert.match(map, /<loc>https:\/\/advisories.example.org\/CVE-2026-99950\/<\/loc>/);
  }
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

test('two records whose documents would have one name are refused by their names', async () => {
  const store = small();
  store.put({ ...record(1, 'Example-Parser', { aliases: [] }), id: 'CPANSA-EXAMPLE-Parser-2026-1' });
  await assert.rejects(publish(publication(store, memoryStore())), {
    code: 'invalid',
    message:
      /^csaf\/white\/2026\/cpansa-example-parser-2026-1\.json: advisory CPANSA-E\w+-Parser-2026-1 and advisory CPANSA-E\w+-Parser-2026-1 both make it$/,
  });
});

test('without a key what must be signed is refused by name', async () => {
  const task = publication(small(), memoryStore(), { signer: null });
  await assert.rejects(publish(task), { code: 'unsigned', message: /^csaf must be signed/ });
});
