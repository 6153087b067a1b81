/** The follower as it is typed: over a local CPAN, into a log and a store. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { GivenCpan, serveCpan } from '../../test/given-cpan.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { typed } from '../../test/typed.ts';
import { formatNoteVerifier, noteVerifier } from '../../toolkit/formats/index.ts';
import { nodeEd25519, nodeSha256Into } from '../../toolkit/io/index.ts';
import { type LogEntry, LogReader, parseEntry } from '../../toolkit/transparency/index.ts';
import { openBlobs } from '../blobs/index.ts';
import { State } from '../follower/index.ts';
import { PublishedStore } from '../published/index.ts';
import { initLog, readLogConfig, withLog } from '../transparency/index.ts';

const EXAMPLE = 'E/EX/EXAMPLE';

interface Given {
  readonly cpan: GivenCpan;
  readonly directory: string;
  /** The configuration of a log without entries but that of its key. */
  readonly log: string;
}

async function given(): Promise<Given> {
  const directory = mkdtempSync(join(tmpdir(), 'cpansec-follow-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  const log = join(directory, 'log.json');
  const config = { format: 'cpansec-log/1', origin: 'example.org/log', store: 'log', state: 'state' };
  writeFileSync(log, JSON.stringify({ ...config, keys: ['log.key'], policy: 'policy' }));
  await initLog(readLogConfig(log), { env: {} });
  return { cpan: new GivenCpan(), directory, log };
}

/** The paths of what the log holds of a type, below `authors/id/`. */
async function logged(log: string, type: LogEntry['type']): Promise<string[]> {
  return withLog(readLogConfig(log), { env: {} }, async ({ log: { checkpoint }, store }) => {
    const paths: string[] = [];
    for await (const { entry } of new LogReader(store.read, nodeSha256Into).entries(
      0,
      checkpoint.size,
      checkpoint,
    )) {
      const read = parseEntry(entry);
      if (read?.type === type && 'path' in read) paths.push(read.path.replace('authors/id/', ''));
    }
    return paths;
  });
}

test('one round: what is there, then nothing, then a conflict that is told', async () => {
  const { cpan, directory, log } = await given();
  const store = join(directory, 'store');
  for (const version of ['1.0', '1.1']) cpan.release(`${EXAMPLE}/Example-Dist-${version}.tar.gz`, version);
  cpan.packages();
  cpan.recent();
  const { address } = await serveCpan(cpan.top);
  const args = ['follow', address, '--log', log, '--store', store, '--once', '--pause', '0'];
  assert.deepEqual(await typed(args), {
    status: 0,
    out: 'logged    1 index, 1 CHECKSUMS, 2 releases\nwaiting   nothing\nproblems  0, 0 of them new\n',
    err: '',
  });
  assert.deepEqual(
    await logged(log, 'release'),
    ['1.0', '1.1'].map((v) => `${EXAMPLE}/Example-Dist-${v}.tar.gz`),
  );
  const dist = await new PublishedStore(openBlobs(store, {})).dist('Example-Dist');
  assert.deepEqual(
    dist?.releases.map(({ version }) => version),
    ['1.0', '1.1'],
  );
  assert.match((await typed(args)).out, /^logged +nothing\n/);

  cpan.release(`${EXAMPLE}/Example-Dist-1.0.tar.gz`, 'another');
  cpan.recent();
  const { status, out, err } = await typed(args);
  assert.equal(status, 1);
  assert.match(out, /^logged +1 CHECKSUMS, 1 release\nwaiting +nothing\nproblems +1, 1 of them new\n$/);
  assert.match(
    err,
    /^cpansec-desk: authors\/id\/E\/EX\/EXAMPLE\/Example-Dist-1\.0\.tar\.gz: conflict: SHA-256 [0-9a-f]{64} after/,
  );
  const [line = ''] = readFileSync(join(directory, 'state/follower-problems.jsonl'), 'utf8').split('\n');
  assert.equal((JSON.parse(line) as { kind: string }).kind, 'conflict');
  assert.equal((await typed(args)).status, 0);
});

test('what is wrong has its status', async () => {
  const { cpan, directory, log } = await given();
  cpan.recent();
  const busy = new State(join(directory, 'busy.db'));
  const cases: [status: number, words: RegExp, args: string[]][] = [
    [2, /follow takes one mirror/, ['--log', log]],
    [2, /--log is missing/, [cpan.top]],
    [2, /--interval is a whole number/, [cpan.top, '--log', log, '--interval', 'x']],
    [2, /none\.json/, [cpan.top, '--log', join(directory, 'none.json')]],
    [3, /no directory that can be read/, [join(directory, 'none'), '--log', log, '--once']],
    [3, /no connection to 127\.0\.0\.1/, ['http://127.0.0.1:1/', '--log', log, '--once']],
    [
      4,
      /--problems FILE names another place/,
      [cpan.top, '--log', log, '--once', '--problems', join(log, 'x')],
    ],
    [4, /another process follows/, [cpan.top, '--log', log, '--once', '--state', join(directory, 'busy.db')]],
  ];
  for (const [status, words, args] of cases) {
    const said = await typed(['follow', ...args]);
    assert.equal(said.status, status, `${args.join(' ')}: ${said.err}`);
    assert.match(said.err, words);
  }
  busy.close();
  cpan.release(`${EXAMPLE}/Example-Dist-1.0.tar.gz`, 'one');
  cpan.recent();
  rmSync(join(directory, 'state'), { recursive: true });
  writeFileSync(join(directory, 'state'), '');
  const said = await typed([
    'follow',
    cpan.top,
    '--log',
    log,
    '--once',
    '--state',
    join(directory, 'own.db'),
  ]);
  assert.match(said.err, /^cpansec-desk: \S+\/state: /);
  assert.equal(said.status, 4);
});

test('that not enough witnesses answered is said, with the reason', async () => {
  const { cpan, directory, log } = await given();
  const policy = join(directory, 'policy');
  const witness = noteVerifier(
    'witness.example.org',
    await nodeEd25519.publicKey(new Uint8Array(32)),
    'cosignature',
  );
  const lines = `witness far ${formatNoteVerifier(witness)} http://127.0.0.1:1/\nquorum far\n`;
  writeFileSync(policy, readFileSync(policy, 'utf8').replace('quorum none\n', lines));
  cpan.release(`${EXAMPLE}/Example-Dist-1.0.tar.gz`, 'one');
  cpan.recent();
  const { status, out, err } = await typed(['follow', cpan.top, '--log', log, '--once']);
  assert.match(
    err,
    /^cpansec-desk: the last good checkpoint stays: no quorum of witnesses: "far"; far unreachable: \S.*\n$/,
  );
  assert.match(out, /^logged +1 CHECKSUMS, 1 release\n/);
  assert.equal(status, 1);
});

test('a log that another process writes is waited for, as is said', async () => {
  const { cpan, log } = await given();
  cpan.release(`${EXAMPLE}/Example-Dist-1.0.tar.gz`, 'one');
  cpan.recent();
  let child: ChildProcess | undefined;
  await withLog(readLogConfig(log), { env: {} }, async () => {
    child = started(cpan.top, log, 'pipe');
    assert.ok(child.stderr);
    const [line] = (await once(child.stderr, 'data')) as [Buffer];
    assert.match(line.toString(), /^cpansec-desk: \S+writer\.lock: another process is writing here\n/);
  });
  assert.ok(child?.stdout);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  assert.match(line.toString(), /1 CHECKSUMS, 1 release\n$/);
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  assert.deepEqual(await closed, [0, null]);
});

function started(address: string, log: string, stderr: 'inherit' | 'pipe' = 'inherit'): ChildProcess {
  const script = new URL('main.ts', import.meta.url).pathname;
  const jsx = new URL('../../scripts/jsx.ts', import.meta.url).pathname;
  const args = ['--conditions=source', '--import', jsx, script];
  const child = spawn(
    process.execPath,
    [...args, 'follow', address, '--log', log, '--interval', '0', '--pause', '0'],
    {
      stdio: ['ignore', 'pipe', stderr],
    },
  );
  after(() => child.kill('SIGKILL'));
  return child;
}

test('a follower goes on until it is told to stop', async () => {
  const { cpan, log } = await given();
  cpan.release(`${EXAMPLE}/Example-Dist-1.0.tar.gz`, 'one');
  cpan.recent();
  const child = started(cpan.top, log);
  assert.ok(child.stdout);
  await once(child.stdout, 'data');
  cpan.release(`${EXAMPLE}/Example-Dist-1.1.tar.gz`, 'two');
  cpan.recent();
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  assert.match(line.toString(), /^\d{4}-\d\d-\d\dT[\d:.]+Z 1 CHECKSUMS, 1 release\n$/);
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  assert.deepEqual(await closed, [0, null]);
  assert.equal((await logged(log, 'release')).length, 2);
});

const KILLS = rounds(2, 50);

test(`${KILLS} followers are killed: every release is in the log once`, async (t) => {
  const { cpan, log } = await given();
  const { address, asked } = await serveCpan(cpan.top);
  const paths: string[] = [];
  let random = seed;
  for (let n = 0; n < KILLS; n++) {
    for (let i = 0; i < 5; i++) paths.push(`${EXAMPLE}/Some-Dist-${n}.${i}.tar.gz`);
    for (const path of paths.slice(-5)) cpan.release(path, path);
    cpan.recent();
    asked.length = 0;
    const child = started(address, log);
    const closed = once(child, 'close');
    while (asked.length === 0) await wait(5);
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    await wait(random % 200);
    child.kill('SIGKILL');
    await closed;
  }
  assert.equal((await typed(['follow', address, '--log', log, '--once', '--pause', '0'])).status, 0);
  assert.deepEqual((await logged(log, 'release')).sort(), [...paths].sort());
  t.diagnostic(`${KILLS} kills, ${paths.length} releases`);
});
