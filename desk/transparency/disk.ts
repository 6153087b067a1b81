/** What a log does to a disk, each step by itself, so that tests can let every one of them fail. */
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fsync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { PlacedError } from 'cpansec/base';
import { IoError, readFile, systemCode } from 'cpansec/io';
import { LogKeepingError, type LogKeepingErrorCode } from './errors.ts';

/** Paths are absolute. Errors are those of the system, but for `read`. */
export interface Disk {
  /** Null where nothing stands; throws IoError `too-large` above the limit. */
  read(path: string, limit: number): Uint8Array | null;
  /** A file that was not there; with `durable` its bytes survive a power cut, its name does not yet. */
  create(path: string, bytes: Uint8Array, durable: boolean): Promise<void>;
  rename(from: string, to: string): void;
  /** Nothing happens where nothing stands. */
  remove(path: string): void;
  /** Nothing happens where one stands already. */
  makeDirectory(path: string): void;
  /** Nothing happens where it holds something. */
  removeDirectory(path: string): void;
  /** The names in it survive a power cut once it resolves. */
  syncDirectory(path: string): Promise<void>;
  /** Names in it, those of directories with a slash behind them; none where it is not. */
  list(path: string): string[];
}

const always: Omit<Disk, 'create' | 'makeDirectory'> = {
  read(path, limit) {
    try {
      return readFile(path, limit);
    } catch (error) {
      if (error instanceof IoError && error.code === 'not-found') return null;
      throw error;
    }
  },
  rename: renameSync,
  remove: (path) => unless('ENOENT', () => unlinkSync(path)),
  removeDirectory: (path) => unless('ENOTEMPTY', () => unless('ENOENT', () => rmdirSync(path))),
  async syncDirectory(path) {
    const file = openSync(path, constants.O_RDONLY);
    try {
      await synced(file);
    } finally {
      closeSync(file);
    }
  },
  list(path) {
    try {
      return readdirSync(path, { withFileTypes: true }).map(
        (entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`,
      );
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    }
  },
};

interface Modes {
  readonly file: number;
  readonly directory: number;
}

/** What everybody reads, by a web server of another user too, whatever the umask is. */
export const nodeDisk: Disk = diskOf({ file: 0o644, directory: 0o755 });
/** What is the operator's alone. */
export const privateDisk: Disk = diskOf({ file: 0o600, directory: 0o700 });

function diskOf({ file: mode, directory }: Modes): Disk {
  return {
    ...always,
    async create(path, bytes, durable) {
      const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
      try {
        fchmodSync(file, mode);
        for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
        if (durable) await synced(file);
      } finally {
        closeSync(file);
      }
    },
    makeDirectory: (path) =>
      unless('EEXIST', () => {
        mkdirSync(path, directory);
        // Whose group its files get stays.
        chmodSync(path, (statSync(path).mode & 0o7000) | directory);
      }),
  };
}

/** Marks what the system says of a sync: it is worse than any other failure. */
export class SyncFailed extends Error {}

/** Elsewhere than in JavaScript, so that many files are made durable at one time. */
const sync = promisify(fsync);

async function synced(file: number): Promise<void> {
  try {
    await sync(file);
  } catch (cause) {
    throw new SyncFailed(systemCode(cause), { cause });
  }
}

function unless(code: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (systemCode(error) !== code) throw error;
  }
}

const OF_SYSTEM: Readonly<Record<string, readonly [LogKeepingErrorCode, string]>> = {
  ENOSPC: ['full', 'no space left on the device: make some and open the log again'],
  EDQUOT: ['full', 'the disk quota is used up: raise it and open the log again'],
  EACCES: ['not-permitted', 'permission denied'],
  EPERM: ['not-permitted', 'permission denied'],
  ENAMETOOLONG: ['no-place', 'the name is too long'],
  ENOTDIR: ['no-place', 'a file stands on the way'],
  EISDIR: ['no-place', 'a directory stands there'],
  EROFS: ['not-permitted', 'the file system is read-only'],
};

/** Any error of a disk as ours, with what to do. */
export function keepingError(error: unknown, action: string, file: string): unknown {
  if (error instanceof PlacedError) return error;
  if (error instanceof SyncFailed) {
    const problem = `the disk failed to sync (${error.message}): check it before the log is opened again`;
    return new LogKeepingError('not-durable', problem, { file }, { cause: error });
  }
  const code = systemCode(error);
  // What no system said is no failure of the disk.
  if (code === '') return error;
  const [ours, words] = OF_SYSTEM[code] ?? ['failed', code];
  return new LogKeepingError(ours, `cannot ${action}: ${words}`, { file }, { cause: error });
}
