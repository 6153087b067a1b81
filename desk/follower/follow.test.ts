/** What is logged of a mirror, and what is told. */
import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { pathToFileURL } from 'node:url';
import { BEGIN, GivenCpan, type ServedCpan, serveCpan, sha256 } from '../../test/given-cpan.ts';
import { openMirror, problemLines, State } from './index.ts';
import {
  ALL,
  EXAMPLE,
  exampleCpan,
  Following,
  http,
  OTHER,
  releaseOf,
  scratch,
} from './testdata/following.ts';

/** The same over HTTP and in a directory, with RECENT files and without. */
const WAYS: [name: string, remote: boolean, recent: boolean][] = [
  ['over HTTP', true, true],
  ['in a directory', false, true],
  ['over HTTP, without RECENT files', true, false],
  ['in a directory, without RECENT files', false, false],
];

for (const [name, remote, recent] of WAYS) {
  test(`what is there is logged once, then what is new: ${name}`, async () => {
    const cpan = exampleCpan();
    if (!recent) for (const interval of ['1h', '6h', 'Z']) rmSync(cpan.at(`authors/RECENT-${interval}.json`));
    const there = recent ? cpan.top : pathToFileURL(cpan.top).href;
    const address = remote ? (await serveCpan(cpan.top)).address : there;
    const following = new Following(address);
    const first = await following.round({ everything: true });
    assert.deepEqual(following.problems(), []);
    assert.deepEqual(following.of('release').sort(), ALL);
    assert.deepEqual(following.of('checksums').sort(), [
      `${EXAMPLE}/CHECKSUMS`,
      `${OTHER}/CHECKSUMS`,
      `${OTHER}/old/CHECKSUMS`,
    ]);
    assert.deepEqual(following.of('index').sort(), [
      'authors/01mailrc.txt.gz',
      'modules/02packages.details.txt.gz',
    ]);
    assert.ok(following.log.entries.every((entry) => 'source' in entry && entry.source === 'backfill'));
    assert.deepEqual(first, { logged: new Map(first.logged), raised: [], waiting: 0 });
    const count = following.log.entries.length;
    assert.equal((await following.round({ everything: true })).logged.size, 0);
    assert.equal(following.log.entries.length, count);

    cpan.release(`${EXAMPLE}/Example-Dist-1.3.tar.gz`, 'dist 1.3');
    cpan.remove(`${EXAMPLE}/Example-Dist-1.0.tar.gz`);
    cpan.packages();
    if (recent) cpan.recent();
    const second = await following.round({ everything: true });
    // Without RECENT files a listing finds what is gone, and looks for it in the round after that.
    if (second.waiting > 0) await following.round({ everything: true });
    assert.deepEqual(following.of('release').at(-1), `${EXAMPLE}/Example-Dist-1.3.tar.gz`);
    assert.deepEqual(following.of('removal'), [`${EXAMPLE}/Example-Dist-1.0.tar.gz`]);
    assert.equal(following.of('release').length, ALL.length + 1);
    assert.ok(
      following.log.entries.slice(count).every((entry) => 'source' in entry && entry.source === 'mirror'),
    );
    assert.deepEqual(following.problems(), []);
    assert.equal(following.state.workCount(), 0);
  });
}

test('an entry says what was found', async () => {
  const cpan = exampleCpan();
  const following = new Following(cpan.top);
  await following.round();
  assert.deepEqual(releaseOf(following.log, `${EXAMPLE}/Example-Dist-1.0.tar.gz`), {
    type: 'release',
    path: `authors/id/${EXAMPLE}/Example-Dist-1.0.tar.gz`,
    sha256: sha256(Buffer.from('dist 1.0')),
    size: 8,
    uploaded: '2026-11-20T10:01:00Z',
    source: 'backfill',
  });
});

test('the published store learns of releases, each change in its journal', async () => {
  const cpan = exampleCpan();
  const following = new Following(cpan.top);
  await following.round();
  const dist = await following.store.dist('Example-Dist');
  assert.deepEqual(
    dist?.releases.map(({ version, date, source, author, path }) => [version, date, source, author, path]),
    ['1.0', '1.1', '1.2'].map((version) => [
      ...[version, '2026-11-20', 'mirror', 'EXAMPLE'],
      `${EXAMPLE}/Example-Dist-${version}.tar.gz`,
    ]),
  );
  const changes = async (): Promise<number> => {
    let count = 0;
    for await (const { done } of following.store.changes.after(0)) count += done ? 1 : 0;
    return count;
  };
  assert.equal(await changes(), 1);
  await following.round();
  assert.equal(await changes(), 1);
});

test('another file at the same path is a conflict: logged, and told', async () => {
  const cpan = exampleCpan();
  const following = new Following(cpan.top);
  await following.round();
  const path = `${EXAMPLE}/Example-Dist-1.1.tar.gz`;
  cpan.release(path, 'another');
  cpan.recent();
  const { raised } = await following.round();
  assert.deepEqual(
    raised.map(({ kind }) => kind),
    ['conflict'],
  );
  assert.equal(following.of('release').filter((one) => one === path).length, 2);
  const [problem] = following.state.problems();
  assert.match(problem?.words ?? '', new RegExp(`^SHA-256 ${sha256(Buffer.from('another'))} after `));
  assert.equal((await following.round()).raised.length, 0);
  const [line = ''] = problemLines(following.state.problems()).split('\n');
  assert.equal((JSON.parse(line) as { path: string }).path, `authors/id/${path}`);
});

