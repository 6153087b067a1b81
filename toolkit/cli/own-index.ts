/** This user's own index: where it and what belongs to it stand, and the one way to put a new one there. */

import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { encodeUtf8, PlacedError, toHex } from '../base/index.ts';
import {
  diskFiles,
  IoError,
  makeDirectory,
  moveIntoPlace,
  openIndexFile,
  readFile,
  replaceFile,
  withLock,
} from '../io/index.ts';
import { EXIT, Stop, type Terminal } from '../terminal/index.ts';
import { decodeIndexHead, encodeIndexHead, type IndexHead, MAX_HEAD_LENGTH } from '../tree/index.ts';
import { ownIndexPath } from './index-place.ts';

export interface OwnIndex {
  /** The index itself; need not exist. */
  readonly path: string;
  /** The head that `db update` last took; there only while the index is one of `db update`. */
  readonly head: string;
  /** Where downloads grow. */
  readonly downloads: string;
  readonly lock: string;
}

export function ownIndex(terminal: Terminal): OwnIndex {
  const path = ownIndexPath(terminal);
  const home = dirname(path);
  return {
    path,
    head: join(home, 'head.json'),
    downloads: join(home, 'download'),
    lock: `${path}.lock`,
  };
}

/** What to do when an index cannot be put in place, by the code of `io`. */
export const WHEN_NOT_PLACED: Readonly<Record<string, string>> = {
  'not-permitted': 'CPANSEC_HOME names another directory for the index',
  'disk-full': 'make room, or name another directory with CPANSEC_HOME',
  locked: 'try again when that has ended',
};

/** Longest wait for another writer, and the pause between looks; milliseconds. */
const PATIENCE = 10_000;
const PAUSE = 50;

/** Runs `work` as the only writer, after waiting for another one to end. Throws what `withLock` does. */
export async function asOnlyWriter<T>(
  { path, lock }: Pick<OwnIndex, 'path' | 'lock'>,
  work: () => T | Promise<T>,
): Promise<T> {
  makeDirectory(dirname(path));
  const end = performance.now() + PATIENCE;
  let begun = false;
  const marked = (): T | Promise<T> => {
    begun = true;
    return work();
  };
  for (;;) {
    try {
      return await withLock(lock, marked);
    } catch (error) {
      const held = !begun && error instanceof IoError && error.code === 'locked';
      if (!held || performance.now() > end) throw error;
    }
    await wait(PAUSE);
  }
}

/**
 * Puts an index of `db import` in place. What `db update` remembers goes last: were this to end in between, the
 * next update would at most refuse an older index than it has seen.
 */
export function placeImported(own: OwnIndex, bytes: Uint8Array): void {
  removeLeftovers(own);
  replaceFile(own.path, bytes);
  rmSync(own.head, { force: true });
}

/**
 * Puts a downloaded and verified index in place. Its head is written first: were this to end in between, the
 * next update would fetch the same index again, and refuse an older one.
 */
export function placeFetched(own: OwnIndex, file: string, head: IndexHead): void {
  removeLeftovers(own);
  replaceFile(own.head, encodeUtf8(encodeIndexHead(head)));
  moveIntoPlace(file, own.path);
  rmSync(own.downloads, { recursive: true, force: true });
}

/** What a writer left that was killed; nobody else writes now. */
function removeLeftovers({ path }: OwnIndex): void {
  const home = dirname(path);
  const left = new RegExp(`^(?:${basename(path).replace('.', '\\.')}|head\\.json)\\.[0-9a-f]{12}\\.new$`);
  for (const name of readdirSync(home)) if (left.test(name)) rmSync(join(home, name), { force: true });
}

/** The head that `db update` last took, or null. */
export function lastHead({ head: path }: OwnIndex): IndexHead | null {
  if (diskFiles().kind(path) === null) return null;
  const bytes = readFile(path, MAX_HEAD_LENGTH);
  try {
    return decodeIndexHead(bytes);
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const problem = `what the last update left is damaged: ${path}: ${cause.message}`;
    throw new Stop(EXIT.index, problem, 'remove that file to take whatever serial the tree has', { cause });
  }
}

const PIECE = 1 << 20;

/** SHA-256 of the file in hexadecimal, or null when there is none. Throws `too-large` above so many bytes. */
export function digestOf(path: string, limit: number = Number.POSITIVE_INFINITY): string | null {
  if (diskFiles().kind(path) === null) return null;
  const file = openIndexFile(path);
  try {
    if (file.size > limit) throw new IoError('too-large', `has more than ${limit} bytes`, { file: path });
    const hash = createHash('sha256');
    for (let at = 0; at < file.size; at += PIECE) hash.update(file.read(at, Math.min(PIECE, file.size - at)));
    return toHex(hash.digest());
  } finally {
    file.close();
  }
}
