/** CHECKSUMS and indexes: files of which each state is logged, and none older than one that was seen. */
import { type Checksums, CpanError, MAX_CHECKSUMS_LENGTH, parseChecksums } from 'cpansec/cpan';
import { IoError } from 'cpansec/io';
import type { LogEntry } from 'cpansec/transparency';
import { pastInstant } from './epoch.ts';
import { FollowError, faultOf } from './errors.ts';
import type { Mirror } from './mirror.ts';
import type { Outcome, Report } from './outcome.ts';
import type { KnownText, Source, State } from './state.ts';
import { bytesOf, digestOf, type TakenBytes, type TakenFile } from './take.ts';

/** Indexes that are followed. */
export const PACKAGES = 'modules/02packages.details.txt.gz';
export const INDEXES: readonly string[] = [
  PACKAGES,
  'modules/06perms.txt.gz',
  'modules/03modlist.data.gz',
  'authors/01mailrc.txt.gz',
];
export const MAX_INDEX: number = 256 * 1024 * 1024;

/** The CHECKSUMS of a directory as it stands there. */
export interface FoundChecksums {
  /** Null where it cannot be read. */
  readonly checksums: Checksums | null;
  /** Whether this is another state than the last one. */
  readonly isNew: boolean;
}

export interface TextContext {
  readonly mirror: Mirror;
  readonly state: State;
  readonly report: Report;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Looks at an index again. Throws what taking a file does. */
export async function followIndex(path: string, source: Source, context: TextContext): Promise<void> {
  const { mirror, state, report, now } = context;
  const known = state.text(path);
  const taken = await digestOf(mirror, path, { limit: MAX_INDEX, unless: known?.validator ?? '' });
  await report({ settled: [{ path, kind: 'file' }] });
  if (typeof taken === 'string') return;
  const { sha256, size } = taken;
  const published = pastInstant(taken.modified, now);
  const entry: LogEntry = { type: 'index', path, sha256, size, published, source };
  await reportText(taken, { path, at: published, entry, known }, context);
}

/** Reads the CHECKSUMS of a directory; null where there is none. Throws what taking a file does. */
export async function findChecksums(
  directory: string,
  source: Source,
  context: TextContext,
): Promise<FoundChecksums | null> {
  const { mirror, state, report, now } = context;
  const path = `${directory}CHECKSUMS`;
  const known = state.text(path);
  const taken = await takeChecksums(path, mirror);
  if (taken === null) return null;
  if ('problem' in taken) {
    await report({ problems: [{ path, kind: 'checksums', words: taken.problem }] });
    return { checksums: null, isNew: false };
  }
  const { checksums, problem } = read(taken.bytes, path, now);
  const at = checksums?.written ?? pastInstant(taken.modified, now);
  const { sha256, size } = taken;
  const entry: LogEntry = { type: 'checksums', path, sha256, size, key: null, published: at, source };
  const isNew = await reportText(taken, { path, at, entry, known }, context);
  if (problem !== null) await report({ problems: [{ path, kind: 'checksums', words: problem }] });
  else await report({ settled: [{ path, kind: 'checksums' }] });
  return { checksums, isNew };
}

/** What is none, a link or without an end says nothing of its directory; what is late may say it in a moment. */
async function takeChecksums(
  path: string,
  mirror: Mirror,
): Promise<TakenBytes | { readonly problem: string } | null> {
  try {
    const taken = await bytesOf(mirror, path, { limit: MAX_CHECKSUMS_LENGTH });
    return typeof taken === 'string' ? null : taken;
  } catch (cause) {
    const problem = faultOf(cause);
    if (problem !== null) return { problem };
    if (!(cause instanceof IoError)) throw cause;
    throw new FollowError('file', `its CHECKSUMS: ${cause.problem}`, { file: path }, { cause });
  }
}

interface TextState {
  readonly path: string;
  readonly at: string | null;
  readonly entry: LogEntry;
  readonly known: KnownText | null;
}

/** Whether it is another state and no older one. */
async function reportText(
  { validator, sha256 }: TakenFile,
  { path, at, entry, known }: TextState,
  { report, now }: TextContext,
): Promise<boolean> {
  if (known?.sha256 === sha256) {
    await report({ text: { ...known, validator }, settled: [{ path, kind: 'older' }] });
    return false;
  }
  const last = pastInstant(known?.at ?? null, now);
  if (last !== null && at !== null && at < last) {
    const words = `is of ${at}, after one of ${last} was there`;
    await report({ problems: [{ path, kind: 'older', words }] });
    return false;
  }
  await report({
    entry,
    text: { path, validator, sha256, at: at ?? last },
    settled: [{ path, kind: 'older' }],
  });
  return true;
}

function read(
  bytes: Uint8Array,
  path: string,
  now: number,
): { checksums: Checksums | null; problem: string | null } {
  try {
    const checksums = parseChecksums(bytes, { path });
    return { checksums: { ...checksums, written: pastInstant(checksums.written, now) }, problem: null };
  } catch (cause) {
    if (!(cause instanceof CpanError)) throw cause;
    return { checksums: null, problem: cause.problem };
  }
}

/** What CHECKSUMS says against the file; null where it agrees, or says nothing. */
export function disagreement(
  checksums: Checksums | null,
  name: string,
  { size, sha256 }: { readonly size: number; readonly sha256: string },
): string | null {
  const listed = checksums?.files.get(name);
  if (listed === undefined) return null;
  if (listed.sha256 !== null && listed.sha256 !== sha256)
    return `CHECKSUMS says SHA-256 ${listed.sha256}, it has ${sha256}`;
  return listed.size !== null && listed.size !== size
    ? `CHECKSUMS says ${listed.size} bytes, it has ${size}`
    : null;
}

/** What is known of a directory against a CHECKSUMS that has changed; what is still to be looked at is not known. */
export function compareKnown(directory: string, checksums: Checksums, state: State): Outcome {
  const problems = [];
  const settled = [];
  for (const file of state.filesIn(directory)) {
    if (state.hasWork(directory, file.name)) continue;
    const path = directory + file.name;
    const words = disagreement(checksums, file.name, file);
    if (words !== null) problems.push({ path, kind: 'checksums' as const, words });
    else settled.push({ path, kind: 'checksums' as const });
    if (isMissing(checksums, file.name, file.at))
      problems.push({
        path,
        kind: 'unlisted' as const,
        words: `CHECKSUMS of ${checksums.written} has it not`,
      });
    else settled.push({ path, kind: 'unlisted' as const });
  }
  return { problems, settled };
}

/** PAUSE writes CHECKSUMS after a release has come. */
const GRACE = 10 * 60 * 1000;

function isMissing({ files, written }: Checksums, name: string, at: string | null): boolean {
  if (files.has(name) || written === null || at === null) return false;
  return Date.parse(written) > Date.parse(at) + GRACE;
}
