/** The tuf command against a repository on loopback, as the public conformance suite runs it. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type Ran, run, start } from '../../test/built.ts';
import { SimulatedRepository } from '../../test/given-tuf.ts';
import { Random } from '../../test/random.ts';
import { rounds, seed } from '../../test/sizes.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-tuf-'));
const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close().closeAllConnections();
  rmSync(scratch, { recursive: true });
});

/** The command's clock is that of this machine. */
const soon = new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
const PATH = 'authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz';

interface Given {
  readonly repo: SimulatedRepository;
  readonly url: string;
  readonly top: string;
  readonly metadata: string;
  readonly target: (...more: string[]) => string[];
  readonly tuf: (...args: string[]) => Promise<Ran>;
  readonly file: (path: string) => string;
}

async function given(): Promise<Given> {
  const repo = await SimulatedRepository.make();
  for (const signed of repo.roles.values()) signed.expires = soon;
  repo.addFile('targets', PATH, 'a release');
  repo.addFile('targets', 'index/head.json', '{}');
  await repo.publish('root', 'targets', 'snapshot', 'timestamp');
  const server = createServer(async ({ url = '' }, answer) => {
    const [, kind, path = ''] = /^\/(metadata|targets)\/(.+)$/.exec(url) ?? [];
    const bytes = kind === 'metadata' ? await repo.fetchMetadata(path) : await repo.fetchFile(path);
    if (bytes === null) answer.writeHead(404).end();
    else answer.end(bytes);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  const top = mkdtempSync(join(scratch, 'user-'));
  const root = join(top, 'root-1');
  writeFileSync(root, repo.bytes('root', 1));
  const metadata = join(top, 'metadata');
  const tuf = (...args: string[]): Promise<Ran> =>
    run(['tuf', '--metadata-dir', metadata, ...args], { env: { CPANSEC_HOME: top } });
  const target = (...names: string[]): string[] => [
    ...['--metadata-url', `${url}/metadata`],
    ...names.flatMap((name) => ['--target-name', name]),
    ...['--target-dir', join(top, 'files'), '--target-base-url', `${url}/targets`, 'download'],
  ];
  return { repo, url, top, metadata, target, tuf, file: (path) => readFileSync(join(top, path), 'utf8') };
}

test('init, refresh and download, with the options before the verb', async () => {
  const { repo, url, top, metadata, target, tuf, file } = await given();
  assert.equal((await tuf('init', join(top, 'root-1'))).status, 0);
  const { status, stdout } = await tuf('--metadata-url', `${url}/metadata`, 'refresh');
  assert.equal(status, 0);
  assert.match(
    stdout,
    /^versions +root 2, timestamp 2, snapshot 2, targets 2\nbelieved until +\S+Z\nrefreshed +\S+Z\n$/,
  );
  const json = readdirSync(metadata).filter((name) => name.endsWith('.json'));
  assert.deepEqual(json.sort(), ['root.json', 'snapshot.json', 'targets.json', 'timestamp.json']);
  assert.equal((await tuf(...target(PATH, 'index/head.json'))).status, 0);
  assert.equal(file(`files/${PATH}`), 'a release');
  assert.equal(file('files/index/head.json'), '{}');
  assert.equal((await tuf(...target(PATH))).status, 0);
  assert.equal(repo.askedFiles.length, 2, 'what is there already is not fetched');
});

test('of several files the first that fails ends it', async () => {
  const { repo, top, target, tuf } = await given();
  await tuf('init', join(top, 'root-1'));
  const { status, stderr } = await tuf(...target('missing', PATH));
  assert.equal(status, 1);
  assert.match(stderr, /^cpansec: missing: missing: no role has such a file\n/);
  assert.deepEqual(repo.askedFiles, []);
});

test('offline it uses what is kept, and says how old it is', async () => {
  const { url, top, target, tuf, file } = await given();
  await tuf('init', join(top, 'root-1'));
  await tuf('--metadata-url', `${url}/metadata`, 'refresh');
  const { status, stdout } = await tuf('status', '--json');
  assert.equal(status, 0);
  const state = JSON.parse(stdout);
  assert.deepEqual(state.versions, { root: 2, timestamp: 2, snapshot: 2, targets: 2 });
  assert.deepEqual([state.format, state.expires, state.expired], ['cpansec-tuf-state/1', soon, []]);
  const args = target(PATH).slice(2);
  const { stderr } = await tuf('--offline', ...args);
  assert.match(stderr, /^cpansec: metadata of \S+Z, believed until \S+Z\n$/);
  assert.equal(file(`files/${PATH}`), 'a release');
});

test('what is wrong is said by its name, with status 1', async () => {
  const { repo, url, top, tuf, target } = await given();
  const refresh = ['--metadata-url', `${url}/metadata`, 'refresh'];
  const wrong = async (message: RegExp, ...args: string[]): Promise<void> => {
    const { status, stderr } = await tuf(...args);
    assert.match(stderr, message);
    assert.equal(status, 1);
  };
  await wrong(/^cpansec: cache: root: none is trusted yet\n {2}cpansec tuf init ROOT/, ...refresh);
  await wrong(/no such file/, 'init', join(top, 'nothing'));
  writeFileSync(join(top, 'garbage'), '{}');
  await wrong(/^cpansec: format: root at signatures/, 'init', join(top, 'garbage'));
  await tuf('init', join(top, 'root-1'));
  assert.equal((await tuf(...refresh)).status, 0);
  repo.beginAnew('timestamp', 1);
  await repo.publish('timestamp');
  await wrong(
    /^cpansec: rollback: timestamp: is version 1, was 2 before\n {2}ask another mirror/,
    ...refresh,
  );
  repo.beginAnew('timestamp', 3);
  repo.timestamp.expires = '2026-01-01T00:00:00Z';
  await repo.publish('timestamp');
  await wrong(/^cpansec: freeze: timestamp: has expired at 2026-01-01T00:00:00Z/, ...refresh);
  repo.beginAnew('timestamp', 4);
  repo.timestamp.expires = soon;
  await repo.publish('timestamp');
  repo.files.set(PATH, new TextEncoder().encode('A RELEASE'));
  await wrong(
    /^cpansec: hash: authors\/id\/E\/EX\/EXAMPLE\/Foo-1\.0\.tar\.gz: has another sha256/,
    ...target(PATH),
  );
  assert.ok(!readdirSync(top).includes('files'));
});

test('what was typed wrongly is said', async () => {
  const { tuf } = await given();
  const cases: [args: string[], message: RegExp][] = [
    [[], /tuf needs a word more\n {2}say tuf init, tuf refresh, tuf download, tuf status/],
    [['renew'], /tuf "renew": not one of init/],
    [['init'], /tuf init takes ROOT/],
    [['refresh', 'x', '--metadata-url', 'x'], /tuf refresh takes no operand/],
    [['refresh'], /tuf refresh needs --metadata-url/],
    [
      ['refresh', '--target-name', 'x'],
      /tuf refresh takes no --target-name\n {2}--target-name belongs to tuf download/,
    ],
    [['download', '--offline', '--target-name', 'x'], /tuf download needs --target-dir/],
    [['refresh', '--metadata-url', 'ftp://example.org/'], /no http, https or file address/],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = await tuf(...args);
    assert.match(stderr, message);
    assert.equal(status, 2, args.join(' '));
  }
});

test('many that refresh at once over one directory all succeed', async () => {
  const { repo, url, top, metadata, tuf } = await given();
  await tuf('init', join(top, 'root-1'));
  const ran = await Promise.all(
    Array.from({ length: 6 }, () => tuf('--metadata-url', `${url}/metadata`, 'refresh')),
  );
  for (const { status, stderr } of ran) assert.equal(status, 0, stderr);
  assert.deepEqual(new Uint8Array(readFileSync(join(metadata, 'timestamp.json'))), repo.bytes('timestamp'));
});

test(`a client that is killed at any time goes on as if it had not run; seed ${seed}`, async () => {
  const { repo, url, top, metadata, tuf } = await given();
  await tuf('init', join(top, 'root-1'));
  const args = ['tuf', '--metadata-dir', metadata, '--metadata-url', `${url}/metadata`, 'refresh'];
  const random = new Random(seed);
  for (let i = 0; i < rounds(8, 300); i++) {
    await repo.publish('root', 'targets', 'snapshot', 'timestamp');
    const child = start(args, { env: { CPANSEC_HOME: top } });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await setTimeout(50 + random.below(150));
    child.kill('SIGKILL');
    await ended;
  }
  const { status, stderr } = await tuf('--metadata-url', `${url}/metadata`, 'refresh');
  assert.equal(status, 0, stderr);
  assert.deepEqual(new Uint8Array(readFileSync(join(metadata, 'root.json'))), repo.bytes('root'));
  assert.deepEqual(new Uint8Array(readFileSync(join(metadata, 'timestamp.json'))), repo.bytes('timestamp'));
});
