import { PlacedError } from '../base/index.ts';

/** What can be wrong with something of an outside standard. */
export type FormatErrorCode =
  /** A package URL that ECMA-427, or the rules of its type, refuse. */
  | 'purl'
  /** A version range that VERS 1.1 refuses, a non-canonical one included. */
  | 'vers'
  /** A version that the order of its type cannot place. */
  | 'version'
  /** A CVSS vector that the standard's own pattern refuses. */
  | 'cvss'
  /** An SSVC vector, or an answer to a decision table, that the table does not have. */
  | 'ssvc'
  /** A signed note, or a key for one, that its specification refuses. */
  | 'note'
  /** A note that no known key signed, or a signature of a known key that is not of its text. */
  | 'signature'
  /** JSON of another format, or of a version of it that is not read here. */
  | 'foreign'
  /** A document whose members are not of the types that its format gives them. */
  | 'shape'
  /** A document that contradicts itself: an identifier given twice, a reference to nothing. */
  | 'reference'
  /** Longer, deeper or more numerous than what is read here. */
  | 'bounds';

/** Something of an outside standard that is broken, out of bounds or contradicts itself. */
export class FormatError extends PlacedError<FormatErrorCode> {}
