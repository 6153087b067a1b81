/** The command: a table of commands. All but `audit`, which most calls are for, are loaded when they are called for. */
import manifest from '../package.json' with { type: 'json' };
import { type CommandEntry, EXIT, type Program, processTerminal, runProgram } from '../terminal/index.ts';
import { audit } from './audit.ts';

const commands: readonly CommandEntry[] = [
  {
    name: 'audit',
    summary: 'find what is vulnerable, why it is there and what fixes it',
    load: async () => audit,
  },
  {
    name: 'show',
    summary: 'print an advisory by id or alias',
    load: async () => (await import('./show.ts')).show,
  },
  {
    name: 'search',
    summary: 'find advisories by words',
    load: async () => (await import('./search.ts')).search,
  },
  {
    name: 'why',
    summary: 'show what brings a distribution in',
    load: async () => (await import('./why.ts')).why,
  },
  {
    name: 'dependants',
    summary: 'show who depends on a distribution, over all of CPAN',
    load: async () => (await import('./dependants.ts')).dependants,
  },
  {
    name: 'db',
    summary: 'build, fetch, describe and check the advisory index',
    load: async () => (await import('./db.ts')).db,
  },
  {
    name: 'verify',
    summary: 'check that CPAN published a file, by the transparency log',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'log',
    summary: 'verify, ask and watch the transparency log',
    load: async () => (await import('./log.ts')).log,
  },
  {
    name: 'tuf',
    summary: 'get files by The Update Framework, from mirrors that nobody trusts',
    load: async () => (await import('./tuf.ts')).tuf,
  },
  {
    name: 'lint',
    summary: 'check advisory records',
    load: async () => (await import('./lint.ts')).lint,
  },
  {
    name: 'witness',
    summary: 'cosign checkpoints of transparency logs',
    load: async () => (await import('./witness.ts')).witness,
  },
  {
    name: 'version',
    summary: 'parse and compare Perl versions',
    load: async () => (await import('./version.ts')).version,
  },
  {
    name: 'completion',
    summary: 'print a completion script for bash, zsh or fish',
    load: async () => {
      const others = commands.filter(({ name }) => name !== 'completion');
      return (await import('./completion.ts')).completionCommand(() =>
        Promise.all(others.map(({ load }) => load())),
      );
    },
  },
];

const cpansec: Program = {
  name: 'cpansec',
  version: manifest.version,
  about: 'what is vulnerable in a Perl project, why it is there, what fixes it',
  notes:
    'Nothing that cpansec inspects is ever run. Only db update, log, tuf, verify --log and witness use the network.',
  examples: [
    ['cpansec audit', 'this project'],
    ['cpansec audit --help', 'the options of one command'],
  ],
  exits: [
    [EXIT.clean, 'clean: nothing found, or it did what was asked'],
    [EXIT.finding, 'a finding at or above --fail-on'],
    [EXIT.usage, 'a mistake in what was typed'],
    [EXIT.unknown, 'no finding, but something is unknown or unreadable'],
    [EXIT.index, 'no usable index or log: missing, damaged, or too old'],
    [EXIT.nothing, 'nothing to audit'],
    [EXIT.internal, 'an error of cpansec itself'],
  ],
  commands,
};

const args = process.argv.slice(2);
const terminal = processTerminal(args);
runProgram(cpansec, args, terminal).then(terminal.end);
