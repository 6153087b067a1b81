/** The shape of a command, and the parsing of what was typed for it. */
import { parseArgs } from 'node:util';
import { type ExitStatus, usage } from './exit.ts';
import type { Terminal } from './terminal.ts';

export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What follows the name: `[PATH…]`. */
  readonly operands: string;
  /** A paragraph or two, at most 78 columns. */
  readonly description: string;
  readonly options: readonly Option[];
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  run(typed: Typed, terminal: Terminal): Promise<ExitStatus> | ExitStatus;
}

export interface Option {
  /** Without dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** Name of the value in help; a flag without. */
  readonly value?: string;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly many?: true;
  readonly help: string;
}

/** What was typed, checked against the command's options. */
export interface Typed {
  readonly operands: readonly string[];
  flag(name: string): boolean;
  value(name: string): string | undefined;
  values(name: string): readonly string[];
}

/** Options that every command has. */
export const COMMON_OPTIONS: readonly Option[] = [
  { name: 'help', short: 'h', help: 'show this help' },
  { name: 'no-color', help: 'no colour, whatever the terminal (NO_COLOR does the same)' },
];

/** Throws a usage error that names the option and the nearest known one; `program` is how the program is typed. */
export function parseTyped(program: string, command: Command, args: readonly string[]): Typed {
  const next = `${program} ${command.name} --help lists the options`;
  const options = [...command.options, ...COMMON_OPTIONS];
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(options.map(parseArgsOption)),
  });
  const operands: string[] = [];
  const found = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const option = options.find(({ name }) => name === token.name);
    if (option === undefined) throw unknownOption(token.rawName, options, next);
    found.set(option.name, [...(found.get(option.name) ?? []), checkedValue(option, token.value, next)]);
  }
  for (const [name, values] of found) {
    const option = options.find((candidate) => candidate.name === name);
    if (values.length > 1 && option?.value !== undefined && option.many === undefined) {
      throw usage(`--${name} was given ${values.length} times; it takes one value`);
    }
  }
  return {
    operands,
    flag: (name) => found.has(name),
    value: (name) => found.get(name)?.[0],
    values: (name) => found.get(name) ?? [],
  };
}

function parseArgsOption({
  name,
  short,
  value,
}: Option): [string, { type: 'string' | 'boolean'; short?: string }] {
  const type = value === undefined ? 'boolean' : 'string';
  return [name, short === undefined ? { type } : { type, short }];
}

function checkedValue(option: Option, value: string | undefined, next: string): string {
  if (option.value === undefined) {
    if (value !== undefined) throw usage(`--${option.name} takes no value`, next);
    return '';
  }
  if (value === undefined || value === '')
    throw usage(`--${option.name} needs a value: --${option.name} ${option.value}`, next);
  if (option.choices !== undefined && !option.choices.includes(value)) {
    throw usage(`--${option.name} ${value}: not one of ${option.choices.join(', ')}`);
  }
  return value;
}

function unknownOption(typed: string, options: readonly Option[], next: string): Error {
  const near = nearest(
    typed.replace(/^-+/, ''),
    options.map(({ name }) => name),
  );
  return usage(`unknown option ${typed}`, near === undefined ? next : `did you mean --${near}?`);
}

/** The candidate that differs from the word in at most two letters, or none. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const scored = candidates.map((candidate) => ({ candidate, distance: editDistance(word, candidate) }));
  scored.sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best !== undefined && best.distance <= Math.min(2, word.length - 1) ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2 || a.length > 40) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 3;
}
