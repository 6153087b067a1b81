/**
 * Perl source cut into tokens, as far as that can be done without running it. Only constants get a value;
 * whatever perl would have to compute is a `computed` token. Time is linear in the text, and nothing recurses.
 *
 * What perl decides by knowing all declared subs (is this `/` a division or a pattern?) is decided here by the
 * token before it, which is right for everything that CPAN's own tools write.
 */
import { MAX_NUMBER_LENGTH, stringifyPerlLiteral } from './perl-number.ts';
import { unquoteDouble, unquoteSingle } from './perl-string.ts';

export interface PerlToken {
  /**
   * `string`: constant text, quoted or before `=>`. `number`: `text` is what perl makes of it. `vstring`: a bare
   * `v1.2` or `1.2.3` as written. `words`: a `qw` list. `computed`: an interpolating string, backticks, `<…>`.
   * `match`, `substitute`, `transliterate`: `parts` are pattern, replacement and flags. `broken`: what follows
   * cannot be cut into tokens, `text` says why. `end`: the end, or `__END__`.
   */
  readonly kind:
    | 'string'
    | 'number'
    | 'vstring'
    | 'words'
    | 'computed'
    | 'match'
    | 'substitute'
    | 'transliterate'
    | 'word'
    | 'variable'
    | 'operator'
    | 'broken'
    | 'end';
  readonly text: string;
  /** Words of a `qw` list, or the parts of a pattern. */
  readonly parts: readonly string[];
  /** Offsets into the source: first character, and one past the last. */
  readonly start: number;
  readonly end: number;
  /** Line of the first character, from 1. */
  readonly line: number;
}

/** Longest identifier; perl refuses more than 251 characters. */
const MAX_WORD_LENGTH = 255;
/** How far a `<…>` may reach. */
const MAX_GLOB_LENGTH = 255;

const OPERATOR =
  /<=>|\*\*=|\|\|=|&&=|\/\/=|\.\.\.|=>|->|\+\+|--|\*\*|=~|!~|==|!=|<=|>=|&&|\|\||\/\/|\.\.|::|[-+*/.%&|^]=|<<|>>|[\s\S]/y;
