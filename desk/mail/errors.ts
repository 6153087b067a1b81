import { PlacedError } from 'cpansec/base';

/** What can go wrong with mail. */
export type MailErrorCode =
  /** No address of the grammar in `address.ts`. */
  | 'bad-address'
  /** A header field that holds a line break, a NUL, another control character or too much. */
  | 'bad-header'
  /** More bytes than the bound allows. */
  | 'too-large'
  /** No OpenPGP key, several of them, or one of the wrong kind. */
  | 'bad-key'
  /** A key of an algorithm or hash that is not accepted. */
  | 'key-weak'
  | 'key-expired'
  | 'key-revoked'
  /** A key whose fingerprint nobody has verified. */
  | 'key-unverified'
  /** Others than the owner may read a file that holds a secret. */
  | 'permissions'
  /** A file that cannot be read or written. */
  | 'file'
  /** A configuration that is refused, such as mail without TLS to another host. */
  | 'bad-config'
  /** The server surely has not taken the message and a later attempt may do. */
  | 'not-taken'
  /** The server surely has not taken the message and says that it never will. */
  | 'rejected'
  /** The server may have taken the message: the connection broke after the last byte, before the answer. */
  | 'uncertain'
  /** An intake that cannot listen, connect or sign in. */
  | 'intake';

/** Mail did not do what was asked. Never holds a body, a key or a password. */
export class MailError extends PlacedError<MailErrorCode> {}
