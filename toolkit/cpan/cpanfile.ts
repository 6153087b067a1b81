/**
 * `cpanfile`, read and never run. It is Perl by definition; what people write in it is a short list of calls
 * with constant arguments. Those are understood; everything that perl would have to compute is reported with
 * its line, and what it would have required is never taken as certain.
 *
 * The language is Module::CPANfile 1.1004's: `requires recommends suggests conflicts on feature mirror` and
 * `configure_ build_ test_ author_requires`.
 */
import { quoteFound } from '../base/index.ts';
import { CpanError } from './errors.ts';
import { PerlLexer, type PerlToken } from './perl-lexer.ts';
import { parseRequirement } from './requirement.ts';

/** Longest cpanfile, in characters. */
export const MAX_CPANFILE_LENGTH: number = 4 * 1024 * 1024;
/** Deepest nesting of blocks and of parentheses. */
export const MAX_CPANFILE_DEPTH = 50;
/** Longest version range, in characters. */
export const MAX_RANGE_LENGTH = 1000;
/** Most requirements, and most things to report; reading stops there and says so. */
export const MAX_CPANFILE_ROWS = 100_000;

/** One call of `requires` or a sibling, in file order. */
export interface CpanfileRequirement {
  /** `runtime`, `test`, `build`, `configure`, `develop`, or `x_…`. */
  readonly phase: string;
  readonly relationship: 'requires' | 'recommends' | 'suggests' | 'conflicts';
  readonly module: string;
  /** In canonical form, `0` when any version will do. As written when it cannot be read (see `dynamic`). */
  readonly range: string;
  /** The range as perl hands it over, before it is made canonical; `0` when there is none. */
  readonly written: string;
  /** The id of the feature around it, null outside features. */
  readonly feature: string | null;
  readonly line: number;
  /** `dist`, `mirror`, `url`, `git`, `ref` … as given. */
  readonly options: Readonly<Record<string, string>>;
  /** Offsets of the literals in the text, null for what no literal of its own stands for. */
  readonly literals: { readonly module: Span | null; readonly range: Span | null };
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Something that only running the file would tell. */
export interface DynamicConstruct {
  readonly line: number;
  readonly reason: string;
  /** The module it would ask for, where that much can be seen. */
  readonly module?: string;
}

export interface Cpanfile {
  /** Every call, in order. Where a module is named twice see {@link effectiveRequirements}. */
  readonly requirements: readonly CpanfileRequirement[];
  readonly dynamic: readonly DynamicConstruct[];
  /** What Module::CPANfile passes over in silence, such as a phase that does not exist. */
  readonly notes: readonly { readonly line: number; readonly text: string }[];
  readonly features: readonly { readonly id: string; readonly description: string; readonly line: number }[];
  readonly mirrors: readonly string[];
}

/**
 * Reads the text of a cpanfile. Never throws for what the file says, only `too-large` for its size.
 *
 * @example
 *   parseCpanfile("requires 'DBI', '>= 1.6';\nrequires $_ for @more;");
 *   // requirements: [{ phase: 'runtime', relationship: 'requires', module: 'DBI', range: '1.6', line: 1, … }]
 *   // dynamic: [{ line: 2, reason: 'requires something: computed by "$_ for @more;"' }]
 */
export function parseCpanfile(text: string, file?: string): Cpanfile {
  if (text.length > MAX_CPANFILE_LENGTH) {
    const place = file === undefined ? { line: 1 } : { file, line: 1 };
    throw new CpanError(
      'too-large',
      `cpanfile of ${text.length} characters, at most ${MAX_CPANFILE_LENGTH}`,
      place,
    );
  }
  return new CpanfileReader(text).read();
}

/**
 * The requirements that Module::CPANfile is left with: in one phase, relationship and feature the last call
 * for a module wins, also where it asks for less.
 */
export function effectiveRequirements(cpanfile: Cpanfile): CpanfileRequirement[] {
  const last = new Map<string, CpanfileRequirement>();
  for (const requirement of cpanfile.requirements) {
    const { feature, phase, relationship, module } = requirement;
    last.set(JSON.stringify([feature, phase, relationship, module]), requirement);
  }
  return [...last.values()];
}

type Relationship = CpanfileRequirement['relationship'];
type Verb =
  | { readonly act: 'require'; readonly relationship: Relationship; readonly phase?: string }
  | { readonly act: 'on' | 'feature' | 'mirror' };

const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
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

const PHASES = new Set(['configure', 'build', 'test', 'runtime', 'develop']);
/** Pragmas that change nothing of what the file asks for. */
const HARMLESS = new Set(['strict', 'warnings', 'utf8', 'feature', 'experimental', 'diagnostics', 'integer']);
const CONTROL = new Set(['if', 'unless', 'while', 'until', 'for', 'foreach']);
const CONTINUES = new Set(['else', 'elsif', 'continue']);
const PHASE_BLOCKS = new Set(['BEGIN', 'INIT', 'CHECK', 'UNITCHECK', 'END']);

/** Where a statement stands. */
interface Context {
  readonly phase: string;
  readonly feature: string | null;
  /** Set inside code that may not run, or may run with other values. */
  readonly condition: string | null;
  readonly depth: number;
}

/** One argument of a call. */
interface Argument {
  readonly text: string;
  readonly code: boolean;
  readonly span: Span | null;
}

class CpanfileReader {
  readonly #lexer: PerlLexer;
  readonly #requirements: CpanfileRequirement[] = [];
  readonly #dynamic: DynamicConstruct[] = [];
  readonly #notes: { line: number; text: string }[] = [];
  readonly #features = new Map<string, { id: string; description: string; line: number }>();
  readonly #mirrors: string[] = [];
  /** Calls of `requires` and its siblings, by feature. */
  readonly #calls = new Map<string | null, number>();
  /** Parentheses of the statement being read that are open. */
  #open = 0;

