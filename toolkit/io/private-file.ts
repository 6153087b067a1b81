import { closeSync, constants, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { IoError, ioError } from './errors.ts';

/**
 * The text of a file with a secret, at most `limit` bytes. Throws `others-may-read` where group or others have any
 * right to it, `too-large`, `not-found`, `not-permitted`; nothing of what it holds is in the error.
 */
export function readPrivate(path: string, limit: number): string {
  return opened(path, constants.O_RDONLY, 'read', (file) => {
    const { mode, size } = fstatSync(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new IoError('others-may-read', 'can be read by others: chmod 600', { file: path });
    if (size > limit) throw new IoError('too-large', `has ${size} bytes, more than ${limit}`, { file: path });
    return readFileSync(file, 'utf8');
  });
}

/** A new file that its owner alone may read, durable. Throws `wrong-kind` where one stands, and keeps it. */
export function writePrivate(path: string, text: string): void {
  opened(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 'write', (file) => {
    writeSync(file, text);
    fsyncSync(file);
  });
}

function opened<T>(path: string, flags: number, action: string, work: (file: number) => T): T {
  let file = -1;
  try {
    file = openSync(path, flags, 0o600);
    return work(file);
  } catch (cause) {
    throw ioError(cause, action, path);
  } finally {
    if (file !== -1) closeSync(file);
  }
}
