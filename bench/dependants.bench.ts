/** Row 4 of the figures to reach: who depends on a distribution, over all of CPAN. The graph is generated. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blastRadius, type DependencyGraph, decodeGraph, encodeGraph } from '../toolkit/dependants/index.ts';
import { nodeSha256 } from '../toolkit/io/index.ts';
import { generatedGraph } from './generated-graph.ts';
import { peakMegabytes } from './process.ts';
import { type Bench, type BenchRow, median } from './rows.ts';

const RUNS = 7;
const DISTRIBUTIONS = 45_000;

async function run(): Promise<BenchRow[]> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-dependants-'));
  try {
    return measure(join(home, 'cpan.graph'));
  } finally {
    rmSync(home, { recursive: true });
  }
}

function measure(path: string): BenchRow[] {
  const start = performance.now();
  const graph = generatedGraph(DISTRIBUTIONS);
  const buildMs = performance.now() - start;
  const bytes = encodeGraph(graph, nodeSha256);
  writeFileSync(path, bytes);
  const load = median(times(() => decodeGraph(readFileSync(path), nodeSha256)));
  const asked = mostAsked(graph, 20);
  const ask = (name: string): number => median(times(() => blastRadius(graph, name)));
  const slowest = Math.max(...asked.map(ask));
  const [first = ''] = asked;
  const naive = median(times(() => naiveRadius(graph, first)));
  const reached = blastRadius(graph, first)?.total ?? 0;
  const megabytes = peakMegabytes('toolkit/dist/cpansec.cjs', ['dependants', first, '--graph', path]);
  const size = `${DISTRIBUTIONS.toLocaleString('en')} generated distributions, ${graph.asks.ends.length.toLocaleString('en')} edges`;
  return [
    { what: `load, ${size}`, ours: load, unit: 'ms', target: '≤ 1,000 ms', met: load <= 1000 },
    {
      what: `blast radius, the slowest of the 20 most asked for (${reached.toLocaleString('en')} reached)`,
      ours: slowest,
      unit: 'ms',
      peer: { name: 'sets of names', value: naive },
      ratio: slowest / naive,
      target: '≤ 50 ms',
      met: slowest <= 50,
    },
    { what: 'the whole command, most asked for', ours: megabytes, unit: 'MB' },
    { what: 'size of the graph file', ours: bytes.length / 1e6, unit: 'MB' },
    { what: 'making up and building the graph', ours: buildMs, unit: 'ms' },
  ];
}

function times(work: () => unknown): number[] {
  return Array.from({ length: RUNS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
}

function mostAsked({ askedBy: { starts }, names }: DependencyGraph, count: number): string[] {
  const degree = (i: number): number => (starts[i + 1] ?? 0) - (starts[i] ?? 0);
  return names
    .map((name, i) => ({ name, degree: degree(i) }))
    .sort((a, b) => b.degree - a.degree)
    .slice(0, count)
    .map(({ name }) => name);
}

/** A walk over sets of names alone, by any relation, without chains, strengths or ranks; making the sets is not counted in. */
const sets = new WeakMap<DependencyGraph, ReadonlyMap<string, ReadonlySet<string>>>();

function naiveRadius(graph: DependencyGraph, start: string): number {
  const askedBy = sets.get(graph) ?? setsOf(graph);
  sets.set(graph, askedBy);
  const seen = new Set([start]);
  for (const name of seen) for (const next of askedBy.get(name) ?? []) seen.add(next);
  return seen.size - 1;
}

function setsOf({ names, askedBy: { starts, ends } }: DependencyGraph): Map<string, Set<string>> {
  const row = (i: number): string[] =>
    Array.from(ends.subarray(starts[i], starts[i + 1]), (end) => names[end] ?? '');
  return new Map(names.map((name, i) => [name, new Set(row(i))]));
}

const bench: Bench = { name: 'dependants', run };
export default bench;
