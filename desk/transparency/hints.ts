/**
 * Lookups and static proofs of a log. They are made from the log and can be made again: whoever reads them believes
 * a proof only. What CPAN had before the log was there has lookups and no files with proofs.
 */
import type { Sha256Into } from 'cpansec/base';
import {
  type Checkpoint,
  decodeLookup,
  encodeLookup,
  formatProof,
  type LogEntry,
  type LogFile,
  LogReader,
  type LogStore,
  lookupPath,
  parseEntry,
  proofPath,
  subjectsOf,
} from 'cpansec/transparency';

export interface HintsTask {
  readonly store: LogStore;
  readonly hash: Sha256Into;
  /** What everybody sees, and the note that says it. */
  readonly checkpoint: Checkpoint;
  readonly note: string;
  /** Entries that have theirs already. */
  readonly from: number;
  /** Told after each part of the work. */
  done(size: number): void;
}

const TOGETHER = 1024;
/** Indexes that a subject has at most in a lookup: its newest. */
const MOST = 100;
const MAX_LOOKUP = 8 * 1024 * 1024;

/** Up to the checkpoint. Throws what the store throws; what is done by then need not be done again. */
export async function makeHints({ store, hash, checkpoint, note, from, done }: HintsTask): Promise<void> {
  const reader = new LogReader(store.read, hash);
  for (let start = from; start < checkpoint.size; start += TOGETHER) {
    const end = Math.min(start + TOGETHER, checkpoint.size);
    const named = new Map<string, number[]>();
    const proofs: LogFile[] = [];
    for await (const { index, entry: bytes } of reader.entries(start, end, checkpoint)) {
      const entry = parseEntry(bytes);
      if (entry === null) continue;
      for (const subject of subjectsOf(entry)) named.set(subject, [...(named.get(subject) ?? []), index]);
      const path = hasProofFile(entry) ? proofPath(entry) : null;
      if (path === null) continue;
      const hashes = await reader.inclusionProof(index, checkpoint);
      proofs.push({
        path,
        bytes: Buffer.from(formatProof({ index, hashes, extra: bytes, checkpoint: note })),
      });
    }
    await store.putHint(await lookupsWith(named, { store, hash }));
    await store.putHint(proofs);
    done(end);
  }
}

function hasProofFile(entry: LogEntry): boolean {
  return !('source' in entry && entry.source === 'backfill');
}

async function lookupsWith(
  named: ReadonlyMap<string, readonly number[]>,
  { store, hash }: Pick<HintsTask, 'store' | 'hash'>,
): Promise<LogFile[]> {
  const byPath = new Map<string, [string, readonly number[]][]>();
  for (const one of named) {
    const path = lookupPath(one[0], hash);
    byPath.set(path, [...(byPath.get(path) ?? []), one]);
  }
  const files: LogFile[] = [];
  for (const [path, subjects] of byPath) {
    const bytes = await store.read(path, MAX_LOOKUP);
    const lookup = new Map(bytes === null ? [] : decodeLookup(bytes, path));
    for (const [subject, indexes] of subjects) {
      const all = new Set([...(lookup.get(subject) ?? []), ...indexes]);
      lookup.set(subject, [...all].sort((a, b) => a - b).slice(-MOST));
    }
    files.push({ path, bytes: encodeLookup(lookup) });
  }
  return files;
}
