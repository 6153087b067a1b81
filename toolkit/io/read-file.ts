import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { IoError, ioError } from './errors.ts';

/**
 * The whole of a regular file, at most `limit` bytes; files of /proc, which say that they are empty, too. Never
 * waits for a pipe to be written. `follow: false` refuses a link as the last part of the path.
 * Throws `not-found`, `not-permitted`, `wrong-kind`, `too-large`.
 */
export function readFile(path: string, limit: number, follow = true, shown: string = path): Uint8Array {
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (follow ? 0 : (constants.O_NOFOLLOW ?? 0));
  let file = -1;
  try {
    file = openSync(path, flags);
    return readOpen(file, limit, shown);
  } catch (error) {
    throw ioError(error, 'read', shown);
  } finally {
    if (file !== -1) closeSync(file);
  }
}

function readOpen(file: number, limit: number, shown: string): Uint8Array {
  const stat = fstatSync(file);
  if (!stat.isFile()) throw new IoError('wrong-kind', 'is no regular file', { file: shown });
  refuseAbove(limit, stat.size, shown);
  let bytes = new Uint8Array(stat.size === 0 ? 4096 : stat.size + 1);
  let length = 0;
  for (;;) {
    const count = readSync(file, bytes, length, bytes.length - length, null);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
    refuseAbove(limit, length, shown);
    if (length === bytes.length) bytes = grown(bytes);
  }
}

function refuseAbove(limit: number, size: number, shown: string): void {
  if (size > limit) throw new IoError('too-large', `has more than ${limit} bytes`, { file: shown });
}

function grown(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}
