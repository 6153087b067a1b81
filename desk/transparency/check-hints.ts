/** Whether lookups name the entries of a log and no others, proofs prove them, and people check by the policy that is ours. */
import { compareBytes, decodeUtf8, PlacedError } from 'cpansec/base';
import { nodeEd25519, nodeSha256Into, readFile } from 'cpansec/io';
import {
  type Checkpoint,
  decodeLookup,
  type LogEntry,
  type LogFault,
  type LogReader,
  type LogStore,
  type Lookup,
  lookupOf,
  MAX_LOOKUP,
  MAX_LOOKUP_BYTES,
  MAX_POLICY,
  MAX_PROOF,
  onceOf,
  parseEntry,
  readCheckpoint,
  subjectsOf,
  TransparencyError,
  verifyProof,
} from 'cpansec/transparency';
import type { LogConfig } from './config.ts';
import { hasNoPlace, hintedSize, proofFile } from './hints.ts';
import { editionOf, logPolicy } from './open.ts';

export interface HintsCheck {
  readonly store: LogStore;
  readonly reader: LogReader;
  /** What everybody sees. */
  readonly note: string;
  readonly config: LogConfig;
  report(code: LogFault['code'], file: string, problem: string): void;
}

const MAKE = 'cpansec-desk log hints makes it again';

export async function checkHints(check: HintsCheck): Promise<void> {
  const { store, reader, note, config, report } = check;
  const policy = await store.read('policy', MAX_POLICY);
  if (policy === null || compareBytes(policy, readFile(config.policy, MAX_POLICY)) !== 0)
    report('changed', 'policy', `is not that of the configuration: ${MAKE}`);
  const { checkpoint } = readCheckpoint(note);
  const hinted = await hintedSize(store, await editionOf(config));
  if (hinted < checkpoint.size)
    report('missing', 'lookup', `${checkpoint.size - hinted} entries have none yet: cpansec-desk log hints`);
  const end = Math.min(hinted, checkpoint.size);
  const lookups = new CheckedLookups(check, end);
  const proofs = new Map<string, number>();
  for await (const { index, entry: bytes } of reader.entries(0, end, checkpoint)) {
    const entry = parseEntry(bytes);
    if (entry === null) continue;
    for (const subject of subjectsOf(entry)) await lookups.checkNames(subject, index);
    const path = proofPathAt(entry, proofs);
    if (path !== null) proofs.set(path, index);
  }
  await lookups.checkOthers();
  for (const [path, index] of proofs) await checkProof(path, index, { ...check, checkpoint, proofs });
}

/** Null where another entry has the place: of what has one digest for ever the first, else the newest. */
function proofPathAt(entry: LogEntry, proofs: ReadonlyMap<string, number>): string | null {
  const path = proofFile(entry);
  return path !== null && proofs.has(path) && onceOf(entry) !== null ? null : path;
}

interface Held {
  /** Null where nothing stands. */
  readonly lookup: Lookup | null;
  /** Entries that it names and that were not found to be of their subject, of those before `end`. */
  left: number;
}

/** What stands for one that cannot be read. */
const BROKEN: Lookup = new Map([['', []]]);

class CheckedLookups {
  readonly #check: HintsCheck;
  readonly #end: number;
  readonly #held = new Map<string, Promise<Held>>();

  constructor(check: HintsCheck, end: number) {
    this.#check = check;
    this.#end = end;
  }

  async checkNames(subject: string, index: number): Promise<void> {
    const { path, lookup } = await lookupOf(
      subject,
      nodeSha256Into,
      async (one) => (await this.#at(one)).lookup,
    );
    if (lookup === BROKEN) return;
    const indexes = lookup?.get(subject) ?? [];
    if (indexes.includes(index)) (await this.#at(path)).left--;
    // Older ones give way to newer.
    else if (indexes.length < MAX_LOOKUP || (indexes[0] ?? 0) <= index)
      this.#check.report('lookup', path, `does not name entry ${index}: ${MAKE}`);
  }

  /** Once all entries were seen. */
  async checkOthers(): Promise<void> {
    for (const path of await this.#check.store.list('lookup/')) {
      const { left } = await this.#at(path);
      if (left > 0)
        this.#check.report('lookup', path, `names what is not of its subject, ${left} times: ${MAKE}`);
    }
  }

  #at(path: string): Promise<Held> {
    const held = this.#held.get(path) ?? this.#read(path);
    this.#held.set(path, held);
    return held;
  }

  async #read(path: string): Promise<Held> {
    try {
      const bytes = await this.#check.store.read(path, MAX_LOOKUP_BYTES);
      const lookup = bytes === null ? null : decodeLookup(bytes, path);
      const all = [...(lookup ?? new Map()).values()].flat();
      return { lookup, left: all.filter((index) => index < this.#end).length };
    } catch (error) {
      if (!(error instanceof PlacedError)) throw error;
      this.#check.report('lookup', path, `${error.problem}: ${MAKE}`);
      return { lookup: BROKEN, left: 0 };
    }
  }
}

interface ProofCheck extends HintsCheck {
  readonly checkpoint: Checkpoint;
  readonly proofs: ReadonlyMap<string, number>;
}

/** As everybody would who has the file and the policy. */
async function checkProof(path: string, index: number, check: ProofCheck): Promise<void> {
  const { store, reader, config, report, checkpoint, proofs } = check;
  try {
    const bytes = await store.read(path, MAX_PROOF);
    if (bytes === null && !hasPlace(path, proofs)) return;
    if (bytes === null) return report('missing', path, MAKE);
    const { entry } = await reader.entry(index, checkpoint);
    const about = { proof: decodeUtf8(bytes), entry, policy: logPolicy(config) };
    const { extra } = await verifyProof(about, { ...nodeEd25519, hash: nodeSha256Into });
    if (extra === null || compareBytes(extra, entry) !== 0)
      throw new TransparencyError('proof', `is not of entry ${index}`);
  } catch (error) {
    if (!(error instanceof PlacedError)) throw error;
    if (!hasNoPlace(error)) report('proof', path, `${error.problem}: ${MAKE}`);
  }
}

/** Bytes of a name that leave place for that of a file which is being written. */
const MAX_NAME = 251;

/** Mirrors choose names that are too long, or below what is a file. */
function hasPlace(path: string, proofs: ReadonlyMap<string, number>): boolean {
  const parts = path.split('/');
  const below = parts.some((_, i) => proofs.has(parts.slice(0, i).join('/')));
  return !below && parts.every((part) => part.length <= MAX_NAME);
}
