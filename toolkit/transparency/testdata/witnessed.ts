/** A store in memory, and what a log asks of a witness. */
import { toBase64 } from '../../base/index.ts';
import type { NoteSigner } from '../../formats/index.ts';
import { type Checkpoint, EMPTY_ROOT, type WitnessStore } from '../index.ts';
import { givenEntry } from './given-log.ts';
import { naiveProof, naiveRoot } from './naive.ts';
import { signedCheckpoint } from './signed.ts';

export class MemoryStore implements WitnessStore {
  readonly notes: Map<string, string> = new Map();

  async load(origin: string): Promise<string | null> {
    return this.notes.get(origin) ?? null;
  }

  async swap(origin: string, old: string | null, next: string): Promise<boolean> {
    if ((this.notes.get(origin) ?? null) !== old) return false;
    this.notes.set(origin, next);
    return true;
  }
}

/** Entries of a log, which from `fork` on are others than those of a log without one. */
export function forkedEntries(size: number, fork: number = size): Uint8Array[] {
  return Array.from({ length: size }, (_, i) =>
    i < fork ? givenEntry(i) : new TextEncoder().encode(`fork ${i}`),
  );
}

export function checkpointOf(entries: readonly Uint8Array[], origin = 'example.org/log'): Checkpoint {
  return { origin, size: entries.length, root: entries.length === 0 ? EMPTY_ROOT : naiveRoot(entries) };
}

/** The proof from a tree of `from` of the entries to all of them. */
export function proofFrom(from: number, entries: readonly Uint8Array[]): Uint8Array[] {
  return from === 0 || from >= entries.length ? [] : naiveProof(from, entries);
}

/** A request of the log whose entries these are, and whose origin is the name of its key. */
export async function requestOf(
  from: number,
  entries: readonly Uint8Array[],
  log: NoteSigner,
  proof: readonly Uint8Array[] = proofFrom(from, entries),
): Promise<string> {
  const lines = proof.map((hash) => `${toBase64(hash)}\n`).join('');
  return `old ${from}\n${lines}\n${await signedCheckpoint(checkpointOf(entries, log.verifier.name), log)}`;
}
