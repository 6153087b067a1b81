/**
 * A witness that is killed again and again while a log asks it to cosign two trees at once: what it cosigned, in all
 * its lives, is one log that only grows, and what it answered it has kept.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { encodeUtf8 } from '../../toolkit/base/index.ts';
import { parseNoteSignature } from '../../toolkit/formats/index.ts';
import { nodeEd25519, nodePost } from '../../toolkit/io/index.ts';
import {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  verifySignature,
  verifySignatures,
} from '../../toolkit/transparency/index.ts';
import { signerOf } from '../../toolkit/transparency/testdata/signed.ts';
import { checkpointOf, requestOf } from '../../toolkit/transparency/testdata/witnessed.ts';
import { originHash } from '../../toolkit/witness/index.ts';
import { rounds, seed } from '../sizes.ts';
import { type RunningWitness, startWitness } from './given.ts';

const KILLS = rounds(6, 300);
const log = await signerOf('example.org/log', 1, 'ed25519');
const post = nodePost({ env: {} });

/** A tree that was asked for, and what of it was answered. */
interface Offer {
  readonly entries: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
  /** Seconds of the cosignature; null while nothing was answered. */
  time: number | null;
}

/** Asks to cosign a tree; the answer counts when it is a cosignature. */
async function offer({ url, verifier }: RunningWitness, from: number, made: Offer): Promise<void> {
  const request = await requestOf(from, made.entries, log);
  const answer = await post(`${url}/add-checkpoint`, request, { timeoutMs: 20_000, limit: 10_000 }).catch(
    () => null,
  );
  if (answer === null) return;
  assert.ok([200, 409, 422].includes(answer.status), answer.body);
  if (answer.status !== 200) return;
  const signature = parseNoteSignature(answer.body.trimEnd());
  const signed = await verifySignature(formatCheckpoint(made.checkpoint), signature, verifier, nodeEd25519);
  made.time = signed?.time ?? assert.fail('another key');
}

/** What it shows that it has kept, and when it cosigned it. */
async function shown({ url, verifier }: RunningWitness): Promise<{ checkpoint: Checkpoint; time: number }> {
  const answer = await fetch(`${url}/${originHash('example.org/log')}/checkpoint`);
  if (answer.status === 404) return { checkpoint: checkpointOf([]), time: 0 };
  const { checkpoint, note } = await openCheckpoint(await answer.text(), log.verifier, nodeEd25519);
  const [signed] = await verifySignatures(note, verifier, nodeEd25519);
  return { checkpoint, time: signed?.time ?? assert.fail('not cosigned') };
}

/** Two trees each time, both on what is known to be kept, until the witness is gone. */
async function push(
  witness: RunningWitness,
  start: readonly Uint8Array[],
  offers: Offer[],
  gone: () => boolean,
): Promise<void> {
  let entries = start;
  for (let n = 0; !gone(); n++) {
    const pair = ['a', 'b'].map((side) => {
      const grown = [...entries, encodeUtf8(`${side} ${offers.length} ${n}`)];
      return { entries: grown, checkpoint: checkpointOf(grown), time: null } satisfies Offer as Offer;
    });
    offers.push(...pair);
    await Promise.all(pair.map((made) => offer(witness, entries.length, made)));
    const cosigned = pair.filter(({ time }) => time !== null);
    assert.ok(cosigned.length <= 1, 'two trees of one size were cosigned');
    entries = cosigned[0]?.entries ?? entries;
  }
}

/** What is known of a witness between two of its lives. */
interface Known {
  readonly kept: readonly Uint8Array[];
  /** Seconds of the cosignature that was kept. */
  readonly time: number;
}

/** One life, and a look at what was kept of it. */
async function live(
  directory: string,
  known: Known,
  milliseconds: number,
): Promise<{ known: Known; answered: number }> {
  const witness = await startWitness(directory, 9, log.verifier);
  const offers: Offer[] = [];
  let gone = false;
  const end = async (): Promise<void> => {
    await wait(milliseconds);
    await witness.kill();
    gone = true;
  };
  await Promise.all([push(witness, known.kept, offers, () => gone), end()]);
  const next = await startWitness(directory, 9, log.verifier);
  const { checkpoint, time } = await shown(next).finally(() => next.kill());
  const trees = [known.kept, ...offers.map(({ entries }) => entries)];
  const kept = trees.find(
    (entries) => formatCheckpoint(checkpointOf(entries)) === formatCheckpoint(checkpoint),
  );
  assert.ok(kept !== undefined, 'it has kept what nobody asked for');
  assert.deepEqual(kept.slice(0, known.kept.length), known.kept);
  const cosigned = offers.filter((made) => made.time !== null);
  for (const made of cosigned) {
    // What was cosigned is the beginning of what is kept, and no earlier or later than what stands around it.
    assert.deepEqual(checkpointOf(kept.slice(0, made.checkpoint.size)), made.checkpoint);
    assert.ok(made.time !== null && made.time >= known.time && made.time <= time);
  }
  return { known: { kept, time }, answered: cosigned.length };
}

test(`killed ${KILLS} times`, async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'cpansec-killed-witness-'));
  t.after(() => rmSync(scratch, { recursive: true }));
  let random = seed;
  let known: Known = { kept: [], time: 0 };
  let answered = 0;
  for (let life = 0, log = 0; life < KILLS; life++) {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    const lived = await live(join(scratch, `${log}`), known, random % 200);
    answered += lived.answered;
    // A new log when this one makes hashing by the book slow.
    const long = lived.known.kept.length > 200;
    known = long ? { kept: [], time: 0 } : lived.known;
    if (long) log++;
  }
  assert.ok(answered > 0, 'nothing was ever answered');
});
