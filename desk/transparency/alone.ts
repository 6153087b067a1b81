/** One writer of a log on this machine: SQLite's lock of a file, which ends with its process however that ends. */
import { accessSync, constants } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { LogKeepingError } from './errors.ts';
import { ofSqlite } from './sqlite.ts';

/** Milliseconds between two looks. */
const NAP = 50;

/**
 * Works as the only holder of the file, which is made and stays. The kernel keeps the lock, so that neither a number of
 * a process nor a clock says who is alive. Throws `locked` when another has it for longer than that many milliseconds,
 * `not-permitted` when it may not be written.
 */
export async function alone<T>(path: string, patience: number, work: () => Promise<T>): Promise<T> {
  const lock = await taken(path, patience);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function taken(path: string, patience: number): Promise<DatabaseSync> {
  for (const end = performance.now() + patience; ; await wait(NAP)) {
    const lock = takenNow(path);
    if (lock !== null) return lock;
    if (performance.now() > end)
      throw new LogKeepingError('locked', 'another process is writing here', { file: path });
  }
}

/** Null where another has it. */
function takenNow(path: string): DatabaseSync | null {
  let lock: DatabaseSync | undefined;
  try {
    return ofSqlite(path, () => {
      // Without a timeout: SQLite would let all of this process wait.
      lock = new DatabaseSync(path, { timeout: 0 });
      lock.exec('BEGIN EXCLUSIVE');
      // Of what it may only read SQLite takes no such lock, and does not say so.
      accessSync(path, constants.W_OK);
      return lock;
    });
  } catch (error) {
    lock?.close();
    if (error instanceof LogKeepingError && error.code === 'locked') return null;
    throw error;
  }
}
