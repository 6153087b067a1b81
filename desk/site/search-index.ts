/**
 * The static search index (`docs/formats/search-index.md`): a small head, and shards by the first letters of terms.
 * A question reads one shard for each of its words; a change rewrites the shards of its terms and no other.
 */
import { compareText } from 'cpansec/base';
import type { AdvisoryLine } from './model.ts';
import { nameTerms, shardKey, wordTerms } from './search-terms.ts';
import { nameOf } from './words.ts';

export const SEARCH_FORMAT = 'cpansec-search/1';

/** What can be found: a distribution with its modules, or an advisory. */
export type SearchDocument =
  | {
      readonly kind: 'distribution';
      readonly name: string;
      readonly modules: readonly string[];
      /** How many it has, withdrawn ones not counted. */
      readonly advisories: number;
    }
  | {
      readonly kind: 'advisory';
      readonly line: Pick<AdvisoryLine, 'id' | 'aliases' | 'summary' | 'distributions' | 'reported'>;
    };

export type SearchHit =
  | { readonly kind: 'distribution'; readonly name: string; readonly advisories: number }
  | {
      readonly kind: 'advisory';
      readonly id: string;
      /** The name people search for: a CVE where it has one. */
      readonly name: string;
      readonly summary: string;
      readonly distributions: readonly string[];
      readonly reported: string | null;
    };

/** A document in a shard: `d` or `a`, and what a hit shows. */
export type StoredDocument =
  | readonly ['d', name: string, advisories: number]
  | readonly [
      'a',
      id: string,
      name: string,
      summary: string,
      distributions: readonly string[],
      reported: string | null,
    ];

export interface SearchShard {
  /** By kind and name. */
  readonly documents: readonly StoredDocument[];
  /** Terms of names and of words, sorted, each with the places of its documents. */
  readonly names: readonly (readonly [term: string, ...documents: number[]])[];
  readonly words: readonly (readonly [term: string, ...documents: number[]])[];
}

export interface SearchHead {
  readonly format: typeof SEARCH_FORMAT;
  /** How many shards there are, at `search/0.json` … */
  readonly shards: number;
}

/** For up to ten thousand advisories. A site with more takes a larger power of two, 4096 at most. */
export const SEARCH_SHARDS = 128;

export function searchHead(shards: number = SEARCH_SHARDS): string {
  const head: SearchHead = { format: SEARCH_FORMAT, shards };
  return `${JSON.stringify(head)}\n`;
}

export const SEARCH_HEAD_PATH = 'search/index.json';

export function searchShardPath(number: number): string {
  return `search/${number}.json`;
}

/** The shard of a term, by the FNV-1a hash (32 bits) of the letters that it is found by: all are ASCII. */
export function shardOfTerm(term: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (const char of shardKey(term)) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return hash % shards;
}

/** Shards that a document stands in. Those of its state before and after are what a change rewrites. */
export function shardsOfDocument(document: SearchDocument, shards: number = SEARCH_SHARDS): number[] {
  const { names, words } = termsOf(document);
  const numbers = new Set([...names, ...words].map((term) => shardOfTerm(term, shards)));
  return [...numbers].sort((a, b) => a - b);
}

/**
 * One shard, from at least the documents that {@link shardsOfDocument} puts there, in any order: others change
 * nothing. The same documents give the same text.
 */
export function searchShard(
  number: number,
  documents: Iterable<SearchDocument>,
  shards: number = SEARCH_SHARDS,
): string {
  const here = (term: string): boolean => shardOfTerm(term, shards) === number;
  const kept = [...documents]
    .map((document) => ({ key: keyOf(document), document, terms: termsOf(document) }))
    .filter(({ terms }) => [...terms.names, ...terms.words].some(here))
    .sort((a, b) => compareText(a.key, b.key));
  const shard: SearchShard = {
    documents: kept.map(({ document }) => stored(document)),
    names: postings(kept.map(({ terms }) => [...terms.names].filter(here))),
    words: postings(kept.map(({ terms }) => [...terms.words].filter(here))),
  };
  return `${JSON.stringify(shard)}\n`;
}

function postings(termsByDocument: readonly (readonly string[])[]): (readonly [string, ...number[]])[] {
  const byTerm = new Map<string, number[]>();
  for (const [i, terms] of termsByDocument.entries())
    for (const term of terms) {
      const places = byTerm.get(term);
      if (places === undefined) byTerm.set(term, [i]);
      else places.push(i);
    }
  return [...byTerm]
    .sort(([a], [b]) => compareText(a, b))
    .map(([term, places]) => [term, ...places] as const);
}

/** Characters of a summary that a hit shows; it stands in as many shards as it has words. */
const MAX_SUMMARY = 140;

function keyOf(document: SearchDocument): string {
  return document.kind === 'distribution' ? `d ${document.name}` : `a ${document.line.id}`;
}

function stored(document: SearchDocument): StoredDocument {
  if (document.kind === 'distribution') return ['d', document.name, document.advisories];
  const { line } = document;
  const summary = line.summary.length > MAX_SUMMARY ? `${line.summary.slice(0, MAX_SUMMARY)}…` : line.summary;
  return ['a', line.id, nameOf(line), summary, line.distributions.slice(0, 4), line.reported];
}

function termsOf(document: SearchDocument): { names: ReadonlySet<string>; words: ReadonlySet<string> } {
  if (document.kind === 'distribution') {
    const names = new Set([document.name, ...document.modules].flatMap(nameTerms));
    return { names, words: without(wordTerms(document.name), names) };
  }
  const { id, aliases, summary, distributions } = document.line;
  const names = new Set([id, ...aliases].flatMap(nameTerms));
  return { names, words: without(wordTerms([summary, ...distributions].join(' ')), names) };
}

function without(words: ReadonlySet<string>, names: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...words].filter((word) => !names.has(word)));
}
