/** Files with secrets: only their owner may read them. */
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { ioError, readPrivate, writePrivate } from 'cpansec/io';
import { StoreError } from './errors.ts';

const MAX_FILE = 64 * 1024;

/** Throws `key` for one that is missing, too large, or can be read by others. */
export function privateText(path: string): string {
  return attempt(path, () => readPrivate(path, MAX_FILE));
}

/** Writes the file where none stands; one that stands there stays. Throws `key`. */
export function writeNewPrivate(path: string, text: string): void {
  attempt(path, () => {
    makePrivateDirectory(dirname(path));
    if (!existsSync(path)) writePrivate(path, text);
  });
}

/** Directories that are made here are their owner's alone; those that are there stay as they are. */
export function makePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** An empty file where none stands, which only its owner may read. */
export function makePrivateFile(path: string): void {
  makePrivateDirectory(dirname(path));
  closeSync(openSync(path, 'a', 0o600));
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { problem } = ioError(cause, 'write', path);
    throw new StoreError('key', problem, { file: path }, { cause });
  }
}
