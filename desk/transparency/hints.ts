/**
 * Lookups and static proofs of a log. They are made from the log and can be made again: whoever reads them believes
 * a proof only. What CPAN had before the log was there has lookups and no files with proofs.
 */
import {
  canonicalJson,
  compareBytes,
  decodeUtf8,
  encodeUtf8,
  object,
  PlacedError,
  parseJson,
  type Sha256Into,
  string,
  whole,
} from 'cpansec/base';
import { IoError } from 'cpansec/io';
import {
  type Checkpoint,
  decodeLookup,
  encodeLookup,
  formatProof,
  LOOKUP_DIGITS,
  type LogEntry,
  type LogFile,
  LogReader,
  type LogStore,
  type Lookup,
  lookupPath,
  MAX_LOOKUP,
  MAX_LOOKUP_BYTES,
  MAX_LOOKUP_DIGITS,
  MAX_PROOF,
  onceOf,
  type Proof,
  parseEntry,
  parseProof,
  proofPath,
  readCheckpoint,
  subjectsOf,
  TransparencyError,
} from 'cpansec/transparency';
import { BlobError } from '../blobs/index.ts';
import { LogKeepingError } from './errors.ts';

export interface HintsTask {
  readonly store: LogStore;
  readonly hash: Sha256Into;
  /** What everybody sees. */
  readonly note: string;
  /** Of keys and policy: when it is another, proofs are made anew. */
  readonly edition: string;
  /** Bytes of a lookup above which it is split. Default 1 MiB. */
  readonly lookupBytes?: number;
}

/** What hints were made of; a log that does not say it has none. */
interface Made {
  readonly size: number;
  readonly edition: string;
}

export const HINTS = 'hints.json';
const madeShape = object({ size: whole(), edition: string });
const NOTHING: Made = { size: 0, edition: '' };
const TOGETHER = 1024;
const LOOKUP_BYTES = 1024 * 1024;

/**
 * Up to what everybody sees. Throws what the store throws; what is done by then need not be done again. No proof is
 * missing because of a lookup.
 */
export async function makeHints(task: HintsTask): Promise<void> {
  const made = await madeOf(task.store);
  const from = made.edition === task.edition ? made.size : 0;
  try {
    await makeFrom(from, task);
  } catch (error) {
    if (!isTorn(error)) throw error;
    // Nobody knows what else the power cut took.
    await task.store.remove(await task.store.list('lookup/'));
    await makeFrom(0, task);
  }
}

/** How many entries have their hints, of these keys and this policy. */
export async function hintedSize(store: LogStore, edition: string): Promise<number> {
  const made = await madeOf(store);
  return made.edition === edition ? made.size : 0;
}

/** A lookup that a power cut tore, or that an edition which split none let grow. */
function isTorn(error: unknown): boolean {
  if (error instanceof TransparencyError) return error.code === 'lookup';
  return (error instanceof IoError || error instanceof BlobError) && error.code === 'too-large';
}

async function madeOf(store: LogStore): Promise<Made> {
  const bytes = await store.read(HINTS, 10_000);
  try {
    return bytes === null ? NOTHING : madeShape(parseJson(decodeUtf8(bytes)));
  } catch {
    return NOTHING; // torn, like what it speaks of
  }
}

async function makeFrom(from: number, task: HintsTask): Promise<void> {
  const { store, hash, note, edition } = task;
  const { checkpoint } = readCheckpoint(note);
  const reader = new LogReader(store.read, hash);
  let failed: unknown = null;
  for (let start = from; start < checkpoint.size; start += TOGETHER) {
    const end = Math.min(start + TOGETHER, checkpoint.size);
    const named = new Map<string, number[]>();
    const proofs = new Map<string, Proving>();
    for await (const { index, entry: bytes } of reader.entries(start, end, checkpoint)) {
      const entry = parseEntry(bytes);
      if (entry === null) continue;
      for (const subject of subjectsOf(entry)) named.set(subject, [...(named.get(subject) ?? []), index]);
      const path = proofFile(entry);
      // Of a path that has one digest for ever the first stays; of another the newest.
      if (path !== null && !(proofs.has(path) && onceOf(entry) !== null))
        proofs.set(path, { index, entry, bytes });
    }
    for (const [path, proving] of proofs) await putProof(path, proving, { reader, checkpoint, task });
    failed ??= await failureOf(async () => {
      await putLookups(named, task);
      await store.putHint([{ path: HINTS, bytes: encodeUtf8(canonicalJson({ size: end, edition })) }]);
    });
  }
  if (failed !== null) throw failed;
}

