import assert from 'node:assert/strict';
import test from 'node:test';
import { parsePackages } from '../cpan/index.ts';
import {
  blastRadius,
  buildGraph,
  DependantsError,
  type DescribedDistribution,
  dependencies,
  indexedReleases,
  type Radius,
  type RadiusOptions,
} from './index.ts';

const PACKAGES = `File:         02packages.details.txt
Line-Count:   8

Carp                     1.50  X/XA/XAVER/Carp-1.50.tar.gz
Example::App              2.0  E/EX/EXAMPLE/Example-App-2.0.tar.gz
Example::Log              1.1  E/EX/EXAMPLE/Example-Log-1.1.tar.gz
Example::Parser          1.30  E/EX/EXAMPLE/Example-Parser-1.30.tar.gz
Example::Parser::Fast    1.30  E/EX/EXAMPLE/Example-Parser-1.30.tar.gz
Example::Silent           0.1  E/EX/EXAMPLE/Example-Silent-0.1.tar.gz
Example::Web              2.1  E/EX/EXAMPLE/Example-Web-2.1.tar.gz
strict                   1.13  X/XA/XAVER/perl-5.42.0.tar.gz
`;

const releases = indexedReleases(parsePackages(PACKAGES));

/** `runtime Example::Parser` and so on; the relationship is requires where it is not said. */
function described(
  distribution: string,
  version: string | null,
  ...written: string[]
): DescribedDistribution {
  const requirements = written.map((line) => {
    const [phase = '', second = '', third] = line.split(' ');
    return { phase, relationship: third === undefined ? 'requires' : second, module: third ?? second };
  });
  return { distribution, version, requirements };
}

const asOf = '2026-11-25T00:00:00Z';
const CPAN: readonly DescribedDistribution[] = [
  described(
    'Example-App',
    '2.0',
    'runtime Example::Web',
    'test Example::Log',
    'runtime perl',
    'runtime strict',
  ),
  described(
    'Example-Log',
    '1.1',
    'develop Example::App',
    'runtime conflicts Example::Web',
    'x_odd Example::App',
  ),
  described(
    'Example-Parser',
    '1.30',
    'runtime Example::Parser::Fast',
    'runtime HTTP::Tiny',
    'test Missing::One',
  ),
  described(
    'Example-Web',
    '2.1',
    'runtime Example::Parser::Fast',
    'test Example::Parser',
    'runtime suggests Carp',
  ),
  described(
    'Internal-Tool',
    null,
    'configure Example::Parser',
    'runtime Missing::One',
    'test recommends Example::App',
  ),
];
const { graph, unresolved } = buildGraph({ ...releases, described: CPAN, asOf });

test('a graph has every indexed distribution, and those that are only asked for', () => {
  assert.deepEqual(graph.names, [
    'Carp',
    'Example-App',
    'Example-Log',
    'Example-Parser',
    'Example-Silent',
    'Example-Web',
    'HTTP-Tiny', // of perl's core and by itself: in the graph though the index does not have it
    'Internal-Tool',
  ]);
  assert.deepEqual([...graph.described], [0, 1, 1, 1, 0, 1, 0, 1]);
  assert.deepEqual(graph.versions, [null, '2.0', '1.1', '1.30', null, '2.1', null, null]);
  assert.deepEqual(unresolved, [{ module: 'Missing::One', distributions: 2 }]);
  assert.equal(graph.unresolved, 1);
});

/** `depth name (own dependants) relation: chain`. */
function shown(radius: Radius | null): string[] {
  return (radius?.reached ?? []).map(({ distribution, depth, dependants, relation, chain }) => {
    const links = chain.map((link) => `${link.distribution} ${link.relation.phase}`).join(' > ');
    return `${depth} ${distribution} (${dependants}) ${relation.phase} ${relation.relationship}: ${links}`;
  });
}

const ALL: RadiusOptions = {
  phases: ['runtime', 'configure', 'build', 'test', 'develop'],
  relationships: ['requires', 'recommends', 'suggests'],
};

