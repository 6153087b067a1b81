/** Builds a graph from what distributions say that they need. */
import { compareText, instant, quoteFound, ShapeError } from '../base/index.ts';
import {
  CpanError,
  compareVersions,
  coreDistribution,
  type MetaPrereq,
  parseVersion,
} from '../cpan/index.ts';
import { DependantsError } from './errors.ts';
import { type DependencyGraph, type Edges, isGraphName, refuseBeyond, reversed } from './graph.ts';
import { rankOf } from './relation.ts';

/** A distribution and what one release of it asks for; the `prereqs` of a `Meta` fit. */
export interface DescribedDistribution {
  readonly distribution: string;
  /** As written; null for none. */
  readonly version: string | null;
  readonly requirements: Iterable<Pick<MetaPrereq, 'phase' | 'relationship' | 'module'>>;
}

export interface GraphInput {
  /** In any order, read once. Of two releases of one distribution the higher version counts. */
  readonly described: Iterable<DescribedDistribution>;
  /** All distributions there are: those that are not described stand in the graph as such. */
  readonly distributions: Iterable<string>;
  /** The distribution that has a module; null when none has. */
  readonly distributionOf: (module: string) => string | null;
  /** Of when all this is, RFC 3339 UTC to the second. */
  readonly asOf: string;
}

export interface BuiltGraph {
  readonly graph: DependencyGraph;
  /** Modules that no distribution has, and how many ask for each; most wanted first. */
  readonly unresolved: readonly { readonly module: string; readonly distributions: number }[];
}

/**
 * Builds the graph. Requirements of `perl` and of modules that only perl brings (Module::CoreList, see
 * `coreDistribution`) are left out, a distribution's own modules too. The same input gives the same graph. Throws
 * `graph-input` for a name or instant that cannot be one, `too-large`.
 */
export function buildGraph(input: GraphInput): BuiltGraph {
  const asOf = checkedInstant(input.asOf);
  const rows = readRows(input.described);
  const resolver = new Resolver(input.distributionOf);
  const asked = new Map([...rows].map(([name, row]) => [name, resolver.targetsOf(name, row.wanted)]));
  const names = sortedNames([
    input.distributions,
    rows.keys(),
    ...[...asked.values()].map((to) => to.keys()),
  ]);
  const asks = edgesOf(names, asked);
  const graph: DependencyGraph = {
    asOf,
    names,
    versions: names.map((name) => rows.get(name)?.version ?? null),
    described: Uint8Array.from(names, (name) => (rows.has(name) ? 1 : 0)),
    asks,
    askedBy: reversed(asks),
    unresolved: resolver.missing.size,
  };
  return { graph, unresolved: mostWanted(resolver.missing) };
}

function checkedInstant(asOf: string): string {
  try {
    return instant(asOf, 'asOf');
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause;
    throw new DependantsError('graph-input', cause.problem, cause.place, { cause });
  }
}

interface Row {
  readonly version: string | null;
  /** Masks of relations by module. */
  readonly wanted: ReadonlyMap<string, number>;
}

function readRows(described: Iterable<DescribedDistribution>): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const { distribution, version, requirements } of described) {
    const known = rows.get(distribution);
    if (distribution === 'perl' || (known !== undefined && isHigher(known.version, version))) continue;
    rows.set(distribution, { version: printableVersion(version), wanted: wantedOf(requirements) });
  }
  return rows;
}

function wantedOf(requirements: DescribedDistribution['requirements']): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const { phase, relationship, module } of requirements) {
    const rank = rankOf(phase, relationship);
    if (rank !== null && module !== 'perl') wanted.set(module, (wanted.get(module) ?? 0) | (1 << rank));
  }
  return wanted;
}

/** Versions stand in the file one a line. */
function printableVersion(version: string | null): string | null {
  return version !== null && isGraphName(version) ? version : null;
}

/** Whether `a` is certainly higher: of versions that do not compare, the one read last counts. */
function isHigher(a: string | null, b: string | null): boolean {
  try {
    return a !== null && b !== null && compareVersions(parseVersion(a), parseVersion(b)) > 0;
  } catch (error) {
    if (error instanceof CpanError) return false;
    throw error;
  }
}

class Resolver {
  /** Modules that nobody has, and how many distributions ask for each. */
  readonly missing = new Map<string, number>();
  readonly #ask: (module: string) => string | null;
  readonly #known = new Map<string, string | null>();

  constructor(ask: (module: string) => string | null) {
    this.#ask = ask;
  }

  /** Masks of relations by distribution. */
  targetsOf(name: string, wanted: ReadonlyMap<string, number>): Map<string, number> {
    const targets = new Map<string, number>();
    for (const [module, mask] of wanted) {
      const target = this.#distributionOf(module);
      if (target === null) this.missing.set(module, (this.missing.get(module) ?? 0) + 1);
      else if (target !== 'perl' && target !== name) targets.set(target, (targets.get(target) ?? 0) | mask);
    }
    return targets;
  }

  #distributionOf(module: string): string | null {
    const known = this.#known.get(module);
    if (known !== undefined) return known;
    const found = this.#ask(module) ?? coreDistribution(module);
    this.#known.set(module, found);
    return found;
  }
}

function sortedNames(sources: readonly Iterable<string>[]): string[] {
  const names = new Set<string>();
  for (const source of sources) for (const name of source) names.add(name);
  names.delete('perl');
  for (const name of names) {
    if (!isGraphName(name))
      throw new DependantsError(
        'graph-input',
        `expected the name of a distribution, found ${quoteFound(name)}`,
      );
  }
  return [...names].sort(compareText);
}

function edgesOf(names: readonly string[], asked: ReadonlyMap<string, ReadonlyMap<string, number>>): Edges {
  const numbers = new Map(names.map((name, number) => [name, number]));
  const rows = names.map((name) => rowOf(asked.get(name), numbers));
  const count = rows.reduce((sum, row) => sum + row.length, 0);
  refuseBeyond(names.length, count);
  const edges = { starts: new Uint32Array(names.length + 1), ends: new Uint32Array(count) };
  const relations = new Uint16Array(count);
  let at = 0;
  for (const [number, row] of rows.entries()) {
    for (const [end, mask] of row) {
      edges.ends[at] = end;
      relations[at++] = mask;
    }
    edges.starts[number + 1] = at;
  }
  return { ...edges, relations };
}

function rowOf(
  targets: ReadonlyMap<string, number> | undefined,
  numbers: ReadonlyMap<string, number>,
): [end: number, mask: number][] {
  const row = [...(targets ?? [])].flatMap(([name, mask]): [number, number][] => {
    const number = numbers.get(name);
    return number === undefined ? [] : [[number, mask]];
  });
  return row.sort(([a], [b]) => a - b);
}

function mostWanted(missing: ReadonlyMap<string, number>): BuiltGraph['unresolved'] {
  return [...missing]
    .map(([module, distributions]) => ({ module, distributions }))
    .sort((a, b) => b.distributions - a.distributions || compareText(a.module, b.module));
}
