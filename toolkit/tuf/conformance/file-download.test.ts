/** test_file_download.py of the conformance suite: a file is the one that was signed, or none. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { SimulatedRepository, SimulatedUser } from '../../../test/given-tuf.ts';
import { encodeUtf8 } from '../../base/index.ts';

const PATH = 'target_file.txt';
const CONTENT = 'target file contents';
const TARGETS = ['targets', 'snapshot', 'timestamp'];

async function given(
  path = PATH,
  algorithms?: string[],
): Promise<{ repo: SimulatedRepository; user: SimulatedUser }> {
  const repo = await SimulatedRepository.make();
  const user = new SimulatedUser(repo);
  assert.equal(await user.init(), 'ok');
  repo.addFile('targets', path, CONTENT, algorithms);
  await repo.publish(...TARGETS);
  return { repo, user };
}

test('client_downloads_expected_file: nothing before it is asked for, then that file', async () => {
  const { repo, user } = await given();
  assert.equal(await user.refresh(), 'ok');
  assert.deepEqual(repo.askedFiles, []);
  assert.equal(await user.download(PATH), 'ok');
  assert.deepEqual([...user.files], [[PATH, CONTENT]]);
});

test('client_downloads_expected_file_in_sub_dir: the digest stands before the name alone', async () => {
  const { repo, user } = await given('path/to/a/target_file.txt');
  assert.equal(await user.download('path/to/a/target_file.txt'), 'ok');
  assert.match(repo.askedFiles[0] ?? '', /^path\/to\/a\/[0-9a-f]{64}\.target_file\.txt$/);
  assert.deepEqual([...user.files.values()], [CONTENT]);
});

test('repository_substitutes_target_file: other bytes are never kept', async () => {
  const { repo, user } = await given();
  repo.addFile('targets', 'another', 'content');
  await repo.publish(...TARGETS);
  assert.equal(await user.download(PATH), 'ok');
  for (const path of [PATH, 'another']) repo.files.set(path, encodeUtf8('malicious data'));
  assert.equal(await user.download(PATH), 'ok');
  assert.equal(await user.download('another'), 'endless');
  repo.files.set('another', encodeUtf8('CONTENT'));
  assert.equal(await user.download('another'), 'hash');
  repo.files.set('another', encodeUtf8('short'));
  assert.equal(await user.download('another'), 'length');
  assert.deepEqual([...user.files], [[PATH, CONTENT]]);
});

test('multiple_changes_to_target: each version that was signed is taken, nothing else ever', async () => {
  const { repo, user } = await given();
  assert.equal(await user.download(PATH), 'ok');
  for (let i = 0; i <= 10; i++) {
    repo.addFile('targets', PATH, `modified file contents ${i}`);
    repo.addFile('targets', `new-target-${i}`, `new file contents ${i}`);
    await repo.publish(...TARGETS);
    if (i % 5 !== 0) continue;
    assert.equal(await user.download(PATH), 'ok');
    assert.equal(await user.download(`new-target-${i}`), 'ok');
    const before = [...user.files];
    assert.equal(user.files.get(PATH), `modified file contents ${i}`);
    repo.files.set(PATH, encodeUtf8(`malicious contents ${i}`));
    await repo.publish(...TARGETS);
    assert.equal(await user.download(PATH), 'ok');
    assert.deepEqual([...user.files], before);
  }
});

// hashes0, hashes1 and hashes2 of the suite.
for (const [id, algorithms] of [
  ['hashes0', ['sha256']],
  ['hashes1', ['sha512']],
  ['hashes2', ['sha256', 'sha512']],
] as const)
  test(`download_with_hash_algorithms[${id}]: ${algorithms.join(' and ')}`, async () => {
    const { repo, user } = await given(PATH, [...algorithms]);
    assert.equal(await user.download(PATH), 'ok');
    const { hashes } = repo.targets().targets.get(PATH) ?? assert.fail();
    assert.deepEqual(repo.askedFiles, [`${hashes.get(algorithms[0])}.${PATH}`]);
    user.files.clear();
    for (const algorithm of algorithms) {
      const wrong = new Map(hashes).set(algorithm, '0'.repeat(hashes.get(algorithm)?.length ?? 0));
      repo.targets().targets = new Map([[PATH, { length: CONTENT.length, hashes: wrong }]]);
      await repo.publish(...TARGETS);
      assert.equal(await user.download(PATH), 'hash');
    }
    assert.equal(user.files.size, 0);
  });

test('download_with_unknown_hash_algorithm: a digest that cannot be computed proves nothing', async () => {
  const { repo, user } = await given();
  const hashes = new Map([['unknown-hash', 'ab'.repeat(64)]]);
  repo.targets().targets = new Map([[PATH, { length: CONTENT.length, hashes }]]);
  await repo.publish(...TARGETS);
  assert.equal(await user.download(PATH), 'hash');
  user.hashedNames = false;
  repo.hashedNames = false;
  assert.equal(await user.download(PATH), 'hash');
  assert.equal(user.files.size, 0);
});

test('artifact_cache: what is there already is not fetched again', async () => {
  const { repo, user } = await given();
  assert.equal(await user.download(PATH), 'ok');
  assert.equal(await user.download(PATH), 'ok');
  assert.equal(repo.askedFiles.length, 1);
});
