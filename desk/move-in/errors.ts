import { PlacedError } from 'cpansec/base';

export type MoveInErrorCode =
  /** A file that is not what it must be as a whole: no JSON, no list, no table. */
  | 'shape'
  /** A file with more in it than a desk takes at once. */
  | 'bounds';

/** A file that cannot be moved in at all. What is wrong with one thing in it is a line of the report instead. */
export class MoveInError extends PlacedError<MoveInErrorCode> {}
