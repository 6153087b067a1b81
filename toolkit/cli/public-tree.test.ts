/** A public tree that is replaced, or falls silent, while it is read. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { TREE_ROOT } from '../../test/signed-tree.ts';
import { Home, indexOf, LoopbackTree, publication } from '../../test/updates.ts';
import { fetchIndexOf, type PublicTree, presentOffer } from './public-tree.ts';
import { clientOf } from './trusted-root.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-public-tree-'));
after(() => rmSync(scratch, { recursive: true }));
let count = 0;

function newHome(): Home {
  const path = join(scratch, `d${count++}`);
  mkdirSync(path);
  return new Home(path);
}

/** A tree with serial 6. */
async function opened(): Promise<LoopbackTree> {
  return (await LoopbackTree.open()).publish(publication(indexOf(6)));
}

/** Root, timestamp, snapshot, targets, advisories, the manifest, policy, proof, a shard, the head, the index. */
const REQUESTS = 11;

for (let before = 0; before <= REQUESTS; before++) {
  test(`replaced after ${before} of ${REQUESTS} requests, the old objects kept: all old, or all new`, async () => {
    const [home, tree] = [newHome(), await opened()];
    tree.beforeAnswer = () => {
      if (tree.asked.length === before + 1) tree.publish(publication(indexOf(7)), { serial: 2 });
    };
    const { status, stderr } = await home.update(tree.url);
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(home.serial(), before < 2 ? 7 : 6);
    assert.equal(tree.asked.length, REQUESTS);
  });

  test(`replaced after ${before} of ${REQUESTS} requests, the old objects gone: begun again, all new`, async () => {
    const [home, tree] = [newHome(), await opened()];
    const next = tree.publishApart(publication(indexOf(7)), { serial: 3 });
    tree.beforeAnswer = () => {
      if (tree.asked.length === before + 1) tree.directory = next;
    };
    const { status, stderr } = await home.update(tree.url);
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(home.serial(), before === REQUESTS ? 6 : 7);
    const again = before > 1 && before < REQUESTS;
    assert.equal(tree.asked.filter((path) => path === 'tuf/timestamp.json').length, again ? 2 : 1);
    assert.equal(existsSync(join(home.path, 'download')), false);
  });
}

test('a tree that is replaced at every turn is given up after the second', async () => {
  const [home, tree] = [newHome(), await opened()];
  assert.equal((await home.update(tree.url)).status, 0);
  const before = readFileSync(home.index);
  tree.asked.length = 0;
  let serial = 7;
  tree.beforeAnswer = (path) => {
    if (path.startsWith('objects/')) tree.directory = tree.publishApart(publication(indexOf(serial++)));
  };
  const { status, stderr } = await home.update(tree.url);
  assert.equal(status, 4);
  assert.match(
    stderr,
    /no update: missing: .*: the tree has no objects\/\S+; the index in use stays\n {2}try again later/,
  );
  assert.deepEqual(readFileSync(home.index), before);
  assert.equal(tree.asked.filter((path) => path === 'objects/DIGEST').length, 2);
});

test('the serial of the head counts, not that of the tree', async () => {
  const [home, tree] = [newHome(), await opened()];
  assert.equal((await home.update(tree.publish(publication(indexOf(6)), { serial: 9 }).url)).status, 0);
  assert.equal((await home.update(tree.publish(publication(indexOf(7)), { serial: 1 }).url)).status, 0);
  assert.equal(home.serial(), 7);
  const { stderr } = await home.update(tree.publish(publication(indexOf(6)), { serial: 10 }).url);
  assert.match(stderr, /offers serial 6, but serial 7 was fetched before/);
});

const SILENT: [what: string, request: number, code: string][] = [
  ['the timestamp', 1, 'stalled'],
  ['the manifest', 5, 'stalled'],
  ['the proof', 7, 'timeout'],
  ['the head', 9, 'timeout'],
  ['the index', 10, 'timeout'],
];

for (const [what, request, code] of SILENT) {
  test(`silence ends at ${what}`, async () => {
    const tree = await opened();
    const silent = (): void => {};
    tree.beforeAnswer = (path) => {
      if (tree.asked.length === request + 1) tree.answers.set(path, silent);
    };
    const directory = join(scratch, `silent${request}`);
    await clientOf(directory, []).trustRoot(TREE_ROOT);
    const read: PublicTree = { top: new URL(`${tree.url}/`), net: { env: {}, timeout: 1500 }, directory };
    const whole = async (): Promise<void> =>
      fetchIndexOf(read, (await presentOffer(read)).head, join(scratch, 'silent'), () => {});
    await assert.rejects(whole(), { code, message: /was silent for 1\.5 s/ });
    assert.equal(tree.asked.length, request + 1);
  });
}
