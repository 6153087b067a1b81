import { PlacedError } from 'cpansec/base';

export type JobErrorCode =
  /** No kind of job is called so, or the word is none. */
  | 'kind'
  /** A payload of more bytes than a job may have. */
  | 'too-large'
  /** There is no such job, or it is not one that waits for a person. */
  | 'not-waiting';

/** A job that cannot be taken on or decided. Never holds anything of its payload. */
export class JobError extends PlacedError<JobErrorCode> {}
