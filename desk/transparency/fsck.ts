/** Recomputes a whole log from its entries, compares everything that is served, its lock and what is remembered of it. */
import { setTimeout as wait } from 'node:timers/promises';
import { decodeUtf8, toHex } from 'cpansec/base';
import type { NoteVerifier } from 'cpansec/formats';
import { nodeEd25519, nodeSha256Into } from 'cpansec/io';
import {
  CHECKPOINT_PATH,
  type Checkpoint,
  checkLog,
  type LogFault,
  LogReader,
  MAX_CHECKPOINT,
  openOwnCheckpoint,
  parseEntry,
  parseLock,
  STAGING,
  stagedFor,
  TransparencyError,
} from 'cpansec/transparency';
import type { Environment } from '../blobs/index.ts';
import { checkHints } from './check-hints.ts';
import type { LogConfig } from './config.ts';
import { LogKeepingError } from './errors.ts';
import { lockOf, logSigners, logStore } from './open.ts';
import { Remembered, type Report } from './remembered.ts';

export interface CheckedLog {
  /** What was signed last. */
  readonly checkpoint: Checkpoint;
  readonly faults: readonly LogFault[];
}

/** Others are found then, because of it. */
const HALF_DONE = 'a writer ended in the middle of a batch: cpansec-desk log publish finishes it';

const MAX_FAULTS = 100;

/** A writer that goes on meanwhile may be in the middle of something: then it is looked at again. */
const TRIES = 3;
const NAP = 300;

/** Reads only. Throws LogKeepingError where there is no log, BlobError. */
export async function fsckLog(
  config: LogConfig,
  env: Environment,
  progress: (done: number, size: number) => void = () => {},
): Promise<CheckedLog> {
  for (let tries = 1; ; tries++) {
    const before = await lockText(config, env);
    const checked = await look(config, env, progress);
    if (checked.faults.length === 0 || tries === TRIES) return checked;
    if (
      (await lockText(config, env)) === before &&
      !checked.faults.some(({ problem }) => problem === HALF_DONE)
    )
      return checked;
    await wait(NAP);
  }
}

async function look(
  config: LogConfig,
  env: Environment,
  progress: (done: number, size: number) => void,
): Promise<CheckedLog> {
  const store = logStore(config, env);
  const verifiers = (await logSigners(config)).map(({ verifier }) => verifier);
  // First what everybody sees: what is signed can only be more.
  const note = await store.read(CHECKPOINT_PATH, MAX_CHECKPOINT);
  const checkpoint = await lockedCheckpoint(config, env, verifiers);
  const faults: LogFault[] = [];
  const report: Report = (code, file, problem) => {
    if (faults.length < MAX_FAULTS) faults.push({ code, file, problem });
  };
  // 1. A batch that a killed writer signed and did not write.
  const staged = stagedFor(await store.list(STAGING), checkpoint);
  if (staged !== null) report('lock', staged, HALF_DONE);
  // 2. The tree, from its entries alone; each entry; what is remembered of each.
  const remembered = new Remembered(config, report);
  try {
    const onEntry = (index: number, bytes: Uint8Array): void =>
      checkEntry(index, bytes, { report, remembered });
    faults.push(
      ...(await checkLog({ fetch: store.read, checkpoint, hash: nodeSha256Into, onEntry, progress })),
    );
  } finally {
    remembered.close();
  }
  // 3. What everybody sees is the beginning of it.
  const reader = new LogReader(store.read, nodeSha256Into);
  if (note === null) report('missing', CHECKPOINT_PATH, 'nothing was published yet');
  else await checkPublished(decodeUtf8(note), { checkpoint, verifiers, report, reader });
  // 4. Lookups name every entry, and the policy is ours.
  if (note !== null && faults.length === 0)
    await checkHints({ store, reader, note: decodeUtf8(note), config, report });
  return { checkpoint, faults };
}

async function lockText(config: LogConfig, env: Environment): Promise<string | null> {
  const lock = await lockOf(config, env);
  try {
    return await lock.load();
  } finally {
    await lock.close();
  }
}

async function lockedCheckpoint(
  config: LogConfig,
  env: Environment,
  verifiers: readonly NoteVerifier[],
): Promise<Checkpoint> {
  const text = await lockText(config, env);
  if (text === null)
    throw new LogKeepingError('failed', 'there is no lock: cpansec-desk log init makes a log');
  return openOwnCheckpoint(parseLock(text).note, verifiers, nodeEd25519, 'lock');
}

function checkEntry(
  index: number,
  bytes: Uint8Array,
  { report, remembered }: { report: Report; remembered: Remembered },
): void {
  try {
    const entry = parseEntry(bytes);
    if (entry !== null) remembered.check(index, entry);
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    report(error.code, `entry ${index}`, error.problem);
  }
}

async function checkPublished(
  note: string,
  {
    checkpoint,
    verifiers,
    report,
    reader,
  }: { checkpoint: Checkpoint; verifiers: readonly NoteVerifier[]; report: Report; reader: LogReader },
): Promise<void> {
  try {
    const published = await openOwnCheckpoint(note, verifiers, nodeEd25519, CHECKPOINT_PATH);
    if (published.size > checkpoint.size)
      return report('lock', CHECKPOINT_PATH, 'is ahead of the lock: the lock is an old one');
    if (toHex(await reader.root(published.size, checkpoint)) !== toHex(published.root))
      report('inconsistent', CHECKPOINT_PATH, 'is of another tree than the lock');
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    report(error.code, CHECKPOINT_PATH, error.problem);
  }
}