const WORD = /[A-Za-z_]\w*(?:::\w+)*(?:::)?/y;
const VARIABLE =
  /\$\$(?![\w{$:])|[$@%&*](?:#?(?:::)?[A-Za-z_]\w*(?:::\w+)*|\^\w|#?\{\^\w+\}|\d+)|[$@]#?(?=[{$])|\$[^\w\s{}]|@[-+_]/y;
const HEREDOC = /<<(~?)(?:[ \t]*"([^"\n]*)"|[ \t]*'([^'\n]*)'|([A-Za-z_]\w*))/y;
const GLOB = /<[^<>\n=\s][^<>\n]*>|<>/y;
const VSTRING = /(?:v\d[\d_]*(?:\.\d[\d_]*)*|\d[\d_]*(?:\.\d[\d_]*){2,})(?!\w)/y;
const NUMBER =
  /0[xXbB][\da-fA-F_]+|0[\d_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d[\d_]*)?/y;

const QUOTES = new Set(['q', 'qq', 'qw', 'qx', 'qr', 'm', 's', 'tr', 'y']);
/** Words after which an operand comes, so that `/` opens a pattern. */
const EXPECT_OPERAND = new Set(
  `if elsif unless while until and or not xor return split grep map join push unshift when x lt gt le ge eq ne cmp
  for foreach print`.split(/\s+/),
);
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

export class PerlLexer {
  readonly text: string;
  #at: number;
  #line = 1;
  /** The newline that ends {@link #line}. */
  #newline: number;
  #ahead: PerlToken | null = null;
  #previous: Pick<PerlToken, 'kind' | 'text'> = { kind: 'operator', text: ';' };
  /** After an operand an operator comes. */
  #operand = false;
  /** For each open brace: does it open a subscript? */
  readonly #braces: boolean[] = [];
  /** Where the bodies of here-documents that have been read begin and end. */
  #bodies = { begin: -1, end: -1 };

  constructor(text: string, at = 0) {
    this.text = text;
    this.#at = at;
    this.#newline = newlineFrom(text, at);
  }

  peek(): PerlToken {
    this.#ahead ??= this.#read();
    return this.#ahead;
  }

  next(): PerlToken {
    const token = this.peek();
    if (token.kind !== 'end' && token.kind !== 'broken') this.#ahead = null;
    return token;
  }

  #read(): PerlToken {
    this.#skipSpace();
    const start = this.#at;
    const line = this.#lineOf(start);
    const { end, kind, text, parts } = this.#tokenAt(start);
    this.#at = end;
    this.#remember(kind, text);
    return { kind, text, parts: parts ?? [], start, end, line };
  }

  #tokenAt(start: number): Found {
    const char = this.text[start];
    if (char === undefined || char === '\u0004' || char === '\u001a') return found('end', '', start);
    if (char === '"' || char === "'" || char === '`') return this.#quote(char === '`' ? 'qx' : char, start);
    if (/\d/.test(char) || (char === '.' && !this.#operand && /\d/.test(this.text[start + 1] ?? ''))) {
      return this.#number(start);
    }
    if (/[A-Za-z_]/.test(char)) return this.#word(start);
    if (char === '<') return this.#angle(start) ?? this.#operator(start);
    if (char === '/' && !this.#operand) return this.#quote('m', start);
    return (this.#expectsSigil(char) ? this.#variable(start) : null) ?? this.#operator(start);
  }

  /** Decides what the next token may be from this one. */
  #remember(kind: PerlToken['kind'], text: string): void {
    if (kind === 'operator') {
      if (text === '{') this.#braces.push(this.#opensSubscript());
      if (text === '}') this.#operand = this.#braces.pop() ?? false;
      else
        this.#operand = text === ')' || text === ']' || (this.#operand && (text === '++' || text === '--'));
    } else {
      this.#operand = kind !== 'word' || !EXPECT_OPERAND.has(text);
      // A block may follow a word: its brace opens no subscript.
      if (kind === 'word' && this.text[this.#spaceEnd(this.#at)] === '{') this.#operand = false;
    }
    this.#previous = { kind, text };
  }

  /** A brace after a variable, an arrow or another subscript; one after `)` opens a block. */
  #opensSubscript(): boolean {
    return this.#previous.text === '->' || (this.#operand && this.#previous.text !== ')');
  }

  #expectsSigil(char: string): boolean {
    if (char === '$' || char === '@') return true;
    return '%&*'.includes(char) && (!this.#operand || this.#previous.kind === 'word');
  }

  #variable(start: number): Found | null {
    const text = this.#match(VARIABLE, start, MAX_WORD_LENGTH);
    return text === null ? null : found('variable', text, start + text.length);
  }

  #operator(start: number): Found {
    const text = this.#match(OPERATOR, start, 4) ?? '';
    return found('operator', text, start + text.length);
  }

  #number(start: number): Found {
    const vstring = this.#match(VSTRING, start, MAX_NUMBER_LENGTH);
    if (vstring !== null) return found('vstring', vstring.replaceAll('_', ''), start + vstring.length);
    const literal = this.#match(NUMBER, start, MAX_NUMBER_LENGTH) ?? '';
    const text = literal.length < MAX_NUMBER_LENGTH ? stringifyPerlLiteral(literal) : null;
    return found(text === null ? 'computed' : 'number', text ?? literal, start + literal.length);
  }

  #word(start: number): Found {
    const word = this.#match(WORD, start, MAX_WORD_LENGTH) ?? '';
    const end = start + word.length;
    const after = this.#spaceEnd(end);
    if (this.text.startsWith('=>', after)) return found('string', word, end);
    const vstring = this.#match(VSTRING, start, MAX_NUMBER_LENGTH);
    if (vstring !== null) return found('vstring', vstring.replaceAll('_', ''), start + vstring.length);
    if (word === '__END__' || word === '__DATA__') return found('end', '', start);
    const open = this.text[end] === '#' ? end : after;
    if (QUOTES.has(word) && this.#opensQuote(end, open)) return this.#quote(word, open);
    return found('word', word, end);
  }

  #opensQuote(end: number, open: number): boolean {
    const { kind, text } = this.#previous;
    if (text === '->' || (kind === 'word' && text === 'sub')) return false;
    if (text === '-') return false; // the file test -s
    const char = this.text[open];
    if (char === undefined || /\w/.test(char) || (text === '{' && char === '}')) return false;
    // `q #` begins a comment, `q#` a string; `=`, `,`, `;` and `)` after a word are more likely themselves.
    return open === end ? !'),;'.includes(char) : !'#=,;)'.includes(char);
  }

  /** A quote whose opening delimiter stands at `open`. */
  #quote(operator: string, open: number): Found {
    const first = this.#delimited(open);
    if (first === null) return unended(open, this.text[open] ?? '');
    if (operator === 's' || operator === 'tr' || operator === 'y')
      return this.#twoParts(operator, first, open);
    if (operator === 'm' || operator === 'qr') {
      const { flags, end } = this.#flags(first.end);
      return found('match', operator, end, [first.raw, '', flags]);
    }
    if (operator === 'qx') return found('computed', '`', first.end);
    if (operator === 'qq' || operator === '"') {
      const text = unquoteDouble(first.raw);
      return found(text === null ? 'computed' : 'string', text ?? first.raw, first.end);
    }
    const text = unquoteSingle(first.raw, first.delimiters);
    if (operator !== 'qw') return found('string', text, first.end);
    return found(
      'words',
      'qw',
      first.end,
      text.split(/\s+/).filter((word) => word !== ''),
    );
  }

  #twoParts(operator: string, first: Delimited, open: number): Found {
    const paired = first.delimiters[0] !== first.delimiters[1];
    const second = this.#delimited(paired ? this.#spaceEnd(first.end) : first.end - 1);
    if (second === null) return unended(open, operator);
    const { flags, end } = this.#flags(second.end);
    return found(operator === 's' ? 'substitute' : 'transliterate', operator, end, [
      first.raw,
      second.raw,
      flags,
    ]);
  }

  #flags(at: number): { flags: string; end: number } {
    const flags = this.#match(/[a-z]*/y, at, 20) ?? '';
    return { flags, end: at + flags.length };
  }

  /** The raw text between the delimiter at `open` and its match; null when there is none. */
  #delimited(open: number): Delimited | null {
    const opener = this.text[open];
    if (opener === undefined) return null;
    const closer = CLOSERS[opener] ?? opener;
    let depth = 1;
    for (let at = open + 1; at < this.text.length; at++) {
      const char = this.text[at];
      if (char === '\\') at++;
      else if (char === closer) depth--;
      else if (char === opener) depth++;
      if (depth === 0) {
        return { raw: this.text.slice(open + 1, at), delimiters: opener + closer, end: at + 1 };
      }
    }
    return null;
  }

  /** A here-document or `<…>`, else null. */
  #angle(start: number): Found | null {
    const expected = !this.#operand || this.#previous.kind === 'word';
    if (this.text[start + 1] === '<') {
      HEREDOC.lastIndex = start;
      const marker = HEREDOC.exec(this.text);
      return marker !== null && (expected || this.#previous.kind === 'variable')
        ? this.#heredoc(start, marker)
        : null;
    }
    const glob = expected ? this.#match(GLOB, start, MAX_GLOB_LENGTH) : null;
    return glob === null ? null : found('computed', glob, start + glob.length);
  }

  #heredoc(start: number, marker: RegExpExecArray): Found {
    const [written, tilde, double, single, bare] = marker;
    const end = start + written.length;
    const body = this.#heredocBody(end, double ?? single ?? bare ?? '', tilde === '~');
    if (body === null) return unended(start, written);
    if (single !== undefined) return found('string', body, end);
    const text = unquoteDouble(body);
    return found(text === null ? 'computed' : 'string', text ?? body, end);
  }

  /** The lines up to the terminator, remembered so that {@link #skipSpace} passes over them. */
  #heredocBody(after: number, terminator: string, indented: boolean): string | null {
    const lineEnd = this.text.indexOf('\n', after);
    if (lineEnd < 0) return null;
    const waiting = this.#bodies.begin === lineEnd + 1;
    const lines: string[] = [];
    for (let at = waiting ? this.#bodies.end : lineEnd + 1; at < this.text.length; ) {
      const newline = this.text.indexOf('\n', at);
      const stop = newline < 0 ? this.text.length : newline;
      const line = this.text.slice(at, stop).replace(/\r$/, '');
      at = stop + 1;
      if ((indented ? line.trimStart() : line) === terminator) {
        this.#bodies = { begin: lineEnd + 1, end: Math.min(at, this.text.length) };
        return joinLines(lines, indented);
      }
      lines.push(line);
    }
    return null;
  }

  /** White space, comments, bodies of here-documents, and POD where a statement may begin. */
  #skipSpace(): void {
    for (;;) {
      this.#at = this.#spaceEnd(this.#at, true);
      if (this.text[this.#at] !== '=' || !this.#atPod()) return;
      this.#at = podEnd(this.text, this.#at);
    }
  }

  #atPod(): boolean {
    const { kind, text } = this.#previous;
    if (kind !== 'operator' || !(text === ';' || text === '{' || text === '}')) return false;
    if (this.#at > 0 && this.text[this.#at - 1] !== '\n') return false;
    return /[A-Za-z]/.test(this.text[this.#at + 1] ?? '');
  }

  /** The first offset from `at` on that is neither white space nor comment. */
  #spaceEnd(at: number, skipBodies = false): number {
    const text = this.text;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 0x23) {
        const newline = text.indexOf('\n', at);
        if (newline < 0) return text.length;
        at = newline;
      } else if (code === 0x0a) {
        at++;
        if (skipBodies && at === this.#bodies.begin) at = this.#bodies.end;
      } else if (code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0c) at++;
      else return at;
    }
  }

  #match(pattern: RegExp, start: number, limit: number): string | null {
    const window = this.text.slice(start, start + limit);
    pattern.lastIndex = 0;
    return pattern.exec(window)?.[0] ?? null;
  }

  /** Offsets only ever grow, so the lines are counted once. */
  #lineOf(offset: number): number {
    while (this.#newline < offset) {
      this.#line++;
      this.#newline = newlineFrom(this.text, this.#newline + 1);
    }
    return this.#line;
  }
}

