/** A follower that is killed again and again: every release is in the log exactly once, and nothing is lost. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { GivenCpan, serveCpan } from '../../test/given-cpan.ts';
import { LogTwin } from '../../test/log-twin.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { identityOf } from '../../toolkit/transparency/index.ts';
import { openBlobs } from '../blobs/index.ts';
import { PublishedStore } from '../published/index.ts';
import { State } from './index.ts';

const KILLS = rounds(5, 60);
const AUTHORS = ['E/EX/EXAMPLE', 'O/OT/OTHER', 'T/TH/THIRD'];

function started(t: TestContext, address: string, directory: string): ChildProcess {
  const script = new URL('testdata/follow.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions=source', script, address, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => void child.kill('SIGKILL'));
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  assert.equal(child.exitCode, null, 'it ended by itself');
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

/** Waits until the child has ended a number of rounds. */
async function ended(child: ChildProcess, count: number): Promise<void> {
  for (let seen = 0; seen < count; ) {
    assert.ok(child.stdout);
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    seen += chunk.length;
  }
}

test(`${KILLS} followers are killed at work`, async (t) => {
  const cpan = new GivenCpan();
  const directory = mkdtempSync(join(tmpdir(), 'cpansec-follower-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const { address, asked } = await serveCpan(cpan.top);
  const paths: string[] = [];
  let random = seed;
  for (let n = 0; n < KILLS; n++) {
    for (let i = 0; i < 8; i++) {
      const path = `${AUTHORS[i % AUTHORS.length]}/Some-Dist-${n}.${i}.tar.gz`;
      cpan.release(path, path);
      paths.push(path);
    }
    cpan.packages();
    cpan.recent();
    asked.length = 0;
    const child = started(t, address, directory);
    while (asked.length === 0) await wait(2);
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    await wait(random % 120);
    await killed(child);
  }
  const last = started(t, address, directory);
  await ended(last, 3);
  await killed(last);

  const log = new LogTwin(join(directory, 'log'));
  const releases = log.entries.flatMap((entry) => (entry.type === 'release' ? [entry.path] : []));
  assert.deepEqual(releases.sort(), paths.map((path) => `authors/id/${path}`).sort());
  const once = log.entries.filter(({ type }) => type === 'release' || type === 'removal').map(identityOf);
  assert.equal(new Set(once).size, once.length);
  const state = new State(join(directory, 'state.db'));
  assert.deepEqual(state.problems(), []);
  state.close();
  const dist = await new PublishedStore(openBlobs(join(directory, 'store'), {})).dist('Some-Dist');
  assert.equal(dist?.releases.length, paths.length);
  t.diagnostic(`${KILLS} kills, ${releases.length} releases, ${log.entries.length} entries`);
});
