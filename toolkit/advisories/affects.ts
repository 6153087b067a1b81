/** Whether an affected entry means a version. */
import { type PerlVersion, parseVersion } from '../cpan/index.ts';
import { type RangedEntry, readRange } from './range.ts';
import { inSpans, versionKey } from './spans.ts';

/**
 * Whether the entry affects the version: in any of `ranges` and in none of `fixed`. Null when that cannot be
 * told: no range is given, or an expression that could decide does not parse.
 */
export function affects(entry: RangedEntry, version: PerlVersion | string): boolean | null {
  const asked = typeof version === 'string' ? parseVersion(version) : version;
  if (typeof entry.spans === 'string') return inSpans(entry.spans, keyOf(asked));
  const inside = entry.ranges.length === 0 ? null : anyContains(entry.ranges, asked);
  if (inside === false) return false;
  const repaired = anyContains(entry.fixed, asked);
  if (repaired === true) return false;
  return inside === null || repaired === null ? null : true;
}

/** One version is asked about many entries in a row: its key is kept. */
let lastAsked: PerlVersion | null = null;
let lastKey = '';

function keyOf(version: PerlVersion): string {
  if (version !== lastAsked) {
    lastAsked = version;
    lastKey = versionKey(version);
  }
  return lastKey;
}

function anyContains(expressions: readonly string[], version: PerlVersion): boolean | null {
  let unreadable = false;
  for (const expression of expressions) {
    const range = readRange(expression);
    if (range === null) unreadable = true;
    else if (range.contains(version)) return true;
  }
  return unreadable ? null : false;
}
