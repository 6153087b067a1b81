import { PlacedError } from '../base/index.ts';

/** What can go wrong with a log. */
export type TransparencyErrorCode =
  /** No checkpoint, or one that is not written the one way. */
  | 'checkpoint'
  /** A checkpoint that a known key did not sign, or a signature of it that does not hold. */
  | 'signature'
  /** No policy, or one that contradicts itself. */
  | 'policy'
  /** A checkpoint that too few witnesses of a policy have cosigned. */
  | 'quorum'
  /** No entry of a log of CPAN. */
  | 'entry'
  /** A proof that does not lead to the root. */
  | 'proof'
  /** Two trees of which the one does not begin with the other. */
  | 'inconsistent'
  /** A tile that is none, or not of this tree. */
  | 'tile'
  /** A bundle of entries that is none, or not of this tree. */
  | 'bundle'
  /** Evidence that is none, or that does not prove what it must. */
  | 'evidence'
  /** No list of which entries are of which subject. */
  | 'lookup'
  /** Something that the log must have and does not. */
  | 'missing'
  /** A mirror of which nothing can be had any more. */
  | 'mirror'
  /** Over a bound. */
  | 'bounds'
  /** A lock and a log that cannot be of one history. */
  | 'lock'
  /** Another writer was faster. */
  | 'taken'
  /** A clock that was set back. */
  | 'clock'
  /** A writer that has failed before. */
  | 'ended'
  /** A log where none is to be. */
  | 'exists'
  /** Another file than one that never changes. */
  | 'changed';

/** A log, or a part of one, that does not hold; `place.file` is what was read. */
export class TransparencyError extends PlacedError<TransparencyErrorCode> {}
