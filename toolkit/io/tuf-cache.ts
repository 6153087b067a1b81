import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeUtf8, encodeUtf8 } from '../base/index.ts';
import { IoError, ioError } from './errors.ts';
import { withLock } from './lock.ts';
import { readFile } from './read-file.ts';
import { makeDirectory, replaceFile } from './replace-file.ts';

const MAX_METADATA = 64 * 1024 * 1024;
const LOCK = '.lock';
const REFRESHED = 'refreshed';
/** Milliseconds: whoever has the lock writes one file. */
const PAUSE = 10;
const PATIENCE = 30_000;

/**
 * Metadata in a directory, `ROLE.json` with the name as in an address; fits tuf's `TufCache`. Each file is replaced
 * whole, and one process at a time writes where that must be known: it waits for another, and then throws `locked`.
 */
export function tufCache(directory: string): {
  load(role: string): Promise<Uint8Array | null>;
  store(role: string, bytes: Uint8Array, seen?: Uint8Array | null): Promise<boolean>;
  remove(role: string): Promise<void>;
  refreshed(): Promise<string | null>;
  noteRefreshed(instant: string): Promise<void>;
} {
  const fileOf = (role: string): string => join(directory, `${encodeURIComponent(role)}.json`);
  const replace = (file: string, bytes: Uint8Array): void => {
    makeDirectory(directory);
    replaceFile(file, bytes);
  };
  return {
    load: async (role) => readOrNull(fileOf(role), MAX_METADATA),
    async store(role, bytes, seen) {
      const file = fileOf(role);
      if (seen === undefined) {
        replace(file, bytes);
        return true;
      }
      makeDirectory(directory);
      return patiently(join(directory, LOCK), () => {
        const kept = readOrNull(file, MAX_METADATA);
        if (isSame(kept, bytes)) return true;
        if (!isSame(kept, seen)) return false;
        replaceFile(file, bytes);
        return true;
      });
    },
    async remove(role) {
      try {
        rmSync(fileOf(role), { force: true });
      } catch (error) {
        throw ioError(error, 'remove', fileOf(role));
      }
    },
    async refreshed() {
      const bytes = readOrNull(join(directory, REFRESHED), 100);
      return bytes === null ? null : decodeUtf8(bytes).trim();
    },
    noteRefreshed: async (instant) => replace(join(directory, REFRESHED), encodeUtf8(`${instant}\n`)),
  };
}

function readOrNull(file: string, limit: number): Uint8Array | null {
  try {
    return readFile(file, limit);
  } catch (error) {
    if (error instanceof IoError && error.code === 'not-found') return null;
    throw error;
  }
}

function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0;
}

async function patiently<T>(lock: string, work: () => T): Promise<T> {
  for (let waited = 0; ; waited += PAUSE) {
    try {
      return await withLock(lock, work);
    } catch (error) {
      if (!(error instanceof IoError && error.code === 'locked') || waited >= PATIENCE) throw error;
      await sleep(PAUSE);
    }
  }
}
