import { createHash } from 'node:crypto';

/** How long a job waits before it is tried again: milliseconds, doubled each time. */
export interface BackOff {
  readonly first: number;
  readonly most: number;
}

/** Milliseconds after the attempt, from 1; up to a quarter less or more, by the job's id, so that many do not meet. */
export function delayAfter(attempt: number, id: string, { first, most }: BackOff): number {
  const plain = Math.min(most, first * 2 ** Math.min(attempt - 1, 40));
  const share = createHash('sha256').update(`${id} ${attempt}`).digest().readUInt32BE(0) / 2 ** 32;
  return Math.round(plain * (0.75 + share / 2));
}
