/** Who depends on a distribution and what it depends on, transitively. Cycles are fine. */
import { type DependencyGraph, type Edges, numberOf } from './graph.ts';
import {
  maskOf,
  PHASES,
  type Phase,
  RANKS,
  type Relation,
  type Relationship,
  relationAt,
  strongestOf,
} from './relation.ts';

export interface RadiusOptions {
  /** Phases that count, in every link of a chain. Default: those that installing goes through, all but develop. */
  readonly phases?: readonly Phase[];
  /** Relationships that count, in every link. Default: requires. */
  readonly relationships?: readonly Relationship[];
  /** The longest chain, in links. Default: any. */
  readonly depth?: number;
  /** How many distributions to list, the most depended on. Default 100; the totals count all. */
  readonly limit?: number;
}

/** A distribution at the other end of a chain. */
export interface Reached {
  readonly distribution: string;
  readonly version: string | null;
  /** Links of the shortest chain, from 1. */
  readonly depth: number;
  /**
   * The strongest relation that holds along the whole of some chain, which may be longer than the shortest one:
   * a chain is as strong as its weakest link.
   */
  readonly relation: Relation;
  /** How many distributions ask for it directly, by the relations that count. */
  readonly dependants: number;
  /** A shortest chain: each asks for the next, the last for the end. */
  readonly chain: readonly ChainLink[];
}

export interface ChainLink {
  readonly distribution: string;
  /** The strongest by which it asks for the next. */
  readonly relation: Relation;
}

export interface Radius {
  readonly distribution: string;
  readonly version: string | null;
  /** All that were reached. */
  readonly total: number;
  /** How many at each depth, from 1. */
  readonly perDepth: readonly number[];
  /** By the number of their own dependants, most first, then by name; at most `limit`. */
  readonly reached: readonly Reached[];
  /**
   * Distributions whose requirements are unknown, so that chains may be missing: of dependants, all that the graph
   * has; of dependencies, those reached and the one asked about.
   */
  readonly undescribed: number;
}

/** Everything that depends on the distribution; null when the graph does not have it. */
export function blastRadius(
  graph: DependencyGraph,
  distribution: string,
  options: RadiusOptions = {},
): Radius | null {
  return radius(graph, distribution, options, 'askedBy');
}

/** Everything that the distribution depends on; null when the graph does not have it. */
export function dependencies(
  graph: DependencyGraph,
  distribution: string,
  options: RadiusOptions = {},
): Radius | null {
  return radius(graph, distribution, options, 'asks');
}

type Direction = 'asks' | 'askedBy';

function radius(
  graph: DependencyGraph,
  distribution: string,
  {
    phases = PHASES.slice(0, -1),
    relationships = ['requires'],
    depth = Infinity,
    limit = 100,
  }: RadiusOptions,
  direction: Direction,
): Radius | null {
  const from = numberOf(graph, distribution);
  if (from === null) return null;
  const mask = maskOf(phases, relationships);
  const walk = breadthFirst(graph[direction], from, mask, depth);
  const strengths = strongestChains(graph[direction], from, mask);
  const listed = ranked(graph.askedBy, walk.order, mask).slice(0, limit);
  return {
    distribution,
    version: graph.versions[from] ?? null,
    total: walk.order.length,
    perDepth: walk.perDepth,
    reached: listed.map(({ number, dependants }) => ({
      distribution: graph.names[number] ?? '',
      version: graph.versions[number] ?? null,
      depth: walk.depths[number] ?? 0,
      relation: relationAt(strengths[number] ?? 0),
      dependants,
      chain: chainOf(graph, walk, number, mask, direction),
    })),
    undescribed: undescribed(graph.described, from, direction === 'asks' ? walk.order : null),
  };
}

/** Of all but the start, or of the start and those reached. */
function undescribed(described: Uint8Array, from: number, reached: Uint32Array | null): number {
  const own = 1 - (described[from] ?? 0);
  if (reached !== null) return reached.reduce((sum, number) => sum + 1 - (described[number] ?? 0), own);
  return described.reduce((sum, known) => sum + 1 - known, 0) - own;
}

