/** What a log says of a file: that it is there, that something else is, or nothing. */
import { quoteFound, type Sha256Into } from '../base/index.ts';
import { MAX_MIRROR_PATH } from '../cpan/index.ts';
import type { BelievedCheckpoint, PolicyOptions, Witnessed } from './check-policy.ts';
import { onceOf, parseEntry } from './entries.ts';
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

/** An entry that was proved to be in the log, and by what. */
export interface Evidence {
  readonly index: number;
  readonly entry: FileEntry;
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
  | ({ readonly verdict: 'logged' } & Evidence)
  /** They were logged; whether as the file that is meant, its path would tell, and nobody said that. */
  | ({ readonly verdict: 'path-unknown' } & Evidence)
  /** They were logged, under another name or path. */
  | ({ readonly verdict: 'other-name' } & Evidence)
  /** Other bytes were logged at its path, or wherever its name was logged. */
  | ({ readonly verdict: 'other-digest' } & Evidence)
  /** They were logged, and so were others for the path that has one digest for ever. */
  | ({ readonly verdict: 'conflict'; readonly other: number } & Evidence)
  /** The log names no entry with this digest, nor of this path or name. */
  | ({ readonly verdict: 'not-logged' } & Pick<Evidence, 'size' | 'origin' | 'witnesses'>)
  /** Proof or log do not hold, or cannot be judged. */
  | { readonly verdict: 'unproved'; readonly code: TransparencyErrorCode; readonly problem: string };

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
    if (entry.sha256 === file.sha256) return { verdict: naming, ...evidence };
    if (naming === 'other-name') throw new TransparencyError('proof', `is of another file: ${meant(entry)}`);
    return { verdict: 'other-digest', ...evidence };
  }, 'proof');
}

/** By the log itself: its lookup names entries, and each is proved. */
export function judgeByLog(file: FileInHand, view: LogView): Promise<FileVerdict> {
  return orUnproved(async () => {
    const own = await filesOf(view, ownSubject(file));
    const same = await withDigest(file, own, view);
    const found = same.find(({ entry }) => namingOf(entry, file) === 'logged');
    if (found !== undefined) return againstOthers(found, view);
    const perhaps = same.find(({ entry }) => namingOf(entry, file) === 'path-unknown');
    if (perhaps !== undefined) return ofOnePath(perhaps, own, view);
    const [elsewhere] = same;
    if (elsewhere !== undefined) return { verdict: 'other-name', ...elsewhere };
    const other = own.at(-1);
    return other === undefined
      ? { verdict: 'not-logged', ...facts(view) }
      : { verdict: 'other-digest', ...other };
  });
}

function ownSubject({ path, name }: FileInHand): string {
  return path === null ? `name:${name}` : `path:${path}`;
}

/** First what has its path or name: of a digest that was logged often, a lookup names the newest alone. */
async function withDigest(file: FileInHand, own: readonly Evidence[], view: LogView): Promise<Evidence[]> {
  const same = ({ entry }: Evidence): boolean => entry.sha256 === file.sha256;
  const first = own.filter(same);
  return first.length > 0 ? first : (await filesOf(view, `sha256:${file.sha256}`)).filter(same);
}

/** A name is enough where all that have it are at one path. */
async function ofOnePath(found: Evidence, named: readonly Evidence[], view: LogView): Promise<FileVerdict> {
  const judged = await againstOthers(found, view);
  const path = pathOf(found.entry);
  const alone = named.length > 0 && named.every(({ entry }) => path !== null && pathOf(entry) === path);
  return judged.verdict === 'logged' && !alone ? { ...judged, verdict: 'path-unknown' } : judged;
}

/** What has one digest for ever and has two is worth nothing. */
async function againstOthers(found: Evidence, view: LogView): Promise<FileVerdict> {
  const once = onceOf(found.entry);
  const path = pathOf(found.entry);
  const all = once === null || path === null ? [] : await filesOf(view, `path:${path}`);
  const other = all.find(({ entry }) => onceOf(entry) === once && entry.sha256 !== found.entry.sha256);
  if (other !== undefined) return { verdict: 'conflict', ...found, other: other.index };
  return { verdict: 'logged', ...found };
}

async function filesOf(view: LogView, subject: string): Promise<Evidence[]> {
  const found = await findEntries(view, subject);
  return found.flatMap(({ index, said }) =>
    'sha256' in said ? [{ index, entry: said, ...facts(view) }] : [],
  );
}

function facts({
  checkpoint,
  witnesses,
}: BelievedCheckpoint): Pick<Evidence, 'size' | 'origin' | 'witnesses'> {
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
