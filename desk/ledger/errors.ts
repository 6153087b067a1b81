import { PlacedError } from 'cpansec/base';

export type LedgerErrorCode =
  /** A text that is no head of a log. */
  | 'head'
  /** A file that is no export of a log, or is cut off. */
  | 'export';

/** Something about an audit log that cannot be read. */
export class LedgerError extends PlacedError<LedgerErrorCode> {}
