/** The walks beside a naive one, over graphs made at random. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import {
  blastRadius,
  buildGraph,
  type DependencyGraph,
  decodeGraph,
  dependencies,
  encodeGraph,
  PHASES,
  type Phase,
  RELATIONSHIPS,
  type Relation,
  type Relationship,
} from './index.ts';

interface Edge extends Relation {
  readonly from: string;
  readonly to: string;
}

const name = fc.nat({ max: 14 }).map((n) => `D-${n}`);
const edge: fc.Arbitrary<Edge> = fc.record({
  from: name,
  to: name,
  phase: fc.constantFrom(...PHASES),
  relationship: fc.constantFrom(...RELATIONSHIPS),
});
const edges = fc.array(edge, { maxLength: 60 });
const phases = fc.subarray<Phase>([...PHASES]);
const relationships = fc.subarray<Relationship>([...RELATIONSHIPS]);

function graphOf(list: readonly Edge[]): DependencyGraph {
  const froms = [...new Set(list.map(({ from }) => from))];
  return buildGraph({
    described: froms.map((from) => ({
      distribution: from,
      version: '1',
      requirements: list
        .filter((one) => one.from === from)
        .map(({ to, phase, relationship }) => ({ phase, relationship, module: to })),
    })),
    distributions: Array.from({ length: 15 }, (_, n) => `D-${n}`),
    distributionOf: (module) => module,
    asOf: '2026-11-25T00:00:00Z',
  }).graph;
}

function rank({ phase, relationship }: Relation): number {
  return RELATIONSHIPS.indexOf(relationship) * PHASES.length + PHASES.indexOf(phase);
}

/** Depths by level, and strengths by relaxing every edge until nothing changes. */
function naive(list: readonly Edge[], start: string): Map<string, { depth: number; rank: number }> {
  const found = new Map([[start, { depth: 0, rank: 0 }]]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const one of list) {
      const next = found.get(one.to);
      const known = found.get(one.from) ?? { depth: Infinity, rank: Infinity };
      if (next === undefined || one.from === start) continue;
      const better = {
        depth: Math.min(known.depth, next.depth + 1),
        rank: Math.min(known.rank, Math.max(next.rank, rank(one))),
      };
      if (better.depth === known.depth && better.rank === known.rank) continue;
      found.set(one.from, better);
      changed = true;
    }
  }
  found.delete(start);
  return found;
}

test('dependants, depths, strengths and counts are those of a naive walk, and every chain is one', () => {
  fc.assert(
    fc.property(edges, name, phases, relationships, (list, start, phases, relationships) => {
      const graph = graphOf(list);
      const counting = list.filter(
        (one) =>
          one.from !== one.to && phases.includes(one.phase) && relationships.includes(one.relationship),
      );
      const expected = naive(counting, start);
      const radius = blastRadius(graph, start, { phases, relationships });
      assert.ok(radius !== null);
      assert.equal(radius.total, expected.size);
      assert.deepEqual(
        new Map(
          radius.reached.map((one) => [one.distribution, { depth: one.depth, rank: rank(one.relation) }]),
        ),
        new Map([...expected].sort()),
      );
      const asking = (to: string): number =>
        new Set(counting.filter((one) => one.to === to).map((one) => one.from)).size;
      for (const { distribution, depth, dependants, chain } of radius.reached) {
        assert.equal(dependants, asking(distribution));
        assert.equal(chain.length, depth);
        assert.equal(chain[0]?.distribution, distribution);
        for (const [i, link] of chain.entries()) {
          const next = chain[i + 1]?.distribution ?? start;
          const between = counting.filter((one) => one.from === link.distribution && one.to === next);
          assert.equal(Math.min(...between.map(rank)), rank(link.relation));
        }
      }
      const keys = radius.reached.map(
        (one) => [-one.dependants, graph.names.indexOf(one.distribution)] as const,
      );
      assert.deepEqual(
        keys,
        [...keys].sort(([a, b], [c, d]) => a - c || b - d),
      );
    }),
    { seed, numRuns: rounds(300, 30_000) },
  );
});

test('what depends on it, it is a dependency of', () => {
  fc.assert(
    fc.property(edges, name, name, fc.nat({ max: 5 }), (list, one, other, depth) => {
      const graph = graphOf(list);
      const up = blastRadius(graph, one, { depth })?.reached.find(
        ({ distribution }) => distribution === other,
      );
      const down = dependencies(graph, other, { depth })?.reached.find(
        ({ distribution }) => distribution === one,
      );
      assert.deepEqual(
        [up?.depth, up === undefined ? undefined : rank(up.relation)],
        [down?.depth, down === undefined ? undefined : rank(down.relation)],
      );
    }),
    { seed, numRuns: rounds(300, 30_000) },
  );
});

test('a limit and a depth take away and change nothing else', () => {
  fc.assert(
    fc.property(edges, name, fc.nat({ max: 4 }), fc.nat({ max: 6 }), (list, start, depth, limit) => {
      const graph = graphOf(list);
      const whole = blastRadius(graph, start);
      const part = blastRadius(graph, start, { depth, limit });
      const near = whole?.reached.filter((one) => one.depth <= depth) ?? [];
      assert.equal(part?.total, near.length);
      assert.deepEqual(part?.perDepth, whole?.perDepth.slice(0, depth));
      assert.deepEqual(part?.reached, near.slice(0, limit));
    }),
    { seed, numRuns: rounds(300, 30_000) },
  );
});

test('a graph goes through its file unchanged, and the order of what it is built from does not matter', () => {
  fc.assert(
    fc.property(edges, (list) => {
      const graph = graphOf(list);
      const bytes = encodeGraph(graph);
      assert.deepEqual(decodeGraph(bytes), graph);
      assert.deepEqual(encodeGraph(graphOf([...list].reverse())), bytes);
    }),
    { seed, numRuns: rounds(200, 10_000) },
  );
});
