/** A log for tests: keys of fixed seeds, a clock that is set, entries that are fiction. */
import assert from 'node:assert/strict';
import { toHex } from 'cpansec/base';
import { formatNoteSigner, type NoteSigner, noteVerifier, parseNoteSigner } from 'cpansec/formats';
import { nodeEd25519, nodeSha256Into } from 'cpansec/io';
import {
  type CheckpointLock,
  checkLog,
  formatEntry,
  type Log,
  type LogEntry,
  type LogOptions,
  LogReader,
  type LogStore,
} from 'cpansec/transparency';
import { SeenFile } from '../desk/transparency/seen.ts';

export const ORIGIN = 'log.example.org/log';
/** 2026-11-26T00:00:00Z */
const START = Date.UTC(2026, 10, 26);

export async function logSigner(origin: string = ORIGIN, byte = 7): Promise<NoteSigner> {
  const seed = new Uint8Array(32).fill(byte);
  const verifier = noteVerifier(origin, await nodeEd25519.publicKey(seed));
  return parseNoteSigner(formatNoteSigner(verifier, seed), nodeEd25519);
}

export interface GivenKeeping {
  readonly store: LogStore;
  readonly lock: CheckpointLock;
}

export async function logOptions(
  keeping: GivenKeeping,
  other: Partial<LogOptions> = {},
): Promise<LogOptions> {
  return {
    origin: ORIGIN,
    seen: new SeenFile(':memory:', ORIGIN),
    signers: [await logSigner()],
    hash: nodeSha256Into,
    ed25519: nodeEd25519,
    now: () => START,
    ...keeping,
    ...other,
  };
}

/** A release that is fiction, another one for each number. */
export function givenRelease(number: number, digest: number = number): LogEntry {
  return {
    type: 'release',
    path: `authors/id/E/EX/EXAMPLE/Example-Release-${number}.tar.gz`,
    sha256: toHex(Uint8Array.from({ length: 32 }, (_, i) => (i < 4 ? digest >>> (8 * i) : 1) & 0xff)),
    size: 1000 + number,
    uploaded: '2026-11-26T00:00:00Z',
    source: 'mirror',
  };
}

/** That the log holds these entries from its beginning on, and nothing in it is wrong. */
export async function checkHolds(log: Log, store: LogStore, entries: readonly LogEntry[]): Promise<void> {
  const { checkpoint } = log;
  assert.ok(checkpoint.size >= entries.length, `${checkpoint.size} entries of ${entries.length}`);
  const reader = new LogReader(store.read, nodeSha256Into);
  for await (const { index, entry } of reader.entries(0, entries.length, checkpoint))
    assert.deepEqual(entry, formatEntry(entries[index] ?? assert.fail()));
  assert.deepEqual(await checkLog({ fetch: store.read, checkpoint, hash: nodeSha256Into }), []);
}
