/** The command as an operator has it: started twice, stopped, on a full disk. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { nodePost } from '../../toolkit/io/index.ts';
import { signerOf } from '../../toolkit/transparency/testdata/signed.ts';
import { forkedEntries, requestOf } from '../../toolkit/transparency/testdata/witnessed.ts';
import { originHash } from '../../toolkit/witness/index.ts';
import { run } from '../built.ts';
import { withoutProgram } from '../peers.ts';
import { type RunningWitness, startWitness, witnessArgs } from './given.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-serve-'));
const log = await signerOf('example.org/log', 1, 'ed25519');
const running: RunningWitness[] = [];
after(async () => {
  await Promise.all(running.map((witness) => witness.kill()));
  rmSync(scratch, { recursive: true });
});

async function up(directory: string, under: readonly string[] = []): Promise<RunningWitness> {
  const witness = await startWitness(join(scratch, directory), 9, log.verifier, under);
  running.push(witness);
  return witness;
}

async function add({ url }: RunningWitness, from: number, size: number) {
  const request = await requestOf(from, forkedEntries(size), log);
  return nodePost({ env: {} })(`${url}/add-checkpoint`, request, { timeoutMs: 20_000, limit: 10_000 });
}

test('a second one on the same state is refused, and the first goes on', async () => {
  const witness = await up('twice');
  const second = await run(await witnessArgs(join(scratch, 'twice'), 9, log.verifier));
  assert.equal(second.status, 2);
  assert.match(second.stderr, /lock: process \d+ on .* is writing here/);
  assert.match(second.stderr, /one process at a time may use a --state/);
  assert.equal((await add(witness, 0, 5)).status, 200);
});

test('it ends when it is told to, and begins where it ended', async () => {
  const witness = await up('stopped');
  assert.equal((await add(witness, 0, 5)).status, 200);
  const closed = once(witness.process, 'close');
  witness.process.kill('SIGTERM');
  assert.deepEqual(await closed, [0, null]);
  assert.equal((await add(await up('stopped'), 5, 8)).status, 200);
});

test('a full disk costs answers and nothing else', {
  skip: withoutProgram('prlimit', '--version'),
}, async () => {
  const before = await up('full');
  assert.equal((await add(before, 0, 5)).status, 200);
  await before.kill();
  const full = await up('full', ['prlimit', '--fsize=100']);
  const file = join(scratch, 'full/state/checkpoints/2', originHash('example.org/log'));
  const kept = readFileSync(file, 'utf8');
  for (const _ of [1, 2]) {
    const answer = await add(full, 5, 8);
    assert.deepEqual([answer.status, answer.body], [500, 'this witness cannot keep what it cosigns\n']);
  }
  assert.equal(readFileSync(file, 'utf8'), kept);
  assert.equal((await add(full, 8, 9)).status, 409);
  await full.kill();
  assert.equal((await add(await up('full'), 5, 8)).status, 200);
});
