/** Answers questions from the static search index; in a browser over HTTP, on a server over the tree. */
import {
  SEARCH_FORMAT,
  SEARCH_HEAD_PATH,
  type SearchHead,
  type SearchHit,
  type SearchShard,
  type StoredDocument,
  searchShardPath,
  shardOfTerm,
} from './search-index.ts';
import { nameTerms, wordTerms } from './search-terms.ts';

/** The JSON at a path of the tree; null where nothing stands. */
export type ReadJson = (path: string) => Promise<unknown>;

export interface Found {
  /** The best first. */
  readonly hits: readonly SearchHit[];
  readonly more: boolean;
}

export interface Search {
  /** Answers a question of people: names, ids, a package URL, words. `limit` hits at most. */
  find(query: string, limit?: number): Promise<Found>;
}

/** Characters and words of a question that are looked at. */
const MAX_QUERY = 300;
const MAX_WORDS = 8;
const LIMIT = 30;
/** Shards that are kept; the store starts anew when it is full. */
const MAX_KEPT = 64;

/** How well a document answers: an exact name, the beginning of one, an exact word, the beginning of one. */
const EXACT_NAME = 8;
const NAME_PREFIX = 4;
const EXACT_WORD = 2;
const WORD_PREFIX = 1;

interface Scored {
  readonly document: StoredDocument;
  readonly score: number;
}

/** Opens the index when it is first asked. What cannot be read is an error of the question, and asked for again. */
export function openSearch(read: ReadJson): Search {
  const shards = new Map<number, Promise<SearchShard | null>>();
  let head: Promise<SearchHead> | null = null;
  const readHead = (): Promise<SearchHead> => {
    const asked = read(SEARCH_HEAD_PATH).then(asHead);
    asked.catch(() => {
      head = null;
    });
    return asked;
  };
  const shardFor = async (term: string): Promise<SearchShard | null> => {
    head ??= readHead();
    const number = shardOfTerm(term, (await head).shards);
    const known = shards.get(number);
    if (known !== undefined) return known;
    if (shards.size >= MAX_KEPT) shards.clear();
    const shard = read(searchShardPath(number)).then(asShard);
    shards.set(number, shard);
    shard.catch(() => shards.delete(number));
    return shard;
  };
  return { find: (query, limit = LIMIT) => find(query.slice(0, MAX_QUERY), limit, shardFor) };
}

type ShardFor = (term: string) => Promise<SearchShard | null>;

async function find(query: string, limit: number, shardFor: ShardFor): Promise<Found> {
  const [name] = nameTerms(query.trim());
  const words = [...wordTerms(query)].slice(0, MAX_WORDS);
  const whole = name === undefined ? new Map<string, Scored>() : await lookUp(name, shardFor);
  const single = /^\S*$/.test(query.trim());
  const byWord = single ? [] : await Promise.all(words.map((word) => lookUp(word, shardFor)));
  const all = [...merge(whole, intersect(byWord)).values()].sort(better);
  return { hits: all.slice(0, limit).map(({ document }) => hitOf(document)), more: all.length > limit };
}

/** Documents of terms that are, or begin with, the asked one. */
async function lookUp(asked: string, shardFor: ShardFor): Promise<Map<string, Scored>> {
  const shard = await shardFor(asked);
  const found = new Map<string, Scored>();
  if (shard === null) return found;
  const collect = (terms: SearchShard['names'], exact: number, prefix: number): void => {
    for (const [term, ...places] of beginningWith(terms, asked))
      for (const place of places) add(found, shard.documents[place], term === asked ? exact : prefix);
  };
  collect(shard.names, EXACT_NAME, NAME_PREFIX);
  collect(shard.words, EXACT_WORD, WORD_PREFIX);
  return found;
}

function* beginningWith(terms: SearchShard['names'], asked: string): Iterable<SearchShard['names'][number]> {
  let low = 0;
  for (let high = terms.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((terms[middle]?.[0] ?? '') < asked) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < terms.length; i++) {
    const entry = terms[i];
    if (entry === undefined || !entry[0].startsWith(asked)) return;
    yield entry;
  }
}

function add(found: Map<string, Scored>, document: StoredDocument | undefined, score: number): void {
  if (document === undefined) return;
  const key = `${document[0]} ${document[1]}`;
  if ((found.get(key)?.score ?? 0) < score) found.set(key, { document, score });
}

/** What answers every word; its score is the sum. */
function intersect([first, ...others]: readonly Map<string, Scored>[]): Map<string, Scored> {
  const both = new Map<string, Scored>();
  for (const [key, { document, score }] of first ?? []) {
    const scores = others.map((other) => other.get(key)?.score);
    if (scores.every((one) => one !== undefined))
      both.set(key, { document, score: scores.reduce((sum, one) => sum + one, score) });
  }
  return both;
}

function merge(a: Map<string, Scored>, b: Map<string, Scored>): Map<string, Scored> {
  const all = new Map(a);
  for (const [, { document, score }] of b) add(all, document, score);
  return all;
}

/** Score, then distributions, then the newest report, then the name. */
function better(a: Scored, b: Scored): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.document[0] !== b.document[0]) return a.document[0] === 'd' ? -1 : 1;
  const [dateA, dateB] = [dateOf(a.document), dateOf(b.document)];
  if (dateA !== dateB) return dateA < dateB ? 1 : -1;
  return a.document[1] < b.document[1] ? -1 : 1;
}

function dateOf(document: StoredDocument): string {
  return document[0] === 'a' ? (document[5] ?? '') : '';
}

function hitOf(document: StoredDocument): SearchHit {
  if (document[0] === 'd') return { kind: 'distribution', name: document[1], advisories: document[2] };
  const [, id, name, summary, distributions, reported] = document;
  return { kind: 'advisory', id, name, summary, distributions, reported };
}

/** The index is our own and read over our own origin: its shape is checked no deeper than its format. */
function asHead(value: unknown): SearchHead {
  const head = value as SearchHead | null;
  if (head?.format !== SEARCH_FORMAT) throw new Error(`${SEARCH_HEAD_PATH}: not of format ${SEARCH_FORMAT}`);
  return head;
}

function asShard(value: unknown): SearchShard | null {
  return value as SearchShard | null;
}
