import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { IoError, ioError } from './errors.ts';

/** Random access to a file that stays open. Fits the advisories' `IndexReader`. */
export interface OpenFile {
  readonly size: number;
  /** Exactly `length` bytes from `offset`. Throws `failed` beyond the end. */
  read(offset: number, length: number): Uint8Array;
  close(): void;
}

/** Opens a regular file for reads at any place. Throws `not-found`, `not-permitted`, `wrong-kind`. */
export function openIndexFile(path: string): OpenFile {
  try {
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(file);
    if (stat.isFile()) return readerOver(file, stat.size, path);
    closeSync(file);
  } catch (error) {
    throw ioError(error, 'open', path);
  }
  throw new IoError('wrong-kind', 'is no regular file', { file: path });
}

function readerOver(file: number, size: number, path: string): OpenFile {
  let open = true;
  return {
    size,
    read(offset, length) {
      const bytes = new Uint8Array(length);
      const count = readAt(file, bytes, offset, path);
      if (count === length) return bytes;
      const problem = `ends after ${offset + count} bytes, ${length} wanted at ${offset}`;
      throw new IoError('failed', problem, { file: path });
    },
    close() {
      if (open) closeSync(file);
      open = false;
    },
  };
}

function readAt(file: number, bytes: Uint8Array, offset: number, path: string): number {
  let length = 0;
  try {
    while (length < bytes.length) {
      const count = readSync(file, bytes, length, bytes.length - length, offset + length);
      if (count === 0) break;
      length += count;
    }
    return length;
  } catch (error) {
    throw ioError(error, 'read', path);
  }
}