interface Walk {
  /** What was reached, nearest first, without the start. */
  readonly order: Uint32Array;
  readonly perDepth: readonly number[];
  /** By number; 0 for what was not reached, and for the start. */
  readonly depths: Uint32Array;
  /** The one before on a shortest way from the start. */
  readonly before: Uint32Array;
  /** The mask of the edge from the one before, of what counts. */
  readonly relations: Uint16Array;
}

function breadthFirst({ starts, ends, relations }: Edges, from: number, mask: number, most: number): Walk {
  const count = starts.length - 1;
  const seen = new Uint8Array(count);
  const walk = { depths: new Uint32Array(count), before: new Uint32Array(count) };
  const taken = new Uint16Array(count);
  const queue = new Uint32Array(count);
  const perDepth: number[] = [];
  seen[from] = 1;
  queue[0] = from;
  let length = 1;
  for (let begin = 0, end = 1; begin < end && perDepth.length < most; begin = end, end = length) {
    for (let i = begin; i < end; i++) {
      const at = queue[i] ?? 0;
      for (let edge = starts[at] ?? 0; edge < (starts[at + 1] ?? 0); edge++) {
        const next = ends[edge] ?? 0;
        const counting = (relations[edge] ?? 0) & mask;
        if (counting === 0 || seen[next] === 1) continue;
        seen[next] = 1;
        walk.depths[next] = perDepth.length + 1;
        walk.before[next] = at;
        taken[next] = counting;
        queue[length++] = next;
      }
    }
    if (length > end) perDepth.push(length - end);
  }
  return { ...walk, relations: taken, order: queue.subarray(1, length), perDepth };
}

/**
 * By number, the rank of the strongest relation that a whole chain from the start has. What waits is sorted by
 * rank, and each distribution is looked at once, when no stronger chain can come.
 */
function strongestChains({ starts, ends, relations }: Edges, from: number, mask: number): Uint8Array {
  const strengths = new Uint8Array(starts.length - 1).fill(RANKS);
  const waiting: number[][] = Array.from({ length: RANKS }, () => []);
  const done = new Uint8Array(starts.length - 1);
  waiting[0]?.push(from);
  for (const [rank, queue] of waiting.entries()) {
    // The queue grows while it is walked: links as strong as the rank keep their chain in it.
    for (const at of queue) {
      if (done[at] === 1) continue;
      done[at] = 1;
      for (let edge = starts[at] ?? 0; edge < (starts[at + 1] ?? 0); edge++) {
        const counting = (relations[edge] ?? 0) & mask;
        if (counting === 0) continue;
        const next = ends[edge] ?? 0;
        const weakest = Math.max(rank, strongestOf(counting));
        if (weakest >= (strengths[next] ?? 0)) continue;
        strengths[next] = weakest;
        waiting[weakest]?.push(next);
      }
    }
  }
  return strengths;
}

function ranked(askedBy: Edges, order: Uint32Array, mask: number): { number: number; dependants: number }[] {
  const count = askedBy.starts.length;
  // One number to sort by: most dependants first, then the order of names, which is that of numbers.
  const keys = Float64Array.from(
    order,
    (number) => (count - countAsking(askedBy, number, mask)) * count + number,
  );
  return Array.from(keys.sort(), (key) => ({
    number: key % count,
    dependants: count - Math.floor(key / count),
  }));
}

function countAsking({ starts, relations }: Edges, number: number, mask: number): number {
  let sum = 0;
  for (let edge = starts[number] ?? 0; edge < (starts[number + 1] ?? 0); edge++)
    if (((relations[edge] ?? 0) & mask) !== 0) sum++;
  return sum;
}

function chainOf(
  graph: DependencyGraph,
  { depths, before, relations }: Walk,
  number: number,
  mask: number,
  direction: Direction,
): ChainLink[] {
  const chain: ChainLink[] = [];
  let at = number;
  for (let left = depths[number] ?? 0; left > 0; left--) {
    const previous = before[at] ?? 0;
    const asking = direction === 'askedBy' ? at : previous;
    const relation = relationAt(strongestOf((relations[at] ?? 0) & mask));
    chain.push({ distribution: graph.names[asking] ?? '', relation });
    at = previous;
  }
  return direction === 'askedBy' ? chain : chain.reverse();
}
