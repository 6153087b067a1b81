/** What a log is when it is opened: whatever a writer left half done is done, and what cannot be is refused. */

import { decodeUtf8, type Sha256Into, toHex } from '../base/index.ts';
import type { NoteVerifier } from '../formats/index.ts';
import { CHECKPOINT_PATH, type Checkpoint, MAX_CHECKPOINT } from './checkpoint.ts';
import { TransparencyError } from './errors.ts';
import { type Edge, grow, loadEdge } from './grow.ts';
import type { CheckpointLock, LogStore } from './keeping.ts';
import { type LockState, parseLock } from './lock-state.ts';
import { verifyConsistency } from './merkle.ts';
import { openOwnCheckpoint } from './open-checkpoint.ts';
import type { SignatureOps } from './ops.ts';
import { LogReader } from './reader.ts';
import { parseBatch, STAGING, stagedFor, stagedSizes } from './staging.ts';
import type { TreeHead } from './tree.ts';

/** A staged batch has at most as many entries as a batch may have. */
const MAX_STAGED = 256 * 1024 * 1024;

export interface RecoverTask {
  readonly origin: string;
  readonly store: LogStore;
  readonly lock: CheckpointLock;
  readonly verifiers: readonly NoteVerifier[];
  readonly hash: Sha256Into;
  readonly ed25519: SignatureOps;
}

export interface Recovered {
  /** As the lock holds it. */
  readonly lockText: string;
  readonly state: LockState;
  readonly checkpoint: Checkpoint;
  readonly edge: Edge;
  /** What everybody sees; null when nothing was ever published. */
  readonly published: Checkpoint | null;
}

/** Throws `lock` when lock and store cannot be of one history; `missing`, `tile`, `bundle` for a store with holes. */
export async function recover(task: RecoverTask): Promise<Recovered> {
  const { store, lock, hash } = task;
  // 1. What everybody sees, then what was last signed: another writer may go on in between.
  const published = await readPublished(task);
  const lockText = await lock.load();
  if (lockText === null) throw noLock(published);
  const state = parseLock(lockText);
  const checkpoint = await opened(task, state.note, 'lock');
  // 2. Neither can be of another history than the other.
  refuseAhead(checkpoint, published);
  // 3. What was signed and perhaps not wholly written is written again.
  const staged = await store.list(STAGING);
  await replay(task, stagedFor(staged, checkpoint), checkpoint);
  const edge = await loadEdge(checkpoint, store.read, hash);
  // 4. What everybody sees is the beginning of what was signed.
  if (published !== null) await checkBeginning(task, published, checkpoint);
  // 5. What was staged up to here is done, or was never signed. What is beyond may be under way on another machine.
  await store.remove(staged.filter((path) => (stagedSizes(path)?.to ?? 0) <= checkpoint.size));
  return { lockText, state, checkpoint, edge, published };
}

async function readPublished(task: RecoverTask): Promise<Checkpoint | null> {
  const bytes = await task.store.read(CHECKPOINT_PATH, MAX_CHECKPOINT);
  return bytes === null ? null : opened(task, decodeUtf8(bytes), CHECKPOINT_PATH);
}

/** By any of the log's own keys. */
async function opened(
  { verifiers, ed25519, origin }: RecoverTask,
  note: string,
  file: string,
): Promise<Checkpoint> {
  const checkpoint = await openOwnCheckpoint(note, verifiers, ed25519, file);
  if (checkpoint.origin === origin) return checkpoint;
  throw new TransparencyError('lock', `is of ${checkpoint.origin}, not of ${origin}`, { file });
}

function noLock(published: Checkpoint | null): TransparencyError {
  if (published === null)
    return new TransparencyError('lock', 'there is no log yet: cpansec-desk log init makes one');
  const problem = `the log has ${published.size} entries and its lock is gone: it must not be written without`;
  return new TransparencyError('lock', problem);
}

function refuseAhead(lock: Checkpoint, published: Checkpoint | null): void {
  if (published === null || published.size < lock.size) return;
  if (published.size > lock.size) {
    const problem = `the lock ends at ${lock.size} and the log at ${published.size}: the lock is an old one`;
    throw new TransparencyError('lock', problem);
  }
  if (toHex(published.root) === toHex(lock.root)) return;
  throw new TransparencyError('lock', `lock and log have two roots for ${lock.size} entries`);
}

async function replay(task: RecoverTask, file: string | null, checkpoint: Checkpoint): Promise<void> {
  const { store, hash } = task;
  const bytes = file === null ? null : await store.read(file, MAX_STAGED);
  if (file === null || bytes === null) return;
  const { from, entries } = parseBatch(bytes, file);
  const before = await edgeIfThere(from, task);
  // It was staged long ago and never signed as it was: what it holds has come in by other batches.
  if (before === null) return;
  const grown = grow(before, entries, hash);
  if (toHex(grown.edge.root) !== toHex(checkpoint.root))
    throw new TransparencyError('lock', 'is not the batch that was signed', { file });
  await store.putNew(grown.files);
}

async function edgeIfThere(from: TreeHead, { store, hash }: RecoverTask): Promise<Edge | null> {
  try {
    return await loadEdge(from, store.read, hash);
  } catch (error) {
    if (error instanceof TransparencyError && error.code === 'missing') return null;
    throw error;
  }
}

async function checkBeginning({ store, hash }: RecoverTask, from: Checkpoint, to: Checkpoint): Promise<void> {
  if (from.size === to.size || from.size === 0) return;
  const proof = await new LogReader(store.read, hash).consistencyProof(from.size, to);
  verifyConsistency({ from: from.size, to: to.size, fromRoot: from.root, toRoot: to.root, proof }, hash);
}
