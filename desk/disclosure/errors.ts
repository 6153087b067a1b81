import { PlacedError } from 'cpansec/base';

/** What can be wrong with what this room is given. A refused event or a letter's problem is a value, not an error. */
export type DisclosureErrorCode =
  /** A case that is not of its documented shape; the place has the path. */
  'shape';

export class DisclosureError extends PlacedError<DisclosureErrorCode> {}
