/**
 * An affected entry as text that is compared without parsing versions: what an index keeps so that an audit in
 * a fresh process costs little.
 *
 * The key of a version is a letter and the digits for each part, `1.10` is `a1c100`; the letter counts the
 * digits and zeros at the end are left out, so keys sort as versions do. A span text is a list of places, sorted,
 * separated by blanks: a key stands for the place just before its version, a key and `!` for the place just
 * after it. What is affected begins at the first place, ends at the second, begins again at the third.
 */
import type { PerlVersion } from '../cpan/index.ts';
import { intervals } from './intervals.ts';
import { isUndecided, type RangedEntry } from './range.ts';

/** The entry affects nothing. */
const NOTHING = '-';
/** The key of version 0, and no end. */
const EVERYTHING = '';

/** The span text of an entry; null where whether it affects a version cannot always be told. */
export function spansOf(entry: RangedEntry): string | null {
  if (isUndecided(entry)) return null;
  const places = intervals(entry.ranges, entry.fixed).flatMap(({ low, lowOpen, high, highOpen }) => {
    const from = versionKey(low) + (lowOpen ? '!' : '');
    return high === null ? [from] : [from, versionKey(high) + (highOpen ? '' : '!')];
  });
  return places.length === 0 ? NOTHING : places.join(' ');
}

/** Whether the entry affects every version there is or will be. */
export function affectsAll(entry: RangedEntry): boolean {
  return (entry.spans ?? spansOf(entry)) === EVERYTHING;
}

/** Whether the version with this key is in the spans. */
export function inSpans(spans: string, key: string): boolean {
  if (spans === NOTHING) return false;
  let inside = false;
  for (let at = 0; at <= spans.length; ) {
    const blank = spans.indexOf(' ', at);
    const end = blank < 0 ? spans.length : blank;
    if (spans.slice(at, end) > key) return inside;
    inside = !inside;
    at = end + 1;
  }
  return inside;
}

export function versionKey({ parts }: PerlVersion): string {
  let length = parts.length;
  while (length > 0 && parts[length - 1] === 0) length--;
  let key = '';
  for (let i = 0; i < length; i++) {
    const digits = String(parts[i]);
    key += String.fromCharCode(0x60 + digits.length) + digits;
  }
  return key;
}
