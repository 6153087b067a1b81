/** Files that change while a round runs, and a round that is told to stop. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { type Answering, GivenCpan, serveCpan, sha256, sharedReleases } from '../../test/given-cpan.ts';
import { withoutShared } from '../../test/shared.ts';
import { openMirror } from './index.ts';
import { ALL, EXAMPLE, exampleCpan, Following, http, releaseOf } from './testdata/following.ts';

test('a release that is half there for a while is never logged so', async () => {
  const cpan = exampleCpan();
  const path = `${EXAMPLE}/Example-Dist-1.2.tar.gz`;
  cpan.put(`authors/id/${path}`, 'dis');
  const following = new Following(cpan.top);
  assert.equal((await following.round()).waiting, 1);
  assert.match(following.problems().join(), /CHECKSUMS says SHA-256/);
  cpan.put(`authors/id/${path}`, 'dist 1.2');
  await following.round({}, 2);
  assert.equal(releaseOf(following.log, path)?.size, 8);
  assert.deepEqual(following.of('release').sort(), ALL);
  assert.deepEqual(following.problems(), []);
});

/** Changes that come while a round runs, each at a request of its own, or when the follower asks for the time. */
for (const remote of [true, false]) {
  const where = remote ? 'over HTTP' : 'in a directory';
  test(`files that are changed, removed, replaced and truncated during a round, ${where}`, () =>
    changedMeanwhile(remote));
}

async function changedMeanwhile(remote: boolean): Promise<void> {
  const cpan = exampleCpan();
  const paths = Array.from({ length: 30 }, (_, i) => `${EXAMPLE}/Many-Dist-1.${10 + i}.tar.gz`);
  for (const path of paths) cpan.release(path, `many ${path}`);
  cpan.recent();
  let requests = 0;
  const change = (i: number): void => {
    const path = paths[i] ?? '';
    if (i % 4 === 0) cpan.release(path, `replaced ${path}`);
    else if (i % 4 === 1) cpan.put(`authors/id/${path}`, 'trunc');
    else if (i % 4 === 2) cpan.remove(path);
    else cpan.release(path.replace('Many', 'More'), `more ${path}`);
    cpan.recent();
  };
  const tick = (): void => {
    if (++requests % 2 === 0) change(requests / 2 - 1 < paths.length ? requests / 2 - 1 : 3);
  };
  const answering: Answering = () => {
    tick();
    return false;
  };
  const following = new Following(remote ? (await serveCpan(cpan.top, answering)).address : cpan.top);
  if (!remote) following.onTime = tick;
  for (let i = 0; i < 4; i++) await following.round({}, 5);
  for (const [i, path] of paths.entries()) if (i % 4 === 1) cpan.release(path, `many ${path}`);
  cpan.recent();
  for (let i = 0; i < 4; i++) await following.round({}, 60);

  const facts = following.log.entries.flatMap((entry) =>
    entry.type === 'release' ? [`${entry.path} ${entry.sha256}`] : [],
  );
  assert.equal(new Set(facts).size, facts.length);
  for (const [i, path] of paths.entries()) {
    const content = i % 4 === 0 ? `replaced ${path}` : `many ${path}`;
    const has = (bytes: string): boolean =>
      facts.includes(`authors/id/${path} ${sha256(Buffer.from(bytes))}`);
    assert.ok(i % 4 === 2 || has(content), path);
    if (i % 4 === 2) assert.equal(following.of('removal').includes(path), has(content), path);
    if (i % 4 === 3) assert.ok(following.of('release').includes(path.replace('Many', 'More')));
  }
  const kinds = new Set(following.state.problems().map(({ kind }) => kind));
  kinds.delete('conflict');
  assert.deepEqual([...kinds], []);
}

test('the archives of Debian as a CPAN, some changed during the round', {
  skip: withoutShared('dists'),
}, async () => {
  const cpan = new GivenCpan();
  const bytes = new Map(sharedReleases().map(({ path, file }) => [path, readFileSync(file)]));
  for (const [path, content] of bytes) cpan.put(`authors/id/${path}`, content);
  for (const path of bytes.keys()) cpan.event(path, 'new');
  cpan.checksums(EXAMPLE);
  cpan.packages();
  cpan.recent();
  const [truncated = '', removed = '', replaced = ''] = [...bytes.keys()].slice(-3);
  const half = bytes.get(truncated)?.subarray(0, 5000) ?? '';
  let requests = 0;
  const { address } = await serveCpan(cpan.top, () => {
    if (++requests === 20) cpan.remove(removed);
    if (requests === 25) cpan.release(replaced, 'another');
    if (requests === 30) cpan.put(`authors/id/${truncated}`, half);
    return false;
  });
  const following = new Following(address);
  assert.equal((await following.round({ maxSize: 1 << 28 })).raised.length, 2);
  cpan.release(truncated, bytes.get(truncated) ?? '');
  cpan.recent();
  for (let i = 0; i < 2; i++) await following.round({ maxSize: 1 << 28 }, 5);
  assert.deepEqual(following.problems(), []);
  bytes.delete(removed);
  bytes.set(replaced, Buffer.from('another'));
  const logged = following.log.entries.flatMap((entry) =>
    entry.type === 'release' ? [[entry.path, entry.sha256] as const] : [],
  );
  assert.deepEqual(
    new Map(logged),
    new Map([...bytes].map(([path, content]) => [`authors/id/${path}`, sha256(content)])),
  );
  assert.equal(logged.length, bytes.size);
});

test('a follower that is told to stop remembers what it has done', async () => {
  const cpan = exampleCpan();
  const stop = new AbortController();
  const { address } = await serveCpan(cpan.top, (request) => {
    if ((request.url ?? '').includes('Other-Dist')) stop.abort();
    return false;
  });
  const following = new Following(address);
  const mirror = openMirror(address, { ...http, signal: stop.signal });
  const stopped = following.round({ mirror, connections: 1, signal: stop.signal });
  await assert.rejects(stopped, { name: 'FollowError', code: 'stopped' });
  mirror.close();
  assert.deepEqual(following.of('release').sort(), ALL.slice(0, 3));
  assert.deepEqual(following.problems(), []);
  await following.round();
  assert.deepEqual(following.of('release').sort(), ALL);
});
