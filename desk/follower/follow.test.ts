import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import {
  type Answering,
  BEGIN,
  GivenCpan,
  type ServedCpan,
  serveCpan,
  sha256,
  sharedReleases,
} from '../../test/given-cpan.ts';
import { LogTwin } from '../../test/log-twin.ts';
import { withoutShared } from '../../test/shared.ts';
import type { EntryType, LogEntry } from '../../toolkit/transparency/index.ts';
import { memoryStore } from '../blobs/index.ts';
import { PublishedStore } from '../published/index.ts';
import { type FollowOptions, followOnce, openMirror, problemLines, type Round, State } from './index.ts';

const { signal } = new AbortController();
const http = {
  ...{ net: { env: {} }, userAgent: 'cpansec-desk/test', connections: 3, pause: 0, patience: 5000 },
  signal,
};
const EXAMPLE = 'E/EX/EXAMPLE';
const OTHER = 'O/OT/OTHER';

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cpansec-follower-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A follower of one mirror, over all its rounds. */
class Following {
  readonly log = new LogTwin();
  readonly store = new PublishedStore(memoryStore());
  readonly state = new State(join(scratch(), 'state.db'));
  /** Called when the follower asks for the time. */
  onTime = (): void => {};
  readonly #address: string;
  /** Moves on by a minute with every round. */
  #now = (BEGIN + 86_400) * 1000;

  constructor(address: string) {
    this.#address = address;
    after(() => this.state.close());
  }

