/** Backups, second writers, wrong rights: what must be refused, and in which words. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import type { LogEntry } from 'cpansec/transparency';
import { givenRelease } from '../../test/given-log.ts';
import { withoutProgram } from '../../test/peers.ts';
import { newPostgresDatabase, withoutPostgres } from '../../test/postgres.ts';
import {
  type CheckedLog,
  fsckLog,
  initLog,
  type LogConfig,
  logStatus,
  readLogConfig,
  withLog,
} from './index.ts';

const DESK = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
const WRITER = fileURLToPath(new URL('testdata/writer.ts', import.meta.url));

async function given(entries = 10): Promise<{ config: LogConfig; home: string }> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-log-kept-'));
  const file = join(home, 'log.json');
  writeFileSync(
    file,
    JSON.stringify({
      ...{ format: 'cpansec-log/1', origin: 'log.example.org/log', store: 'tree/log', state: 'state' },
      ...{ keys: ['log.key'], policy: 'log.policy' },
    }),
  );
  const config = readLogConfig(file);
  await initLog(config, { env: {} });
  await add(config, entries);
  return { config, home };
}

function add(config: LogConfig, entries: number): Promise<unknown> {
  const releases = Array.from({ length: entries }, (_, i) => givenRelease(i));
  return withLog(config, { env: {}, patience: 0 }, ({ log }) => log.addAll(releases));
}

const restored: readonly [what: string, restore: (home: string, backup: string) => void, message: RegExp][] =
  [
    [
      'an old lock',
      (home, backup) => replace(join(home, 'state'), join(backup, 'state')),
      /the lock ends at 11 and the log at 301: the lock is an old one/,
    ],
    [
      'no lock',
      (home) => rmSync(join(home, 'state/lock')),
      /the log has 301 entries and its lock is gone: it must not be written without/,
    ],
    [
      'an old log',
      (home, backup) => replace(join(home, 'tree'), join(backup, 'tree')),
      /tile\/0\/001\.p\/45: the log must have it and does not/,
    ],
    [
      'an old lock and an old log, with what is remembered of the new one',
      (home, backup) => {
        replace(join(home, 'tree'), join(backup, 'tree'));
        cpSync(join(backup, 'state/lock'), join(home, 'state/lock'));
      },
      /301 entries are known of a log of 11: the lock is an old one/,
    ],
    [
      'nothing of the log',
      (home) => rmSync(join(home, 'tree'), { recursive: true }),
      /the log must have it and does not/,
    ],
  ];

for (const [what, restore, message] of restored)
  test(`${what} put back from a backup is refused, and nothing is written`, async () => {
    const { config, home } = await given();
    const backup = mkdtempSync(join(tmpdir(), 'cpansec-log-backup-'));
    for (const name of ['tree', 'state']) cpSync(join(home, name), join(backup, name), { recursive: true });
    await add(config, 300);
    restore(home, backup);
    const before = filesOf(home);
    await assert.rejects(add(config, 301), message);
    assert.deepEqual(filesOf(home), before);
  });

test('what cannot be opened is no fine log: status says so before anybody writes', async () => {
  const { config, home } = await given();
  const backup = mkdtempSync(join(tmpdir(), 'cpansec-log-backup-'));
  cpSync(join(home, 'state'), join(backup, 'state'), { recursive: true });
  assert.equal((await logStatus(config, {})).problem, null);
  await add(config, 20);
  replace(join(home, 'state'), join(backup, 'state'));
  assert.match((await logStatus(config, {})).problem ?? '', /^the lock is an old one/);
  writeFileSync(join(home, 'state/lock'), 'time 1\nnonsense\n\n\u2014 x AAAAAAAA\n');
  assert.match((await logStatus(config, {})).problem ?? '', /lock/);
  rmSync(join(home, 'state/lock'));
  assert.match((await logStatus(config, {})).problem ?? '', /^there is a log and no lock/);
});

test('lookups and proofs that are torn, gone or in the way stop no writer', async () => {
  const { config, home } = await given();
  const tree = join(home, 'tree/log');
  const [torn = ''] = readdirSync(join(tree, 'lookup'));
  truncateSync(join(tree, 'lookup', torn), 0);
  assert.match(faultsOf(await fsckLog(config, {})), /^lookup: lookup\/.*is no lookup/m);
  // As `log hints` does.
  rmSync(join(tree, 'hints.json'));
  const long = `${'x'.repeat(240)}-1.tar.gz`;
  const names = [long, 'Foo-1.tar.gz.tlog-proof/Bar-1.tar.gz', 'Foo-1.tar.gz'];
  const warned: string[] = [];
  const options = { env: {}, warn: (words: string) => void warned.push(words) };
  await withLog(config, options, ({ log }) =>
    log.addAll(
      names.map(
        (name, i) => ({ ...givenRelease(100 + i), path: `authors/id/E/EX/EXAMPLE/${name}` }) as LogEntry,
      ),
    ),
  );
  assert.deepEqual(warned, []);
  assert.equal(faultsOf(await fsckLog(config, {})), '');
  rmSync(join(tree, 'lookup'), { recursive: true });
  writeFileSync(join(tree, 'policy'), 'quorum none\n');
  assert.match(
    faultsOf(await fsckLog(config, {})),
    /^changed: policy: [\s\S]*^lookup: lookup\/.*does not name entry 0/m,
  );
});

test("another digest of a path does not take the place of the first one's proof", async () => {
  const { config, home } = await given();
  const file = join(home, 'tree/log/proof/path/authors/id/E/EX/EXAMPLE/Example-Release-3.tar.gz.tlog-proof');
  const first = readFileSync(file, 'utf8');
  await withLog(config, { env: {} }, ({ log }) => log.addAll([givenRelease(3, 99)]));
  assert.equal(readFileSync(file, 'utf8'), first);
});

test('a second writer is refused while the first one writes', async () => {
  const { config } = await given();
  await withLog(config, { env: {} }, async () => {
    await assert.rejects(add(config, 1), { code: 'locked', message: /another process is writing here/ });
  });
  await add(config, 1);
});

const NAMESPACE = ['--map-root-user', '--pid', '--fork', '--kill-child'];

test('two containers with one state have one writer, whatever their processes are numbered', {
  skip: withoutProgram('unshare', ...NAMESPACE, 'true'),
}, async () => {
  const { home } = await given();
  const args = [...NAMESPACE, process.execPath, '--conditions=source', WRITER, join(home, 'log.json')];
  const first = spawn('unshare', [...args, '10'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(first, 'exit');
  try {
    await once(first.stdout, 'data');
    const second = spawnSync('unshare', [...args, '10', '0', '0'], { encoding: 'utf8', timeout: 60_000 });
    assert.match(second.stderr, /writer\.lock: another process is writing here/);
    assert.equal(second.stdout, '');
  } finally {
    first.kill('SIGKILL');
    await ended;
  }
});

const MOUNTS = ['--map-root-user', '--mount'];
const withoutMounts = withoutProgram('unshare', ...MOUNTS, 'true');

/** In a shell that may mount, whose $home is the log's: all that it says. */
function mounting(home: string, script: string): string {
  const node = `${process.execPath} --conditions=source`;
  const desk = `${node} --import ${fileURLToPath(new URL('../../scripts/jsx.ts', import.meta.url))} ${DESK}`;
  const env = { ...process.env, home, desk, writer: `${node} ${WRITER} ${home}/log.json` };
  const { stdout, stderr } = spawnSync('unshare', [...MOUNTS, 'sh', '-c', script], {
    ...{ env, encoding: 'utf8', timeout: 120_000 },
  });
  return stdout + stderr;
}

