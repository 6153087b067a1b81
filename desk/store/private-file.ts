/** Files with secrets: only their owner may read them. */
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from 'cpansec/io';
import { StoreError } from './errors.ts';

const MAX_FILE = 64 * 1024;

/** Throws `key` for one that is missing, too large, or can be read by others. */
export function privateText(path: string): string {
  const file = opened(path);
  try {
    const { mode, size } = fstatSync(file);
    if ((mode & 0o077) !== 0) throw new StoreError('key', 'can be read by others: chmod 600', { file: path });
    if (size > MAX_FILE) throw new StoreError('key', 'is too large for a key file', { file: path });
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Writes the file where none stands; one that stands there stays. Throws `key`. */
export function writeNewPrivate(path: string, text: string): void {
  try {
    makePrivateDirectory(dirname(path));
    writeFileSync(path, text, { mode: 0o600, flag: 'wx', flush: true });
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return;
    throw new StoreError('key', `cannot be written: ${systemCode(cause)}`, { file: path }, { cause });
  }
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

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw new StoreError('key', `cannot be read: ${systemCode(cause)}`, { file: path }, { cause });
  }
}
