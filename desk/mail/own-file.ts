/** Files that hold a secret: read only when nobody else may read them, written for their owner alone. */
import { closeSync, constants, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { ioError } from 'cpansec/io';
import { MailError } from './errors.ts';

const MAX_LENGTH = 256 * 1024;

/** Throws `file`, `permissions` when group or others have any right, `too-large`. */
export function readOwnFile(path: string): string {
  const file = open(path, constants.O_RDONLY);
  try {
    const { mode, size } = fstatSync(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new MailError('permissions', 'others may read this secret: chmod 600', { file: path });
    if (size > MAX_LENGTH) throw new MailError('too-large', `${size} bytes are no secret`, { file: path });
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** The first line: a password or a passphrase. */
export function readSecretLine(path: string): string {
  const [line = ''] = readOwnFile(path).split(/\r?\n/);
  if (line === '') throw new MailError('file', 'its first line is empty', { file: path });
  return line;
}

/** A new file; throws `file` where one stands. */
export function writeOwnFile(path: string, text: string): void {
  const file = open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function open(path: string, flags: number): number {
  try {
    return openSync(path, flags, 0o600);
  } catch (cause) {
    throw new MailError('file', ioError(cause, 'open it', path).problem, { file: path }, { cause });
  }
}
