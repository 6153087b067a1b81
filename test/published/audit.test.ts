/** From the tree to a user's machine: the index is fetched, checked, and answers exactly. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { type Ran, run } from '../built.ts';
import { exactFindings, findingsOf, lockNames, lockPath, withoutLocks } from '../locks.ts';
import { sharedPath } from '../shared.ts';
import { signedTree } from '../signed-tree.ts';
import { cpansaTree, newDirectory, trees, withoutCpansa } from './tree.ts';

/** A user who has updated from the tree. */
async function userOf(directory: string): Promise<(...args: string[]) => Promise<Ran>> {
  const env = { CPANSEC_HOME: newDirectory() };
  const user = (...args: string[]): Promise<Ran> => run(args, { env });
  const { status, stderr } = await user('db', 'update', directory, '--root', signedTree(directory));
  assert.equal(status, 0, stderr);
  return user;
}

for (const [name, published, skip] of trees)
  test(`${name}: the index is fetched, and every block verifies`, { skip }, async () => {
    const { directory } = await published();
    const user = await userOf(directory);
    const { status, stdout } = await user('db', 'verify');
    assert.equal(status, 0);
    assert.match(stdout, /every block is as it was built/);
  });

test('from the source to the audit: exactly the findings of every real lock file', {
  skip: withoutCpansa || withoutLocks,
}, async () => {
  const user = await userOf((await cpansaTree()).directory);
  const names = lockNames();
  assert.equal(names.length, 12);
  for (const name of names) {
    const project = newDirectory();
    copyFileSync(sharedPath(lockPath(name)), join(project, 'cpanfile.snapshot'));
    const { stdout, stderr } = await user('audit', '--format', 'json', project);
    assert.deepEqual(findingsOf(JSON.parse(stdout)), exactFindings(name), `${name}: ${stderr}`);
  }
});
