/** The command: a table of commands. All but `audit`, which most calls are for, are loaded when they are called for. */
import { PlacedError, printable } from '../base/index.ts';
import manifest from '../package.json' with { type: 'json' };
import { audit } from './audit.ts';
import { type Command, nearest, parseTyped } from './command.ts';
import { EXIT, type ExitStatus, Stop, usage } from './exit.ts';
import { commandHelp, overview } from './help.ts';
import { processTerminal, type Terminal } from './terminal.ts';

interface Entry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

const commands: readonly Entry[] = [
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
    name: 'db',
    summary: 'build, fetch, describe and check the advisory index',
    load: async () => (await import('./db.ts')).db,
  },
  {
    name: 'lint',
    summary: 'check advisory records',
    load: async () => (await import('./lint.ts')).lint,
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

async function main(args: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help')
    return help(rest, terminal);
  if (name === '--version' || name === '-V') {
    terminal.out(`cpansec ${manifest.version}\n`);
    return EXIT.clean;
  }
  const command = await find(name).load();
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(commandHelp(command));
    return EXIT.clean;
  }
  return command.run(parseTyped(command, rest), terminal);
}

async function help([name]: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  terminal.out(name === undefined ? overview(commands) : commandHelp(await find(name).load()));
  return EXIT.clean;
}

function find(name: string): Entry {
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const near = nearest(
    name,
    commands.map((candidate) => candidate.name),
  );
  throw usage(
    `unknown command ${JSON.stringify(name)}`,
    near === undefined ? 'cpansec --help lists the commands' : `did you mean cpansec ${near}?`,
  );
}

function explain(error: unknown, terminal: Terminal): ExitStatus {
  if (error instanceof Stop) {
    terminal.err(
      `cpansec: ${printable(error.message)}\n${error.next === undefined ? '' : `  ${error.next}\n`}`,
    );
    return error.status;
  }
  const text =
    error instanceof PlacedError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  terminal.err(
    `cpansec: internal error: ${text.split('\n').map(printable).join('\n')}\n  please report this with what was typed\n`,
  );
  return EXIT.internal;
}

const args = process.argv.slice(2);
const terminal = processTerminal(args);
main(args, terminal)
  .catch((error: unknown) => explain(error, terminal))
  .then((status) => {
    process.exitCode = status;
  });
