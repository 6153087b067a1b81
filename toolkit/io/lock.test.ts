import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withoutProgram } from '../../test/peers.ts';
import { rounds } from '../../test/sizes.ts';
import { withLock } from './lock.ts';
import { thisProcess } from './process-id.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-lock-'));
after(() => rmSync(scratch, { recursive: true }));

const HOLDER = fileURLToPath(new URL('testdata/lock-holder.ts', import.meta.url));
/** A process of the machine's own that ends with what started it. */
const APART = ['--map-root-user', '--pid', '--fork', '--kill-child'];
const withoutNamespaces = withoutProgram('unshare', ...APART, 'true');

const [ID = '', MORE = ''] = thisProcess().split(' ');
const [START = '', NAMESPACE = '', BOOT = ''] = MORE.split('.');
const MARK = '0123456789abcdef';

test('one writer at a time', async () => {
  const path = join(scratch, 'lock');
  await withLock(path, async () => {
    await assert.rejects(
      withLock(path, () => {}),
      { code: 'locked', message: /process \d+ on/ },
    );
  });
  assert.equal(existsSync(path), false);
  await assert.rejects(
    withLock(path, () => assert.fail('broken')),
    /broken/,
  );
  assert.equal(await withLock(path, () => 'after an error too'), 'after an error too');
});

test('a lock that can stand nowhere says why', async () => {
  const file = join(scratch, 'file');
  writeFileSync(file, '');
  for (const path of [join(file, 'lock'), join(scratch, 'nowhere', 'lock')])
    await assert.rejects(
      withLock(path, () => assert.fail('locked')),
      { code: 'not-found', message: /lock: cannot lock: (a part of the path is no directory|no such file)/ },
    );
});

/** As long as names may be. */
const NAME = 'n'.repeat(255);

/** Minutes since the owner was last heard of. */
type Left = readonly [what: string, owner: string, silent: number, isTaken: boolean];

const ended = spawnSync(process.execPath, ['-e', '']).pid;
const host = hostname();
const LEFT: readonly Left[] = [
  ['an ended process', `${ended} ${MORE} ${host} ${MARK}`, 0, true],
  ['this process', `${ID} ${MORE} ${host} ${MARK}`, 600, false],
  ['another machine', `${ID} ${MORE} elsewhere ${MARK}`, 59, false],
  ['another machine, silent', `${ID} ${MORE} elsewhere ${MARK}`, 61, true],
  ['nobody', 'rubbish', 59, false],
  ['nobody, for long', 'rubbish', 61, true],
];
/** What only Linux says. */
const LEFT_ON_LINUX: readonly Left[] = [
  ['one that had this number before', `${ID} 1.${NAMESPACE}.${BOOT} ${host} ${MARK}`, 0, true],
  ['one that had a number before', `${process.ppid} 1.${NAMESPACE}.${BOOT} ${host} ${MARK}`, 0, true],
  ['before the machine was started', `${ID} ${START}.${NAMESPACE}.another-boot ${host} ${MARK}`, 0, true],
  ['another container', `${ended} ${START}.1.${BOOT} ${host} ${MARK}`, 0.5, false],
  ['another container, silent', `${ID} ${START}.1.${BOOT} ${host} ${MARK}`, 2, true],
  ['one who does not say when the machine was started', `${ended} .. ${host} ${MARK}`, 0.5, false],
];

for (const [what, owner, silent, isTaken] of BOOT === '' ? LEFT : [...LEFT, ...LEFT_ON_LINUX])
  test(`a lock of ${what} is ${isTaken ? 'taken over' : 'respected'}`, async () => {
    const directory = mkdtempSync(join(scratch, 'left-'));
    const path = join(directory, NAME);
    writeFileSync(path, `${owner}\n`);
    const then = new Date(Date.now() - silent * 60_000);
    utimesSync(path, then, then);
    const taken = withLock(path, () => {});
    if (isTaken) await taken;
    else
      await assert.rejects(taken, {
        code: 'locked',
        message: /(another process|process \d+ on \S+) is writing/,
      });
    assert.deepEqual(readdirSync(directory), isTaken ? [] : [NAME]);
  });

test('who was taken for ended leaves the lock to the other', async () => {
  const path = join(scratch, 'lost');
  const other = `${ended} ${MORE} elsewhere ${MARK}\n`;
  await withLock(path, () => writeFileSync(path, other));
  assert.equal(readFileSync(path, 'latin1'), other);
});

test('many that find a lock left behind take it one after the other', async () => {
  const path = join(scratch, 'many');
  const script = `
    import { appendFileSync } from 'node:fs';
    import { setTimeout as wait } from 'node:timers/promises';
    const { withLock } = await import(${JSON.stringify(new URL('lock.ts', import.meta.url).href)});
    const say = (text) => appendFileSync(${JSON.stringify(`${path}.log`)}, text);
    for (;; await wait(1))
      await withLock(${JSON.stringify(path)}, async () => {
        say('(');
        await wait(2);
        say(')');
        process.exit(); // leaves the lock behind
      }).catch((error) => { if (error.code !== 'locked') throw error; });
  `;
  const count = rounds(8, 100);
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  await Promise.all(children.map((child) => once(child, 'exit')));
  assert.equal(readFileSync(`${path}.log`, 'latin1'), '()'.repeat(count));
});

test('two containers have one lock, whatever their processes are numbered', {
  skip: withoutNamespaces,
}, async () => {
  const path = join(scratch, 'containers');
  const first = spawn('unshare', [...APART, process.execPath, HOLDER, path], { stdio: 'pipe' });
  after(() => first.kill('SIGKILL'));
  await said(first);
  const args = [...APART, process.execPath, HOLDER, path];
  const refused = spawnSync('unshare', args, { encoding: 'utf8', input: '' });
  assert.match(refused.stderr, /is writing here/);
  assert.equal(refused.stdout, '');
  const closed = once(first, 'close');
  first.kill('SIGKILL');
  await closed;
  const then = new Date(Date.now() - 120_000);
  utimesSync(path, then, then);
  assert.equal(spawnSync('unshare', args, { encoding: 'utf8', input: '' }).stdout, 'held\n');
});

async function said({ stdout }: ChildProcess): Promise<void> {
  assert.ok(stdout);
  await once(stdout, 'data');
}
