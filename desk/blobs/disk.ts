/** What a store in a directory does to files, each step whole by itself. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fsync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { toHex } from 'cpansec/base';
import { IoError, nodeSha256, runProgram } from 'cpansec/io';
import { BlobError, type BlobErrorCode } from './errors.ts';

const OF_SYSTEM: Readonly<Record<string, readonly [BlobErrorCode, string]>> = {
  ENOSPC: ['full', 'no space left on the device'],
  EDQUOT: ['full', 'the disk quota is used up'],
  EFBIG: ['full', 'larger than the file system allows'],
  EACCES: ['not-permitted', 'permission denied'],
  EPERM: ['not-permitted', 'permission denied'],
  EROFS: ['not-permitted', 'the file system is read-only'],
  EISDIR: ['wrong-kind', 'a directory stands there'],
  ENOTDIR: ['wrong-kind', 'a file stands on the way'],
  EEXIST: ['wrong-kind', 'a file stands on the way'],
};

const OF_IO: Readonly<Record<string, BlobErrorCode>> = {
  'disk-full': 'full',
  'not-permitted': 'not-permitted',
  'too-large': 'too-large',
  'wrong-kind': 'wrong-kind',
};

/** Any error of the disk as ours, with the key: `cannot write: no space left on the device`. */
export function blobError(error: unknown, action: string, key: string): BlobError {
  if (error instanceof BlobError) return error;
  const place = { file: key };
  if (error instanceof IoError)
    return new BlobError(OF_IO[error.code] ?? 'failed', error.problem, place, { cause: error });
  const code = systemCode(error);
  const [ours, words] = OF_SYSTEM[code] ?? ['failed', code || String(error)];
  return new BlobError(ours, `cannot ${action}: ${words}`, place, { cause: error });
}

export interface Writing {
  readonly durable: boolean;
  /** `absent`: only where nothing stands; `in-place`: where nothing stands not beside it first. */
  readonly how: 'replace' | 'absent' | 'in-place';
}

/** Whether it was written: not where `absent` did not hold. */
export async function writeWhole(
  place: string,
  bytes: Uint8Array,
  { durable, how }: Writing,
): Promise<boolean> {
  if (how === 'in-place' && (await writeFirst(place, bytes))) return true;
  const beside = besideOf(place);
  let stands = true;
  try {
    await writeNew(beside, bytes, durable);
    if (how !== 'absent') {
      renameSync(beside, place);
      stands = false;
    } else if (!linkIfAbsent(beside, place)) return false;
  } finally {
    if (stands) rmSync(beside, { force: true });
  }
  if (durable) await syncDirectory(dirname(place));
  return true;
}

/** Whether nothing stood there. */
async function writeFirst(place: string, bytes: Uint8Array): Promise<boolean> {
  try {
    await writeNew(place, bytes, false);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

export function linkWhole(from: string, place: string): void {
  if (linkIfAbsent(from, place)) return;
  const beside = besideOf(place);
  try {
    linkOrCopy(from, beside);
    renameSync(beside, place);
  } finally {
    // A rename of one link over another of the same file leaves both.
    rmSync(beside, { force: true });
  }
}

export function etagOf(bytes: Uint8Array): string {
  return toHex(nodeSha256(bytes));
}

const process = randomBytes(6).toString('hex');
let besides = 0;

/** A name with `~`, which no key has; no other process takes it, nor this one again. */
function besideOf(place: string): string {
  return `${place}~${process}${(besides++).toString(16)}`;
}

async function writeNew(path: string, bytes: Uint8Array, durable: boolean): Promise<void> {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    if (durable) await sync(file);
  } finally {
    closeSync(file);
  }
}

/** Waited for elsewhere than in JavaScript, so that many files are made durable at one time. */
const sync = promisify(fsync);

/** The last sync of a directory that was asked for, and those of them that have not begun. */
const last = new Map<string, Promise<void>>();
const waiting = new Map<string, Promise<void>>();

/** Makes the names in a directory durable. Callers share a sync that has not begun: one that has may miss them. */
export function syncDirectory(path: string): Promise<void> {
  const shared = waiting.get(path);
  if (shared !== undefined) return shared;
  const before = last.get(path)?.catch(() => {}) ?? Promise.resolve();
  const next = before.then(() => {
    waiting.delete(path);
    return syncNow(path);
  });
  waiting.set(path, next);
  last.set(path, next);
  const forget = (): void => {
    if (last.get(path) === next) last.delete(path);
  };
  next.then(forget, forget);
  return next;
}

async function syncNow(path: string): Promise<void> {
  const file = openSync(path, constants.O_RDONLY);
  try {
    await sync(file);
  } finally {
    closeSync(file);
  }
}

/** Whether nothing stood there: neither link(2) nor a copy that is not to overwrite ever replaces. */
function linkIfAbsent(from: string, to: string): boolean {
  return unless('EEXIST', false, () => {
    linkOrCopy(from, to);
    return true;
  });
}

/** Whether nothing stood there: then it is a directory and no link. */
export function makeIfAbsent(path: string): boolean {
  return unless('EEXIST', false, () => {
    mkdirSync(path);
    return true;
  });
}

/** Node's own recursive mkdir says ENOENT of a read-only file system. */
export function makeWithParents(path: string): void {
  const missing = unless('ENOENT', true, () => {
    makeIfAbsent(path);
    return false;
  });
  if (!missing) return;
  makeWithParents(dirname(path));
  makeIfAbsent(path);
}

export function unlinkIfThere(path: string): void {
  unless('ENOENT', undefined, () => unlinkSync(path));
}

/** Of the link itself where one stands. */
export function statIfThere(path: string): Stats | null {
  return unless('ENOTDIR', null, () => lstatSync(path, { throwIfNoEntry: false }) ?? null);
}

export function realpathIfThere(path: string): string | null {
  return unless('ENOENT', null, () => unless('ENOTDIR', null, () => realpathSync.native(path)));
}

/** Removes the directory and those above it, up to the top, as far as nothing is in them. */
export function removeEmpty(path: string, top: string): void {
  for (let at = path; at.startsWith(`${top}/`); at = dirname(at)) {
    try {
      rmdirSync(at);
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY'].includes(systemCode(error))) return;
      throw error;
    }
  }
}

/** Some file systems have no links, or allow no more of one file. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!['EPERM', 'EMLINK', 'ENOTSUP', 'EXDEV'].includes(systemCode(error))) throw error;
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  }
}

function unless<T>(code: string, otherwise: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (systemCode(error) === code) return otherwise;
    throw error;
  }
}

/** The `code` that Node puts on errors of the operating system, else the empty string. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Ten minutes: a slow disk may have gigabytes to write. */
const SYNC_TIMEOUT = 600_000;

/** Everything written to the file system of the directory survives a power cut; where `sync` knows no `-f`, of all. */
export function syncTree(path: string): void {
  const { status } = runProgram('sync', ['-f', path], { timeout: SYNC_TIMEOUT });
  if (status !== 0) runProgram('sync', [], { timeout: SYNC_TIMEOUT });
}
