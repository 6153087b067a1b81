/**
 * The graph: distributions by number, and who asks for whom in compressed rows (CSR), both ways. A graph of all
 * of CPAN is some tens of thousands of names and a few megabytes of numbers.
 */
import { compareText } from '../base/index.ts';
import { DependantsError } from './errors.ts';

/** Most distributions: twenty times those of today. */
export const MAX_DISTRIBUTIONS: number = 1 << 20;
/** Most pairs of a distribution and one that it asks for. */
export const MAX_EDGES: number = 1 << 25;

/** Rows of ends: those of `i` stand from `starts[i]` to before `starts[i + 1]`, ascending. */
export interface Edges {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Masks of relations, none of them empty, one for each end. */
  readonly relations: Uint16Array;
}

export interface DependencyGraph {
  /** Of when what it was built from is, RFC 3339 UTC to the second. */
  readonly asOf: string;
  /** Distributions in code unit order; the place of each is its number. */
  readonly names: readonly string[];
  /** The release whose requirements these are, as its META wrote the version; null where it did not. */
  readonly versions: readonly (string | null)[];
  /** 1 where the requirements are known, 0 where no META was there: what such a one asks for is unknown. */
  readonly described: Uint8Array;
  /** From a distribution to those that it asks for. */
  readonly asks: Edges;
  /** From a distribution to those that ask for it. */
  readonly askedBy: Edges;
  /** Modules that somebody asks for and no distribution has. */
  readonly unresolved: number;
}

/** The number of a distribution, or null when the graph does not have it. */
export function numberOf({ names }: DependencyGraph, distribution: string): number | null {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareText(names[middle] ?? '', distribution) < 0) low = middle + 1;
    else high = middle;
  }
  return names[low] === distribution ? low : null;
}

/** The same edges from their other ends. Rows come out ascending. */
export function reversed({ starts, ends, relations }: Edges): Edges {
  const count = starts.length - 1;
  const turned = { starts: new Uint32Array(count + 1), ends: new Uint32Array(ends.length) };
  const turnedRelations = new Uint16Array(ends.length);
  for (const end of ends) add(turned.starts, end + 1, 1);
  for (let i = 0; i < count; i++) add(turned.starts, i + 1, turned.starts[i] ?? 0);
  const next = turned.starts.slice();
  for (let from = 0; from < count; from++) {
    for (let at = starts[from] ?? 0; at < (starts[from + 1] ?? 0); at++) {
      const end = ends[at] ?? 0;
      const place = next[end] ?? 0;
      next[end] = place + 1;
      turned.ends[place] = from;
      turnedRelations[place] = relations[at] ?? 0;
    }
  }
  return { ...turned, relations: turnedRelations };
}

function add(numbers: Uint32Array, at: number, more: number): void {
  numbers[at] = (numbers[at] ?? 0) + more;
}

/** Whether this can be the name of a distribution in a graph: 1 to 255 characters, none of them blank or control. */
export function isGraphName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length < 256 &&
    !/[\u0000-\u0020\u007f-\u00a0\u2028\u2029\ud800-\udfff]/.test(name)
  );
}

export function refuseBeyond(distributions: number, edges: number): void {
  if (distributions > MAX_DISTRIBUTIONS)
    throw new DependantsError('too-large', `${distributions} distributions, at most ${MAX_DISTRIBUTIONS}`);
  if (edges > MAX_EDGES) throw new DependantsError('too-large', `${edges} relations, at most ${MAX_EDGES}`);
}
