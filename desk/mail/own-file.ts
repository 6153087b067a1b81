/** Files that hold a secret: read only when nobody else may read them, written for their owner alone. */
import { IoError, readPrivate, writePrivate } from 'cpansec/io';
import { MailError, type MailErrorCode } from './errors.ts';

const MAX_LENGTH = 256 * 1024;

/** Throws `file`, `permissions` when group or others have any right, `too-large`. */
export function readOwnFile(path: string): string {
  return attempt(path, () => readPrivate(path, MAX_LENGTH));
}

/** The first line: a password or a passphrase. */
export function readSecretLine(path: string): string {
  const [line = ''] = readOwnFile(path).split(/\r?\n/);
  if (line === '') throw new MailError('file', 'its first line is empty', { file: path });
  return line;
}

/** A new file; throws `file` where one stands. */
export function writeOwnFile(path: string, text: string): void {
  attempt(path, () => writePrivate(path, text));
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof IoError)) throw cause;
    throw new MailError(CODES[cause.code] ?? 'file', cause.problem, { file: path }, { cause });
  }
}

const CODES: Readonly<Record<string, MailErrorCode>> = {
  'others-may-read': 'permissions',
  'too-large': 'too-large',
};