  constructor(text: string) {
    this.#lexer = new PerlLexer(text);
  }

  read(): Cpanfile {
    const context: Context = { phase: 'runtime', feature: null, condition: null, depth: 0 };
    while (this.#statements(context)) {
      const { line } = this.#lexer.next();
      this.#report(line, 'a "}" that closes nothing');
    }
    return {
      requirements: this.#requirements,
      dynamic: this.#dynamic,
      notes: this.#notes,
      features: [...this.#features.values()],
      mirrors: this.#mirrors,
    };
  }

  /** Reads statements; true when it stopped before a `}`, false at the end. */
  #statements(context: Context): boolean {
    for (;;) {
      const token = this.#lexer.peek();
      if (token.kind === 'end') return false;
      if (token.kind === 'broken') return this.#giveUp(token.line, token.text);
      if (isOperator(token, '}')) return true;
      if (this.#full()) return this.#giveUp(token.line, `more than ${MAX_CPANFILE_ROWS} entries`);
      this.#open = 0;
      this.#statement(token, context);
    }
  }

  /** Nothing from here on can be told. */
  #giveUp(line: number, why: string): false {
    const last = this.#dynamic.at(-1);
    const reason = `${why}: not read from here on`;
    if (last?.reason !== reason) this.#dynamic.push({ line, reason });
    return false;
  }

  #full(): boolean {
    return this.#requirements.length + this.#dynamic.length + this.#notes.length >= MAX_CPANFILE_ROWS;
  }

