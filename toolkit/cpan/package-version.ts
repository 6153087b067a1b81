/**
 * Packages and their `$VERSION` in the text of a `.pm` file, found without running it. What is found is what
 * Module::Metadata 1.000037 finds, which runs the line; where the line computes its version there is none here,
 * and the reason.
 *
 * Found here and not there: a version on the line of its `package` statement, in a BEGIN block, on several lines,
 * by `||=`, or taken from another package of the file.
 * Not found here: what stands in here-documents, and `0` for a text that is no version.
 */
import { quoteFound } from '../base/index.ts';
import { CpanError } from './errors.ts';
import { PerlLexer, type PerlToken } from './perl-lexer.ts';
import { stringifyPerlNumber } from './perl-number.ts';
import { numberPrefix } from './perl-sprintf.ts';
import { Computed, type PerlScalar, parsed, VersionExpression } from './version-expression.ts';

/** Longest source, in characters. */
export const MAX_SOURCE_LENGTH: number = 64 * 1024 * 1024;
/** Most packages of one file. */
export const MAX_PACKAGES = 20_000;
/** How much of the text after the beginning of its line an assignment may take. */
const MAX_ASSIGNMENT_LENGTH = 4096;
/** Most pattern matches for one file. */
const MAX_MATCHES = 50;
/** Most here-documents whose end is looked for and not found. */
const MAX_LOST_HEREDOCS = 100;

export interface PackageVersions {
  /** The main package: the one that the file is named after, else the first; null when there is none. */
  readonly package: string | null;
  /** Its version as version.pm gives it back; null when there is none, or it is unreadable. */
  readonly version: string | null;
  /** Why the version of the main package cannot be read. */
  readonly unreadable?: string;
  /** All packages, in order. */
  readonly packages: readonly FoundPackage[];
}

export interface FoundPackage {
  readonly name: string;
  readonly version: string | null;
  readonly unreadable?: string;
  /** False for one that has a version only, `main` or `$Other::VERSION`. */
  readonly declared: boolean;
  /** Line of the `package` statement, or of the assignment for one that has none. */
  readonly line: number;
}

/**
 * Finds packages and versions. `file` is the path of the module, `lib/Foo/Bar.pm`: its name tells which
 * package is the main one. Throws `too-large` only.
 *
 * @example
 *   packageVersion("package Foo;\nour $VERSION = '1.10';\n").version; // '1.10'
 *   packageVersion('package Foo;\nour $VERSION = version();').unreadable; // 'computed by "version"'
 */
export function packageVersion(text: string, file?: string): PackageVersions {
  const packages = new SourceScanner(text, file).scan();
  const main = mainPackage(packages, file);
  const { name = null, version = null } = main ?? {};
  const result = { package: name, version, packages };
  return main?.unreadable === undefined ? result : { ...result, unreadable: main.unreadable };
}

/** As Module::Metadata chooses: the first package whose last part is the file's name. */
function mainPackage(packages: readonly FoundPackage[], file: string | undefined): FoundPackage | undefined {
  const base = file === undefined ? undefined : /([^/\\]+)\.pm$/.exec(file)?.[1];
  if (base === undefined) return packages.find(({ declared }) => declared);
  return packages.find(({ name, declared }) => declared && (name === base || name.endsWith(`::${base}`)));
}

interface Known {
  readonly line: number;
  value?: PerlScalar | null;
  unreadable?: string;
  /** A `package` statement names it. */
  declared: boolean;
  /** A `package` statement names it that PAUSE does not see. */
  hidden: boolean;
}

class SourceScanner {
  readonly #text: string;
  readonly #file: string | undefined;
  readonly #packages = new Map<string, Known>();
  readonly #lost = new Set<string>();
  #package = 'main';
  #line = 0;
  #matches = 0;

  constructor(text: string, file: string | undefined) {
    this.#text = text;
    this.#file = file;
  }

