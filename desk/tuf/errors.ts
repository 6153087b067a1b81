import { PlacedError } from 'cpansec/base';

/** What can go wrong where a repository of TUF is kept. */
export type TufKeepingErrorCode =
  /** A configuration that is none, or does not fit the repository. */
  | 'config'
  /** No usable key. */
  | 'key'
  /** A token, or the program that speaks with it, did not sign. */
  | 'token'
  /** The ssh-agent is not there, has no such key or did not sign. */
  | 'agent'
  /** A file of a ceremony that is none, or of another one. */
  | 'ceremony';

/** The keys or files of a repository did not do what was asked; `place.file` names it. Never holds anything of a key. */
export class TufKeepingError extends PlacedError<TufKeepingErrorCode> {}
