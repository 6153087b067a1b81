/**
 * A graph that nobody uploaded, of the shape of CPAN: most distributions ask for a handful of others, a few for
 * hundreds; a few are asked for by a third of all, and half by none. Which are popular follows Zipf's law.
 */
import { buildGraph, type DependencyGraph, type DescribedDistribution } from '../toolkit/dependants/index.ts';

const PHASES: readonly (readonly [phase: string, relationship: string])[] = [
  ['runtime', 'requires'],
  ['runtime', 'requires'],
  ['test', 'requires'],
  ['configure', 'requires'],
  ['develop', 'requires'],
  ['runtime', 'recommends'],
];

export function generatedGraph(count: number): DependencyGraph {
  const random = randomNumbers(20_261_125);
  const names = Array.from({ length: count }, (_, i) => `Generated-Part${i % 97}-Name${i}`);
  const nameAt = (i: number): string => names[i] ?? '';
  const described = names.map((distribution, i): DescribedDistribution => {
    // Log-normal, median 5, mean 8; one in thousands has more than a hundred.
    const degree = Math.min(400, Math.round(5 * Math.exp(normal(random))));
    const requirements = Array.from({ length: degree }, () => {
      const [phase = '', relationship = ''] = PHASES[Math.floor(random() * PHASES.length)] ?? [];
      return { phase, relationship, module: nameAt(popular(random, count)) };
    });
    return { distribution, version: `${i % 7}.${i % 100}`, requirements };
  });
  const asOf = '2026-11-25T00:00:00Z';
  return buildGraph({ described, distributions: names, distributionOf: (module) => module, asOf }).graph;
}

/** The place of a distribution, by a density of one over the place: Zipf's law. */
function popular(random: () => number, count: number): number {
  return Math.floor((count + 1) ** random()) - 1;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Numbers from 0 to below 1 that are the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