test('a lock that may only be read keeps nobody out: it is refused', { skip: withoutMounts }, async () => {
  const { home } = await given();
  const said = mounting(
    home,
    `at=$home/state/writer.lock; mount --bind $at $at && mount -o remount,ro,bind $at && $writer`,
  );
  assert.match(said, /writer\.lock: cannot open: the file system is read-only/);
  assert.doesNotMatch(said, /^open$/m);
});

for (const [what, size] of [
  ['state', '300k'],
  ['tree', '600k'],
] as const)
  test(`a disk that is full under the ${what} loses nothing`, { skip: withoutMounts }, async () => {
    const { home } = await given();
    const said = mounting(
      home,
      `cp -r $home $home.before && mount -t tmpfs none $home && mkdir $home/${what}
       mount -t tmpfs -o size=${size} none $home/${what} && cp -r $home.before/. $home && $writer
       $desk log publish --log $home/log.json
       mount -o remount,size=500m $home/${what} && $desk log publish --log $home/log.json
       $desk log fsck --log $home/log.json`,
    );
    assert.match(said, /no space left on the device: make some and (run the command|open the log) again/);
    assert.doesNotMatch(said, /internal error/);
    const acknowledged = Number(said.match(/^\d+$/gm)?.at(-1) ?? 0);
    const entries = Number(
      /entries +([\d,]+)\nroot .*\nwrong +nothing\n/.exec(said)?.[1]?.replaceAll(',', ''),
    );
    assert.ok(acknowledged > 0 && entries > acknowledged, said);
  });

