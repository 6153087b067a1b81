import { PlacedError } from 'cpansec/base';

export type FindingsErrorCode =
  /** No document of findings, or a finding that is not as it must be; the path says which. */
  | 'shape'
  /** More findings than one import takes, or a longer text than the desk keeps. */
  | 'bounds';

/** Findings that cannot be taken in: of such a document nothing is. */
export class FindingsError extends PlacedError<FindingsErrorCode> {}
