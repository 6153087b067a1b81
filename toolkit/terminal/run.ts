/** From what was typed to an exit status. */
import { PlacedError, printable } from '../base/index.ts';
import { nearest, parseTyped } from './command.ts';
import { EXIT, type ExitStatus, Stop, usage } from './exit.ts';
import { commandHelp, overview } from './help.ts';
import type { CommandEntry, Program } from './program.ts';
import type { Terminal } from './terminal.ts';

/** Runs the command that was typed. Never rejects: what goes wrong is said on the terminal. */
export async function runProgram(
  program: Program,
  args: readonly string[],
  terminal: Terminal,
): Promise<ExitStatus> {
  try {
    return await run(program, args, terminal);
  } catch (error) {
    return explain(program, error, terminal);
  }
}

async function run(program: Program, args: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help')
    return help(program, rest, terminal);
  if (name === '--version' || name === '-V') {
    terminal.out(`${program.name} ${program.version}\n`);
    return EXIT.clean;
  }
  const command = await find(program, name).load();
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(commandHelp(program, command));
    return EXIT.clean;
  }
  return command.run(parseTyped(program.name, command, rest), terminal);
}

async function help(program: Program, [name]: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const text =
    name === undefined ? overview(program) : commandHelp(program, await find(program, name).load());
  terminal.out(text);
  return EXIT.clean;
}

function find({ name: program, commands }: Program, name: string): CommandEntry {
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const near = nearest(
    name,
    commands.map((candidate) => candidate.name),
  );
  throw usage(
    `unknown command ${JSON.stringify(name)}`,
    near === undefined ? `${program} --help lists the commands` : `did you mean ${program} ${near}?`,
  );
}

function explain({ name }: Program, error: unknown, terminal: Terminal): ExitStatus {
  if (error instanceof Stop) {
    terminal.err(
      `${name}: ${printable(error.message)}\n${error.next === undefined ? '' : `  ${error.next}\n`}`,
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
    `${name}: internal error: ${text.split('\n').map(printable).join('\n')}\n  please report this with what was typed\n`,
  );
  return EXIT.internal;
}
