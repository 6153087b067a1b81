import { PlacedError } from 'cpansec/base';

/** What can be wrong with what this room is given. A refused event or a letter's problem is a value, not an error. */
export type DisclosureErrorCode =
  /** Text that is no instant in UTC, or one out of bounds. */
  | 'instant'
  /** A time zone that is not in the IANA database. */
  | 'zone'
  /** A policy or a case that is not of its documented shape; the place has the path. */
  | 'shape';

export class DisclosureError extends PlacedError<DisclosureErrorCode> {}
