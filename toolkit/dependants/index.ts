/**
 * dependants: who depends on a distribution, transitively, over all of CPAN: its blast radius.
 *
 * Words: a *relation* is a phase and a relationship, `runtime requires`; a distribution is *described* when its
 * META was there to say what it asks for; a *chain* leads from one distribution to another by relations, and is as
 * strong as its weakest link.
 *
 *     const releases = indexedReleases(parsePackages(text));        // 02packages: module → distribution
 *     const { graph } = buildGraph({ ...releases, described, asOf: '2026-11-25T00:00:00Z' });
 *     blastRadius(graph, 'HTTP-Tiny', { phases: ['runtime'], depth: 2 })?.reached[0];
 *     // { distribution: 'CPAN', depth: 1, relation: { phase: 'runtime', relationship: 'requires' }, chain: […], … }
 *     dependencies(decodeGraph(encodeGraph(graph)), 'CPAN')?.total;
 *
 * https://metacpan.org/pod/CPAN::Meta::Spec#Prereq-Spec
 */
export { type BuiltGraph, buildGraph, type DescribedDistribution, type GraphInput } from './build.ts';
export { DependantsError, type DependantsErrorCode } from './errors.ts';
export { decodeGraph, encodeGraph, MAX_GRAPH_FILE } from './file.ts';
export { type DependencyGraph, type Edges, isGraphName } from './graph.ts';
export { type IndexedReleases, indexedReleases } from './packages.ts';
export {
  blastRadius,
  type ChainLink,
  dependencies,
  type Radius,
  type RadiusOptions,
  type Reached,
} from './radius.ts';
export { PHASES, type Phase, RELATIONSHIPS, type Relation, type Relationship } from './relation.ts';
