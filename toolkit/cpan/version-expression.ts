/**
 * The right side of `$VERSION = …`, as far as it is constant. What Module::Metadata finds by running the line
 * is found here by reading it: quotes, numbers, `version->declare`, `qv`, concatenation, `sprintf` over what a
 * pattern takes out of `$Revision$`, `eval $VERSION`, `tr/_//d`. Anything else is {@link Computed}.
 */
import { PerlLexer, type PerlToken } from './perl-lexer.ts';
import { stringifyPerlNumber } from './perl-number.ts';
import { MAX_SUBJECT_LENGTH, simplePattern } from './perl-pattern.ts';
import { numberPrefix, perlSprintf } from './perl-sprintf.ts';
import { declareVersion, parseVersion } from './version.ts';

/** A value with what perl knows of its origin: `1.10` is a number, `'1.10'` is not. */
export interface PerlScalar {
  readonly kind: 'string' | 'number' | 'vstring' | 'version' | 'undef';
  readonly text: string;
}

/** What is assigned depends on more than the line; the message says on what. */
export class Computed extends Error {}

/** What the expression may refer to. */
export interface Surroundings {
  /** The value of a variable by its full name, `Foo::VERSION`; null when it is not known. */
  valueOf(name: string): PerlScalar | null;
  /** Counts a pattern match; false when there were too many. */
  allowMatch(): boolean;
}

const MAX_DEPTH = 30;
const MAX_TEXT_LENGTH = 1000;
const UNDEF: PerlScalar = { kind: 'undef', text: '' };

export class VersionExpression {
  readonly #lexer: PerlLexer;
  readonly #surroundings: Surroundings;
  /** `my` variables with their sigil. */
  readonly #own = new Map<string, readonly PerlScalar[]>();
  #depth = 0;

  constructor(lexer: PerlLexer, surroundings: Surroundings) {
    this.#lexer = lexer;
    this.#surroundings = surroundings;
  }

  /** The value that a scalar assignment gets, `$VERSION = …`. Throws {@link Computed}. */
  scalar(): PerlScalar {
    return this.#assignment(false).at(-1) ?? UNDEF;
  }

  /** The value that the first variable of a list gets, `($VERSION) = …`. Throws {@link Computed}. */
  firstOfList(): PerlScalar {
    return this.#assignment(true)[0] ?? UNDEF;
  }

  /** `=~ tr/_//d` and `=~ s/_//g` upon a value. Throws {@link Computed}. */
  modified(value: PerlScalar): PerlScalar {
    const token = this.#lexer.next();
    const { kind, parts } = token;
    if (value.kind === 'vstring') throw new Computed(`a change of the v-string ${value.text}`);
    const [search = '', replacement = '', flags = ''] = parts;
    if (kind === 'transliterate' && /^[\w.-]$/.test(search) && replacement === '' && flags === 'd') {
      return { kind: 'string', text: value.text.replaceAll(search, '') };
    }
    if (
      kind === 'substitute' &&
      /^(?:\w|\\\.)$/.test(search) &&
      /^[\w.]?$/.test(replacement) &&
      /^g?$/.test(flags)
    ) {
      const plain = search.slice(-1);
      const text =
        flags === 'g' ? value.text.replaceAll(plain, replacement) : value.text.replace(plain, replacement);
      return { kind: 'string', text };
    }
    return this.#computed(token);
  }

