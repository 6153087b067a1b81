/** What the transparency log says of CPAN, as targets: releases that are there, and the present indexes. */
import { decodeUtf8 } from 'cpansec/base';
import { nodeEd25519, nodeSha256Into } from 'cpansec/io';
import {
  CHECKPOINT_PATH,
  type Checkpoint,
  type LogEntry,
  LogReader,
  MAX_CHECKPOINT,
  openOwnCheckpoint,
  parseEntry,
  TransparencyError,
} from 'cpansec/transparency';
import type { TargetChange } from 'cpansec/tuf';
import type { Environment } from '../blobs/index.ts';
import { type LogConfig, logSigners, logStore } from '../transparency/index.ts';

export interface LogTargets {
  readonly changes: readonly TargetChange[];
  /** How many entries have been read: where the next reading begins. */
  readonly size: number;
}

/**
 * Of the entries from `start` on that everybody sees, each proved by the checkpoint, which one of the log's own keys has
 * signed. Throws TransparencyError; `inconsistent` where the log is shorter than it was.
 */
export async function logTargets(config: LogConfig, env: Environment, start: number): Promise<LogTargets> {
  const store = logStore(config, env);
  const checkpoint = await published(config, store.read);
  if (checkpoint.size < start)
    throw new TransparencyError('inconsistent', `${checkpoint.size} entries, and ${start} were there before`);
  const reader = new LogReader(store.read, nodeSha256Into);
  const changes: TargetChange[] = [];
  for await (const { index, entry } of reader.entries(start, checkpoint.size, checkpoint)) {
    const change = changeOf(parseEntry(entry), index);
    if (change !== null) changes.push(change);
  }
  return { changes, size: checkpoint.size };
}

async function published(config: LogConfig, read: ReturnType<typeof logStore>['read']): Promise<Checkpoint> {
  const bytes = await read(CHECKPOINT_PATH, MAX_CHECKPOINT);
  if (bytes === null) throw new TransparencyError('missing', 'is not there', { file: CHECKPOINT_PATH });
  const keys = (await logSigners(config)).map(({ verifier }) => verifier);
  return openOwnCheckpoint(decodeUtf8(bytes), keys, nodeEd25519, CHECKPOINT_PATH);
}

/** Null for what is no file of CPAN. A release has one content for ever, an index its newest. */
function changeOf(entry: LogEntry | null, log: number): TargetChange | null {
  if (entry?.type === 'removal') return { path: entry.path, target: null };
  if (entry?.type !== 'release' && entry?.type !== 'index') return null;
  const { path, size, sha256 } = entry;
  const target = { length: size, hashes: new Map([['sha256', sha256]]), custom: { log } };
  return entry.type === 'release' ? { path, target, once: true } : { path, target };
}
