import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { after } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beginState, fileStore, originHash } from './file-store.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-file-store-'));
after(() => rmSync(scratch, { recursive: true }));

test('it is taken over whole, by the next number, and what a writer left behind goes', async () => {
  const directory = join(scratch, 'state');
  assert.throws(() => fileStore(directory), { code: 'kept' });
  beginState(directory);
  assert.throws(() => beginState(directory), { code: 'kept', message: /was begun already/ });
  const first = fileStore(directory);
  assert.equal(await first.load('log'), null);
  assert.ok(await first.swap('log', null, 'one'));
  writeFileSync(join(directory, 'checkpoints/1', 'x.0123456789ab.new'), 'half');
  const second = fileStore(directory);
  assert.deepEqual(readdirSync(directory), ['checkpoints']);
  assert.deepEqual(readdirSync(join(directory, 'checkpoints')), ['2']);
  assert.deepEqual(readdirSync(join(directory, 'checkpoints/2')), [originHash('log')]);
  assert.equal(await second.load('log'), 'one');
  assert.equal(await second.swap('log', null, 'two'), false);
  for (const gone of [
    () => first.load('log'),
    () => first.load('another'),
    () => first.swap('log', 'one', 'two'),
    () => first.swap('another', null, 'two'),
  ])
    await assert.rejects(gone, { code: 'locked', message: /another process has taken it over/ });
  assert.ok(await second.swap('log', 'one', 'two'));
});

const WRITER = fileURLToPath(new URL('testdata/stopped-writer.ts', import.meta.url));
const isStopped = (pid: number): boolean => / T \d/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));

/** A process that can be asked to put something into a directory, and to stop at a step of that. */
function startWriter() {
  const child = spawn(process.execPath, ['--conditions=source', WRITER], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  after(() => child.kill('SIGKILL'));
  const pid = child.pid ?? assert.fail();
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    /** Null when it had fewer steps; else how it ended after `meanwhile`. */
    async stoppedAt(step: number, directory: string, meanwhile: () => Promise<void>) {
      child.stdin.write(`${directory} ${step}\n`);
      const said = lines.next();
      const ended = said.then(() => true);
      while (!isStopped(pid)) if (await Promise.race([ended, wait(2, false)])) return null;
      await meanwhile();
      process.kill(pid, 'SIGCONT');
      const { old, error }: { old?: string | null; error?: string } = JSON.parse((await said).value ?? '');
      return { old, error };
    },
  };
}

test('a writer that is stopped before any step of its work never keeps what contradicts another one', {
  skip: process.platform !== 'linux' && 'needs the states of processes that Linux shows',
}, async () => {
  const directory = join(scratch, 'stopped');
  beginState(directory);
  const writer = startWriter();
  const order = { before: 0, behind: 0, refused: 0 };
  for (let step = 0; ; step++) {
    const ours = `over ${step}`;
    let seen: string | null = null;
    const ended = await writer.stoppedAt(step, directory, async () => {
      const store = fileStore(directory);
      seen = await store.load('log');
      assert.ok(await store.swap('log', seen, ours));
    });
    if (ended === null) break;
    const before = seen === `NEXT ${step}`;
    const behind = ended.old === ours && ended.error === undefined;
    // What it said that it has kept stands before ours or behind it, seen by whoever came second.
    if (ended.error === undefined) assert.ok(before !== behind, `${step}`);
    assert.equal(await fileStore(directory).load('log'), behind ? `NEXT ${step}` : ours, `${step}`);
    order[before ? 'before' : behind ? 'behind' : 'refused']++;
    assert.match(
      ended.error ?? '',
      /^$|^Error: something else|^(?:Io|Witness)Error: \S*\/checkpoints\b/,
      `${step}`,
    );
  }
  for (const [how, count] of Object.entries(order)) assert.ok(count > 0, how);
});
