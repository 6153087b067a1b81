import { PlacedError } from '../base/index.ts';

/** What can go wrong with The Update Framework's metadata and files. */
export type TufErrorCode =
  /** No metadata, or not of the role, or not written as the specification has it. */
  | 'format'
  /** Over a bound on counts, depth or length. */
  | 'bounds'
  /** Too few of the role's keys have signed. */
  | 'threshold'
  /** An older version than one that was trusted before. */
  | 'rollback'
  /** Metadata that has expired: somebody keeps newer one back. */
  | 'freeze'
  /** Another version than the one that signed metadata or the address names: parts of different repositories. */
  | 'mix-and-match'
  /** Another length than was signed. */
  | 'length'
  /** Another digest than was signed, or none that can be computed. */
  | 'hash'
  /** Bytes without end: more than anybody signed for, or than the role may have. */
  | 'endless'
  /** Something that must be there and is not. */
  | 'missing'
  /** Bytes that come too slowly, or not at all. */
  | 'stalled'
  /** No mirror answers as one does. */
  | 'unreachable'
  /** More new roots, or roles to look through, than are taken at once. */
  | 'too-many'
  /** No trusted root, or trusted metadata that cannot be read or kept. */
  | 'cache'
  /** Another writer of the repository was faster. */
  | 'taken';

/** Metadata or a file that cannot be trusted; `place.file` is the role or target. */
export class TufError extends PlacedError<TufErrorCode> {}
