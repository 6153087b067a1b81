import { BytesError, PlacedError } from 'cpansec/base';
import { CpanError } from 'cpansec/cpan';
import { IoError, type IoErrorCode } from 'cpansec/io';

/** Why a mirror, or a file of one, is not followed. */
export type FollowErrorCode =
  /** No mirror, or one that cannot be read now. */
  | 'mirror'
  /** A file that cannot be taken: too large, changing, elsewhere, cut short. */
  | 'file'
  /** It was told to stop. */
  | 'stopped'
  /** No state of a follower, or one that cannot be written. */
  | 'state'
  /** Another process follows with this state. */
  | 'busy';

/** The place names the file or address. */
export class FollowError extends PlacedError<FollowErrorCode> {}

/** The words of an error that is of one file alone; null for one that is not. */
export function problemOf(cause: unknown): string | null {
  if (cause instanceof FollowError) return cause.code === 'file' ? cause.problem : null;
  const isRead = cause instanceof IoError || cause instanceof CpanError || cause instanceof BytesError;
  return isRead ? cause.problem : null;
}

const PASSING: ReadonlySet<IoErrorCode> = new Set([
  'no-connection',
  'timeout',
  'bad-answer',
  'bad-proxy',
  'bad-certificate',
]);

/** The same, where it is the file that is wrong: what the network did not bring now it may bring in a moment. */
export function faultOf(cause: unknown): string | null {
  return cause instanceof IoError && PASSING.has(cause.code) ? null : problemOf(cause);
}

export function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new FollowError('stopped', 'stopped');
}
