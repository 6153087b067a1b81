/** Figures of all advisories. */
import type { AdvisoryLine, Statistics } from '../site/index.ts';
import { yearOf } from './facts.ts';
import type { Known } from './known.ts';

type Counts = Map<string, number>;

export function statisticsOf(known: Known): Statistics {
  const counts = { year: new Map(), rating: new Map(), weakness: new Map(), state: new Map() } as Record<
    'year' | 'rating' | 'weakness' | 'state',
    Counts
  >; // maps begin empty
  const distributions = new Set<string>();
  let [advisories, embedded] = [0, 0];
  for (const { record, line } of known.advisories()) {
    advisories++;
    if (record.affected.some(({ cause }) => cause.kind === 'embedded')) embedded++;
    for (const name of line.distributions) distributions.add(name);
    add(counts.year, yearOf(record));
    add(counts.rating, line.rating ?? 'not rated');
    for (const weakness of record.weaknesses ?? []) add(counts.weakness, weakness);
    add(counts.state, stateOf(line));
  }
  return {
    advisories,
    distributions: distributions.size,
    embedded,
    perYear: [...counts.year].sort(([a], [b]) => (a < b ? -1 : 1)),
    perRating: RATINGS.flatMap((rating) => entryOf(counts.rating, rating)),
    perWeakness: [...counts.weakness].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)),
    perState: STATES.flatMap((state) => entryOf(counts.state, state)),
  };
}

const RATINGS = ['critical', 'high', 'medium', 'low', 'not rated'];
const STATES = ['fixed', 'patch only', 'no fix', 'withdrawn'];

function stateOf({ withdrawn, fixed, hasPatch }: AdvisoryLine): string {
  if (withdrawn !== null) return 'withdrawn';
  if (fixed === true) return 'fixed';
  return hasPatch ? 'patch only' : 'no fix';
}

function add(counts: Counts, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function entryOf(counts: Counts, key: string): [string, number][] {
  const count = counts.get(key);
  return count === undefined ? [] : [[key, count]];
}