interface Found {
  readonly kind: PerlToken['kind'];
  readonly text: string;
  readonly end: number;
  readonly parts?: readonly string[];
}

interface Delimited {
  readonly raw: string;
  readonly delimiters: string;
  readonly end: number;
}

function found(kind: PerlToken['kind'], text: string, end: number, parts?: readonly string[]): Found {
  return parts === undefined ? { kind, text, end } : { kind, text, end, parts };
}

function unended(at: number, opener: string): Found {
  return found('broken', `${opener} without its end`, at);
}

function newlineFrom(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? Number.POSITIVE_INFINITY : newline;
}

/** Where the POD that begins at `at` ends: after its `=cut` line, or with the text. */
export function podEnd(text: string, at: number): number {
  for (let line = at; ; ) {
    if (/^=cut(?![A-Za-z])/.test(text.slice(line, line + 5))) {
      const newline = text.indexOf('\n', line);
      return newline < 0 ? text.length : newline + 1;
    }
    const newline = text.indexOf('\n', line);
    if (newline < 0) return text.length;
    line = newline + 1;
  }
}

function joinLines(lines: readonly string[], indented: boolean): string {
  if (!indented) return lines.map((line) => `${line}\n`).join('');
  let indent = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    if (line.trim() !== '') indent = Math.min(indent, line.length - line.trimStart().length);
  }
  return lines.map((line) => `${line.slice(Math.min(indent, line.length))}\n`).join('');
}
