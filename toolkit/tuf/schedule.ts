/**
 * When metadata runs out and when it is signed anew. Bins are signed anew in a cycle, some of them every day, so that
 * neither the repository nor its readers ever meet all of them at once; which ones follows from the day alone.
 */
const DAY = 86_400_000;

/** How long what is signed on line holds, in days. */
export const HOLDS_DAYS = { timestamp: 2, snapshot: 7, online: 30, bins: 90 } as const;
/** Every bin is signed anew once in so many days. */
export const CYCLE_DAYS = 30;

/** RFC 3339 UTC to the second. */
export function expiryAfter(now: Date, days: number): string {
  return new Date(now.getTime() + days * DAY).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** When something was signed that holds so long. */
export function signedAt(expires: string, days: number): Date {
  return new Date(Date.parse(expires) - days * DAY);
}

/** Half of its time is over. */
export function isHalfOver(expires: string, days: number, now: Date): boolean {
  return isLessThan(expires, days / 2, now);
}

/** Whether so many days are no longer left. */
export function isLessThan(expires: string, days: number, now: Date): boolean {
  return Date.parse(expires) - now.getTime() < days * DAY;
}

/** Numbers of the bins whose day has come since the last time; all of them after a whole cycle. */
export function dueBins(count: number, last: Date, now: Date): number[] {
  const [from, to] = [dayOf(last), dayOf(now)];
  const days = new Set<number>();
  for (let day = from + 1; day <= Math.min(to, from + CYCLE_DAYS); day++) days.add(day % CYCLE_DAYS);
  if (days.size === 0) return [];
  return Array.from({ length: count }, (_, i) => i).filter((i) =>
    days.has(Math.floor((i * CYCLE_DAYS) / count)),
  );
}

function dayOf(date: Date): number {
  return Math.floor(date.getTime() / DAY);
}