async function failureOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return null;
  } catch (error) {
    return error;
  }
}

interface Proofs {
  readonly reader: LogReader;
  readonly checkpoint: Checkpoint;
  readonly task: HintsTask;
}

interface Proving {
  readonly index: number;
  readonly entry: LogEntry;
  readonly bytes: Uint8Array;
}

/** Not over that of another digest where there is one for ever; nor where a file system has no place for the name. */
async function putProof(
  path: string,
  { index, entry, bytes }: Proving,
  { reader, checkpoint, task }: Proofs,
): Promise<void> {
  try {
    if (onceOf(entry) !== null && (await isOfEarlier(path, { index, entry }, { reader, checkpoint, task })))
      return;
    const hashes = await reader.inclusionProof(index, checkpoint);
    const proof = formatProof({ index, hashes, extra: bytes, checkpoint: task.note });
    await task.store.putHint([{ path, bytes: encodeUtf8(proof) }]);
  } catch (error) {
    if (!hasNoPlace(error)) throw error;
  }
}

/** Too long a name, or a file where a directory is to be: authors choose names. */
export function hasNoPlace(error: unknown): boolean {
  if (error instanceof LogKeepingError) return error.code === 'no-place';
  if (error instanceof IoError) return error.code === 'wrong-kind' || error.code === 'not-found';
  return error instanceof BlobError && (error.code === 'bad-key' || error.code === 'wrong-kind');
}

/** Whether the proof there is of another entry of the slot, which the log had before. */
async function isOfEarlier(
  path: string,
  { index, entry }: Omit<Proving, 'bytes'>,
  { reader, checkpoint, task }: Proofs,
): Promise<boolean> {
  const there = await proofAt(path, task.store);
  if (there === null || there.extra === null || there.index >= index) return false;
  const { entry: earlier } = await reader.entry(there.index, checkpoint);
  const said = parseEntry(earlier);
  return compareBytes(earlier, there.extra) === 0 && said !== null && onceOf(said) === onceOf(entry);
}

/** Null where there is none, and for a torn one: it is made again. */
async function proofAt(path: string, store: LogStore): Promise<Proof | null> {
  const bytes = await store.read(path, MAX_PROOF);
  try {
    return bytes === null ? null : parseProof(decodeUtf8(bytes));
  } catch (error) {
    if (error instanceof PlacedError) return null;
    throw error;
  }
}

/** Where the proof of an entry stands as a file; null for one that has none. */
export function proofFile(entry: LogEntry): string | null {
  const ofCpan = entry.type === 'release' || entry.type === 'index' || entry.type === 'checksums';
  return ofCpan && entry.source === 'backfill' ? null : proofPath(entry);
}

type Putting = Pick<HintsTask, 'store' | 'hash' | 'lookupBytes'>;

async function putLookups(named: Lookup, task: Putting, digits = LOOKUP_DIGITS): Promise<void> {
  const byPath = new Map<string, [string, readonly number[]][]>();
  for (const one of named) {
    const path = lookupPath(one[0], task.hash, digits);
    byPath.set(path, [...(byPath.get(path) ?? []), one]);
  }
  const files: LogFile[] = [];
  for (const [path, subjects] of byPath) {
    const lookup = await grown(path, new Map(subjects), { ...task, digits });
    if (lookup !== null) files.push({ path, bytes: lookup });
  }
  await task.store.putHint(files);
}

/** The lookup that names these entries too; null where it was split, and those of one digit more name them. */
async function grown(
  path: string,
  named: Lookup,
  { digits, ...task }: Putting & { readonly digits: number },
): Promise<Uint8Array | null> {
  const { store, lookupBytes = LOOKUP_BYTES } = task;
  const there = await store.read(path, MAX_LOOKUP_BYTES);
  const lookup = there === null ? null : decodeLookup(there, path);
  const all = merged(lookup ?? new Map(), named);
  const bytes = encodeLookup(all);
  if (digits === MAX_LOOKUP_DIGITS || (lookup?.size !== 0 && bytes.length <= lookupBytes)) return bytes;
  await putLookups(all, task, digits + 1);
  // Empty when what it held stands elsewhere, and not before.
  return lookup?.size === 0 ? null : encodeLookup(new Map());
}

function merged(lookup: Lookup, named: Lookup): Lookup {
  const all = new Map(lookup);
  for (const [subject, indexes] of named) {
    const both = new Set([...(all.get(subject) ?? []), ...indexes]);
    all.set(subject, [...both].sort((a, b) => a - b).slice(-MAX_LOOKUP));
  }
  return all;
}
