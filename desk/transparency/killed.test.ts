/** Writers are killed again and again: what one said to be in the log is there for ever. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { toHex } from 'cpansec/base';
import { nodeSha256Into } from 'cpansec/io';
import { type Checkpoint, formatEntry, LogReader, readCheckpoint } from 'cpansec/transparency';
import { givenRelease } from '../../test/given-log.ts';
import { Random } from '../../test/random.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { directoryLogStore } from './directory.ts';
import { fsckLog, initLog, readLogConfig, withLog } from './index.ts';

const WRITER = fileURLToPath(new URL('testdata/writer.ts', import.meta.url));

test('kill -9 at any moment loses nothing that was acknowledged and takes nothing back', async () => {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-log-killed-'));
  const file = join(home, 'log.json');
  writeFileSync(file, JSON.stringify(CONFIG));
  const config = readLogConfig(file);
  await initLog(config, { env: {} });
  const random = new Random(seed);
  const published: Checkpoint[] = [];
  let acknowledged = 0;
  for (let round = 0; round < rounds(8, 500); round++) {
    acknowledged = await writeAndDie(file, acknowledged, random);
    published.push(publicCheckpoint(home));
  }
  await withLog(config, { env: {} }, async ({ log }) => log.publish());
  const { faults, checkpoint } = await fsckLog(config, {});
  assert.deepEqual(faults, [], `seed ${seed}`);
  assert.ok(checkpoint.size > acknowledged, `${checkpoint.size} entries, ${acknowledged} acknowledged`);
  const reader = new LogReader(directoryLogStore(join(home, 'tree/log')).read, nodeSha256Into);
  // After the first, which says whose log it is.
  for await (const { index, entry } of reader.entries(1, acknowledged + 1, checkpoint))
    assert.deepEqual(entry, formatEntry(givenRelease(index - 1)), `entry ${index}, seed ${seed}`);
  for (const { size, root } of published)
    assert.equal(toHex(await reader.root(size, checkpoint)), toHex(root));
});

const CONFIG = {
  ...{ format: 'cpansec-log/1', origin: 'log.example.org/log', store: 'tree/log', state: 'state' },
  ...{ keys: ['log.key'], policy: 'log.policy' },
};

/** How many entries were acknowledged when the writer died. */
async function writeAndDie(file: string, acknowledged: number, random: Random): Promise<number> {
  const args = ['--conditions=source', WRITER, file, `${acknowledged}`, `${random.below(1e9)}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let last = acknowledged;
  let killed = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'open') void killSoon(child, random.below(120));
    else last = Number(line);
    killed = true;
  }
  await ended;
  assert.ok(killed, 'the writer never began');
  return last;
}

async function killSoon(child: ChildProcess, milliseconds: number): Promise<void> {
  await wait(milliseconds);
  child.kill('SIGKILL');
}

function publicCheckpoint(home: string): Checkpoint {
  const file = join(home, 'tree/log/checkpoint');
  assert.ok(existsSync(file));
  return readCheckpoint(readFileSync(file, 'utf8')).checkpoint;
}