  scan(): FoundPackage[] {
    if (this.#text.length > MAX_SOURCE_LENGTH) {
      this.#fail(`source of ${this.#text.length} characters, at most ${MAX_SOURCE_LENGTH}`);
    }
    let inPod = false;
    for (let at = 0; at < this.#text.length; ) {
      const newline = this.#text.indexOf('\n', at);
      const stop = newline < 0 ? this.#text.length : newline;
      this.#line++;
      let next = stop + 1;
      if (this.#text.charCodeAt(at) === 0x3d && /[A-Za-z]/.test(this.#text[at + 1] ?? '')) {
        inPod = !/^=cut(?![A-Za-z])/.test(this.#text.slice(at, at + 5));
      } else if (!inPod) {
        if (this.#isEnd(at, stop)) break;
        next = this.#codeLine(at, stop);
      }
      at = next;
    }
    const told = [...this.#packages].filter(([, known]) => known.declared || !known.hidden);
    return told.map(result);
  }

  #isEnd(at: number, stop: number): boolean {
    if (this.#text.charCodeAt(at) !== 0x5f || stop - at > 9) return false;
    const line = this.#text.slice(at, stop).trimEnd();
    return line === '__END__' || line === '__DATA__';
  }

  /** One line of code; gives the offset where the next one begins. */
  #codeLine(start: number, stop: number): number {
    let at = start;
    while (isSpace(this.#text.charCodeAt(at)) && at < stop) at++;
    if (this.#text.charCodeAt(at) === 0x23) return stop + 1;
    const line = this.#text.slice(start, stop);
    if (line.includes('package')) at = this.#packageStatement(start, stop) ?? start;
    const version = line.indexOf('VERSION');
    if (version >= 0) this.#assignments(Math.max(at, start), start + version);
    const heredoc = line.indexOf('<<');
    return heredoc < 0 ? stop + 1 : this.#afterHeredoc(line.slice(heredoc), stop + 1);
  }

  /** `package NAME VERSION BLOCK`, at the beginning of a line; gives the offset after it, or null. */
  #packageStatement(start: number, stop: number): number | null {
    let at = start;
    while (at < stop && (isSpace(this.#text.charCodeAt(at)) || '{;'.includes(this.#text[at] ?? ''))) at++;
    if (!/^package\s/.test(this.#text.slice(at, at + 8))) return null;
    const declaration = this.#text.slice(at + 7, at + 7 + MAX_ASSIGNMENT_LENGTH);
    const nameAt = blankEnd(declaration, 0);
    const [name, afterName] = word(NAME, declaration, nameAt);
    if (name === '') return null;
    const [version, afterVersion] = word(/v?[0-9._]+/y, declaration, blankEnd(declaration, afterName));
    const end = blankEnd(declaration, afterVersion);
    if (declaration[end] !== ';' && declaration[end] !== '{') return null;
    this.#declare(name, version, declaration.slice(0, nameAt).includes('\n'));
    return at + 7 + end + 1;
  }

  /** A name on another line than its `package` is hidden from PAUSE: it takes versions, and is not told. */
  #declare(name: string, version: string, hidden: boolean): void {
    this.#package = name;
    const known = this.#known(name);
    known.declared ||= !hidden;
    known.hidden ||= hidden;
    if (version !== '' && known.value === undefined) this.#set(known, { kind: 'string', text: version });
  }

  /** The package's entry, made when it is new. */
  #known(name: string): Known {
    const known = this.#packages.get(name);
    if (known !== undefined) return known;
    if (this.#packages.size >= MAX_PACKAGES) this.#fail(`more than ${MAX_PACKAGES} packages`);
    const added: Known = { line: this.#line, declared: false, hidden: false };
    this.#packages.set(name, added);
    return added;
  }

  /** The first assignment to a `$VERSION` in the line that begins before `version`. */
  #assignments(start: number, version: number): void {
    if (version - start > MAX_ASSIGNMENT_LENGTH) return;
    const window = this.#text.slice(start, start + 2 * MAX_ASSIGNMENT_LENGTH);
    const lexer = new PerlLexer(window);
    const target = findAssignment(lexer);
    if (target === null) return;
    const name = target.package === '' ? this.#package : target.package;
    const known = this.#known(name);
    if (known.value !== undefined) return; // the first one counts
    try {
      this.#set(known, this.#assigned(lexer, target));
    } catch (error) {
      if (!(error instanceof Computed)) throw error;
      known.value = null;
      known.unreadable = `computed by ${quoteFound(error.message, 40)}`;
    }
  }

  #assigned(lexer: PerlLexer, target: Target): PerlScalar {
    const name = target.package === '' ? 'VERSION' : `${target.package}::VERSION`;
    let value: PerlScalar | null = null;
    const surroundings = {
      valueOf: (variable: string) => (variable === name ? value : this.#valueOf(variable)),
      allowMatch: () => ++this.#matches <= MAX_MATCHES,
    };
    const expression = new VersionExpression(lexer, surroundings);
    value = target.list ? expression.firstOfList() : expression.scalar();
    refuseCondition(lexer, value);
    for (const line = target.line; ; ) {
      const operator = nextUpon(lexer, target.variable, line);
      if (operator === null) return value;
      if (operator === '=') value = expression.scalar();
      else if (operator === '=~') value = expression.modified(value);
      else throw new Computed(`${target.variable} ${operator}`);
    }
  }

  /** The version of another package, where this file has set it before. */
  #valueOf(variable: string): PerlScalar | null {
    const [, name] = /^(.*)::VERSION$/.exec(variable) ?? [];
    return this.#packages.get(name ?? (variable === 'VERSION' ? this.#package : ''))?.value ?? null;
  }

  #set(known: Known, value: PerlScalar): void {
    known.value = value.kind === 'undef' ? null : usableVersion(value);
    if (known.value === null && value.kind !== 'undef')
      known.unreadable = `no version: ${quoteFound(value.text, 40)}`;
  }

  #fail(problem: string): never {
    const line = Math.max(1, this.#line);
    throw new CpanError(
      'too-large',
      problem,
      this.#file === undefined ? { line } : { file: this.#file, line },
    );
  }

  /** The offset after the body of the first here-document of a line, or `next` when there is none. */
  #afterHeredoc(source: string, next: number): number {
    const [, tilde, double, single, bare] =
      /^<<(~?)(?:\s?"([^"]*)"|\s?'([^']*)'|([A-Za-z_]\w*))/.exec(source.slice(0, 300)) ?? [];
    const tag = double ?? single ?? bare;
    if (tag === undefined || this.#lost.has(tag) || this.#lost.size >= MAX_LOST_HEREDOCS) return next;
    const end = tilde === '~' ? indentedLine(this.#text, tag, next) : wholeLine(this.#text, tag, next);
    if (end === null) {
      this.#lost.add(tag);
      return next;
    }
    for (let at = next; at < end; at++) if (this.#text.charCodeAt(at) === 0x0a) this.#line++;
    return end;
  }
}

const NAME = /(?:::)?[A-Za-z_]\w*(?:'\w+)*(?:(?:::)+\w+(?:'\w+)*)*(?:::)?/y;

interface Target {
  readonly variable: string;
  /** `Foo` of `$Foo::VERSION`, empty for a plain one. */
  readonly package: string;
  /** `($VERSION) = …`. */
  readonly list: boolean;
  readonly line: number;
}

/** Reads up to the operator of the first assignment to a `$VERSION` on the first line. */
function findAssignment(lexer: PerlLexer): Target | null {
  let open: PerlToken | null = null;
  for (;;) {
    const token = lexer.next();
    if (token.kind === 'end' || token.kind === 'broken' || token.line > 1) return null;
    const [, name = null] =
      token.kind === 'variable' ? (/^[$*]((?:\w+::|::)*)VERSION$/.exec(token.text) ?? []) : [];
    if (name === null) {
      open = token.kind === 'operator' && token.text === '(' ? token : null;
      continue;
    }
    const list = open !== null && takesList(lexer);
    const operator = lexer.peek();
    if (operator.kind === 'operator' && /^(?:|\|\||\/\/)=$/.test(operator.text)) {
      lexer.next();
      return { variable: token.text, package: packageOf(name), list, line: token.line };
    }
  }
}

/** After `($VERSION`: `)`, or more variables and `)`. */
function takesList(lexer: PerlLexer): boolean {
  for (;;) {
    const { kind, text } = lexer.peek();
    if (kind === 'operator' && text === ')') {
      lexer.next();
      return true;
    }
    if (kind !== 'variable' && !(kind === 'operator' && text === ',')) return false;
    lexer.next();
  }
}

function packageOf(qualifier: string): string {
  return qualifier === '::' ? 'main' : qualifier.replace(/^::/, '').replace(/::$/, '');
}

/** `unless defined $VERSION`, and `or` after a value, are no condition for a file read alone; any other is. */
function refuseCondition(lexer: PerlLexer, value: PerlScalar): void {
  const token = lexer.peek();
  if (token.text === 'or' && token.kind === 'word' && value.kind !== 'undef' && value.text !== '') return;
  if (token.kind === 'operator' && /^[;},)]$/.test(token.text)) return;
  if (token.kind === 'end') return;
  if (token.kind === 'word' && token.text === 'unless') {
    lexer.next();
    for (let next = lexer.next(); next.kind !== 'end' && next.kind !== 'broken'; next = lexer.next()) {
      if (next.kind === 'operator' && next.text === ';') return;
      const harmless =
        next.text === 'defined' ||
        next.text === '(' ||
        next.text === ')' ||
        /^\$(?:\w+::)*VERSION$/.test(next.text);
      if (!harmless) break;
    }
  }
  throw new Computed(token.text);
}

/** Passes over tokens of the line up to an operation upon the variable; gives its operator, null at the end. */
function nextUpon(lexer: PerlLexer, variable: string, line: number): string | null {
  for (;;) {
    const token = lexer.peek();
    if (token.kind === 'end' || token.kind === 'broken' || token.line > line) return null;
    lexer.next();
    if (token.kind !== 'variable' || token.text !== variable) continue;
    const { kind, text } = lexer.peek();
    if (kind !== 'operator' || !/^(?:[-+*/.|&^%x]|\|\||\/\/|\*\*)?=$|^=~$|^(?:\+\+|--)$/.test(text)) continue;
    lexer.next();
    return text;
  }
}

/** As Module::Metadata mends what version.pm refuses (_dwim_version). */
function usableVersion(value: PerlScalar): PerlScalar | null {
  if (value.kind === 'version') return value;
  const direct = parsed(value);
  if (direct !== null) return direct;
  const stripped = value.text.slice(0, 1000).replace(/([0-9])[A-Za-z-][\s\S]*$/, '$1');
  const joined = isSplitAlpha(stripped) ? stripped.replaceAll('_', '') : stripped;
  const number = numberPrefix(joined);
  for (const text of [stripped, joined, number === null ? null : stringifyPerlNumber(number)]) {
    const version = text === null ? null : parsed({ kind: 'string', text });
    if (version !== null) return version;
  }
  return null;
}

/** `1.23_45_01`: more underscores than version.pm takes. */
function isSplitAlpha(text: string): boolean {
  const dots = text.split('.').length - 1;
  const underscores = text.split('_').length - 1;
  return !text.startsWith('v') && dots < 2 && underscores > 1;
}

function result([name, { value, unreadable, declared, line }]: [string, Known]): FoundPackage {
  const found = { name, version: value?.text ?? null, declared, line };
  return unreadable === undefined ? found : { ...found, unreadable };
}

function word(pattern: RegExp, text: string, at: number): [word: string, end: number] {
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0] ?? '';
  return [found, at + found.length];
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** Past white space and comments; `package # hide` and the name on the next line is a habit. */
function blankEnd(text: string, at: number): number {
  for (let end = at; ; ) {
    while (isSpace(text.charCodeAt(end))) end++;
    if (text[end] !== '#') return end;
    const newline = text.indexOf('\n', end);
    if (newline < 0) return text.length;
    end = newline;
  }
}

/** The offset after the line that is `tag` and nothing else, from `from` on. */
function wholeLine(text: string, tag: string, from: number): number | null {
  if (text.startsWith(`${tag}\n`, from)) return from + tag.length + 1;
  const at = text.indexOf(`\n${tag}\n`, from - 1);
  return at < 0 ? null : at + tag.length + 2;
}

function indentedLine(text: string, tag: string, from: number): number | null {
  for (let at = from; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const stop = newline < 0 ? text.length : newline;
    if (text.slice(at, stop).trim() === tag) return stop + 1;
    at = stop + 1;
  }
  return null;
}
