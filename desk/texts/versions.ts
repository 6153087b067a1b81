/** Affected versions in the phrases of the group: `before 1.42`, `from 2.0 through 2.3`. */
import {
  type AdvisoryRecord,
  type AffectedEntry,
  type Interval,
  intervals,
  readRange,
} from 'cpansec/advisories';

/** Most phrases of one entry, and most distributions; the advisory has the rest. */
const MOST = 4;
/** Characters. */
const LONGEST = 240;

interface Ranged {
  readonly ranges: readonly string[];
  readonly fixed: readonly string[];
}

/** `before 1.42, from 2.0 before 2.3`; `unknown` where it is not said. */
export function versionsOfEntry({ ranges, fixed }: Ranged, most: number = MOST): string {
  if (ranges.length === 0 || [...ranges, ...fixed].some((range) => readRange(range) === null))
    return 'unknown';
  const phrases = intervals(ranges, fixed).map(phraseOf);
  return phrases.length === 0 ? 'none' : listed(phrases, ', ', most);
}

/** Of all entries; of several distributions each is named. */
export function versionsOf({ affected }: AdvisoryRecord): string {
  for (let most = MOST; most > 0; most--) {
    const words = wordsOf(affected, most);
    if (words.length <= LONGEST) return words;
  }
  return 'as the advisory lists them';
}

function wordsOf(affected: readonly AffectedEntry[], most: number): string {
  const names = new Set(affected.map(({ distribution }) => distribution));
  const words = affected.map((entry) => {
    const versions = versionsOfEntry(entry, most);
    return names.size === 1 ? versions : `${entry.distribution} ${versions}`;
  });
  return words.length === 0 ? 'unknown' : listed([...new Set(words)], '; ', most);
}

function listed(all: readonly string[], between: string, most: number): string {
  const rest = all.length - most;
  return [...all.slice(0, most), ...(rest > 0 ? [`and ${rest} more`] : [])].join(between);
}

function phraseOf({ low, lowOpen, high, highOpen }: Interval): string {
  const fromZero = !lowOpen && low.parts.every((part) => part === 0);
  if (high !== null && low.original === high.original) return low.original;
  const from = fromZero ? [] : [`${lowOpen ? 'after' : 'from'} ${low.original}`];
  const to = high === null ? [] : [`${highOpen ? 'before' : 'through'} ${high.original}`];
  return [...from, ...to].join(' ') || 'all';
}