test('a state that was begun anew is told of conflicts by the log', async () => {
  const cpan = exampleCpan();
  const following = new Following(cpan.top);
  await following.round();
  cpan.release(ALL[1] ?? '', 'another');
  cpan.recent();
  const state = new State(join(scratch(), 'state.db'));
  after(() => state.close());
  const { raised, logged } = await following.round({ state });
  assert.deepEqual(
    raised.map(({ kind }) => kind),
    ['conflict'],
  );
  assert.equal(logged.get('release'), 1);
});

test('what CHECKSUMS says otherwise is told; the digest of the bytes is logged', async () => {
  const cpan = exampleCpan();
  const path = `${EXAMPLE}/Example-Dist-1.2.tar.gz`;
  const wrong = 'f'.repeat(64);
  cpan.checksums(EXAMPLE, (text) => text.replace(sha256(Buffer.from('dist 1.2')), wrong));
  cpan.recent();
  const following = new Following(cpan.top);
  const { raised } = await following.round();
  assert.deepEqual(following.problems(), [
    `${path}: checksums: CHECKSUMS says SHA-256 ${wrong}, it has ${sha256(Buffer.from('dist 1.2'))}`,
  ]);
  assert.equal(raised.length, 1);
  // It may be half there: it is logged when it is the same a minute later.
  assert.equal(releaseOf(following.log, path), undefined);
  assert.equal((await following.round({}, 2)).raised.length, 0);
  assert.equal(following.problems().length, 1);
  assert.equal(releaseOf(following.log, path)?.sha256, sha256(Buffer.from('dist 1.2')));
  cpan.checksums(EXAMPLE);
  cpan.recent();
  await following.round();
  assert.deepEqual(following.problems(), []);
});

test('a CHECKSUMS that is another, damaged or older', async () => {
  const cpan = exampleCpan();
  const before = readFileSync(cpan.at(`authors/id/${EXAMPLE}/CHECKSUMS`));
  const following = new Following(cpan.top);
  await following.round();
  const say = async (change: (text: string) => string): Promise<string[]> => {
    cpan.checksums(EXAMPLE, change);
    cpan.recent();
    await following.round();
    return following.problems();
  };
  assert.deepEqual(await say((text) => text.replaceAll(EXAMPLE, OTHER)), [
    `${EXAMPLE}/CHECKSUMS: checksums: of another directory, "${OTHER}"`,
  ]);
  assert.match(
    (await say((text) => `system 'id';\n${text}`)).join(),
    /checksums: expected \$cksum, found "system/,
  );
  assert.deepEqual(await say((text) => text), []);
  const logged = following.of('checksums').length;
  cpan.put(`authors/id/${EXAMPLE}/CHECKSUMS`, before);
  cpan.event(`${EXAMPLE}/CHECKSUMS`, 'new', BEGIN + 5000);
  cpan.recent();
  await following.round();
  assert.match(following.problems().join(), /CHECKSUMS: older: is of 2026-11-20T10:0\d:\d\dZ, after one of /);
  assert.equal(following.of('checksums').length, logged);
});

test('an index or CHECKSUMS of the future hides no later one', async () => {
  const cpan = exampleCpan();
  const following = new Following(cpan.top);
  const index = 'authors/01mailrc.txt.gz';
  const later = new Date('2099-01-01T00:00:00Z');
  utimesSync(cpan.at(index), later, later);
  cpan.checksums(EXAMPLE, (text) =>
    text.replace(/written on .* GMT/, 'written on Thu Jan  1 00:00:00 2099 GMT'),
  );
  cpan.recent();
  await following.round();
  assert.ok(following.log.entries.every((entry) => !JSON.stringify(entry).includes('2099')));
  cpan.put(index, 'another');
  cpan.release(`${EXAMPLE}/Example-Dist-1.3.tar.gz`, 'dist 1.3');
  cpan.recent();
  await following.round();
  assert.deepEqual(following.problems(), []);
  assert.equal(following.of('index').filter((path) => path === index).length, 2);
  assert.equal(following.of('checksums').filter((path) => path === `${EXAMPLE}/CHECKSUMS`).length, 2);
});

test('a release that a newer CHECKSUMS does not have is told', async () => {
  const cpan = exampleCpan();
  const following = new Following(cpan.top);
  await following.round();
  const late = 'Sun Nov 22 10:00:00 2026';
  cpan.checksums(EXAMPLE, (text) =>
    text
      .replace(/'Example-Dist-1.1.tar.gz'/, "'Gone-1.1.tar.gz'")
      .replace(/written on .* GMT/, `written on ${late} GMT`),
  );
  cpan.recent();
  await following.round();
  assert.deepEqual(following.problems(), [
    `${EXAMPLE}/Example-Dist-1.1.tar.gz: unlisted: CHECKSUMS of 2026-11-22T10:00:00Z has it not`,
  ]);
});

