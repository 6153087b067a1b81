/** What a log says of a file: that it is there, that something else is, or nothing. */
import { quoteFound, type Sha256Into } from '../base/index.ts';
import { MAX_MIRROR_PATH } from '../cpan/index.ts';
import type { BelievedCheckpoint, PolicyOptions, Witnessed } from './check-policy.ts';
import { onceOf, parseEntry, sequenceOf, subjectOf } from './entries.ts';
import type { LogEntry } from './entry.ts';
import { TransparencyError, type TransparencyErrorCode } from './errors.ts';
import { findEntries } from './find-entries.ts';
import type { SignatureOps } from './ops.ts';
import type { Policy } from './policy.ts';
import { parseProof, verifyProof } from './proof.ts';
import { textOf } from './text.ts';
import type { LogView } from './view.ts';

/** A file that somebody has. */
export interface FileInHand {
  /** Without its directory. */
  readonly name: string;
  /** 64 small hexadecimal digits. */
  readonly sha256: string;
  /** Where it is said to come from, `authors/id/…` below a mirror; null when only its name is known. */
  readonly path: string | null;
}

/** An entry that was proved to be in the log. */
export interface PlacedFile {
  readonly index: number;
  readonly entry: FileEntry;
}

/** By what it was proved. */
export interface Evidence extends PlacedFile {
  /** Entries of the log by the checkpoint that proves it. */
  readonly size: number;
  readonly origin: string;
  /** Who cosigned that checkpoint. */
  readonly witnesses: readonly Witnessed[];
}

/** An entry that says the digest of something. */
export type FileEntry = Extract<LogEntry, { readonly sha256: string }>;

export type FileVerdict =
  /** These bytes were logged at this path, or under a name that the log has once. */
  | ({ readonly verdict: 'logged'; readonly removal: PlacedRemoval | null } & Evidence)
  /** They were logged, and so was a newer state of what has many, one after the other. */
  | ({ readonly verdict: 'superseded'; readonly newer: PlacedFile } & Evidence)
  /** They were logged; whether as the file that is meant, its path would tell, and nobody said that. */
  | ({ readonly verdict: 'path-unknown' } & Evidence)
  /** The proof is of these bytes under another name or path. */
  | ({ readonly verdict: 'other-name' } & Evidence)
  /** Other bytes were logged at its path, or as what its proof is of. */
  | ({ readonly verdict: 'other-digest' } & Evidence)
  /** They were logged, and so were others for what has one digest for ever. */
  | ({ readonly verdict: 'conflict'; readonly other: number } & Evidence)
  /** The log names no such entry. What it names instead says nothing against the file: a lookup may be behind, and a name is nobody's. */
  | ({ readonly verdict: 'not-logged'; readonly near: PlacedFile | null } & LogFacts)
  /** Proof or log do not hold, or cannot be judged. */
  | { readonly verdict: 'unproved'; readonly code: TransparencyErrorCode; readonly problem: string };

type LogFacts = Pick<Evidence, 'size' | 'origin' | 'witnesses'>;

/** That a release was taken away; null also by a proof alone, which cannot know it. */
interface PlacedRemoval {
  readonly index: number;
  /** RFC 3339 UTC; null when nobody knows. */
  readonly removed: string | null;
}

/** By a proof, asking nobody; the entry is its `extra`. */
export function judgeByProof(
  file: FileInHand,
  proof: Uint8Array,
  policy: Policy,
  ops: SignatureOps & PolicyOptions & { readonly hash: Sha256Into },
): Promise<FileVerdict> {
  return orUnproved(async () => {
    const text = textOf(proof, 'proof');
    const { extra } = parseProof(text);
    if (extra === null) throw new TransparencyError('proof', 'carries no entry');
    const entry = parseEntry(extra);
    const now = ops.now === undefined ? {} : { now: ops.now };
    const proved = await verifyProof({ proof: text, entry: extra, policy, ...now }, ops);
    if (entry === null || !('sha256' in entry))
      throw new TransparencyError('proof', 'is of an entry that says no digest of a file');
    const evidence = { index: proved.index, entry, ...facts(proved) };
    const naming = namingOf(entry, file);
    if (entry.sha256 === file.sha256)
      return naming === 'logged'
        ? { verdict: naming, ...evidence, removal: null }
        : { verdict: naming, ...evidence };
    if (naming === 'logged') return { verdict: 'other-digest', ...evidence };
    // Anybody may have logged a file of this name.
    const what = naming === 'other-name' ? 'another file' : 'other bytes';
    throw new TransparencyError('proof', `is of ${what}: ${meant(entry)}`);
  }, 'proof');
}

/** By the log itself: its lookup names entries, and each is proved. */
export function judgeByLog(file: FileInHand, view: LogView): Promise<FileVerdict> {
  return orUnproved(async () => {
    const own = await filesOf(view, ownSubject(file));
    const same = await withDigest(file, own, view);
    // The newest: what has many states, one after the other, may have had one of them twice.
    const found = same.findLast(({ entry }) => namingOf(entry, file) === 'logged');
    if (found !== undefined) return standing(found, view);
    const perhaps = same.findLast(({ entry }) => namingOf(entry, file) === 'path-unknown');
    if (perhaps !== undefined) return ofOnePath(perhaps, own, view);
    const other = own.at(-1);
    if (other !== undefined && file.path !== null)
      return { verdict: 'other-digest', ...other, ...facts(view) };
    return { verdict: 'not-logged', near: same[0] ?? other ?? null, ...facts(view) };
  });
}

