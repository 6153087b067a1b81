import { PlacedError } from 'cpansec/base';

/** What can go wrong with a store of blobs. */
export type BlobErrorCode =
  /** A key that is none. */
  | 'bad-key'
  /** An address of no store, or an environment without what its bucket needs. */
  | 'bad-address'
  /** The store refuses: no permission, a wrong signature, a read-only disk. */
  | 'not-permitted'
  /** What was to be copied is not there, or the bucket is not. */
  | 'not-found'
  /** Something else than a blob stands there, or a link on the way. */
  | 'wrong-kind'
  /** No space or no quota left. */
  | 'full'
  /** A blob above the bound. */
  | 'too-large'
  /** Another writer holds the blob for too long. */
  | 'busy'
  /** No answer, however often it was asked. */
  | 'no-connection'
  /** An answer that is none of the protocol, or any other failure. */
  | 'failed';

/** A store did not do what was asked; `place.file` is the key. No secret is ever in it. */
export class BlobError extends PlacedError<BlobErrorCode> {}
