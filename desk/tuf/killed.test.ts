/** Publishers are killed again and again, while a client looks: it never sees half of anything, nor anything go back. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { GivenCeremony } from '../../test/given-ceremony.ts';
import { Random } from '../../test/random.ts';
import { rounds, seed } from '../../test/sizes.ts';

const PUBLISHER = fileURLToPath(new URL('testdata/publisher.ts', import.meta.url));

test('kill -9 at any moment leaves a whole repository, with all that was acknowledged', async (t) => {
  const given = new GivenCeremony(t);
  await given.begin();
  await given.refresh();
  const random = new Random(seed);
  let acknowledged = 0;
  let seen = 0;
  for (let round = 0; round < rounds(6, 300); round++) {
    const publishing = publishAndDie(given.at('tuf.json'), acknowledged, random);
    let done = false;
    void publishing.finally(() => {
      done = true;
    });
    while (!done) {
      seen = await seenBy(given, seen);
      await wait(1);
    }
    acknowledged = await publishing;
    seen = await seenBy(given, seen);
    assert.ok(seen >= acknowledged, `${seen} seen, ${acknowledged} acknowledged, seed ${seed}`);
    acknowledged = seen;
  }
  assert.ok(acknowledged > 0);
  assert.match(await given.done('check', '--tuf', given.at('tuf.json')), /wrong +nothing/);
});

/** The number that a client sees, and that all of it is there; never less than before. */
async function seenBy(given: GivenCeremony, before: number): Promise<number> {
  const client = given.client();
  await client.refresh();
  const number = (await client.find('manifest.json'))?.length ?? 0;
  assert.ok(number >= before, `${number} after ${before}, seed ${seed}`);
  for (const i of number === 0 ? [] : [0, 1, 2]) {
    const found = await client.find(`authors/id/A/AB/ABC/Foo-${number}.${i}.tar.gz`);
    assert.equal(found?.length, number, `${i} of ${number}, seed ${seed}`);
  }
  return number;
}

/** Which number was acknowledged when the publisher died. */
async function publishAndDie(file: string, acknowledged: number, random: Random): Promise<number> {
  const args = ['--conditions=source', PUBLISHER, file, `${acknowledged}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let last = acknowledged;
  let began = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'open') void killSoon(child, random.below(150));
    else last = Number(line);
    began = true;
  }
  await ended;
  assert.ok(began, 'the publisher never began');
  return last;
}

async function killSoon(child: ChildProcess, milliseconds: number): Promise<void> {
  await wait(milliseconds);
  child.kill('SIGKILL');
}
