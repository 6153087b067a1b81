/**
 * What a lock holds: when the log last signed, and what.
 *
 *     time 1764144000000        milliseconds since 1970
 *     example.org/log           the signed checkpoint
 *     …
 */
import { quoteFound } from '../base/index.ts';
import { TransparencyError } from './errors.ts';

export interface LockState {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Signed by the log alone. */
  readonly note: string;
}

export function formatLock({ time, note }: LockState): string {
  return `time ${time}\n${note}`;
}

/** Throws `lock`. */
export function parseLock(text: string): LockState {
  const [line, time] = /^time (0|[1-9]\d{0,15})\n/.exec(text) ?? [];
  if (line === undefined)
    throw new TransparencyError('lock', `the lock holds no time: ${quoteFound(text.slice(0, 40))}`);
  return { time: Number(time), note: text.slice(line.length) };
}
