import { PlacedError } from 'cpansec/base';

export type CaseFileErrorCode =
  /** The state of the case does not allow it; the message says why. */
  'refused' | 'too-large' | 'too-many';

/** A case did not take what it was given. */
export class CaseFileError extends PlacedError<CaseFileErrorCode> {}
