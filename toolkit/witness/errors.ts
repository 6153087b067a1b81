import { PlacedError } from '../base/index.ts';

/** What can go wrong with a witness before it answers anything. */
export type WitnessErrorCode =
  /** A list of logs that is none. */
  | 'logs'
  /** A checkpoint that was kept and is not this witness's own; nothing kept where something was, or the other way round. */
  | 'kept'
  /** Over a bound. */
  | 'bounds';

/** A witness that cannot start. */
export class WitnessError extends PlacedError<WitnessErrorCode> {}