  /** Assignments chain: `$VERSION = $Foo::VERSION = '1.0'`. */
  #assignment(list: boolean): readonly PerlScalar[] {
    return this.#nested(() => {
      this.#skipDeclarator();
      const token = this.#lexer.peek();
      if (token.kind === 'variable' && /^\$[\w:]+$/.test(token.text)) {
        this.#lexer.next();
        if (!this.#take('=')) return this.#alternatives(list, this.#afterVariable(token));
        return this.#assignment(false);
      }
      return this.#alternatives(list);
    });
  }

  #skipDeclarator(): void {
    const { kind, text } = this.#lexer.peek();
    if (kind === 'word' && (text === 'our' || text === 'my' || text === 'local')) this.#lexer.next();
  }

  /** `a || b`: the first that is true. */
  #alternatives(list: boolean, first?: readonly PerlScalar[]): readonly PerlScalar[] {
    let value = this.#sum(list, first);
    while (this.#take('||') || this.#take('//')) {
      const other = this.#sum(false);
      const last = value.at(-1);
      if (last === undefined || last.text === '' || last.text === '0') value = other;
    }
    return value;
  }

  #sum(list: boolean, first?: readonly PerlScalar[]): readonly PerlScalar[] {
    let left = this.#product(list, first);
    for (;;) {
      if (this.#take('.')) left = [text(characters(left) + characters(this.#product(false)))];
      else if (this.#take('+')) left = [number(numeric(left) + numeric(this.#product(false)))];
      else if (this.#take('-')) left = [number(numeric(left) - numeric(this.#product(false)))];
      else return left;
    }
  }

  #product(list: boolean, first?: readonly PerlScalar[]): readonly PerlScalar[] {
    let left = this.#bound(list, first);
    for (;;) {
      const token = this.#lexer.peek();
      if (token.kind === 'word' && token.text === 'x') {
        this.#lexer.next();
        left = [this.#repeated(characters(left), numeric(this.#bound(false)))];
      } else if (this.#take('*')) left = [number(numeric(left) * numeric(this.#bound(false)))];
      else if (this.#take('/')) left = [number(numeric(left) / numeric(this.#bound(false)))];
      else return left;
    }
  }

  #repeated(part: string, times: number): PerlScalar {
    const count = Math.max(0, Math.trunc(times));
    if (part.length * count > MAX_TEXT_LENGTH) throw new Computed(`a text repeated ${count} times`);
    return text(part.repeat(count));
  }

  /** A term, and the pattern that it is bound to. */
  #bound(list: boolean, first?: readonly PerlScalar[]): readonly PerlScalar[] {
    const value = first ?? this.#term(list);
    return this.#take('=~') ? this.#matched(characters(value), list) : value;
  }

  #matched(subject: string, list: boolean): readonly PerlScalar[] {
    const token = this.#lexer.next();
    const [source = '', , flags = ''] = token.parts;
    const pattern = token.kind === 'match' ? simplePattern(source, flags) : null;
    if (pattern === null || subject.length > MAX_SUBJECT_LENGTH || !this.#surroundings.allowMatch()) {
      return this.#computed(token);
    }
    if (!list) return [number(pattern.test(subject) ? 1 : 0)];
    if (pattern.global) return [...subject.matchAll(pattern)].flatMap((match) => captured(match));
    const match = pattern.exec(subject);
    return match === null ? [] : captured(match);
  }

  #term(list: boolean): readonly PerlScalar[] {
    const token = this.#lexer.next();
    if (token.kind === 'string')
      return token.text === 'version' ? this.#maybeClass(token) : [text(token.text)];
    if (token.kind === 'number') return [{ kind: 'number', text: token.text }];
    if (token.kind === 'vstring') return [{ kind: 'vstring', text: token.text }];
    if (token.kind === 'words') return this.#indexed(token.parts.map(text));
    if (token.kind === 'variable') return this.#afterVariable(token);
    if (token.kind === 'word') return this.#word(token, list);
    if (token.kind !== 'operator') return this.#computed(token);
    if (token.text === '(') return this.#indexed(this.#listUntil(')'));
    if (token.text === '\\') return this.#term(list);
    if (token.text === '+') return this.#bound(list);
    return this.#computed(token);
  }

  #afterVariable(token: PerlToken): readonly PerlScalar[] {
    const name = token.text.slice(1);
    if (token.text.startsWith('$#')) {
      const array = this.#own.get(`@${token.text.slice(2)}`);
      return array === undefined ? this.#computed(token) : [number(array.length - 1)];
    }
    if (this.#take('[')) return [this.#element(this.#own.get(`@${name}`) ?? this.#computed(token))];
    const own = this.#own.get(token.text);
    if (own !== undefined) return own;
    const value = token.text.startsWith('$') ? this.#surroundings.valueOf(name) : null;
    return value === null ? this.#computed(token) : [value];
  }

  /** An index after a list, `(qw$Revision: 1.5 $)[1]`. */
  #indexed(list: readonly PerlScalar[]): readonly PerlScalar[] {
    return this.#take('[') ? [this.#element(list)] : list;
  }

  #element(list: readonly PerlScalar[]): PerlScalar {
    const index = numeric(this.#listUntil(']'));
    return list.at(index) ?? UNDEF;
  }

  #listUntil(closer: string): readonly PerlScalar[] {
    const list = this.#list();
    if (!this.#take(closer)) this.#computed();
    return list;
  }

  /** Expressions with commas between them, up to what cannot be one. */
  #list(): readonly PerlScalar[] {
    const items: PerlScalar[] = [];
    for (;;) {
      const { kind, text: operator } = this.#lexer.peek();
      if (kind === 'end' || (kind === 'operator' && /^[)\]};]$/.test(operator))) return items;
      if (!this.#take(',') && !this.#take('=>')) items.push(...this.#nested(() => this.#alternatives(true)));
      if (items.length > MAX_TEXT_LENGTH) this.#computed();
    }
  }

  #word(token: PerlToken, list: boolean): readonly PerlScalar[] {
    switch (token.text) {
      case 'version':
        return this.#maybeClass(token);
      case 'undef':
        return [UNDEF];
      case 'qv':
      case 'version::qv':
        return this.#methods(declared(first(this.#callArguments(), token)));
      case 'sprintf':
        return [this.#sprintf(token)];
      case 'substr':
        return [this.#substr(token)];
      case 'join':
        return [this.#join()];
      case 'int':
        return [number(Math.trunc(numeric(this.#callArguments())))];
      case 'eval':
        return this.#eval(list);
      case 'do':
        return this.#take('{') ? this.#block(list) : this.#computed(token);
      case 'our':
      case 'my':
        return this.#assignment(list);
      default:
        return this.#computed(token);
    }
  }

  /** `version->declare(…)`, `'version'->new(…)`. */
  #maybeClass(token: PerlToken): readonly PerlScalar[] {
    if (!this.#take('->')) return token.kind === 'string' ? [text('version')] : this.#computed(token);
    const method = this.#lexer.next();
    const argument = first(this.#callArguments(), method);
    if (method.text === 'declare' || method.text === 'qv') return this.#methods(declared(argument));
    if (method.text === 'new' || method.text === 'parse') return this.#methods(parsed(argument));
    return this.#computed(method);
  }

  /** `->numify`, `->normal`, `->stringify` upon a version. */
  #methods(version: PerlScalar | null): readonly PerlScalar[] {
    if (version === null) return this.#computed();
    if (!this.#take('->')) return [version];
    const method = this.#lexer.next();
    if (this.#take('(')) this.#listUntil(')');
    const value = parseVersion(version.text);
    if (method.text === 'numify') return [text(value.numify)];
    if (method.text === 'normal') return [text(value.normal)];
    return method.text === 'stringify' ? [text(value.stringify)] : this.#computed(method);
  }

  #callArguments(): readonly PerlScalar[] {
    return this.#take('(') ? this.#listUntil(')') : this.#list();
  }

  #sprintf(token: PerlToken): PerlScalar {
    const [format, ...values] = this.#callArguments();
    const result = perlSprintf(
      format?.text ?? '',
      values.map((value) => value.text),
    );
    return result === null || result.length > MAX_TEXT_LENGTH ? this.#computed(token) : text(result);
  }

  #substr(token: PerlToken): PerlScalar {
    const [subject, offset, length] = this.#callArguments();
    if (subject === undefined || offset === undefined) return this.#computed(token);
    const from = subject.text.slice(numeric([offset]));
    return text(length === undefined ? from : from.slice(0, numeric([length])));
  }

  #join(): PerlScalar {
    const [separator, ...parts] = this.#callArguments();
    return text(parts.map((part) => part.text).join(separator?.text ?? ''));
  }

  /** `eval { … }`, or the constant that a text is when perl reads it: `1.00_01` is a number. */
  #eval(list: boolean): readonly PerlScalar[] {
    if (this.#take('{')) return this.#block(list);
    const argument = last(this.#callArguments());
    if (argument.kind === 'vstring') return this.#computed();
    const source = argument.text;
    const lexer = new PerlLexer(source);
    const token = lexer.next();
    const constant = token.kind === 'number' || token.kind === 'vstring' || token.kind === 'string';
    if (!constant || lexer.next().kind !== 'end') throw new Computed(`eval of ${source}`);
    return [{ kind: token.kind, text: token.text } as PerlScalar]; // the kind was looked at just above
  }

  /** `{ my @r = …; sprintf … }`: assignments, and the last value. */
  #block(list: boolean): readonly PerlScalar[] {
    let value: readonly PerlScalar[] = [];
    while (!this.#take('}')) {
      if (this.#take(';')) continue;
      value = this.#nested(() => this.#statement(list));
      const { kind, text: operator } = this.#lexer.peek();
      if (kind !== 'operator' || (operator !== ';' && operator !== '}')) this.#computed();
    }
    return value;
  }

  #statement(list: boolean): readonly PerlScalar[] {
    this.#skipDeclarator();
    const token = this.#lexer.peek();
    if (token.kind !== 'variable') return this.#alternatives(list);
    this.#lexer.next();
    if (!this.#take('=')) return this.#alternatives(list, this.#afterVariable(token));
    const isArray = token.text.startsWith('@');
    const value = this.#alternatives(isArray);
    this.#own.set(token.text, isArray ? value : value.slice(-1));
    return value;
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) this.#computed();
    const value = read();
    this.#depth--;
    return value;
  }

  #take(operator: string): boolean {
    const token = this.#lexer.peek();
    if (token.kind !== 'operator' || token.text !== operator) return false;
    this.#lexer.next();
    return true;
  }

  #computed(token: PerlToken = this.#lexer.peek()): never {
    throw new Computed(
      token.kind === 'end' ? 'the end of the text' : this.#lexer.text.slice(token.start, token.end),
    );
  }
}

/** What version.pm makes of a value; null when it refuses it. */
export function parsed(value: PerlScalar): PerlScalar | null {
  if (value.kind === 'vstring')
    return made(() => declareVersion(`v${value.text.replace(/^v/, '')}`).stringify);
  return made(() => parseVersion(versionText(value)).stringify);
}

function declared(value: PerlScalar): PerlScalar | null {
  return made(() => declareVersion(versionText(value)).stringify);
}

function made(make: () => string): PerlScalar | null {
  try {
    return { kind: 'version', text: make() };
  } catch {
    return null;
  }
}

/** version.pm takes nine decimals of a number. */
function versionText(value: PerlScalar): string {
  if (value.kind !== 'number' || /^\d+$/.test(value.text)) return value.text;
  const decimals = Number(value.text).toFixed(9);
  return decimals.includes('.') ? decimals.replace(/\.?0+$/, '') : decimals;
}

function text(value: string): PerlScalar {
  return { kind: 'string', text: value };
}

function number(value: number): PerlScalar {
  return { kind: 'number', text: stringifyPerlNumber(value) };
}

function last(list: readonly PerlScalar[]): PerlScalar {
  return list.at(-1) ?? UNDEF;
}

function first(list: readonly PerlScalar[], token: PerlToken): PerlScalar {
  const value = list[0];
  if (value === undefined) throw new Computed(token.text);
  return value;
}

/** The text of the last value; a v-string's is none that could be shown. */
function characters(list: readonly PerlScalar[]): string {
  const { kind, text: value } = last(list);
  if (kind === 'vstring') throw new Computed(`the characters of the v-string ${value}`);
  return value;
}

function numeric(list: readonly PerlScalar[]): number {
  return numberPrefix(last(list).text) ?? 0;
}

/** The groups of a match, or 1, or the whole of it for `/g`. */
function captured(match: RegExpMatchArray): PerlScalar[] {
  const groups = match.slice(1);
  if (groups.length === 0) return [text(match[0])];
  return groups.map((group) => text(group ?? ''));
}
