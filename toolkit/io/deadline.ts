import type { Place } from '../base/index.ts';
import { IoError } from './errors.ts';

/** An end to work with a server that takes several steps. */
export interface Deadline {
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
  /** A step of it; throws `timeout` in place of what it throws because the time is over. */
  inTime<T>(step: Promise<T>): Promise<T>;
}

/** In so many milliseconds from now, or when `stop` says so; `place` is for errors. */
export function deadline(milliseconds: number, host: string, place: Place, stop?: AbortSignal): Deadline {
  const late = AbortSignal.timeout(milliseconds);
  return {
    signal: stop === undefined ? late : AbortSignal.any([late, stop]),
    async inTime(step) {
      try {
        return await step;
      } catch (cause) {
        if (!late.aborted || stop?.aborted === true) throw cause;
        throw new IoError('timeout', `${host} took more than ${milliseconds / 1000} s`, place, { cause });
      }
    },
  };
}
