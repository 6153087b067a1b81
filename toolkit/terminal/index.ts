/**
 * terminal: a program of commands, as `cpansec` and `cpansec-desk` are: a table of commands, what was typed for one
 * of them, help, exit status, and where it speaks.
 *
 * Words: an *operand* is what was typed beside the options; to *stop* is to end with a status, a sentence and the
 * next step.
 *
 * @example
 *   const program: Program = { name: 'cpansec', version, about, notes, examples, exits, commands };
 *   const args = process.argv.slice(2);
 *   const terminal = processTerminal(args);
 *   terminal.end(await runProgram(program, args, terminal));
 */
export { COMMON_OPTIONS, type Command, nearest, type Option, type Typed } from './command.ts';
export { EXIT, type ExitStatus, Stop, usage } from './exit.ts';
export type { CommandEntry, Program } from './program.ts';
export { runProgram } from './run.ts';
export { type ProcessTerminal, processTerminal, type Terminal } from './terminal.ts';
export { refuseForeign, type Verb, verbOf } from './verbs.ts';
export { counted, facts, grouped } from './words.ts';
