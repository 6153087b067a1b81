/** Commands with a word of their own behind them: `db update`, `log verify`. */
import {
  type ExitStatus,
  nearest,
  type Option,
  type Terminal,
  type Typed,
  usage,
} from '../terminal/index.ts';

export interface Verb {
  readonly name: string;
  /** The options that it takes beside those that all take. */
  readonly options: readonly string[];
  run(typed: Typed, terminal: Terminal): Promise<ExitStatus> | ExitStatus;
}

export interface Verbs {
  /** Of the command. */
  readonly command: string;
  readonly verbs: readonly Verb[];
  /** Options that some take and others do not. */
  readonly options: readonly Option[];
}

/** Throws usage errors, with the nearest word or option. */
export function runVerb(
  { command, verbs, options }: Verbs,
  typed: Typed,
  terminal: Terminal,
): Promise<ExitStatus> | ExitStatus {
  const [name, ...operands] = typed.operands;
  const verb = verbs.find((one) => one.name === name) ?? unknown(command, verbs, name);
  // All options stand in one list, so that help and completion show them; each verb takes its own.
  const foreign = options.find((option) => typed.flag(option.name) && !verb.options.includes(option.name));
  if (foreign === undefined) return verb.run({ ...typed, operands }, terminal);
  const takers = verbs.filter((one) => one.options.includes(foreign.name)).map((one) => one.name);
  throw usage(
    `${command} ${verb.name} takes no --${foreign.name}`,
    `--${foreign.name} belongs to ${command} ${takers.join(`, ${command} `)}`,
  );
}

function unknown(command: string, verbs: readonly Verb[], name: string | undefined): never {
  const names = verbs.map((verb) => verb.name);
  const near = nearest(name ?? '', names);
  throw usage(
    name === undefined
      ? `${command} needs a word more`
      : `${command} ${JSON.stringify(name)}: not one of ${names.join(', ')}`,
    near === undefined
      ? `say ${command} ${names.join(`, ${command} `)}`
      : `did you mean cpansec ${command} ${near}?`,
  );
}
