/**
 * `cpanfile`, read and never run. It is Perl by definition; what people write in it is a short list of calls
 * with constant arguments. Those are understood; everything that perl would have to compute is reported with
 * its line, and what it would have required is never taken as certain.
 *
 * The language is Module::CPANfile 1.1004's: `requires recommends suggests conflicts on feature mirror` and
 * `configure_ build_ test_ author_requires`.
 */
import { quoteFound } from '../base/index.ts';
import {
  type Argument,
  type Call,
  CONTROL,
  type Context,
  endsArguments,
  insideOf,
  isCloser,
  isConstant,
  isOpener,
  isOperator,
  misuse,
  ownLength,
  type Relationship,
  rangeAndOptions,
  type Span,
  VERBS,
  type Verb,
} from './cpanfile-dsl.ts';
import { CpanError } from './errors.ts';
import { PerlLexer, type PerlToken } from './perl-lexer.ts';
import { parseRequirement } from './requirement.ts';

export type { Span };

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
  readonly relationship: Relationship;
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
 *   // dynamic: [{ line: 2, reason: 'requires something: computed by "$_ for @more"' }]
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

const PHASES = new Set(['configure', 'build', 'test', 'runtime', 'develop']);
/** Pragmas that change nothing of what the file asks for. */
const HARMLESS = new Set(['strict', 'warnings', 'utf8', 'feature', 'experimental', 'diagnostics', 'integer']);
const CONTINUES = new Set(['else', 'elsif', 'continue']);
const PHASE_BLOCKS = new Set(['BEGIN', 'INIT', 'CHECK', 'UNITCHECK', 'END']);

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
    const problem =
      this.#arguments({ verb: { act: 'mirror' }, context, list: [] }, 0) ?? this.#statementEnd();
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
    const call: Call = { verb, context, list: [] };
    const problem = this.#argumentList(call, 0) ?? this.#statementEnd() ?? misuse(call);
    if (problem !== null) {
      this.#demote(mark, problem);
      const asked = verb.act === 'require' ? call.list[0]?.text : undefined;
      this.#skipCall(word, problem, asked);
      return;
    }
    if (verb.act === 'require') this.#require(verb, call, word.line);
    if (verb.act === 'mirror') this.#mirror(call, word.line);
  }

  /** The arguments with or without parentheses around all of them. Gives the problem, or null. */
  #argumentList(call: Call, depth: number): string | null {
    if (!isOperator(this.#lexer.peek(), '(')) return this.#arguments(call, depth);
    return this.#parenthesized(call, depth);
  }

  #parenthesized(call: Call, depth: number): string | null {
    if (depth >= MAX_CPANFILE_DEPTH) return `parentheses nested deeper than ${MAX_CPANFILE_DEPTH}`;
    this.#lexer.next();
    this.#open++;
    const problem = this.#arguments(call, depth);
    if (problem !== null) return problem;
    if (!isOperator(this.#lexer.peek(), ')')) return this.#unexpected();
    this.#lexer.next();
    this.#open--;
    return null;
  }

  #arguments(call: Call, depth: number): string | null {
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
      const problem = this.#argument(call, token, depth);
      if (problem !== null) return problem;
      separated = false;
    }
  }

  #argument(call: Call, token: PerlToken, depth: number): string | null {
    if (isOperator(token, '(')) return this.#parenthesized(call, depth + 1);
    if (token.kind === 'word' && token.text === 'sub') return this.#code(call);
    if (token.kind === 'word' && call.verb.act === 'require') {
      const inner = VERBS.get(token.text);
      if (inner?.act === 'require') return this.#nestedCall(inner, call, depth + 1);
    }
    if (!isConstant(token) && !(token.kind === 'word' && token.text === 'undef')) return this.#unexpected();
    this.#lexer.next();
    if (token.kind === 'words') {
      for (const text of token.parts) call.list.push({ text, code: false, span: null });
    } else {
      const text = token.kind === 'word' ? '' : token.text;
      call.list.push({ text, code: false, span: { start: token.start, end: token.end } });
    }
    return null;
  }

  /** `sub { … }`, read in the phase or feature that the arguments before it name. */
  #code(call: Call): string | null {
    const inside = insideOf(call);
    if (inside === null) return 'a sub where none belongs';
    const open = this.#open;
    this.#lexer.next();
    if (isOperator(this.#lexer.peek(), '(')) this.#passParentheses();
    if (!isOperator(this.#lexer.peek(), '{')) return this.#unexpected();
    if (call.verb.act === 'feature') this.#declareFeature(call);
    this.#block(inside);
    this.#open = open;
    call.list.push({ text: '', code: true, span: null });
    return null;
  }

  /**
   * `requires 'A', requires 'B';`, a comma where a semicolon was meant. The inner call runs first, and gives the
   * number of calls so far in its feature: that becomes an argument of the outer one.
   */
  #nestedCall(verb: Verb & { act: 'require' }, outer: Call, depth: number): string | null {
    const { context } = outer;
    if (depth >= MAX_CPANFILE_DEPTH) return `calls nested deeper than ${MAX_CPANFILE_DEPTH}`;
    if (this.#dynamic.length > 0 || context.condition !== null) return this.#unexpected();
    const { line } = this.#lexer.next();
    const call: Call = { verb, context, list: [] };
    const problem = this.#argumentList(call, depth) ?? misuse(call);
    if (problem !== null) return problem;
    this.#require(verb, call, line);
    this.#notes.push({ line, text: 'a call among the arguments of another: a comma for a semicolon?' });
    outer.list.push({ text: String(this.#calls.get(context.feature) ?? 0), code: false, span: null });
    return null;
  }

  #declareFeature({ list, context }: Call): void {
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

  #require(verb: Verb & { act: 'require' }, { list, context }: Call, line: number): void {
    const module = list[0]?.text ?? '';
    const phase = verb.phase ?? context.phase;
    this.#calls.set(context.feature, (this.#calls.get(context.feature) ?? 0) + 1);
    if (context.condition !== null) {
      this.#report(line, `${verb.relationship} ${shownName(module)} ${context.condition}`, module);
    } else if (!PHASES.has(phase) && !/^x_/i.test(phase)) {
      const text = `${verb.relationship} ${shownName(module)} in phase ${quoteFound(phase)}, which does not exist`;
      this.#notes.push({ line, text });
    } else this.#requirements.push(this.#row({ verb, phase, line }, list, context.feature));
  }

  #row(
    { verb, phase, line }: { verb: Verb & { act: 'require' }; phase: string; line: number },
    [asked, ...rest]: readonly Argument[],
    feature: string | null,
  ): CpanfileRequirement {
    const { relationship } = verb;
    const module = asked?.text ?? '';
    const { written, span, options } = rangeAndOptions(rest);
    const range = this.#canonical(written, module, line);
    const literals = { module: asked?.span ?? null, range: span };
    return { phase, relationship, module, range, written, feature, line, options, literals };
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

  #mirror({ list, context }: Call, line: number): void {
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

  /** The source from the token to the end of its statement, on its line. */
  #shown(token: PerlToken): string {
    const [line = ''] = this.#lexer.text.slice(token.start, token.start + 60).split('\n', 1);
    return quoteFound(line.slice(0, ownLength(line)).trimEnd(), 50);
  }
}

/** A name as it is when it is one, else quoted. */
function shownName(name: string): string {
  return /^[\w:']{1,100}$/.test(name) ? name : quoteFound(name);
}