test('few connections, and nothing that is known is fetched again', async () => {
  const cpan = exampleCpan();
  for (const index of ['06perms.txt.gz', '03modlist.data.gz']) cpan.put(`modules/${index}`, index);
  const served: ServedCpan = await serveCpan(cpan.top);
  const following = new Following(served.address);
  await following.round();
  assert.ok(served.connections <= 4, String(served.connections));
  served.asked.length = 0;
  served.connections = 0;
  await following.round();
  assert.equal(served.connections, 1);
  assert.deepEqual(
    served.asked.filter(({ status }) => status !== 304 && status !== 404),
    [],
  );
});

test('a mirror has its pause before each request', async () => {
  const cpan = exampleCpan();
  const times: number[] = [];
  const { address } = await serveCpan(cpan.top, () => {
    times.push(performance.now());
    return false;
  });
  const mirror = openMirror(address, { ...http, connections: 1, pause: 10 });
  after(() => mirror.close());
  await new Following(address).round({ mirror, connections: 1 });
  assert.ok(times.length > 10);
  for (const [i, time] of times.entries()) assert.ok(i === 0 || time - (times[i - 1] ?? 0) > 5, String(i));
});

test('an epoch of the future hides nothing', async () => {
  const cpan = exampleCpan();
  cpan.event(`${EXAMPLE}/Example-Dist-1.0.tar.gz`, 'new', BEGIN + 10 ** 9);
  cpan.recent();
  const following = new Following(cpan.top);
  await following.round();
  cpan.release(`${EXAMPLE}/Example-Dist-1.3.tar.gz`, 'dist 1.3');
  cpan.recent();
  await following.round();
  assert.ok(following.of('release').includes(`${EXAMPLE}/Example-Dist-1.3.tar.gz`));
});

test('after a long absence the chain is read as far back as it has to be; with a gap, everything', async () => {
  const cpan = exampleCpan();
  const following = new Following(cpan.top);
  await following.round();
  for (let i = 0; i < 20; i++) cpan.release(`${OTHER}/Other-Dist-1.${i}.zip`, `other ${i}`);
  cpan.recent();
  await following.round();
  assert.equal(following.of('release').length, ALL.length + 20);
  for (let i = 20; i < 40; i++) cpan.release(`${OTHER}/Other-Dist-1.${i}.zip`, `other ${i}`);
  cpan.recent();
  rmSync(cpan.at('authors/RECENT-Z.json'));
  await following.round({ everything: true });
  assert.equal(following.of('release').length, ALL.length + 40);
  cpan.recent({ dirtymark: '2' });
  const { logged } = await following.round();
  assert.equal(logged.size, 0);
});

for (const recent of [true, false])
  test(`a directory of many, ${recent ? 'by its events' : 'by its CHECKSUMS'}`, async () => {
    const cpan = exampleCpan();
    const paths = Array.from({ length: 450 }, (_, i) => `${EXAMPLE}/Many-Dist-1.${1000 + i}.tar.gz`);
    for (const path of paths) {
      cpan.put(`authors/id/${path}`, path);
      if (recent) cpan.event(path, 'new');
    }
    cpan.checksums(EXAMPLE);
    cpan.recent();
    if (!recent) for (const interval of ['1h', '6h', 'Z']) rmSync(cpan.at(`authors/RECENT-${interval}.json`));
    const following = new Following((await serveCpan(cpan.top)).address);
    await following.round({ everything: true });
    assert.equal(following.of('release').length, paths.length + ALL.length);
    assert.equal(following.state.workCount(), 0);
  });

test('half a mirror is no removal of the rest', async () => {
  const cpan = new GivenCpan();
  for (let i = 0; i < 120; i++) cpan.put(`authors/id/${EXAMPLE}/Example-Dist-1.${i}.tar.gz`, `${i}`);
  cpan.release(`${OTHER}/Other-Dist-0.1.zip`, 'other');
  const following = new Following(cpan.top);
  await following.round();
  assert.equal(following.of('release').length, 121);
  renameSync(cpan.at('authors/id/E'), cpan.at('elsewhere'));
  await following.round({ everything: true });
  assert.deepEqual(following.of('removal'), []);
  assert.match(following.problems().join(), /removals: 120 of 121 releases are not there/);
  renameSync(cpan.at('authors'), cpan.at('nowhere'));
  await assert.rejects(following.round({ everything: true }), { code: 'mirror' });
});

test('one follower has a state, and no other database is taken for one', () => {
  const path = join(scratch(), 'state.db');
  const state = new State(path);
  assert.throws(() => new State(path), { name: 'FollowError', code: 'busy' });
  state.close();
  new State(path).close();
  writeFileSync(path, 'no database, but long enough to be looked at as one'.repeat(100));
  assert.throws(() => new State(path), { name: 'FollowError', code: 'state' });
});
