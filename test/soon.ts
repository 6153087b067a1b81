import assert from 'node:assert/strict';

/** Seconds of this process, so that whatever else the machine does counts for nothing. */
const SOON = 3;

/** Hostile input is read, or refused, soon: no step takes longer the more of it there is. Throws what the work throws. */
export function endsSoon<T>(work: () => T, what: string | number = ''): T {
  const before = process.cpuUsage();
  try {
    return work();
  } finally {
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    assert.ok(seconds < SOON, `${what} took ${seconds} s of this process`);
  }
}
