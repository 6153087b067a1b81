import { PlacedError } from 'cpansec/base';

/** What can go wrong where a log is kept. */
export type LogKeepingErrorCode =
  /** No space or no quota left. */
  | 'full'
  /** No permission, or a disk that is read-only. */
  | 'not-permitted'
  /** A name that the file system has no place for: too long, or below what is a file. */
  | 'no-place'
  /** The disk did not say that it has what it was given; what it says of it from now on may not be so. */
  | 'not-durable'
  /** Another process of this machine is writing. */
  | 'locked'
  /** A configuration that is none, or a key that cannot be read. */
  | 'config'
  /** A database that does not answer, or does not know the log. */
  | 'database'
  /** Any other failure. */
  | 'failed';

/** The files, lock or memory of a log did not do what was asked; `place.file` names it. */
export class LogKeepingError extends PlacedError<LogKeepingErrorCode> {}
