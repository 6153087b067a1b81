import { instant as instantShape, ShapeError } from 'cpansec/base';

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
