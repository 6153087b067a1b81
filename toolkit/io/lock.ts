import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { IoError, ioError, systemCode } from './errors.ts';

/** After this long a lock of another machine, or one without a readable owner, is taken for left behind. */
const STALE_AFTER = 60 * 60 * 1000;

/** Paths of locks that this process holds now. */
const held = new Set<string>();

/**
 * Runs `work` while holding `path`, a file that no other writer then has: for writers only, readers need none.
 * A lock whose process has ended is taken over. Throws `locked` with the owner's process id.
 */
export async function withLock<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  takeLock(path);
  held.add(path);
  const alive = setInterval(() => touch(path), STALE_AFTER / 6).unref();
  try {
    return await work();
  } finally {
    clearInterval(alive);
    held.delete(path);
    rmSync(path, { force: true });
  }
}

/** So that another machine does not take it for left behind. */
function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Somebody removed the file by hand: work goes on, as it would have without this.
  }
}

function takeLock(path: string): void {
  if (makeLock(path)) return;
  if (isStale(path) && removeStale(path) && makeLock(path)) return;
  const owner = ownerOf(path);
  const who = owner === null ? 'another process' : `process ${owner.id} on ${owner.host}`;
  throw new IoError('locked', `${who} is writing here; remove this file if that has ended`, { file: path });
}

/** Moves the lock aside and looks again: another process may have taken it over just before. */
function removeStale(path: string): boolean {
  const aside = ownFile(path, 'old');
  try {
    renameSync(path, aside);
    const stale = isStale(aside);
    if (!stale) linkSync(aside, path);
    rmSync(aside, { force: true });
    return stale;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true; // its owner has just let it go
    throw ioError(error, 'lock', path);
  }
}

/** The lock appears with its owner's name in it or not at all: it is written beside its place and linked there. */
function makeLock(path: string): boolean {
  const own = ownFile(path, 'new');
  try {
    writeFileSync(own, `${process.pid} ${hostname()}\n`, { flag: 'wx', mode: 0o644 });
    linkSync(own, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw ioError(error, 'lock', path);
  } finally {
    rmSync(own, { force: true });
  }
}

function ownFile(path: string, purpose: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.${purpose}`;
}

function isStale(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return true;
  const owner = ownerOf(path);
  // In a container the next process has the number of the one before it.
  if (owner?.host === hostname()) return owner.id === process.pid ? !held.has(path) : !runs(owner.id);
  return Date.now() - stat.mtimeMs > STALE_AFTER;
}

function ownerOf(path: string): { id: number; host: string } | null {
  try {
    const found = /^([1-9]\d{0,9}) ([\w.-]{1,255})\n$/.exec(readFileSync(path, 'latin1'));
    return found === null ? null : { id: Number(found[1]), host: found[2] ?? '' };
  } catch {
    return null;
  }
}

function runs(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
