import { PlacedError } from '../base/index.ts';

/** What can go wrong with disk, network and processes. */
export type IoErrorCode =
  /** Nothing stands at the path. */
  | 'not-found'
  /** The operating system refuses. */
  | 'not-permitted'
  /** A secret that others than its owner have a right to. */
  | 'others-may-read'
  /** A directory, device or socket where a file is wanted, or a file where a directory is. */
  | 'wrong-kind'
  /** More bytes than the caller allows. */
  | 'too-large'
  /** No space or no quota left. */
  | 'disk-full'
  /** Another process holds the lock. */
  | 'locked'
  /** The operating system reports anything else, or a file is cut short. */
  | 'failed'
  /** An address that is none, or of a scheme that is not spoken here. */
  | 'bad-address'
  /** A file of authorities that holds no certificate or cannot be read. */
  | 'bad-authorities'
  /** No connection, or one that broke. */
  | 'no-connection'
  /** The proxy refused or is none. */
  | 'bad-proxy'
  /** The other side's certificate does not stand. */
  | 'bad-certificate'
  /** Nothing came for too long. */
  | 'timeout'
  /** An answer that is not the one asked for. */
  | 'bad-answer'
  /** Too many redirects, or one that leaves https. */
  | 'bad-redirect'
  /** What arrived has another digest or size than stated. */
  | 'digest-mismatch'
  /** Compressed data that is damaged, cut short, or of a kind that cannot be read. */
  | 'bad-archive'
  /** A program that does not start, or was ended for its time or its output. */
  | 'bad-program';

/** Disk, network or processes did not do what was asked. */
export class IoError extends PlacedError<IoErrorCode> {}

const KNOWN: Readonly<Record<string, readonly [IoErrorCode, string]>> = {
  ENOENT: ['not-found', 'no such file or directory'],
  ENOTDIR: ['not-found', 'a part of the path is no directory'],
  ELOOP: ['not-found', 'too many symbolic links'],
  ENAMETOOLONG: ['not-found', 'the name is too long'],
  ERR_INVALID_ARG_VALUE: ['not-found', 'no such file or directory'],
  EACCES: ['not-permitted', 'permission denied'],
  EPERM: ['not-permitted', 'permission denied'],
  EROFS: ['not-permitted', 'the file system is read-only'],
  EISDIR: ['wrong-kind', 'is a directory'],
  EEXIST: ['wrong-kind', 'something stands there already'],
  ENXIO: ['wrong-kind', 'is no regular file'],
  ENOSPC: ['disk-full', 'no space left on the device'],
  EDQUOT: ['disk-full', 'the disk quota is used up'],
  EFBIG: ['disk-full', 'larger than the file system allows'],
};

/** The `code` that Node puts on errors of the operating system, else the empty string. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** An error of node:fs as ours: `x: cannot read: permission denied`. Ours stay as they are. */
export function ioError(error: unknown, action: string, path: string): IoError {
  if (error instanceof IoError) return error;
  const code = systemCode(error);
  const [ours, words] = KNOWN[code] ?? ['failed', code || String(error)];
  return new IoError(ours, `cannot ${action}: ${words}`, { file: path }, { cause: error });
}
