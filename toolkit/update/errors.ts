import { PlacedError } from '../base/index.ts';

/** Why what a tree offers is not taken, beside what is wrong with its metadata (`TufError`) or files (`TreeError`). */
export type UpdateErrorCode =
  /** Nobody who may has signed that there is such a file. */
  | 'not-offered'
  /** No proof that the manifest is in the log, or one that does not hold. */
  | 'not-logged'
  /** Too few witnesses vouch for the log. */
  | 'quorum'
  /** A policy of the log that cannot be read. */
  | 'policy'
  /** Over a bound. */
  | 'too-large';

/** A tree from which nothing is taken; `place.file` is a path below its top. */
export class UpdateError extends PlacedError<UpdateErrorCode> {}
