/** Five witnesses in processes of their own: two honest, one slow, one that lies, one dead. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { formatNoteVerifier } from '../../toolkit/formats/index.ts';
import { nodeEd25519, nodePost } from '../../toolkit/io/index.ts';
import {
  checkPolicy,
  type Gathered,
  gatherCosignatures,
  type Policy,
  parsePolicy,
} from '../../toolkit/transparency/index.ts';
import { signedCheckpoint, signerOf } from '../../toolkit/transparency/testdata/signed.ts';
import { checkpointOf, forkedEntries, proofFrom } from '../../toolkit/transparency/testdata/witnessed.ts';
import { type RunningWitness, startOdd, startWitness } from './given.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-witnesses-'));
const log = await signerOf('example.org/log', 1, 'ed25519');
const running: RunningWitness[] = [];
after(async () => {
  await Promise.all(running.map((witness) => witness.kill()));
  rmSync(scratch, { recursive: true });
});

async function up(starting: Promise<RunningWitness>): Promise<RunningWitness> {
  const witness = await starting;
  running.push(witness);
  return witness;
}

const honest = (fill: number) => up(startWitness(join(scratch, `w${fill}`), fill, log.verifier));
const odd = (fill: number, behaviour: string) => up(startOdd(fill, log.verifier, behaviour));

function policyOf(witnesses: Readonly<Record<string, RunningWitness>>, quorum: number): Policy {
  const lines = Object.entries(witnesses).map(
    ([name, { verifier, url }]) => `witness ${name} ${formatNoteVerifier(verifier)} ${url}\n`,
  );
  const names = Object.keys(witnesses).join(' ');
  return parsePolicy(
    `log ${formatNoteVerifier(log.verifier)}\n${lines.join('')}group all-of-them ${quorum} ${names}\nquorum all-of-them\n`,
  );
}

interface Asked {
  readonly policy: Policy;
  readonly size: number;
  readonly fork?: number;
  readonly timeout?: number;
}

async function gather({ policy, size, fork = size, timeout = 60_000 }: Asked): Promise<Gathered> {
  const entries = forkedEntries(size, fork);
  return gatherCosignatures({
    note: await signedCheckpoint(checkpointOf(entries), log),
    policy,
    proofFrom: async (from) => proofFrom(from, entries),
    post: nodePost({ env: {} }),
    ops: nodeEd25519,
    timeout,
  });
}

const outcomes = ({ answers }: Gathered) =>
  Object.fromEntries(answers.map(({ name, outcome }) => [name, outcome]));

test('three of five are enough, four are not, and each says why', async () => {
  const witnesses = {
    one: await honest(11),
    two: await honest(12),
    slow: await odd(13, 'slow:1500'),
    lying: await odd(14, 'forged'),
    dead: await honest(15),
  };
  await witnesses.dead.kill();

  const three = await gather({ policy: policyOf(witnesses, 3), size: 5 });
  assert.ok(three.met, three.missing);
  const believed = await checkPolicy(policyOf(witnesses, 3), three.note, nodeEd25519);
  assert.deepEqual(
    believed.witnesses.map(({ name }) => name),
    ['one', 'two', 'slow'],
  );

  const four = await gather({ policy: policyOf(witnesses, 4), size: 6 });
  assert.ok(!four.met);
  assert.equal(
    four.missing,
    'no quorum of witnesses: "all-of-them" has 3 of the 4 that it needs, without "lying", "dead"',
  );
  assert.deepEqual(outcomes(four), {
    one: 'cosigned',
    two: 'cosigned',
    slow: 'cosigned',
    lying: 'broken',
    dead: 'unreachable',
  });
  const why = Object.fromEntries(four.answers.map(({ name, why }) => [name, why]));
  assert.match(why.lying ?? '', /^"w14\.example\.org" did not sign this checkpoint$/);
  assert.match(why.dead ?? '', /^no connection to 127\.0\.0\.1:\d+: connection refused$/);

  const hurried = await gather({ policy: policyOf(witnesses, 3), size: 7, timeout: 300 });
  assert.ok(!hurried.met);
  assert.equal(outcomes(hurried).slow, 'late');
  assert.match(hurried.missing, /"slow"/);
});

test('none of what a witness can say gets into a checkpoint but its cosignature', async () => {
  const lies: [behaviour: string, outcome: string, why: RegExp][] = [
    ['forged', 'broken', /did not sign this checkpoint/],
    ['other', 'broken', /did not sign this checkpoint/],
    ['instant', 'broken', /did not sign this checkpoint/],
    ['sizes', 'refused', /^it has cosigned 0 entries$/],
    ['ahead', 'refused', /^it has cosigned 1000000 entries$/],
    ['inconsistent', 'refused', /^answers 422: "the proof is not of the tree"$/],
    ['page', 'broken', /no signature/],
  ];
  for (const [index, [behaviour, outcome, why]] of lies.entries()) {
    const witnesses = { liar: await odd(30 + index, behaviour) };
    const { met, note, answers } = await gather({ policy: policyOf(witnesses, 1), size: 5 });
    assert.ok(!met, behaviour);
    assert.equal(note, await signedCheckpoint(checkpointOf(forkedEntries(5)), log), behaviour);
    assert.equal(answers[0]?.outcome, outcome, behaviour);
    assert.match(answers[0]?.why ?? '', why, behaviour);
  }
});

test('a log that shows two witnesses two trees gets both under neither', async () => {
  const witnesses = { left: await honest(21), right: await honest(22) };
  const alone = (name: 'left' | 'right') => policyOf({ [name]: witnesses[name] }, 1);
  assert.ok((await gather({ policy: alone('left'), size: 5 })).met);
  assert.ok((await gather({ policy: alone('right'), size: 5, fork: 3 })).met);
  const both = policyOf(witnesses, 2);
  for (const size of [5, 8]) {
    const one = await gather({ policy: both, size });
    const other = await gather({ policy: both, size, fork: 3 });
    assert.deepEqual([one.met, outcomes(one)], [false, { left: 'cosigned', right: 'refused' }]);
    assert.deepEqual([other.met, outcomes(other)], [false, { left: 'refused', right: 'cosigned' }]);
  }
});
