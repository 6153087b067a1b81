/** What several pages say in words. */
import type { Signal } from '../ui/index.ts';
import type { AdvisoryLine, AffectedDistribution } from './model.ts';

type Interval = AffectedDistribution['intervals'][number];

/** `1 advisory`, `1,234 advisories`. */
export function counted(number: number, one: string, many: string = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`; from the seventh on, how many more. */
export function listed(words: readonly string[], most = 6): string {
  const shown =
    words.length > most ? [...words.slice(0, most - 1), `${words.length - most + 1} more`] : words;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** `2026-11-22 06:00 UTC`. */
export function instantWords(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

/** The name people search for: the first CVE, else the id. */
export function nameOf({ id, aliases }: Pick<AdvisoryLine, 'id' | 'aliases'>): string {
  return aliases.find((alias) => alias.startsWith('CVE-')) ?? id;
}

export function ratingWord(rating: AdvisoryLine['rating']): string {
  return rating ?? 'not rated';
}

export function ratingSignal(rating: AdvisoryLine['rating']): Signal {
  if (rating === 'critical' || rating === 'high') return 'danger';
  return rating === 'medium' ? 'warning' : 'quiet';
}

const ZERO = /^v?0+(?:\.0+)*$/;

/** `before 1.7`, `from 1.2 to before 1.5`, `from 1.2 up to 1.4`, `every version`. */
export function intervalWords({ low, lowOpen, high, highOpen }: Interval): string {
  if (!lowOpen && !highOpen && low === high) return `${low} only`;
  const fromStart = ZERO.test(low) && !lowOpen;
  const from = fromStart ? '' : lowOpen ? `after ${low} ` : `from ${low} `;
  if (high === null) return fromStart ? 'every version' : `${from}on`;
  const before = highOpen ? `before ${high}` : `up to ${high}`;
  return fromStart ? before : `${from}${highOpen ? 'to ' : ''}${before}`;
}

/** Versions that are affected and not fixed, in words. */
export function intervalsWords(intervals: readonly Interval[]): string {
  if (intervals.length === 0) return 'no version that could be told';
  return listed(intervals.map(intervalWords), 4);
}