const asked: readonly [name: string, options: RadiusOptions, expected: readonly string[]][] = [
  [
    'Example-Parser',
    {},
    [
      '1 Example-Web (1) runtime requires: Example-Web runtime',
      '2 Example-App (0) runtime requires: Example-App runtime > Example-Web runtime',
      '1 Internal-Tool (0) configure requires: Internal-Tool configure',
    ],
  ],
  ['Example-Parser', { phases: ['test'] }, ['1 Example-Web (0) test requires: Example-Web test']],
  ['Example-Parser', { depth: 1, limit: 1 }, ['1 Example-Web (1) runtime requires: Example-Web runtime']],
  ['Example-Parser', { depth: 0 }, []],
  ['Example-Log', {}, ['1 Example-App (0) test requires: Example-App test']],
  [
    // A cycle: App tests with Log, Log develops with App.
    'Example-Log',
    ALL,
    [
      '1 Example-App (2) test requires: Example-App test',
      '2 Internal-Tool (0) test recommends: Internal-Tool test > Example-App test',
    ],
  ],
  [
    'Carp',
    ALL,
    [
      '2 Example-App (2) runtime suggests: Example-App runtime > Example-Web runtime',
      '3 Example-Log (1) runtime suggests: Example-Log develop > Example-App runtime > Example-Web runtime',
      '1 Example-Web (1) runtime suggests: Example-Web runtime',
      '3 Internal-Tool (0) runtime suggests: Internal-Tool test > Example-App runtime > Example-Web runtime',
    ],
  ],
  ['Carp', {}, []],
];

test('who depends on a distribution, by which relations and chains', () => {
  for (const [name, options, expected] of asked)
    assert.deepEqual(
      shown(blastRadius(graph, name, options)),
      expected,
      `${name} ${JSON.stringify(options)}`,
    );
});

test('totals count what the limit leaves out, and say what is not known', () => {
  const radius = blastRadius(graph, 'Example-Parser', { limit: 0 });
  assert.deepEqual(radius, {
    distribution: 'Example-Parser',
    version: '1.30',
    total: 3,
    perDepth: [2, 1],
    reached: [],
    undescribed: 3,
  });
  assert.equal(blastRadius(graph, 'Carp', { limit: 0 })?.undescribed, 2); // but itself
  assert.equal(dependencies(graph, 'Example-App')?.undescribed, 1); // HTTP-Tiny
  assert.equal(dependencies(graph, 'Example-Silent')?.undescribed, 1);
  assert.equal(blastRadius(graph, 'Example-None'), null);
  assert.equal(blastRadius(graph, 'perl'), null);
});

test('what a distribution depends on: chains begin with it', () => {
  assert.deepEqual(shown(dependencies(graph, 'Example-App')), [
    '2 Example-Parser (2) runtime requires: Example-App runtime > Example-Web runtime',
    '1 Example-Log (1) test requires: Example-App test',
    '1 Example-Web (1) runtime requires: Example-App runtime',
    '3 HTTP-Tiny (1) runtime requires: Example-App runtime > Example-Web runtime > Example-Parser runtime',
  ]);
});

test('the strongest relation is that of any chain, the chain is the shortest', () => {
  const { graph: two } = buildGraph({
    described: [described('A', '1', 'test X', 'runtime B'), described('B', '1', 'runtime X')],
    distributions: [],
    distributionOf: (module) => module,
    asOf,
  });
  assert.deepEqual(shown(blastRadius(two, 'X')), [
    '1 B (1) runtime requires: B runtime',
    '1 A (0) runtime requires: A test',
  ]);
});

test('of two releases the higher version counts, of versions that do not compare the later', () => {
  const cases: [versions: (string | null)[], kept: string | null][] = [
    [['1.9', '1.10'], '1.9'],
    [['1.10', '1.9'], '1.9'],
    [['1.0', '1.00'], '1.00'],
    [['2.0', 'banana'], 'banana'],
    [['banana', '0.1'], '0.1'],
    [['3', null], null],
    [[`1.${'0'.repeat(300)}`], null],
  ];
  for (const [versions, kept] of cases) {
    const { graph } = buildGraph({
      described: versions.map((version) => described('A', version)),
      distributions: [],
      distributionOf: () => null,
      asOf,
    });
    assert.deepEqual(graph.versions, [kept]);
  }
});

test('what cannot stand in a graph is refused', () => {
  const base = { described: [], distributions: [], distributionOf: () => null, asOf };
  const cases: [input: object, code: string][] = [
    [{ distributions: ['A B'] }, 'graph-input'],
    [{ distributions: [''] }, 'graph-input'],
    [{ described: [described('A\nB', '1')] }, 'graph-input'],
    [{ described: [described('A', '1', 'runtime B')], distributionOf: () => 'x'.repeat(256) }, 'graph-input'],
    [{ asOf: '2026-02-30T00:00:00Z' }, 'graph-input'],
  ];
  for (const [input, code] of cases) {
    assert.throws(
      () => buildGraph({ ...base, ...input }),
      (error) => error instanceof DependantsError && error.code === code,
      JSON.stringify(input),
    );
  }
});

test('names of Object.prototype are names like others', () => {
  const { graph } = buildGraph({
    described: [described('constructor', '1', 'runtime __proto__')],
    distributions: ['toString'],
    distributionOf: (module) => module,
    asOf,
  });
  assert.equal(blastRadius(graph, '__proto__')?.reached[0]?.distribution, 'constructor');
  assert.equal(blastRadius(graph, 'hasOwnProperty'), null);
});