  #statement(token: PerlToken, context: Context): void {
    if (isOperator(token, ';')) this.#lexer.next();
    else if (isOperator(token, '{')) this.#block(context);
    else if (token.kind === 'word') this.#wordStatement(token, context);
    else if (isConstant(token) || isOperator(token, '(')) this.#constants(token, context);
    else this.#skipStatement(token.line, `code (${this.#shown(token)})`);
  }

  #wordStatement(token: PerlToken, context: Context): void {
    const verb = VERBS.get(token.text);
    if (verb !== undefined) this.#call(verb, context);
    else if (CONTROL.has(token.text)) this.#control(context);
    else if (token.text === 'use' || token.text === 'no') this.#pragma();
    else if (token.text === 'undef') this.#constants(token, context);
    else if (token.text === 'sub') this.#definition(context, 'a sub of its own');
    else if (PHASE_BLOCKS.has(token.text)) this.#definition(context, `a ${token.text} block`);
    else this.#skipStatement(token.line, `unknown statement (${this.#shown(token)})`);
  }

  /** A statement of constants does nothing: `1;` at the end of the file. */
  #constants(token: PerlToken, context: Context): void {
    const problem = this.#arguments({ act: 'mirror' }, [], context, 0) ?? this.#statementEnd();
    if (problem !== null) this.#skipStatement(token.line, problem);
  }

  /** `use strict;`, `use 5.010;` and the like are harmless; other modules run code of their own. */
  #pragma(): void {
    const keyword = this.#lexer.next();
    const name = this.#lexer.peek();
    const harmless = name.kind === 'number' || name.kind === 'vstring' || HARMLESS.has(name.text);
    if (harmless) this.#passStatement();
    else this.#skipStatement(keyword.line, `${keyword.text} ${shownName(name.text)} runs code`);
  }

  /** `if (…) { … } elsif (…) { … } else { … }` and loops. */
  #control(context: Context): void {
    const first = this.#lexer.peek();
    const before = this.#dynamic.length;
    const condition = context.condition ?? `only as the "${first.text}" of line ${first.line} decides`;
    do {
      if (!this.#conditionalBlock({ ...context, condition })) {
        this.#skipStatement(first.line, `code (${this.#shown(first)})`);
        return;
      }
    } while (this.#lexer.peek().kind === 'word' && CONTINUES.has(this.#lexer.peek().text));
    if (this.#dynamic.length === before) this.#report(first.line, `"${first.text}" decides at run time`);
  }

  /** `sub name { … }`, `BEGIN { … }`: what is inside runs when something else says so. */
  #definition(context: Context, what: string): void {
    const first = this.#lexer.peek();
    const before = this.#dynamic.length;
    const condition = context.condition ?? `only in ${what} (line ${first.line})`;
    if (!this.#conditionalBlock({ ...context, condition })) {
      this.#skipStatement(first.line, `code (${this.#shown(first)})`);
      return;
    }
    if (this.#dynamic.length === before) this.#report(first.line, what);
  }

  /** Passes over what stands before the block, then reads it. False when no block follows. */
  #conditionalBlock(context: Context): boolean {
    this.#lexer.next();
    for (let open = 0; ; ) {
      const token = this.#lexer.peek();
      if (token.kind === 'end' || token.kind === 'broken') return false;
      if (open === 0 && isOperator(token, '{')) break;
      if (open === 0 && (isOperator(token, ';') || isOperator(token, '}'))) return false;
      if (isOpener(token)) open++;
      if (isCloser(token)) open--;
      this.#lexer.next();
    }
    this.#block(context);
    return true;
  }

  /** `{ … }`. */
  #block(context: Context): void {
    const opener = this.#lexer.next();
    if (context.depth >= MAX_CPANFILE_DEPTH) {
      this.#report(opener.line, `blocks nested deeper than ${MAX_CPANFILE_DEPTH}`);
      this.#mentions(1, 'too deep inside: requires');
      return;
    }
    const closed = this.#statements({ ...context, depth: context.depth + 1 });
    if (closed) this.#lexer.next();
    else if (this.#lexer.peek().kind === 'end') this.#report(opener.line, 'a "{" without its end');
  }

  #call(verb: Verb, context: Context): void {
    const word = this.#lexer.next();
    const mark = this.#requirements.length;
    const list: Argument[] = [];
    const problem = this.#argumentList(verb, list, context) ?? this.#statementEnd() ?? misuse(verb, list);
    if (problem !== null) {
      this.#demote(mark, problem);
      const asked = verb.act === 'require' ? list[0]?.text : undefined;
      this.#skipCall(word, problem, asked);
      return;
    }
    if (verb.act === 'require') this.#require(verb, list, context, word.line);
    if (verb.act === 'mirror') this.#mirror(list, context, word.line);
  }

  /** The arguments with or without parentheses around all of them. Gives the problem, or null. */
  #argumentList(verb: Verb, list: Argument[], context: Context): string | null {
    if (!isOperator(this.#lexer.peek(), '(')) return this.#arguments(verb, list, context, 0);
    return this.#parenthesized(verb, list, context, 0);
  }

  #parenthesized(verb: Verb, list: Argument[], context: Context, depth: number): string | null {
    if (depth >= MAX_CPANFILE_DEPTH) return `parentheses nested deeper than ${MAX_CPANFILE_DEPTH}`;
    this.#lexer.next();
    this.#open++;
    const problem = this.#arguments(verb, list, context, depth);
    if (problem !== null) return problem;
    if (!isOperator(this.#lexer.peek(), ')')) return this.#unexpected();
    this.#lexer.next();
    this.#open--;
    return null;
  }

  #arguments(verb: Verb, list: Argument[], context: Context, depth: number): string | null {
    let separated = true;
    for (;;) {
      const token = this.#lexer.peek();
      if (endsArguments(token)) return null;
      if (isOperator(token, ',') || isOperator(token, '=>')) {
        this.#lexer.next();
        separated = true;
        continue;
      }
      if (!separated) return this.#unexpected();
      const problem = this.#argument(token, verb, list, context, depth);
      if (problem !== null) return problem;
      separated = false;
    }
  }

  #argument(token: PerlToken, verb: Verb, list: Argument[], context: Context, depth: number): string | null {
    if (isOperator(token, '(')) return this.#parenthesized(verb, list, context, depth + 1);
    if (token.kind === 'word' && token.text === 'sub') return this.#code(verb, list, context);
    if (token.kind === 'word' && verb.act === 'require') {
      const inner = VERBS.get(token.text);
      if (inner?.act === 'require') return this.#nestedCall(inner, list, context, depth);
    }
    if (!isConstant(token) && !(token.kind === 'word' && token.text === 'undef')) return this.#unexpected();
    this.#lexer.next();
    if (token.kind === 'words') {
      for (const text of token.parts) list.push({ text, code: false, span: null });
    } else {
      const text = token.kind === 'word' ? '' : token.text;
      list.push({ text, code: false, span: { start: token.start, end: token.end } });
    }
    return null;
  }

  /** `sub { … }`, read in the phase or feature that the arguments before it name. */
  #code(verb: Verb, list: Argument[], context: Context): string | null {
    const inside = insideOf(verb, list, context);
    if (inside === null) return 'a sub where none belongs';
    const open = this.#open;
    this.#lexer.next();
    if (isOperator(this.#lexer.peek(), '(')) this.#passParentheses();
    if (!isOperator(this.#lexer.peek(), '{')) return this.#unexpected();
    if (verb.act === 'feature') this.#declareFeature(list, context);
    this.#block(inside);
    this.#open = open;
    list.push({ text: '', code: true, span: null });
    return null;
  }

  /**
   * `requires 'A', requires 'B';`, a comma where a semicolon was meant. The inner call runs first, and gives the
   * number of calls so far in its feature: that becomes an argument of the outer one.
   */
  #nestedCall(
    verb: Verb & { act: 'require' },
    outer: Argument[],
    context: Context,
    depth: number,
  ): string | null {
    if (depth >= MAX_CPANFILE_DEPTH) return `calls nested deeper than ${MAX_CPANFILE_DEPTH}`;
    if (this.#dynamic.length > 0 || context.condition !== null) return this.#unexpected();
    const { line } = this.#lexer.next();
    const list: Argument[] = [];
    const problem = isOperator(this.#lexer.peek(), '(')
      ? this.#parenthesized(verb, list, context, depth + 1)
      : this.#arguments(verb, list, context, depth + 1);
    if (problem !== null || list.length === 0) return problem ?? this.#unexpected();
    this.#require(verb, list, context, line);
    this.#notes.push({ line, text: 'a call among the arguments of another: a comma for a semicolon?' });
    outer.push({ text: String(this.#calls.get(context.feature) ?? 0), code: false, span: null });
    return null;
  }

  #declareFeature(list: readonly Argument[], context: Context): void {
    const id = list[0]?.text ?? '';
    const line = this.#lexer.peek().line;
    if (context.condition === null) this.#features.set(id, { id, description: list[1]?.text ?? id, line });
  }

  /** After the arguments: null when the statement ends here, else what stands there instead. */
  #statementEnd(): string | null {
    const token = this.#lexer.peek();
    if (isOperator(token, ';')) this.#lexer.next();
    else if (token.kind === 'word' && CONTROL.has(token.text)) {
      return `only ${this.#shown(token)}`;
    } else if (token.kind !== 'end' && !isOperator(token, '}')) return this.#unexpected();
    return null;
  }

  #require(verb: Verb & { act: 'require' }, list: readonly Argument[], context: Context, line: number): void {
    const [asked, ...rest] = list;
    const module = asked?.text ?? '';
    const phase = verb.phase ?? context.phase;
    this.#calls.set(context.feature, (this.#calls.get(context.feature) ?? 0) + 1);
    if (context.condition !== null) {
      this.#report(line, `${verb.relationship} ${shownName(module)} ${context.condition}`, module);
    } else if (!PHASES.has(phase) && !/^x_/i.test(phase)) {
      const text = `${verb.relationship} ${shownName(module)} in phase ${quoteFound(phase)}, which does not exist`;
      this.#notes.push({ line, text });
    } else {
      const { relationship } = verb;
      const literals = {
        module: asked?.span ?? null,
        range: rest.length % 2 === 1 ? (rest[0]?.span ?? null) : null,
      };
      const { written, options } = rangeAndOptions(rest);
      const range = this.#canonical(written, module, line);
      const feature = context.feature;
      this.#requirements.push({
        phase,
        relationship,
        module,
        range,
        written,
        feature,
        line,
        options,
        literals,
      });
    }
  }

  #canonical(written: string, module: string, line: number): string {
    try {
      if (written.length <= MAX_RANGE_LENGTH) return parseRequirement(written).canonical;
      throw new CpanError('too-large', `a range of ${written.length} characters`);
    } catch (error) {
      if (!(error instanceof CpanError)) throw error;
      this.#report(line, `${shownName(module)}: ${error.problem}`, module);
      return written;
    }
  }

  #mirror(list: readonly Argument[], context: Context, line: number): void {
    const url = list[0]?.text ?? '';
    if (context.condition !== null) this.#report(line, `mirror ${quoteFound(url)} ${context.condition}`);
    else this.#mirrors.push(url);
  }

  /** Requirements from `mark` on turn out to depend on code. */
  #demote(mark: number, why: string): void {
    for (const { line, relationship, module } of this.#requirements.splice(mark)) {
      this.#report(line, `${relationship} ${shownName(module)}: ${why}`, module);
    }
  }

  #report(line: number, reason: string, module?: string): void {
    this.#dynamic.push(module === undefined ? { line, reason } : { line, reason, module });
  }

  #skipCall(word: PerlToken, reason: string, module: string | undefined): void {
    const what = module === undefined ? 'something' : shownName(module);
    this.#report(word.line, `${word.text} ${what}: ${reason}`, module);
    this.#mentions(this.#open, 'in a computed statement: requires');
  }

  /** Passes over the rest of the statement; reports it, and the modules that it names. */
  #skipStatement(line: number, reason: string): void {
    const before = this.#dynamic.length;
    this.#mentions(this.#open, 'only as code decides: requires');
    if (this.#dynamic.length === before) this.#report(line, reason);
  }

  /** To the end of the statement, `open` brackets being open; reports each `requires 'X'` on the way. */
  #mentions(open: number, how: string): void {
    for (let depth = open; ; ) {
      const token = this.#lexer.peek();
      if (token.kind === 'end' || token.kind === 'broken') return;
      if (depth === 0 && isOperator(token, '}')) return;
      this.#lexer.next();
      if (depth === 0 && isOperator(token, ';')) return;
      if (isOpener(token)) depth++;
      if (isCloser(token) && depth > 0) depth--;
      if (token.kind === 'word' && VERBS.get(token.text)?.act === 'require' && !this.#full()) {
        depth += this.#mention(token.line, how);
      }
    }
  }

  /** The constant after a verb; gives the number of parentheses it passed. */
  #mention(line: number, how: string): number {
    let opened = 0;
    while (isOperator(this.#lexer.peek(), '(') && opened < 2) {
      this.#lexer.next();
      opened++;
    }
    const token = this.#lexer.peek();
    const module = token.kind === 'words' ? token.parts[0] : token.kind === 'string' ? token.text : undefined;
    if (module !== undefined) this.#report(line, `${how} ${shownName(module)}`, module);
    return opened;
  }

  #passStatement(): void {
    while (!isOperator(this.#lexer.peek(), ';') && !isOperator(this.#lexer.peek(), '}')) {
      const { kind } = this.#lexer.next();
      if (kind === 'end' || kind === 'broken') return;
    }
  }

  #passParentheses(): void {
    for (let open = 0; ; ) {
      const token = this.#lexer.peek();
      if (token.kind === 'end' || token.kind === 'broken') return;
      this.#lexer.next();
      if (isOperator(token, '(')) open++;
      if (isOperator(token, ')') && --open <= 0) return;
    }
  }

  #unexpected(): string {
    const token = this.#lexer.peek();
    if (token.kind === 'end') return 'the end of the file within a statement';
    if (token.kind === 'broken') return token.text;
    const computed = token.kind === 'computed' || token.kind === 'variable' || token.kind === 'word';
    return `${computed ? 'computed by' : 'unexpected'} ${this.#shown(token)}`;
  }

  /** The source from the token to the end of its line. */
  #shown(token: PerlToken): string {
    const source = this.#lexer.text.slice(token.start, token.start + 60);
    return quoteFound(source.split('\n', 1)[0]?.trimEnd() ?? '', 50);
  }
}

