import type { JSX } from 'preact';

/** `2026-11-25 12:00 UTC`. */
export function instantWords(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

/** An instant with its zone; where there is script, the reader's own zone stands in its title. */
export function Instant({ at }: { readonly at: string }): JSX.Element {
  return <time dateTime={at}>{instantWords(at)}</time>;
}

/** How long until then, or since, in two units at most: `13 days 4 h`, `2 h 5 min`. */
export function spanWords(milliseconds: number): string {
  const minutes = Math.floor(Math.abs(milliseconds) / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (days > 0) return `${days === 1 ? '1 day' : `${days} days`} ${hours} h`;
  return hours > 0 ? `${hours} h ${rest} min` : `${rest} min`;
}
