/** One writer of a log on this machine: SQLite's lock of a file, which ends with its process however that ends. */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { LogKeepingError } from './errors.ts';

/** Milliseconds between two looks. */
const NAP = 50;
/** Of SQLite. */
const BUSY = 5;

/**
 * Works as the only holder of the file, which is made and stays. The kernel keeps the lock, so that neither a number of
 * a process nor a clock says who is alive. Throws `locked` when another has it for longer than that many milliseconds.
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
    // Without a timeout: SQLite would let all of this process wait.
    lock = new DatabaseSync(path, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock?.close();
    if (isBusy(cause)) return null;
    throw new LogKeepingError('failed', `cannot be locked: ${String(cause)}`, { file: path }, { cause });
  }
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Error && 'errcode' in cause && cause.errcode === BUSY;
}
