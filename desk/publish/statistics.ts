/** Figures of all advisories, from a short text that is kept of each. */
import type { AdvisoryRecord } from 'cpansec/advisories';
import { decodeUtf8, encodeUtf8 } from 'cpansec/base';
import type { AdvisoryLine, Statistics } from '../site/index.ts';
import { yearOf } from './facts.ts';
import type { Known } from './known.ts';
import type { Member } from './product.ts';

const COLLECTION = 'statistics';

/** What figures need of one advisory: year, rating, state, whether a library is at fault, weaknesses. */
export function counted(record: AdvisoryRecord, line: AdvisoryLine): Member {
  const embedded = record.affected.some(({ cause }) => cause.kind === 'embedded') ? 'embedded' : 'own';
  const said = [
    yearOf(record),
    line.malicious === true ? 'malicious' : (line.rating ?? 'not rated'),
    stateOf(line),
    embedded,
    ...(record.weaknesses ?? []),
  ];
  return { collection: COLLECTION, key: record.id, bytes: encodeUtf8(said.join('\n')) };
}

type Counts = Map<string, number>;

export function statisticsOf(known: Known): Statistics {
  const [years, ratings, weaknesses, states, causes] = Array.from({ length: 5 }, (): Counts => new Map()) as [
    Counts,
    Counts,
    Counts,
    Counts,
    Counts,
  ]; // five of them
  for (const { bytes } of known.members(COLLECTION)) {
    const [year = '', rating = '', state = '', cause = '', ...found] = decodeUtf8(bytes).split('\n');
    add(years, year);
    add(ratings, rating);
    add(states, state);
    add(causes, cause);
    for (const weakness of found) add(weaknesses, weakness);
  }
  return {
    advisories: known.count('advisories'),
    distributions: known.affectedDistributions(),
    embedded: causes.get('embedded') ?? 0,
    perYear: [...years].sort(([a], [b]) => (a < b ? -1 : 1)),
    perRating: RATINGS.flatMap((rating) => entryOf(ratings, rating)),
    perWeakness: [...weaknesses].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)),
    perState: STATES.flatMap((state) => entryOf(states, state)),
  };
}

const RATINGS = ['malicious', 'critical', 'high', 'medium', 'low', 'not rated'];
const STATES = ['malicious', 'fixed', 'patch only', 'no fix', 'withdrawn'];

function stateOf({ withdrawn, malicious, fixed, hasPatch }: AdvisoryLine): string {
  if (withdrawn !== null) return 'withdrawn';
  if (malicious === true) return 'malicious';
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
