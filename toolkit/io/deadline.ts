import type { Place } from '../base/index.ts';
import { IoError } from './errors.ts';

/** An end to work with a server that takes several steps. */
export interface Deadline {
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
  /** A step of it; throws `timeout` in place of what it throws because the time is over. */
  inTime<T>(step: Promise<T>): Promise<T>;
  /** Gives so many milliseconds more. */
  extend(milliseconds: number): void;
}

/** In so many milliseconds from now, or when `stop` says so; `place` is for errors. */
export function deadline(milliseconds: number, host: string, place: Place, stop?: AbortSignal): Deadline {
  const late = new AbortController();
  const begun = performance.now();
  let all = milliseconds;
  const look = (): void => {
    const left = begun + all - performance.now();
    if (left <= 0) late.abort();
    else setTimeout(look, Math.min(Math.ceil(left), 2 ** 31 - 1)).unref();
  };
  look();
  return {
    signal: stop === undefined ? late.signal : AbortSignal.any([late.signal, stop]),
    async inTime(step) {
      try {
        return await step;
      } catch (cause) {
        if (!late.signal.aborted || stop?.aborted === true) throw cause;
        const seconds = Math.round(all) / 1000;
        throw new IoError('timeout', `${host} took more than ${seconds} s`, place, { cause });
      }
    },
    extend(more) {
      all += more;
    },
  };
}
