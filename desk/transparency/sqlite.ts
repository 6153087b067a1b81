/** What SQLite says of the files beside a log, as errors of ours with what to do. */
import { keepingError } from './disk.ts';
import { LogKeepingError, type LogKeepingErrorCode } from './errors.ts';

/** https://www.sqlite.org/rescode.html: none of these files holds what the log does not. */
const OF_SQLITE: Readonly<Record<number, readonly [LogKeepingErrorCode, string]>> = {
  5: ['locked', 'another process is writing here'],
  8: ['not-permitted', 'may not be written: give it and its directory to the user who writes the log'],
  11: ['failed', 'is damaged: remove it while no writer runs, and it is made again'],
  13: ['full', 'no space left on the device: make some and run the command again'],
  14: ['not-permitted', 'cannot be opened: give it and its directory to the user who writes the log'],
  26: ['failed', 'is damaged: remove it while no writer runs, and it is made again'],
};

/** Works with a file of SQLite, which errors then name. */
export function ofSqlite<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw sqliteError(cause, file);
  }
}

function sqliteError(cause: unknown, file: string): unknown {
  if (!(cause instanceof Error && 'errcode' in cause)) return keepingError(cause, 'open', file);
  // The least eight bits; the others say more of it.
  const [code, words] = OF_SQLITE[Number(cause.errcode) & 0xff] ?? ['failed', cause.message];
  return new LogKeepingError(code, words, { file }, { cause });
}
