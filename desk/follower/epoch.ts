/** Epochs of RECENT files: seconds since 1970 with more digits than a number holds. */

/** What claims to be later than this, in milliseconds from now, would hide all that comes after it. */
export const FUTURE: number = 24 * 60 * 60 * 1000;

const END = Date.parse('9999-12-31T23:59:59Z') / 1000;

/** Sorts as text in the order of the epochs. */
export function epochKey(epoch: string): string {
  const [whole = '', fraction = ''] = epoch.split('.');
  return `${whole.replace(/^0+(?=\d)/, '').padStart(20, '0')}.${fraction.replace(/0+$/, '')}`;
}

/** The epoch as an instant to the second; null for one beyond the year 9999. */
export function epochInstant(epoch: string): string | null {
  const seconds = Number(epoch.split('.')[0]);
  return seconds > END ? null : instantAt(seconds * 1000);
}

/** Milliseconds since 1970 as an instant to the second; null where the year has not four digits. */
export function instantAt(milliseconds: number): string | null {
  const seconds = Math.floor(milliseconds / 1000);
  if (!(seconds >= 0 && seconds <= END)) return null;
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** An instant that somebody else said; null for one of the future. */
export function pastInstant(at: string | null, now: number): string | null {
  return at !== null && Date.parse(at) > now + FUTURE ? null : at;
}
