/** What a publication meets: a record that is broken, a disk that is full or read-only, a kill at any moment. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { ended, start } from '../built.ts';
import { rounds, seed } from '../sizes.ts';
import { desk, filesBelow, newDirectory, ownTree, type PublishedTree } from './tree.ts';
import { namedFiles, treeFaults } from './whole.ts';

/** A copy of the store with a new tree of it that was published once, to be treated badly. */
async function copyOf(tree: PublishedTree): Promise<{ store: string; directory: string; args: string[] }> {
  const store = join(newDirectory(), 'store');
  cpSync(tree.store, store, { recursive: true });
  const directory = join(newDirectory(), 'tree');
  return { store, directory, args: tree.publishing(directory, store) };
}

/** Every file with what is in it. */
function contentOf(directory: string): Map<string, string> {
  return new Map(filesBelow(directory).map((path) => [path, readFileSync(join(directory, path), 'latin1')]));
}

test('one invalid record: refused by name, and the old tree serves on byte for byte', async () => {
  const { store, directory, args } = await copyOf(await ownTree());
  assert.equal((await desk(args)).status, 0);
  const before = contentOf(directory);
  const id = 'CPANSA-Example-Left-2026-99903';
  const revision = join(store, 'records', id, '1.json');
  const text = readFileSync(revision, 'utf8');
  writeFileSync(
    join(store, 'records', id, '2.json'),
    text.replace('"reported": "2020-01-01"', '"reported": "soon"'),
  );
  const number = `${readdirSync(join(store, 'changes')).length / 2 + 1}`.padStart(12, '0');
  const change = {
    format: 'cpansec-change/1',
    at: '2026-11-30T00:00:00Z',
    records: [id],
    dists: [],
    patches: [],
    decisions: false,
  };
  writeFileSync(join(store, 'changes', `${number}.json`), `${JSON.stringify(change, null, 2)}\n`);
  writeFileSync(join(store, 'changes', `${number}.done`), '');
  const { status, stdout, stderr } = await desk(args);
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, new RegExp(`one record cannot be published: .*${id}/2\\.json`));
  assert.match(stderr, /the old tree serves on; correct these records/);
  assert.ok(sameContent(contentOf(directory), before));
  assert.deepEqual(treeFaults(directory), []);
});

function sameContent(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([path, text]) => b.get(path) === text);
}

/** Mounts a small file system, gone at the end of the test; false where this is not allowed. */
function mounted(context: TestContext, path: string, options: string): boolean {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'ignore' });
  if (status === 0) context.after(() => spawnSync('umount', ['-l', path]));
  return status === 0;
}

test('a disk that is full: said, and the tree is published once there is room', async (context) => {
  const tree = await ownTree();
  const place = newDirectory();
  if (!mounted(context, place, 'size=4m')) return context.skip('needs the right to mount a tmpfs');
  const args = [...tree.publishing(join(place, 'tree')), '--state', join(newDirectory(), 'state')];
  const { status, stderr } = await desk(args);
  assert.equal(status, 4, stderr);
  assert.match(stderr, /no space left on the device/);
  assert.match(stderr, /publish again/);
  assert.ok(!existsSync(join(place, 'tree/manifest.json')));
  assert.equal(spawnSync('mount', ['-o', 'remount,size=1g', place]).status, 0);
  const again = await desk(args);
  assert.equal(again.status, 0, again.stderr);
  assert.deepEqual(treeFaults(join(place, 'tree')), []);
});

test('a tree that cannot be written: said, and it stays as it is', async (context) => {
  const tree = await ownTree();
  const place = newDirectory();
  if (!mounted(context, place, 'size=64m')) return context.skip('needs the right to mount a tmpfs');
  const args = [...tree.publishing(join(place, 'tree')), '--state', join(newDirectory(), 'state')];
  assert.equal(spawnSync('mount', ['-o', 'remount,ro', place]).status, 0);
  const { status, stderr } = await desk(args);
  assert.equal(status, 4, stderr);
  assert.match(stderr, /the file system is read-only|permission denied/);
  assert.deepEqual(filesBelow(place), []);
});

/** Milliseconds within which the first kill of a round comes; a publication takes two to four seconds. */
const WITHIN = 4000;

test(`killed at any moment and run again, the tree is the same as if it had not been; seed ${seed}`, async () => {
  const tree = await ownTree();
  const expected = namedFiles(tree.directory);
  let random = seed;
  const next = (limit: number): number => {
    // Park and Miller's generator: the same moments for the same seed.
    random = (random * 48_271) % 2_147_483_647;
    return random % limit;
  };
  let kills = 0;
  for (let round = 0; round < rounds(2, 20); round++) {
    const { directory, args } = await copyOf(tree);
    for (let attempt = 0; attempt < 3; attempt++) {
      const child = start(args, { program: 'cpansec-desk' });
      const timer = wait(next(WITHIN)).then(() => child.kill('SIGKILL'));
      const { status } = await ended(child);
      await timer;
      if (status === null) kills++;
      if (existsSync(join(directory, 'manifest.json'))) assert.deepEqual(treeFaults(directory), []);
    }
    const { status, stderr } = await desk(args);
    assert.equal(status, 0, stderr);
    assert.deepEqual(treeFaults(directory), []);
    assert.deepEqual(namedFiles(directory), expected);
    rmSync(directory, { recursive: true });
  }
  console.log(`publication: ${kills} kills, the same tree each time`);
});
