import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { Graph, type GraphNode, MAX_PATH_COUNT, MAX_PATHS } from './paths.ts';

/** `{ App: ['Web'], Web: [] }`; the names in `asked` are what the user asks for. */
function graph(
  edges: Record<string, string[]>,
  asked: string[],
): { graph: Graph; at: (name: string) => number } {
  const names = Object.keys(edges);
  const nodes = names.map((name): GraphNode => {
    const place = { file: 'cpanfile', line: asked.indexOf(name) + 1 };
    return {
      step: asked.includes(name) ? { name, version: '1', place } : { name, version: '1' },
      asked: asked.includes(name),
      requires: (edges[name] ?? []).map((required) => names.indexOf(required)),
    };
  });
  return { graph: new Graph(nodes), at: (name) => names.indexOf(name) };
}

function chains(edges: Record<string, string[]>, asked: string[], target: string): string[] {
  const { graph: built, at } = graph(edges, asked);
  return built.explain(at(target)).paths.map((path) => path.map(({ name }) => name).join(' > '));
}

test('chains lead from what is asked for, the shortest first', () => {
  const edges = { App: ['Web', 'DBI'], Web: ['HTTP'], HTTP: ['DBI'], DBI: [], Other: ['HTTP'] };
  assert.deepEqual(chains(edges, ['App', 'Other'], 'DBI'), [
    'App > DBI',
    'Other > HTTP > DBI',
    'App > Web > HTTP > DBI',
  ]);
});

test('a chain of one is what the user asks for directly; longer ones follow', () => {
  assert.deepEqual(chains({ App: ['DBI'], DBI: [] }, ['App', 'DBI'], 'DBI'), ['DBI', 'App > DBI']);
});

test('only the first step says where it is asked for', () => {
  const { graph: built, at } = graph({ App: ['DBI'], DBI: [] }, ['App', 'DBI']);
  assert.deepEqual(built.explain(at('DBI')).paths[1], [
    { name: 'App', version: '1', place: { file: 'cpanfile', line: 1 } },
    { name: 'DBI', version: '1' },
  ]);
});

test('nothing asked for explains nothing', () => {
  const { graph: built, at } = graph({ App: ['DBI'], DBI: [] }, []);
  assert.deepEqual(built.explain(at('DBI')), { paths: [], count: 0 });
});

test('cycles are walked once', () => {
  const edges = { A: ['B'], B: ['C', 'A'], C: ['B', 'D'], D: ['D', 'A'] };
  assert.deepEqual(chains(edges, ['A'], 'D'), ['A > B > C > D']);
  assert.equal(graph(edges, ['A']).graph.explain(3).count, 1);
});

/** `layers` layers of `width` nodes, each requiring the whole next layer: width^layers chains. */
function layers(count: number, width: number): GraphNode[] {
  return Array.from({ length: count * width }, (_, i) => ({
    step: { name: `N${i}`, version: null },
    asked: i < width,
    requires: Array.from({ length: width }, (__, j) => (Math.floor(i / width) + 1) * width + j).filter(
      (next) => next < count * width,
    ),
  }));
}

test('exponentially many chains are listed and counted up to their bounds', () => {
  const explained = new Graph(layers(30, 10)).explain(299);
  assert.equal(explained.paths.length, MAX_PATHS);
  assert.equal(explained.count, MAX_PATH_COUNT);
  assert.ok(explained.paths.every((path) => path.length === 30));
});

test('a hundred thousand edges, and cycles through all of them, stay within the bounds', () => {
  const nodes = Array.from({ length: 320 }, (_, i) => ({
    step: { name: `N${i}`, version: null },
    asked: i === 0,
    requires: Array.from({ length: 320 }, (__, j) => j).filter((j) => j !== i),
  }));
  const explained = new Graph(nodes).explain(319);
  assert.deepEqual(
    explained.paths[0]?.map(({ name }) => name),
    ['N0', 'N319'],
  );
  assert.equal(explained.paths.length, MAX_PATHS);
  assert.ok(explained.count >= MAX_PATHS);
});

test('a hostile graph costs its bound once, not for each finding', () => {
  const nodes = layers(40, 60);
  const built = new Graph(
    nodes.map((node, i) => ({ ...node, requires: [...node.requires, (i * 7) % 2400] })),
  );
  for (let i = 0; i < nodes.length; i++) assert.ok(built.explain(i).paths.length > 0);
});

const anyGraph = fc.integer({ min: 1, max: 7 }).chain((size) =>
  fc.array(
    fc.record({
      asked: fc.boolean(),
      requires: fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { maxLength: 4 }),
    }),
    { minLength: size, maxLength: size },
  ),
);

test('small graphs: the same chains as listing all of them', () => {
  fc.assert(
    fc.property(anyGraph, (shape) => {
      const nodes = shape.map((one, i) => ({ ...one, step: { name: `N${i}`, version: null } }));
      const all: string[][] = [];
      const walk = (path: number[]): void => {
        const node = path.at(-1) ?? 0;
        if (node === 0) all.push(path.map((i) => `N${i}`));
        for (const next of nodes[node]?.requires ?? []) if (!path.includes(next)) walk([...path, next]);
      };
      nodes.forEach(({ asked }, i) => {
        if (asked) walk([i]);
      });
      const { paths, count } = new Graph(nodes).explain(0);
      assert.equal(count, Math.min(all.length, MAX_PATH_COUNT));
      const lengths = all.map(({ length }) => length).sort((a, b) => a - b);
      assert.deepEqual(
        paths.map(({ length }) => length),
        lengths.slice(0, MAX_PATHS),
      );
      for (const path of paths) {
        const names = path.map(({ name }) => name);
        assert.ok(all.some((one) => one.join() === names.join()));
      }
    }),
    { seed, numRuns: rounds(300, 20_000) },
  );
});
