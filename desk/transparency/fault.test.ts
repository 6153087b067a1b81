/** Every step that the writer of a log takes on a disk fails in turn, in every way in which disks fail. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { toHex } from 'cpansec/base';
import { nodeSha256Into } from 'cpansec/io';
import { type Checkpoint, Log, type LogEntry, LogReader } from 'cpansec/transparency';
import { type Fault, FaultyDisk, PowerCut } from '../../test/faulty-disk.ts';
import { checkHolds, type GivenKeeping, givenRelease, logOptions } from '../../test/given-log.ts';
import { Random } from '../../test/random.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { directoryLogStore } from './directory.ts';
import { fileLock } from './file-lock.ts';

/** Entries of each batch: within a bundle, up to its end, over it. */
const BATCHES = [1, 3, 252, 5, 300];
const KINDS: readonly Fault[] = ['cut', 'killed', 'full', 'sync'];

test('whatever step fails, nothing that was acknowledged is lost and nothing is signed twice', async () => {
  const random = new Random(seed);
  const whole = await run(new FaultyDisk(), null);
  assert.equal(whole.acknowledged.length, 561);
  let failed = 0;
  for (const kind of KINDS)
    for (let step = 0; step < whole.steps; step += rounds(5, 1)) {
      const disk = new FaultyDisk();
      const what = `${kind} at step ${step}, seed ${seed}`;
      const { acknowledged, seen, error } = await run(disk, { kind, step });
      if (error === null) continue;
      failed++;
      if (kind === 'cut') disk.restart(random);
      else await cutAfterOpening(disk, random, what);
      await goesOn(disk, { acknowledged, seen, what });
    }
  assert.ok(failed > 100, `${failed} steps failed`);
});

interface Run {
  readonly acknowledged: LogEntry[];
  /** Checkpoints that everybody could see. */
  readonly seen: Checkpoint[];
  readonly steps: number;
  readonly error: unknown;
}

async function run(disk: FaultyDisk, fault: { kind: Fault; step: number } | null): Promise<Run> {
  const acknowledged: LogEntry[] = [];
  const seen: Checkpoint[] = [];
  await Log.create(await logOptions(keeping(disk)));
  const before = disk.steps;
  if (fault !== null) disk.failAt(fault.step, fault.kind);
  const end = (error: unknown): Run => ({ acknowledged, seen, steps: disk.steps - before, error });
  try {
    const log = await Log.open(await logOptions(keeping(disk)));
    for (const count of BATCHES) {
      const from = acknowledged.length;
      const entries = Array.from({ length: count }, (_, i) => givenRelease(from + i));
      await log.addAll(entries);
      acknowledged.push(...entries);
      seen.push(log.published ?? assert.fail());
    }
    return end(null);
  } catch (error) {
    if (!(error instanceof PowerCut))
      assert.match(String(error), /make some and open the log again|check it before/);
    return end(error);
  }
}

/** Another process opens the log and shows everybody what was signed; then the power goes. */
async function cutAfterOpening(disk: FaultyDisk, random: Random, what: string): Promise<void> {
  disk.reopen();
  const log = await Log.open(await logOptions(keeping(disk))).catch((error) =>
    assert.fail(`${what}: ${error.stack}`),
  );
  await log.publish();
  disk.restart(random);
}

/** Another process opens the log: what was acknowledged is there, what was seen is the beginning of it, it grows. */
async function goesOn(
  disk: FaultyDisk,
  { acknowledged, seen, what }: Pick<Run, 'acknowledged' | 'seen'> & { what: string },
): Promise<void> {
  const kept = keeping(disk);
  const log = await Log.open(await logOptions(kept)).catch((error) => assert.fail(`${what}: ${error.stack}`));
  await checkHolds(log, kept.store, acknowledged);
  const more = Array.from({ length: 600 }, (_, i) => givenRelease(i));
  const added = await log.addAll(more);
  assert.deepEqual(
    added.map(({ index }) => index),
    more.map((_, i) => i),
    what,
  );
  assert.ok(
    added.slice(0, acknowledged.length).every(({ duplicate }) => duplicate),
    what,
  );
  await checkHolds(log, kept.store, more);
  const reader = new LogReader(kept.store.read, nodeSha256Into);
  for (const checkpoint of seen)
    assert.equal(toHex(await reader.root(checkpoint.size, log.checkpoint)), toHex(checkpoint.root), what);
}

function keeping(disk: FaultyDisk): GivenKeeping {
  return { store: directoryLogStore('/tree/log', disk), lock: fileLock('/state', disk) };
}
