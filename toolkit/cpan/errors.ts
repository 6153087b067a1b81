import { PlacedError } from '../base/index.ts';

/** What can be wrong with something of CPAN. */
export type CpanErrorCode =
  /** A version that version.pm refuses. */
  | 'version-syntax'
  /** A version longer than any real one. */
  | 'version-size'
  /** A version range that CPAN::Meta::Requirements refuses. */
  | 'requirement-syntax'
  /** A version range longer than any real one. */
  | 'requirement-size'
  /** Clauses that no version can satisfy together. */
  | 'requirement-conflict';

/** Something of CPAN that is broken, out of bounds or contradicts itself. */
export class CpanError extends PlacedError<CpanErrorCode> {}