  async round(options: Partial<FollowOptions> = {}, minutes = 1): Promise<Round> {
    this.#now += minutes * 60_000;
    const mirror = openMirror(this.#address, http);
    try {
      const { log, store, state } = this;
      return await followOnce({
        ...{ mirror, state, log, store, connections: 2, maxSize: 1 << 20, everything: false, signal },
        now: () => {
          this.onTime();
          return new Date(this.#now);
        },
        ...{ progress: () => {}, onProblem: () => {} },
        ...options,
      });
    } finally {
      mirror.close();
    }
  }

  of(type: EntryType): string[] {
    return this.log.entries
      .filter((entry) => entry.type === type)
      .map((entry) => ('path' in entry ? entry.path.replace('authors/id/', '') : ''));
  }

  problems(): string[] {
    return this.state
      .problems()
      .map(({ path, kind, words }) => `${path.replace('authors/id/', '')}: ${kind}: ${words}`);
  }
}

/** Two authors with five releases, one in a directory below, and two indexes. */
function exampleCpan(): GivenCpan {
  const cpan = new GivenCpan();
  for (const version of ['1.0', '1.1', '1.2'])
    cpan.release(`${EXAMPLE}/Example-Dist-${version}.tar.gz`, `dist ${version}`);
  cpan.release(`${OTHER}/Other-Dist-0.1.zip`, 'other');
  cpan.release(`${OTHER}/old/Other-Old-0.01.tgz`, 'old');
  cpan.checksums(OTHER);
  cpan.put('authors/id/E/EX/EXAMPLE/Example-Dist-1.2.readme', 'no release');
  cpan.put('authors/01mailrc.txt.gz', 'mailrc');
  cpan.packages();
  cpan.recent();
  return cpan;
}

const ALL = [
  `${EXAMPLE}/Example-Dist-1.0.tar.gz`,
  `${EXAMPLE}/Example-Dist-1.1.tar.gz`,
  `${EXAMPLE}/Example-Dist-1.2.tar.gz`,
  `${OTHER}/Other-Dist-0.1.zip`,
  `${OTHER}/old/Other-Old-0.01.tgz`,
];

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
    const address = remote ? (await serveCpan(cpan.top)).address : cpan.top;
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

function releaseOf(log: LogTwin, path: string): Extract<LogEntry, { type: 'release' }> | undefined {
  return log.entries.find(
    (entry) => entry.type === 'release' && entry.path === `authors/id/${path}`,
  ) as ReturnType<typeof releaseOf>; // found by its type
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

test('paths that lead elsewhere are told and never opened', async () => {
  const cpan = exampleCpan();
  const outside = join(scratch(), 'outside.tar.gz');
  writeFileSync(outside, 'outside');
  for (const path of [
    '../../../../outside.tar.gz',
    'E/EX/EXAMPLE/../../../../x.tar.gz',
    'E/EX/EXAMPLE/a b.tar.gz',
    'E/EX/EXAMPLE/%2e%2e.zip',
    'E/EX/ALIEN\n/x.tgz',
  ])
    cpan.event(path, 'new');
  cpan.recent();
  const { address, asked } = await serveCpan(cpan.top);
  const following = new Following(address);
  await following.round();
  assert.deepEqual(following.of('release').sort(), ALL);
  assert.equal(
    following.problems().filter((line) => line.endsWith('path: is no path that can be followed')).length,
    5,
  );
  assert.ok(asked.every(({ path }) => !path.includes('..') && !path.includes(' ')));
});

test('links of a directory are not followed, and pipes not waited for', async () => {
  const cpan = exampleCpan();
  const outside = scratch();
  writeFileSync(join(outside, 'Linked-Dist-1.0.tar.gz'), 'outside');
  symlinkSync(
    join(outside, 'Linked-Dist-1.0.tar.gz'),
    cpan.at(`authors/id/${EXAMPLE}/Linked-Dist-1.0.tar.gz`),
  );
  symlinkSync(outside, cpan.at(`authors/id/${EXAMPLE}/linked`));
  cpan.put(`authors/id/${EXAMPLE}/Folder-1.0.tar.gz/x`, '');
  for (const path of ['Linked-Dist-1.0.tar.gz', 'linked/Linked-Dist-1.0.tar.gz', 'Folder-1.0.tar.gz'])
    cpan.event(`${EXAMPLE}/${path}`, 'new');
  cpan.recent();
  const following = new Following(cpan.top);
  await following.round();
  assert.deepEqual(following.of('release').sort(), ALL);
  assert.deepEqual(following.problems(), [
    `${EXAMPLE}/Folder-1.0.tar.gz: file: is no regular file`,
    `${EXAMPLE}/Linked-Dist-1.0.tar.gz: file: is a link, or behind one`,
    `${EXAMPLE}/linked/Linked-Dist-1.0.tar.gz: file: is a link, or behind one`,
  ]);
});

/** What a mirror may answer for one release instead of its bytes. */
const LIES: [name: string, lie: (response: ServerResponse, times: number) => void, words: RegExp][] = [
  ['nothing', (response) => response.writeHead(404).end(), /is not there$/],
  [
    'another place',
    (response) => response.writeHead(302, { location: 'http://192.0.2.1/x' }).end(),
    /leads elsewhere, to "http:\/\/192/,
  ],
  [
    'too much, as it says',
    (response) => response.writeHead(200, { 'content-length': 1 << 21 }).end(),
    /has more than 1048576 bytes$/,
  ],
  ['bytes without an end', (response) => endless(response), /has more than 1048576 bytes$/],
  ['less than it says', (response) => cutShort(response), /the connection broke|no connection/],
  ['an encoding', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'), /encoding/],
  ['an error', (response) => response.writeHead(500).end(), /answers 500$/],
  [
    'something else each time',
    (response, times) => response.writeHead(200).end(`${times}`),
    /CHECKSUMS says SHA-256/,
  ],
  ['slowly', (response) => slowly(response), /was not here after 0.3 s$/],
];

function endless(response: ServerResponse): void {
  response.writeHead(200);
  const chunk = Buffer.alloc(1 << 16);
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

function cutShort(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 100 });
  response.write('half', () => response.destroy());
}

function slowly(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write('x'), 20);
  response.on('close', () => clearInterval(timer));
}

for (const [name, lie, words] of LIES) {
  test(`a mirror that gives ${name}`, async () => {
    const cpan = exampleCpan();
    const path = `${EXAMPLE}/Example-Dist-1.1.tar.gz`;
    let times = 0;
    let lying = true;
    const answering: Answering = (request, response) => {
      if (!lying || request.url !== `/authors/id/${path}`) return false;
      lie(response, ++times);
      return true;
    };
    const { address } = await serveCpan(cpan.top, answering);
    const following = new Following(address);
    const patient = openMirror(address, { ...http, patience: name === 'slowly' ? 300 : 5000 });
    const { waiting } = await following.round({ mirror: patient });
    patient.close();
    assert.deepEqual(
      following.of('release').sort(),
      ALL.filter((one) => one !== path),
    );
    assert.equal(waiting, 1);
    assert.match(following.problems().join(), words);
    lying = false;
    // Not before a minute has gone by, twice as long after each failure.
    assert.equal((await following.round({}, 0)).waiting, 1);
    await following.round({}, 2);
    assert.deepEqual(following.of('release').sort(), ALL);
    assert.deepEqual(following.problems(), []);
  });
}

test('a mirror that is down, or asks for patience, is left alone', async () => {
  const cpan = exampleCpan();
  const { address, close } = await serveCpan(cpan.top);
  const following = new Following(address);
  await following.round();
  await close();
  await assert.rejects(following.round(), { code: 'no-connection' });
  const busy = await serveCpan(cpan.top, (request, response) => {
    if (!(request.url ?? '').includes('Example-Dist')) return false;
    response.writeHead(503).end();
    return true;
  });
  const other = new Following(busy.address);
  await assert.rejects(other.round(), { name: 'FollowError', code: 'mirror' });
  assert.ok(busy.asked.filter(({ status }) => status === 503).length <= 2);
});

test('few connections, and nothing that is known is fetched again', async () => {
  const cpan = exampleCpan();
  const served: ServedCpan = await serveCpan(cpan.top);
  const following = new Following(served.address);
  await following.round();
  assert.ok(served.connections <= 4, String(served.connections));
  served.asked.length = 0;
  await following.round();
  assert.deepEqual(
    served.asked.filter(({ status }) => status !== 304 && status !== 404),
    [],
  );
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

test('RECENT files that cannot be read', async () => {
  const cpan = exampleCpan();
  cpan.put('authors/RECENT-Z.json', '{"recent": [{"epoch": "soon"}]}');
  const following = new Following(cpan.top);
  await following.round({ everything: true });
  assert.deepEqual(following.of('release').sort(), ALL);
  assert.match(following.problems().join(), /^authors\/RECENT-Z.json: file: expected an event/);
  cpan.put('authors/RECENT-1h.json', '<html>');
  await assert.rejects(following.round(), { name: 'FollowError', code: 'mirror' });
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

test('what is no mirror', async () => {
  assert.throws(() => openMirror(join(scratch(), 'none'), http), { code: 'mirror' });
  assert.throws(() => openMirror('ftp://cpan.example.org/', http), { code: 'mirror' });
  const empty = scratch();
  await assert.rejects(new Following(empty).round(), { code: 'mirror' });
  mkdirSync(join(empty, 'authors'));
  const { address } = await serveCpan(empty);
  await assert.rejects(new Following(address).round(), { code: 'mirror' });
});

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
