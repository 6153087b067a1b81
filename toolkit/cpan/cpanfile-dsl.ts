/** The words of a cpanfile, and what their arguments mean to Module::CPANfile. */
import { PerlLexer, type PerlToken } from './perl-lexer.ts';

/** Offsets into the text: the first character, and one past the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Relationship = 'requires' | 'recommends' | 'suggests' | 'conflicts';
export type Verb =
  | { readonly act: 'require'; readonly relationship: Relationship; readonly phase?: string }
  | { readonly act: 'on' | 'feature' | 'mirror' };

export const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['requires', { act: 'require', relationship: 'requires' }],
  ['recommends', { act: 'require', relationship: 'recommends' }],
  ['suggests', { act: 'require', relationship: 'suggests' }],
  ['conflicts', { act: 'require', relationship: 'conflicts' }],
  ['configure_requires', { act: 'require', relationship: 'requires', phase: 'configure' }],
  ['build_requires', { act: 'require', relationship: 'requires', phase: 'build' }],
  ['test_requires', { act: 'require', relationship: 'requires', phase: 'test' }],
  ['author_requires', { act: 'require', relationship: 'requires', phase: 'develop' }],
  ['on', { act: 'on' }],
  ['feature', { act: 'feature' }],
  ['mirror', { act: 'mirror' }],
]);

/** Where a statement stands. */
export interface Context {
  readonly phase: string;
  readonly feature: string | null;
  /** Set inside code that may not run, or may run with other values. */
  readonly condition: string | null;
  readonly depth: number;
}

/** One argument of a call. */
export interface Argument {
  readonly text: string;
  readonly code: boolean;
  readonly span: Span | null;
}

/** A call while its arguments are read. */
export interface Call {
  readonly verb: Verb;
  readonly context: Context;
  readonly list: Argument[];
}

/** Words that make a statement conditional or repeat it, before a block or after the statement. */
export const CONTROL: ReadonlySet<string> = new Set(['if', 'unless', 'while', 'until', 'for', 'foreach']);

/** What is wrong with the arguments of a call that perl would accept up to here; null when nothing is. */
export function misuse({ verb, list }: Call): string | null {
  if (list.length === 0) return 'nothing named';
  const needsCode = verb.act === 'on' || verb.act === 'feature';
  if (needsCode && !list.some((argument) => argument.code)) return 'no sub given';
  return null;
}

/** The context inside the sub of `on` or `feature`; null where the arguments are not those of either. */
export function insideOf({ verb, list, context }: Call): Context | null {
  const name = list[0];
  if (name === undefined || list.some((argument) => argument.code)) return null;
  if (verb.act === 'on' && list.length === 1) return { ...context, phase: name.text };
  if (verb.act !== 'feature' || list.length > 2) return null;
  // A feature with a false name is none: Module::CPANfile::Prereqs->add.
  return { ...context, feature: isTrue(name.text) ? name.text : null };
}

/** What follows the module's name. */
export interface Wanted {
  readonly written: string;
  /** The literal of the range. */
  readonly span: Span | null;
  readonly options: Readonly<Record<string, string>>;
}

/** An odd argument comes first and is the range; the others are pairs (Module::CPANfile, requirement_for). */
export function rangeAndOptions(rest: readonly Argument[]): Wanted {
  const odd = rest.length % 2;
  let range = odd === 1 ? rest[0] : undefined;
  const pairs: [string, string][] = [];
  for (let i = odd; i + 1 < rest.length; i += 2) {
    const key = rest[i]?.text ?? '';
    if (key === 'version') range = rest[i + 1];
    else pairs.push([key, rest[i + 1]?.text ?? '']);
  }
  const written = range !== undefined && isTrue(range.text) ? range.text : '0';
  return { written, span: range?.span ?? null, options: Object.fromEntries(pairs) };
}

/** Truth as perl sees a string. */
export function isTrue(text: string): boolean {
  return text !== '' && text !== '0';
}

export function isConstant(token: PerlToken): boolean {
  return (
    token.kind === 'string' || token.kind === 'number' || token.kind === 'vstring' || token.kind === 'words'
  );
}

export function isOperator(token: PerlToken, text: string): boolean {
  return token.kind === 'operator' && token.text === text;
}

export function isOpener(token: PerlToken): boolean {
  return token.kind === 'operator' && (token.text === '(' || token.text === '[' || token.text === '{');
}

export function isCloser(token: PerlToken): boolean {
  return token.kind === 'operator' && (token.text === ')' || token.text === ']' || token.text === '}');
}

/** What may follow the arguments; the caller decides whether it may follow here. */
export function endsArguments(token: PerlToken): boolean {
  if (token.kind === 'end') return true;
  if (token.kind === 'word') return CONTROL.has(token.text);
  return isOperator(token, ')') || isOperator(token, ';') || isOperator(token, '}');
}

/** How much of the source, from a token on, belongs to its statement: not what ends it or the brackets around. */
export function ownLength(source: string): number {
  const lexer = new PerlLexer(source);
  const first = lexer.next();
  let { end } = first;
  for (let open = isOpener(first) ? 1 : 0; ; ) {
    const token = lexer.next();
    if (token.kind === 'broken') return source.length;
    if (token.kind === 'end' || (open === 0 && (isOperator(token, ';') || isCloser(token)))) return end;
    if (isOpener(token)) open++;
    if (isCloser(token)) open--;
    end = token.end;
  }
}
