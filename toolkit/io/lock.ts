import { createHash, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { IoError, ioError, systemCode } from './errors.ts';
import { hasEnded, thisProcess } from './process-id.ts';

/** How often the owner says that it lives, in milliseconds. */
const BEAT = 5000;
/** Silent for so long, an owner whose processes cannot be seen from here is taken for ended: another container's. */
const SILENT = 12 * BEAT;
/** The same for one of another machine, whose clock may be another, and for a file without an owner. */
const SILENT_ELSEWHERE = 60 * 60 * 1000;

/**
 * Runs `work` while holding `path`, a file that no other writer then has: for writers only, readers need none.
 * A lock whose process has ended is taken over; one that was stopped, or whose machine slept, for so long that it was
 * taken for ended, does not learn of it: what two writers must never do needs more. Throws `locked` with the owner's
 * process id.
 */
export async function withLock<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  const mark = takeLock(path);
  const alive = setInterval(() => beat(path, mark), BEAT).unref();
  try {
    return await work();
  } finally {
    clearInterval(alive);
    release(path, mark);
  }
}

function beat(path: string, mark: string): void {
  try {
    if (textOf(path) === mark) utimesSync(path, new Date(), new Date());
  } catch {
    // Somebody removed the file by hand.
  }
}

/** What stands in the lock: no other one ever has the same. */
function takeLock(path: string): string {
  const mark = `${thisProcess()} ${hostname()} ${randomBytes(8).toString('hex')}\n`;
  if (makeLock(path, mark)) return mark;
  const found = textOf(path);
  const isFree = found === null || (isLeft(path, found) && removeLeft(path, found));
  if (isFree && makeLock(path, mark)) return mark;
  throw lockedBy(path);
}

function release(path: string, mark: string): void {
  if (textOf(path) === mark) rmSync(path, { force: true });
}

function lockedBy(path: string): IoError {
  const owner = ownerOf(textOf(path) ?? '');
  const who = owner === null ? 'another process' : `process ${owner.process.split(' ')[0]} on ${owner.host}`;
  return new IoError('locked', `${who} is writing here; remove this file if that has ended`, { file: path });
}

/**
 * Removes a lock that was left behind, and no other: who may do it is a lock itself, named by what stands in the one
 * that was left. So no process removes what another one has put there meanwhile.
 */
function removeLeft(path: string, text: string): boolean {
  const claim = beside(
    path,
    createHash('sha256').update(basename(path)).update(text).digest('hex').slice(0, 16),
  );
  let mark: string;
  try {
    mark = takeLock(claim);
  } catch (error) {
    if (error instanceof IoError && error.code === 'locked') return false; // another is at it
    throw error;
  }
  try {
    if (textOf(path) === text && isLeft(path, text)) rmSync(path, { force: true });
    return true;
  } catch (error) {
    throw ioError(error, 'lock', path);
  } finally {
    release(claim, mark);
  }
}

/** The lock appears with its owner's name in it or not at all: it is written beside its place and linked there. */
function makeLock(path: string, mark: string): boolean {
  const own = beside(path, randomBytes(8).toString('hex'));
  try {
    try {
      writeFileSync(own, mark, { flag: 'wx', mode: 0o644 });
      linkSync(own, path);
    } finally {
      rmSync(own, { force: true });
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw ioError(error, 'lock', path);
  }
}

/** Of no lock's length, which may be as much as a name may have. */
function beside(path: string, name: string): string {
  return join(dirname(path), `~${name}.lock`);
}

/** Whether its owner has ended, as far as that can be seen from here. */
function isLeft(path: string, text: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return true;
  const silent = Date.now() - stat.mtimeMs;
  const owner = ownerOf(text);
  if (owner?.host !== hostname()) return silent > SILENT_ELSEWHERE;
  return hasEnded(owner.process) ?? silent > SILENT;
}

interface Owner {
  /** As {@link thisProcess} writes it. */
  readonly process: string;
  readonly host: string;
}

function ownerOf(text: string): Owner | null {
  const [, process, host] = /^([1-9]\d{0,9} \S{1,99}) ([\w.-]{1,255}) [0-9a-f]{16}\n$/.exec(text) ?? [];
  return process === undefined || host === undefined ? null : { process, host };
}

/** Null for none, and for one that cannot be read. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}