function ownSubject({ path, name }: FileInHand): string {
  return path === null ? `name:${name}` : `path:${path}`;
}

/** First what has its path or name: of a digest that was logged often, a lookup names the newest alone. */
async function withDigest(
  file: FileInHand,
  own: readonly PlacedFile[],
  view: LogView,
): Promise<PlacedFile[]> {
  const same = ({ entry }: PlacedFile): boolean => entry.sha256 === file.sha256;
  const first = own.filter(same);
  return first.length > 0 ? first : (await filesOf(view, `sha256:${file.sha256}`)).filter(same);
}

/** A name is enough where all that have it are at one path. */
async function ofOnePath(
  found: PlacedFile,
  named: readonly PlacedFile[],
  view: LogView,
): Promise<FileVerdict> {
  const judged = await standing(found, view);
  const path = pathOf(found.entry);
  const alone = named.length > 0 && named.every(({ entry }) => path !== null && pathOf(entry) === path);
  return judged.verdict === 'logged' && !alone
    ? { verdict: 'path-unknown', ...found, ...facts(view) }
    : judged;
}

/** What has one digest for ever and has two is worth nothing; what has many is what its newest says. */
async function standing(found: PlacedFile, view: LogView): Promise<FileVerdict> {
  const evidence = { ...found, ...facts(view) };
  const all = await filesOf(view, subjectOf(found.entry));
  const other = conflictAmong(all, found.entry);
  if (other !== null) return { verdict: 'conflict', ...evidence, other: other.index };
  const newer = await newerThan(found, all, view);
  if (newer !== null) return { verdict: 'superseded', ...evidence, newer };
  return { verdict: 'logged', ...evidence, removal: await removalOf(found, view) };
}

/** Another digest of what has one for ever: nothing vouches for either. Throws what {@link findEntries} does. */
export async function conflictOf(entry: FileEntry, view: LogView): Promise<PlacedFile | null> {
  return conflictAmong(await filesOf(view, subjectOf(entry)), entry);
}

function conflictAmong(all: readonly PlacedFile[], entry: FileEntry): PlacedFile | null {
  const once = onceOf(entry);
  const other = (one: PlacedFile): boolean => onceOf(one.entry) === once && one.entry.sha256 !== entry.sha256;
  return once === null ? null : (all.find(other) ?? null);
}

async function newerThan(
  { entry, index }: PlacedFile,
  all: readonly PlacedFile[],
  view: LogView,
): Promise<PlacedFile | null> {
  if (entry.type === 'advisory') {
    const later = (one: FileEntry): boolean => one.type === 'advisory' && one.revision > entry.revision;
    return all.findLast((one) => later(one.entry)) ?? null;
  }
  const sequence = sequenceOf(entry);
  if (sequence === null) return null;
  // Each manifest is looked up by its own number.
  const next = entry.type === 'manifest' ? await filesOf(view, `manifest:${entry.serial + 1}`) : all;
  const newest = next.findLast((one) => sequenceOf(one.entry) === sequence);
  return newest !== undefined && newest.index > index ? newest : null;
}

async function removalOf({ entry, index }: PlacedFile, view: LogView): Promise<PlacedRemoval | null> {
  if (entry.type !== 'release') return null;
  const found = await findEntries(view, `removed:${entry.path}`);
  const last = found.findLast((one) => one.index > index);
  return last?.said.type === 'removal' ? { index: last.index, removed: last.said.removed } : null;
}

async function filesOf(view: LogView, subject: string): Promise<PlacedFile[]> {
  const found = await findEntries(view, subject);
  return found.flatMap(({ index, said }) => ('sha256' in said ? [{ index, entry: said }] : []));
}

function facts({ checkpoint, witnesses }: BelievedCheckpoint): LogFacts {
  return { size: checkpoint.size, origin: checkpoint.origin, witnesses };
}

function namingOf(entry: FileEntry, { name, path }: FileInHand): 'logged' | 'path-unknown' | 'other-name' {
  const own = pathOf(entry);
  if (path !== null) return own === path ? 'logged' : 'other-name';
  const logged = nameOf(entry);
  if (logged === null) return 'path-unknown';
  if (logged !== name) return 'other-name';
  return own === null ? 'logged' : 'path-unknown';
}

function pathOf(entry: FileEntry): string | null {
  return 'path' in entry ? entry.path : null;
}

/** What the file of an entry is called; null for what has no name of its own. */
function nameOf(entry: FileEntry): string | null {
  const path = pathOf(entry);
  if (path !== null) return path.slice(path.lastIndexOf('/') + 1);
  if (entry.type === 'advisory') return `${entry.id}.json`;
  return entry.type === 'manifest' ? 'manifest.json' : null;
}

/** Whole, since it is all that tells of which file the proof is. */
function meant(entry: FileEntry): string {
  return quoteFound(pathOf(entry) ?? nameOf(entry) ?? entry.type, MAX_MIRROR_PATH);
}

/** `file` is what is named where an error names no file of the log. */
async function orUnproved(judge: () => Promise<FileVerdict>, file?: string): Promise<FileVerdict> {
  try {
    return await judge();
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    const { code, problem, place } = error;
    const named = file === undefined ? error : new TransparencyError(code, problem, { file, ...place });
    return { verdict: 'unproved', code, problem: named.message };
  }
}
