import { instant as instantShape, ShapeError } from 'cpansec/base';
import { DisclosureError } from './errors.ts';

/** An instant as RFC 3339 UTC to the second, `2026-12-06T12:00:00Z`: sorts as text, means one thing everywhere. */
export type Instant = string;

export function isInstant(text: string): boolean {
  try {
    instantShape(text);
    return true;
  } catch (error) {
    if (error instanceof ShapeError) return false;
    throw error;
  }
}

/** Milliseconds since 1970. Throws `instant`. */
export function millisecondsOf(at: Instant): number {
  if (!isInstant(at)) throw new DisclosureError('instant', `${JSON.stringify(at)} is no instant in UTC`);
  return Date.parse(at);
}

/** Throws `instant` outside the years 0 to 9999. */
export function instantOf(milliseconds: number): Instant {
  const date = new Date(Math.floor(milliseconds / 1000) * 1000);
  const text = Number.isNaN(date.getTime()) ? '' : date.toISOString().replace('.000Z', 'Z');
  if (!isInstant(text)) throw new DisclosureError('instant', `${milliseconds} ms is out of bounds`);
  return text;
}
