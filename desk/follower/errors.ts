import { PlacedError } from 'cpansec/base';

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

export function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new FollowError('stopped', 'stopped');
}
