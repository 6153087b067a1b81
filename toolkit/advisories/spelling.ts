import { tryVersion } from './range.ts';
import { versionKey } from './spans.ts';

/** Versions as they were released where that is known, so that those of a document exist: `1.10` for a bound 1.1. */
export function spelling(known: readonly string[]): (version: string) => string {
  const released = new Map<string, string>();
  for (const text of known) {
    const key = keyOf(text);
    if (key !== null && !released.has(key)) released.set(key, text);
  }
  return (text) => (known.includes(text) ? text : (released.get(keyOf(text) ?? '') ?? text));
}

function keyOf(text: string): string | null {
  const version = tryVersion(text);
  return version === null ? null : versionKey(version);
}
