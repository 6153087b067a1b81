import { PlacedError } from 'cpansec/base';

export type StoreErrorCode =
  /** An address of no database, or one that does not answer. */
  | 'unreachable'
  /** The database is of a newer program, or of another one. */
  | 'wrong-database'
  /** Another process holds it for too long. */
  | 'busy'
  /** Somebody changed the same thing meanwhile: read again. */
  | 'conflict'
  /** No space left. */
  | 'full'
  /** A master key that is missing, readable by others, malformed, or not the one that sealed. */
  | 'key'
  /** The key was destroyed, and with it everything that it sealed. */
  | 'destroyed'
  /** Sealed bytes that were changed, cut off or stand in another place. */
  | 'damaged'
  /** What must be empty, or not be there, is not. */
  | 'not-empty'
  /** A file that is no backup, or was cut off or changed. */
  | 'backup'
  /** Anything else that the database said. */
  | 'failed';

/** The private database did not do what was asked. No value and no secret is ever in it. */
export class StoreError extends PlacedError<StoreErrorCode> {}