test('a memory that is damaged ends the command, also with a database to be left', {
  skip: withoutPostgres,
}, async () => {
  const { home } = await given();
  const file = join(home, 'log.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...config, lock: 'postgres' }));
  writeFileSync(join(home, 'state/seen.db'), 'nonsense'.repeat(1000));
  const env = { ...process.env, CPANSEC_LOG_DATABASE: await newPostgresDatabase() };
  const { status, stderr } = spawnSync(process.execPath, ['--conditions=source', WRITER, file], {
    ...{ env, encoding: 'utf8', timeout: 30_000 },
  });
  assert.equal(status, 1, stderr);
  assert.match(stderr, /seen\.db: is damaged: remove it/);
});

test('keys that others may read, of another log, or of no kind are refused, and not told', async () => {
  const { config, home } = await given();
  const key = join(home, 'log.key');
  const text = readFileSync(key, 'utf8');
  chmodSync(key, 0o644);
  await assert.rejects(add(config, 1), {
    code: 'config',
    message: /log\.key: can be read by others: chmod 600/,
  });
  chmodSync(key, 0o600);
  for (const [wrong, message] of [
    [text.replace('log.example.org', 'other.example.org'), /a signer key with the id of another$/],
    [text.slice(0, -10), /signer key/],
    ['', /no signer key/],
  ] as const) {
    writeFileSync(key, wrong);
    await assert.rejects(add(config, 1), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(!error.message.includes(text.slice(-30, -2)));
      return true;
    });
  }
});

test('whatever is cut off or changed, fsck names the file', async () => {
  const { config, home } = await given(300);
  const tree = join(home, 'tree/log');
  const damage: readonly [file: string, fault: RegExp][] = [
    ['tile/0/000', /^tile: tile\/0\/000: /],
    ['tile/1/000.p/1', /^tile: tile\/1\/000\.p\/1: /],
    ['tile/entries/001.p/45', /^bundle: tile\/entries\/001\.p\/45: /],
    ['checkpoint', /^(checkpoint|signature|bounds): checkpoint: /],
  ];
  for (const [file, fault] of damage) {
    const whole = readFileSync(join(tree, file));
    for (const change of [
      () => truncateSync(join(tree, file), whole.length - 1),
      () =>
        writeFileSync(
          join(tree, file),
          whole.map((byte, i) => (i === 20 ? byte ^ 1 : byte)),
        ),
    ]) {
      change();
      const { faults } = await fsckLog(config, {});
      assert.match(
        faults.map((one) => `${one.code}: ${one.file}: ${one.problem}`).join('\n'),
        new RegExp(fault, 'm'),
      );
      writeFileSync(join(tree, file), whole);
    }
  }
  assert.deepEqual((await fsckLog(config, {})).faults, []);
});

function faultsOf({ faults }: CheckedLog): string {
  return faults.map((one) => `${one.code}: ${one.file}: ${one.problem}`).join('\n');
}

function replace(path: string, by: string): void {
  rmSync(path, { recursive: true });
  cpSync(by, path, { recursive: true });
}

/** Names and bytes, but for what SQLite keeps and the lock of the one who was refused. */
function filesOf(home: string): Map<string, string> {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.includes('seen.db'))
      .map((path) => [path, readFileSync(path, 'base64')]),
  );
}
