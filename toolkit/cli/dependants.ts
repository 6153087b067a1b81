/** `cpansec dependants`: who depends on a distribution, over all of CPAN. */

import { PlacedError, printable, printableJson } from '../base/index.ts';
import {
  blastRadius,
  type DependencyGraph,
  decodeGraph,
  dependencies,
  MAX_GRAPH_FILE,
  PHASES,
  type Radius,
  type RadiusOptions,
  RELATIONSHIPS,
} from '../dependants/index.ts';
import { nodeSha256, readFile } from '../io/index.ts';
import {
  type Command,
  EXIT,
  type ExitStatus,
  nearest,
  type Option,
  refuseForeign,
  Stop,
  type Terminal,
  type Typed,
  usage,
  type Verb,
} from '../terminal/index.ts';
import { dependantsBuild } from './dependants-build.ts';
import { radiusText } from './dependants-text.ts';

const BUILD_OPTIONS: readonly Option[] = [
  { name: 'packages', value: 'FILE', help: 'build: 02packages.details.txt, gzipped or not' },
  { name: 'meta', value: 'DIR', help: 'build: the directory with META files, or a mirror' },
  { name: 'out', value: 'FILE', help: 'build: write the graph there' },
];

const QUESTION_OPTIONS: readonly Option[] = [
  { name: 'graph', value: 'FILE', help: 'the graph to ask, made by dependants build' },
  { name: 'dependencies', help: 'the other way: what the distribution depends on' },
  {
    name: 'phase',
    value: 'PHASE',
    choices: PHASES,
    many: true,
    help: `count this phase (repeatable): ${PHASES.join(', ')}; default all but develop`,
  },
  {
    name: 'relationship',
    value: 'WORD',
    choices: RELATIONSHIPS,
    many: true,
    help: `count these (repeatable): ${RELATIONSHIPS.join(', ')}; default requires`,
  },
  { name: 'depth', value: 'N', help: 'chains of at most N links' },
  { name: 'limit', value: 'N', help: 'list the N most depended on; default 25' },
];

const QUESTION: Verb = { name: 'NAME', options: QUESTION_OPTIONS.map(({ name }) => name) };
const BUILD: Verb = { name: 'build', options: BUILD_OPTIONS.map(({ name }) => name) };

export const dependants: Command = {
  name: 'dependants',
  summary: 'show who depends on a distribution, over all of CPAN',
  operands: 'NAME | build',
  description: `Lists the distributions that depend on the distribution NAME, directly or through others,
those first that most others depend on: at which depth, by which relation, and
the shortest chain. The relation is the strongest that holds along a whole
chain. Exits 1 when the graph does not have NAME.

build makes the graph: of 02packages, which says what distributions there are
and which module is whose, and of META files, which say what each asks for.
DIR holds META.json and META.yml files at any depth, or is a mirror, whose
.meta files stand beside the archives; of a mirror's releases those count that
02packages lists. What only perl brings is left out.`,
  options: [...QUESTION_OPTIONS, ...BUILD_OPTIONS, { name: 'json', help: 'print JSON' }],
  examples: [
    [
      'cpansec dependants build --packages 02packages.details.txt.gz --meta mirror/authors/id --out cpan.graph',
      'the graph of a mirror',
    ],
    ['cpansec dependants HTTP-Tiny --graph cpan.graph', 'who installs HTTP-Tiny with what they ask for'],
    ['cpansec dependants HTTP-Tiny --graph cpan.graph --phase runtime --depth 1', 'who runs it, directly'],
    ['cpansec dependants Mojolicious --graph cpan.graph --dependencies', 'what Mojolicious depends on'],
  ],
  run(typed, terminal) {
    const [name, ...more] = typed.operands;
    if (name === undefined || more.length > 0)
      throw usage(
        'dependants takes the name of a distribution, or build',
        'cpansec dependants --help has examples',
      );
    const form = name === 'build' ? BUILD : QUESTION;
    refuseForeign('dependants', [QUESTION, BUILD], form, typed);
    return form === BUILD ? dependantsBuild(typed, terminal) : ask(name, typed, terminal);
  },
};

function ask(name: string, typed: Typed, terminal: Terminal): ExitStatus {
  const options = optionsOf(typed);
  const graph = openGraph(typed);
  const way = typed.flag('dependencies') ? 'dependencies' : 'dependants';
  const radius = (way === 'dependencies' ? dependencies : blastRadius)(graph, name, options);
  if (radius === null) throw notThere(name, graph);
  const text = typed.flag('json') ? radiusJson(radius, graph) : radiusText(radius, way);
  terminal.out(text);
  return EXIT.clean;
}

function radiusJson(radius: Radius, { asOf }: DependencyGraph): string {
  return `${printableJson({ ...radius, graph: { asOf } })}\n`;
}

function optionsOf(typed: Typed): RadiusOptions {
  const phases = PHASES.filter((phase) => typed.values('phase').includes(phase));
  const relationships = RELATIONSHIPS.filter((word) => typed.values('relationship').includes(word));
  const depth = wholeNumber(typed, 'depth');
  return {
    ...(phases.length === 0 ? {} : { phases }),
    ...(relationships.length === 0 ? {} : { relationships }),
    ...(depth === undefined ? {} : { depth }),
    limit: wholeNumber(typed, 'limit') ?? 25,
  };
}

function wholeNumber(typed: Typed, option: string): number | undefined {
  const value = typed.value(option);
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw usage(`--${option} ${printable(value)}: not a whole number`);
  return Number(value);
}

function openGraph(typed: Typed): DependencyGraph {
  const path = typed.value('graph');
  if (path === undefined)
    throw usage('dependants needs --graph FILE', 'cpansec dependants build makes one; --help has an example');
  try {
    return decodeGraph(readFile(path, MAX_GRAPH_FILE), nodeSha256);
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const problem: string = cause.problem;
    const next = 'cpansec dependants build makes a new one';
    throw new Stop(EXIT.index, `no usable graph: ${printable(path)}: ${problem}`, next, { cause });
  }
}

function notThere(name: string, { names }: DependencyGraph): Stop {
  const spelled = name.replaceAll('::', '-');
  const near = names.includes(spelled) ? spelled : nearest(name, names);
  const next =
    near === undefined
      ? 'names are those of distributions: libwww-perl, HTTP-Tiny'
      : `did you mean ${printable(near)}?`;
  return new Stop(EXIT.finding, `${printable(name)} is not in the graph`, next);
}
