/** Whether this process can trust its clock: one that was set must not publish early. */

export interface SteadyClock {
  /** Milliseconds since 1970, as the clock says. */
  wall(): number;
  /** Milliseconds that have passed, whatever was done to the clock. */
  monotonic(): number;
  /** The difference of both when it was made. */
  readonly begun: number;
}

/** Milliseconds. */
const DRIFT = 60_000;

export function steadyClock(
  wall: () => number = Date.now,
  monotonic: () => number = () => performance.now(),
): SteadyClock {
  return { wall, monotonic, begun: wall() - monotonic() };
}

/**
 * False once the clock was set by more than a minute, or the machine slept: then nothing is published until the
 * process was started anew by somebody who looked at the clock.
 */
export function isSteady({ wall, monotonic, begun }: SteadyClock): boolean {
  return Math.abs(wall() - monotonic() - begun) < DRIFT;
}
