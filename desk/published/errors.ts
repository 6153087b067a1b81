import { PlacedError } from 'cpansec/base';

/** What can be wrong with a published store. */
export type PublishedErrorCode =
  /** A file that is not of its documented shape. */
  | 'shape'
  /** A name that no key can hold. */
  | 'name'
  /** A patch that is no unified diff, or of nothing that we could name. */
  | 'patch'
  /** Other writers were faster, however often it was tried. */
  | 'busy';

/** A store that cannot be read or written; the place names the key and the path in it. */
export class PublishedError extends PlacedError<PublishedErrorCode> {}
