/** A log of an operator with five witnesses: two honest, one slow, one that lies, one dead. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import {
  initLog,
  type LogConfig,
  logSigners,
  readLogConfig,
  withLog,
} from '../../desk/transparency/index.ts';
import { formatNoteVerifier } from '../../toolkit/formats/index.ts';
import { readCheckpoint } from '../../toolkit/transparency/index.ts';
import { givenRelease } from '../given-log.ts';
import { typed } from '../typed.ts';
import { type RunningWitness, startOdd, startWitness } from './given.ts';

const home = mkdtempSync(join(tmpdir(), 'cpansec-kept-log-'));
const running: RunningWitness[] = [];
after(async () => {
  await Promise.all(running.map((witness) => witness.kill()));
  rmSync(home, { recursive: true });
});

const file = join(home, 'log.json');
writeFileSync(
  file,
  JSON.stringify({
    ...{ format: 'cpansec-log/1', origin: 'log.example.org/log', store: 'tree/log', state: 'state' },
    ...{ keys: ['log.key'], policy: 'log.policy', witnessSeconds: 30 },
  }),
);
const config: LogConfig = readLogConfig(file);
await initLog(config, { env: {} });
const [signer] = await logSigners(config);
const { verifier } = signer ?? assert.fail();

async function up(starting: Promise<RunningWitness>): Promise<RunningWitness> {
  const witness = await starting;
  running.push(witness);
  return witness;
}

const witnesses = {
  one: await up(startWitness(join(home, 'w1'), 61, verifier)),
  two: await up(startWitness(join(home, 'w2'), 62, verifier)),
  slow: await up(startOdd(63, verifier, 'slow:1500')),
  lying: await up(startOdd(64, verifier, 'forged')),
  dead: await up(startWitness(join(home, 'w5'), 65, verifier)),
};
await witnesses.dead.kill();

function needs(quorum: number): void {
  const lines = Object.entries(witnesses).map(
    ([name, one]) => `witness ${name} ${formatNoteVerifier(one.verifier)} ${one.url}\n`,
  );
  const names = Object.keys(witnesses).join(' ');
  const group = quorum === 0 ? 'quorum none\n' : `group five ${quorum} ${names}\nquorum five\n`;
  writeFileSync(config.policy, `log ${formatNoteVerifier(verifier)}\n${lines.join('')}${group}`);
}

const add = (from: number, count: number): Promise<unknown> =>
  withLog(config, { env: {} }, ({ log }) =>
    log.addAll(Array.from({ length: count }, (_, i) => givenRelease(from + i))),
  );

const publicSize = (): number =>
  readCheckpoint(readFileSync(join(home, 'tree/log/checkpoint'), 'utf8')).checkpoint.size;

const said = async (...args: string[]): Promise<string> => {
  const { status, out, err } = await typed(['log', ...args, '--log', file]);
  return `${out}${err}=> ${status}\n`;
};

test('three of five publish; with four the last good checkpoint stays, and everybody is told why', async () => {
  needs(3);
  await add(0, 3);
  assert.equal(publicSize(), 4);
  assert.match(
    await said('status'),
    /published +4\nwitness +one, .*\nwitness +two, .*\nwitness +slow, .*\nkeys .*\nproblem +none\n=> 0\n$/,
  );

  needs(4);
  await add(3, 5);
  assert.equal(publicSize(), 4);
  const why = await said('publish');
  assert.match(why, /^the last good checkpoint stays: no quorum of witnesses: "five" has 3 of the 4/);
  assert.match(why, /\nlying +broken: .* did not sign this checkpoint\n/);
  assert.match(why, /\ndead +unreachable: no connection to .*\n=> 1\n$/);

  needs(3);
  assert.match(await said('publish'), /^published\nentries +9\n(?:.*\n)*=> 0\n$/);
  assert.equal(publicSize(), 9);
});

test('a log whose store and lock were both put back learns it from its witnesses before it signs', async () => {
  needs(3);
  const backup = join(home, 'backup');
  for (const name of ['tree', 'state']) cpSync(join(home, name), join(backup, name), { recursive: true });
  await add(8, 4);
  const size = publicSize();
  for (const name of ['tree', 'state']) {
    rmSync(join(home, name), { recursive: true });
    cpSync(join(backup, name), join(home, name), { recursive: true });
  }
  const lock = readFileSync(join(home, 'state/lock'), 'utf8');
  const old = new RegExp(
    `one has cosigned ${size} entries that this log has signed: this is an old copy of it`,
  );
  for (const quorum of [3, 0]) {
    needs(quorum);
    await assert.rejects(add(100, 2), old);
    assert.match(await said('publish'), old);
  }
  assert.equal(readFileSync(join(home, 'state/lock'), 'utf8'), lock);
  assert.equal(publicSize(), 9);
});
