/**
 * Why something is there: chains from what the user asked for, through what requires what, down to it.
 *
 * A chain starts at any component that the user's own files ask for and repeats nothing. There can be
 * exponentially many: the shortest are found by searching upwards along the known distance to the nearest
 * start, and counting stops at a bound, so an explanation costs about as much as reading the graph once.
 */
import type { PathStep } from './report.ts';

/** Chains listed. */
export const MAX_PATHS = 10;
/** Chains counted. */
export const MAX_PATH_COUNT = 1000;
/** Edges that one search follows, for graphs whose cycles lead it astray. */
const MAX_STEPS = 50_000;
/** Edges that all searches of a graph follow; after that the shortest chain alone is looked for. */
const MAX_ALL_STEPS = 5_000_000;
/** Longest chain that is counted; bounds the recursion. */
const MAX_COUNTED_LENGTH = 1000;

export interface GraphNode {
  /** What the chain shows; `place` of the first step is where the user asks for it. */
  readonly step: PathStep;
  readonly asked: boolean;
  /** Positions of the nodes it requires. */
  readonly requires: readonly number[];
}

export interface Explanation {
  /** Shortest first, at most {@link MAX_PATHS}. */
  readonly paths: PathStep[][];
  /** All of them, up to {@link MAX_PATH_COUNT}; at least so many where cycles are beyond following. */
  readonly count: number;
}

/** A chain under construction, from the explained node upwards. */
interface Link {
  readonly node: number;
  readonly below: Link | null;
  readonly length: number;
}

/** Equal chains come in the order of the nodes, so sort those first. */
export class Graph {
  readonly #nodes: readonly GraphNode[];
  /** Those that something asked for leads to. */
  readonly #parents: readonly (readonly number[])[];
  /** Hops up to the nearest node that was asked for; -1 where none leads there. */
  readonly #distance: Int32Array;
  readonly #known = new Map<number, Explanation>();
  #stepsLeft = MAX_ALL_STEPS;

  constructor(nodes: readonly GraphNode[]) {
    this.#nodes = nodes;
    this.#distance = distances(nodes);
    this.#parents = parentsOf(nodes, this.#distance);
  }

  explain(target: number): Explanation {
    const known = this.#known.get(target);
    if (known !== undefined) return known;
    const explanation = this.#search(target);
    this.#known.set(target, explanation);
    return explanation;
  }

  #search(target: number): Explanation {
    if ((this.#distance[target] ?? -1) < 0) return { paths: [], count: 0 };
    const all = this.#stepsLeft > 0;
    const links = this.#shortest(target, all ? MAX_PATHS : 1);
    const count = all ? this.#count(target) : links.length;
    return { paths: links.map((link) => this.#chain(link)), count: Math.max(count, links.length) };
  }

  /** Best-first upwards: what a chain is long already plus the distance that is left at least. */
  #shortest(target: number, limit: number): Link[] {
    const waiting = new Buckets();
    const found: Link[] = [];
    let steps = 0;
    waiting.add(this.#distance[target] ?? 0, { node: target, below: null, length: 0 });
    while (found.length < limit) {
      const link = waiting.take();
      if (link === undefined) break;
      if (this.#nodes[link.node]?.asked === true) found.push(link);
      const parents = steps > MAX_STEPS ? [] : (this.#parents[link.node] ?? []);
      steps += parents.length;
      for (const parent of parents) {
        if (isIn(link, parent)) continue;
        const length = link.length + 1;
        waiting.add(length + (this.#distance[parent] ?? 0), { node: parent, below: link, length });
      }
    }
    this.#stepsLeft -= steps;
    return found;
  }

  #chain(link: Link): PathStep[] {
    const steps: PathStep[] = [];
    for (let at: Link | null = link; at !== null; at = at.below) {
      const step = this.#nodes[at.node]?.step;
      if (step !== undefined) steps.push(steps.length === 0 ? step : withoutPlace(step));
    }
    return steps;
  }

  /** Depth-first upwards, which keeps nothing; where cycles lead it astray, what the other search finds. */
  #count(target: number): number {
    const onPath = new Set<number>();
    let count = 0;
    let steps = 0;
    const climb = (node: number): void => {
      if (count >= MAX_PATH_COUNT || ++steps > MAX_STEPS || onPath.has(node)) return;
      if (this.#nodes[node]?.asked === true) count++;
      if (onPath.size >= MAX_COUNTED_LENGTH) return;
      onPath.add(node);
      for (const parent of this.#parents[node] ?? []) climb(parent);
      onPath.delete(node);
    };
    climb(target);
    this.#stepsLeft -= steps;
    if (steps <= MAX_STEPS) return count;
    return Math.max(count, this.#shortest(target, MAX_PATH_COUNT).length);
  }
}

/** Links by the length their chain has at least; among equals the last one added comes first. */
class Buckets {
  readonly #buckets: Link[][] = [];
  #at = 0;

  /** `priority` is never below that of the last link taken. */
  add(priority: number, link: Link): void {
    while (this.#buckets.length <= priority) this.#buckets.push([]);
    this.#buckets[priority]?.push(link);
  }

  take(): Link | undefined {
    while (this.#at < this.#buckets.length && this.#buckets[this.#at]?.length === 0) this.#at++;
    return this.#buckets[this.#at]?.pop();
  }
}

function isIn(link: Link, node: number): boolean {
  for (let at: Link | null = link; at !== null; at = at.below) if (at.node === node) return true;
  return false;
}

function withoutPlace({ name, version }: PathStep): PathStep {
  return { name, version };
}

/** In descending order, so that the first of them is the first one taken from a stack. */
function parentsOf(nodes: readonly GraphNode[], distance: Int32Array): number[][] {
  const parents: number[][] = nodes.map(() => []);
  for (let node = nodes.length - 1; node >= 0; node--) {
    if ((distance[node] ?? -1) < 0) continue;
    for (const required of nodes[node]?.requires ?? []) parents[required]?.push(node);
  }
  return parents;
}

/** Breadth-first from everything that was asked for. */
function distances(nodes: readonly GraphNode[]): Int32Array {
  const distance = new Int32Array(nodes.length).fill(-1);
  const queue = nodes.flatMap(({ asked }, node) => (asked ? [node] : []));
  for (const node of queue) distance[node] = 0;
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head] ?? 0;
    for (const required of nodes[node]?.requires ?? []) {
      if (distance[required] !== -1) continue;
      distance[required] = (distance[node] ?? 0) + 1;
      queue.push(required);
    }
  }
  return distance;
}
