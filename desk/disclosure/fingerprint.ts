/**
 * What makes two reports the same. A report becomes tokens, `facet:value`; a store keeps them keyed, as
 * `facet:` and a MAC of the token, and they compare just as well.
 */
import { compareText } from 'cpansec/base';
import type { Policy } from './policy.ts';

export type Facet = 'dist' | 'file' | 'routine' | 'weakness' | 'word' | 'shingle';

export interface ReportFacets {
  readonly distribution: string | null;
  readonly files: readonly string[];
  readonly routines: readonly string[];
  /** CWE numbers. */
  readonly weaknesses: readonly number[];
  /** The prose of the report; what is beyond the bound is not read. */
  readonly text: string;
}

const MOST_TEXT = 64 * 1024;
/** Most values of one list, and the size of the sample that stands for longer texts. */
const MOST_VALUES = 200;
const SAMPLE = 256;

/** Sorted, each once. The same report gives the same tokens, whatever its spacing, case and order. */
export function fingerprint(report: ReportFacets): string[] {
  const { distribution, files, routines, weaknesses, text } = report;
  const words = wordsOf(text.slice(0, MOST_TEXT));
  const tokens = [
    ...(distribution === null ? [] : [token('dist', distribution.replaceAll('::', '-').toLowerCase())]),
    ...files.slice(0, MOST_VALUES).map((file) => token('file', normalFile(file))),
    ...routines.slice(0, MOST_VALUES).map((routine) => token('routine', normalRoutine(routine))),
    ...weaknesses.slice(0, MOST_VALUES).map((cwe) => token('weakness', String(cwe))),
    ...sample(words.map((word) => token('word', word))),
    ...sample(shinglesOf(words).map((shingle) => token('shingle', shingle))),
  ];
  return [...new Set(tokens)].sort(compareText);
}

/** The tokens as a store may keep them: the facet in clear, the rest by the MAC, which takes the whole token. */
export function keyedTokens(tokens: readonly string[], mac: (token: string) => string): string[] {
  return tokens.map((one) => `${facetOf(one)}:${mac(one)}`).sort(compareText);
}

export interface Similarity {
  /** Hundredths, 0 to 100. */
  readonly score: number;
  /** What the two have in common, facet by facet; one that either lacks is not listed. */
  readonly facets: readonly { readonly facet: string; readonly shared: number; readonly of: number }[];
}

/**
 * How alike two sets of tokens are: per facet that both have, shared over all (Jaccard), weighted by policy. Of
 * two that name different distributions it is 0.
 */
export function similarity(a: readonly string[], b: readonly string[], { duplicates }: Policy): Similarity {
  const [left, right] = [byFacet(a), byFacet(b)];
  const facets = [...left].flatMap(([facet, ours]) => {
    const theirs = right.get(facet);
    return theirs === undefined ? [] : [{ facet, ...overlap(ours, theirs) }];
  });
  const weights = new Map<string, number>(Object.entries(duplicates.weights));
  const weigh = (value: (one: { shared: number; of: number }) => number): number =>
    facets.reduce((sum, one) => sum + (weights.get(one.facet) ?? 0) * value(one), 0);
  const total = weigh(() => 1);
  const apart = facets.some(({ facet, shared }) => facet === 'dist' && shared === 0);
  const score = apart || total === 0 ? 0 : Math.round((100 * weigh(({ shared, of }) => shared / of)) / total);
  return { score, facets };
}

/** What a similarity asks for, by the policy's bounds. */
export function judgeSimilarity({ score }: Similarity, { duplicates }: Policy): 'likely' | 'suggest' | 'no' {
  if (score >= duplicates.likely) return 'likely';
  return score >= duplicates.suggest ? 'suggest' : 'no';
}

/** Something that is reported again and again and is no vulnerability. */
export interface NonFinding {
  readonly id: string;
  readonly title: string;
  /** What a reporter is answered. */
  readonly answer: string;
  /** Tokens that a report has to have, all of them; keyed where the report's are. */
  readonly all: readonly string[];
  /** Of these at least one; none are asked for where the list is empty. */
  readonly any: readonly string[];
}

/** The known non-findings that a report looks like. One without any tokens matches nothing. */
export function matchNonFindings(tokens: readonly string[], known: readonly NonFinding[]): NonFinding[] {
  const has = new Set(tokens);
  return known.filter(
    ({ all, any }) =>
      all.length + any.length > 0 &&
      all.every((one) => has.has(one)) &&
      (any.length === 0 || any.some((one) => has.has(one))),
  );
}

function token(facet: Facet, value: string): string {
  return `${facet}:${value}`;
}

function facetOf(one: string): string {
  const colon = one.indexOf(':');
  return colon === -1 ? one : one.slice(0, colon);
}

function byFacet(tokens: readonly string[]): Map<string, Set<string>> {
  const sets = new Map<string, Set<string>>();
  for (const one of tokens) {
    const set = sets.get(facetOf(one));
    if (set === undefined) sets.set(facetOf(one), new Set([one]));
    else set.add(one);
  }
  return sets;
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): { shared: number; of: number } {
  const shared = [...a].filter((one) => b.has(one)).length;
  return { shared, of: a.size + b.size - shared };
}

/** The path below the archive's own directory, so that `Foo-1.2/lib/Foo.pm` is `lib/foo.pm`. */
function normalFile(file: string): string {
  const parts = file
    .slice(0, 1000)
    .toLowerCase()
    .split(/[\\/]+/)
    .filter((part) => part !== '' && part !== '.');
  const [first = ''] = parts;
  return (/-v?\d[\w.]*$/.test(first) ? parts.slice(1) : parts).join('/');
}

/** `Foo::Bar::parse()` and `parse` are the same routine. */
function normalRoutine(routine: string): string {
  const name = routine.slice(0, 500).trim().replace(/^[&*]/, '').replace(/\(.*$/s, '');
  return name.split(/::|->/).at(-1)?.trim().toLowerCase() ?? '';
}

const STOP_WORDS: ReadonlySet<string> = new Set(
  'a an and are as at be by can for from has have if in into is it its may no not of on or that the then this to was when which will with you your'.split(
    ' ',
  ),
);
const LONGEST_WORD = 40;

function wordsOf(text: string): string[] {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu) ?? [];
  return words.filter((word) => word.length > 1 && word.length <= LONGEST_WORD && !STOP_WORDS.has(word));
}

/** Three words in a row. */
function shinglesOf(words: readonly string[]): string[] {
  return words.slice(2).map((word, i) => `${words[i]} ${words[i + 1]} ${word}`);
}

/**
 * At most so many of them: those with the lowest hashes, so that two long texts that share much also share much
 * of their samples.
 */
function sample(tokens: readonly string[]): string[] {
  const all = [...new Set(tokens)];
  if (all.length <= SAMPLE) return all;
  return all
    .map((one) => [hashOf(one), one] as const)
    .sort(([a, one], [b, other]) => a - b || compareText(one, other))
    .slice(0, SAMPLE)
    .map(([, one]) => one);
}

/** FNV-1a over UTF-16 code units: spreads, and keeps nothing secret. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
