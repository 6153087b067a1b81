import { PlacedError } from 'cpansec/base';

/** What can be wrong with finding, reaching or keeping book of contacts. */
export type ContactErrorCode =
  /** An address that a guarded fetch does not go to: scheme, port, name or network. */
  | 'fetch-refused'
  /** No connection, a bad certificate, or an answer that broke off. */
  | 'fetch-failed'
  /** Not done in the time that was given. */
  | 'fetch-timeout'
  /** More bytes than the caller allows. */
  | 'fetch-too-large'
  /** An event that cannot follow those of the log. */
  | 'log-order'
  /** A log of more events than are kept of one case. */
  | 'log-too-large';

/** A contact that was not found, reached or noted as asked. */
export class ContactError extends PlacedError<ContactErrorCode> {}
