/** Commands with a word of their own behind them: `db update`, `log verify`. */
import { nearest, type Typed } from './command.ts';
import { usage } from './exit.ts';

export interface Verb {
  readonly name: string;
  /**
   * What follows it: `DIRECTORY [FILE…]`; what stands in brackets may be left out, the last with dots may come several
   * times. Unsaid where the verb looks at its operands itself.
   */
  readonly operands?: string;
  /** Of the options that not all verbs of the command take, those that it takes. */
  readonly options?: readonly string[];
}

/** Which verb was typed, and what was typed for it. Throws usage errors, with the nearest word or option. */
export function verbOf<V extends Verb>(
  command: string,
  verbs: readonly V[],
  typed: Typed,
): { readonly verb: V; readonly typed: Typed } {
  const [name, ...operands] = typed.operands;
  const verb = verbs.find((one) => one.name === name) ?? unknown(command, verbs, name);
  refuseForeign(command, verbs, verb, typed);
  if (verb.operands !== undefined && !isTaken(verb.operands, operands.length))
    throw usage(`${command} ${verb.name} takes ${verb.operands === '' ? 'no operand' : verb.operands}`);
  return { verb, typed: { ...typed, operands } };
}

/** All options of a command stand in one list, so that help and completion show them; each verb takes its own. */
export function refuseForeign(command: string, verbs: readonly Verb[], verb: Verb, typed: Typed): void {
  const own = verbs.flatMap(({ options = [] }) => options);
  const foreign = own.find((option) => typed.flag(option) && verb.options?.includes(option) !== true);
  if (foreign === undefined) return;
  const takers = verbs.filter(({ options }) => options?.includes(foreign) === true);
  throw usage(
    `${command} ${verb.name} takes no --${foreign}`,
    `--${foreign} belongs to ${said(command, takers)}`,
  );
}

function isTaken(operands: string, count: number): boolean {
  const words = operands.split(' ').filter((word) => word !== '');
  const least = words.filter((word) => !word.startsWith('[')).length;
  const most = /…\]?$/.test(operands) ? Number.POSITIVE_INFINITY : words.length;
  return count >= least && count <= most;
}

function unknown(command: string, verbs: readonly Verb[], name: string | undefined): never {
  const names = verbs.map((verb) => verb.name);
  const near = nearest(name ?? '', names);
  throw usage(
    name === undefined
      ? `${command} needs a word more`
      : `${command} ${JSON.stringify(name)}: not one of ${names.join(', ')}`,
    near === undefined ? `say ${said(command, verbs)}` : `did you mean ${command} ${near}?`,
  );
}

function said(command: string, verbs: readonly Verb[]): string {
  return verbs.map(({ name }) => `${command} ${name}`).join(', ');
}
