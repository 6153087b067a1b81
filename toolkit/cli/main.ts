/** The command: a table of commands, each loaded when it is called for. */
import { PlacedError } from '../base/index.ts';
import manifest from '../package.json' with { type: 'json' };
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
    name: 'version',
    summary: 'parse and compare Perl versions',
    load: async () => (await import('./version.ts')).version,
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
    terminal.err(`cpansec: ${error.message}\n${error.next === undefined ? '' : `  ${error.next}\n`}`);
    return error.status;
  }
  const text =
    error instanceof PlacedError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  terminal.err(`cpansec: internal error: ${text}\n  please report this with what was typed\n`);
  return EXIT.internal;
}

const args = process.argv.slice(2);
const terminal = processTerminal(args);
// A closed pipe (`cpansec … | head`) is the reader's choice, not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : EXIT.internal),
);
main(args, terminal)
  .catch((error: unknown) => explain(error, terminal))
  .then((status) => {
    process.exitCode = status;
  });