/** What is wrong with the arguments of a call that perl would accept up to here; null when nothing is. */
function misuse(verb: Verb, list: readonly Argument[]): string | null {
  if (list.length === 0) return 'nothing named';
  const needsCode = verb.act === 'on' || verb.act === 'feature';
  if (needsCode && !list.some((argument) => argument.code)) return 'no sub given';
  return null;
}

/** The context inside the sub of `on` or `feature`; null where the arguments are not those of either. */
function insideOf(verb: Verb, list: readonly Argument[], context: Context): Context | null {
  const name = list[0];
  if (name === undefined || list.some((argument) => argument.code)) return null;
  if (verb.act === 'on' && list.length === 1) return { ...context, phase: name.text };
  if (verb.act !== 'feature' || list.length > 2) return null;
  // A feature with a false name is none: Module::CPANfile::Prereqs->add.
  return { ...context, feature: isTrue(name.text) ? name.text : null };
}

/** An odd argument comes first and is the range; the others are pairs (Module::CPANfile, requirement_for). */
function rangeAndOptions(rest: readonly Argument[]): { written: string; options: Record<string, string> } {
  const odd = rest.length % 2;
  let written = odd === 1 ? (rest[0]?.text ?? '') : '';
  const pairs: [string, string][] = [];
  for (let i = odd; i + 1 < rest.length; i += 2) {
    const key = rest[i]?.text ?? '';
    const value = rest[i + 1]?.text ?? '';
    if (key === 'version') written = value;
    else pairs.push([key, value]);
  }
  return { written: isTrue(written) ? written : '0', options: Object.fromEntries(pairs) };
}

/** Truth as perl sees a string. */
function isTrue(text: string): boolean {
  return text !== '' && text !== '0';
}

function isConstant(token: PerlToken): boolean {
  return (
    token.kind === 'string' || token.kind === 'number' || token.kind === 'vstring' || token.kind === 'words'
  );
}

function isOperator(token: PerlToken, text: string): boolean {
  return token.kind === 'operator' && token.text === text;
}

function isOpener(token: PerlToken): boolean {
  return token.kind === 'operator' && (token.text === '(' || token.text === '[' || token.text === '{');
}

function isCloser(token: PerlToken): boolean {
  return token.kind === 'operator' && (token.text === ')' || token.text === ']' || token.text === '}');
}

/** What may follow the arguments; the caller decides whether it may follow here. */
function endsArguments(token: PerlToken): boolean {
  if (token.kind === 'end') return true;
  if (token.kind === 'word') return CONTROL.has(token.text);
  return isOperator(token, ')') || isOperator(token, ';') || isOperator(token, '}');
}

/** A name as it is when it is one, else quoted. */
function shownName(name: string): string {
  return /^[\w:']{1,100}$/.test(name) ? name : quoteFound(name);
}
