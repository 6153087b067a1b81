/** Reads the text of a version as version.pm's C code does, one pass, with its reasons for refusal. */

/** version.pm keeps each part in 31 bits; what is larger becomes this. */
const MAX_PART = 0x7fffffff;
/** More digits than this overflow even when they are zeros. */
const MAX_DIGITS = 10;

const END = 0; // a NUL ends a version as it ends a C string
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const UNDERSCORE = 0x5f;
const LOWER_U = 0x75;
const LOWER_V = 0x76;

const NON_NUMERIC = 'non-numeric data';
const MULTIPLE_UNDERSCORES = 'multiple underscores';

/** One reading of one text. `read` first; then the rest tells what was found. */
export class VersionScan {
  parts: number[] = [];
  qv: boolean;
  alpha = false;
  readonly #text: string;
  #start = 0;
  #at = 0;
  /** Where the version ends, before white space. */
  #end = 0;
  #dots = 0;
  #overflow = false;
  #undef = false;

  constructor(text: string, declared: boolean) {
    this.#text = text;
    this.qv = declared;
  }

  /** The reason why the text is no version, or nothing. */
  read(): string | undefined {
    this.#skipSpace();
    this.#start = this.#at;
    const problem = this.#body() ?? this.#finish();
    if (problem === undefined && this.qv) while (this.parts.length < 3) this.parts.push(0);
    // A declared undef gets a fourth part in version.pm.
    if (this.#undef && this.qv) this.parts.push(0);
    return problem;
  }

  /** What perl prints for the version. */
  stringify(): string {
    if (this.#overflow) return 'v.Inf';
    if (this.#undef) return '0';
    const written =
      this.#start === 0 && this.#end === this.#text.length
        ? this.#text
        : this.#text.slice(this.#start, this.#end);
    const needsV = this.qv && this.#dots === 1 && this.#text.charCodeAt(this.#start) !== LOWER_V;
    return needsV ? `v${written}` : written;
  }

  /** What version.pm warns of. */
  warning(): string | undefined {
    if (this.#overflow) return 'integer overflow in version';
    this.#at = this.#end;
    return this.#code() === END ? undefined : 'text after the version is ignored';
  }

  #body(): string | undefined {
    const first = this.#code();
    if (first === LOWER_V) {
      this.#at++;
      if (!isDigit(this.#code())) return 'dotted-decimal versions require at least three parts';
      return this.#dotted();
    }
    if (this.qv && isDigit(first)) return this.#dotted();
    const problem = this.#decimal();
    // A declared `.5` is checked as a decimal version and then read as a dotted one.
    const rereads = problem === undefined && this.qv && this.#dots === 1;
    return rereads ? this.#restart() : problem;
  }

  /** From the first digit, or a dot in its place, to the end of the last part. */
  #dotted(): string | undefined {
    this.qv = true;
    this.#wholePart();
    if (this.#code() !== DOT) return undefined;
    do {
      this.#dots++;
      this.#at++;
      if (!this.#dottedPart()) return undefined;
      if (this.#code() === UNDERSCORE) return MULTIPLE_UNDERSCORES;
    } while (this.#code() === DOT && !this.alpha);
    return this.#code() === DOT ? 'underscores before decimal' : undefined;
  }

  /** A part with at most one underscore, which is passed over. True when its last character is a digit. */
  #dottedPart(): boolean {
    while (this.#code() === ZERO) this.#at++;
    const first = this.#at;
    const value = this.#digits(0);
    if (this.#code() !== UNDERSCORE || !isDigit(this.#text.charCodeAt(this.#at - 1))) {
      this.#push(value, this.#at - first);
      return isDigit(this.#text.charCodeAt(this.#at - 1));
    }
    this.alpha = true;
    this.#at++;
    const second = this.#at;
    this.#push(this.#digits(value), this.#at - 1 - first);
    return this.#at > second;
  }

  #decimal(): string | undefined {
    this.#wholePart();
    if (this.#code() !== DOT) return this.#withoutFraction();
    this.#dots = 1;
    this.#at++;
    const code = this.#code();
    if (isDigit(code)) return this.#fraction();
    this.#push(0, 1);
    return isEnd(code) || isSpace(code) ? undefined : 'fractional part required';
  }

  #withoutFraction(): string | undefined {
    const code = this.#code();
    if (this.#at === this.#start) return this.#withoutDigits(code);
    if (isEnd(code) || isSpace(code)) return undefined;
    if (code !== UNDERSCORE) return NON_NUMERIC;
    return isDigit(this.#code(1)) ? 'alpha without decimal' : 'misplaced underscore';
  }

  #withoutDigits(code: number): string | undefined {
    if (code === MINUS) return 'negative version number';
    this.#undef = code === LOWER_U && this.#text.startsWith('undef', this.#at) && this.#code(5) === END;
    if (this.#undef) {
      this.#at += 5;
      return undefined;
    }
    return isEnd(code) || isSpace(code) ? 'version required' : NON_NUMERIC;
  }

  /** Groups of three digits, the last one filled with zeros. A second dot makes the whole text dotted. */
  #fraction(): string | undefined {
    let value = 0;
    let place = 100;
    for (let code = this.#code(); isDigit(code); code = this.#code()) {
      value += (code - ZERO) * place;
      this.#at++;
      if (place > 1) place /= 10;
      else {
        this.#push(value, 3);
        value = 0;
        place = 100;
      }
      const problem = this.#betweenDigits();
      if (problem !== undefined) return problem;
    }
    if (place < 100) this.#push(value, 3);
    return this.#code() === DOT ? this.#restart() : undefined;
  }

  /** What may follow a digit of a fraction. Passes over its one underscore. */
  #betweenDigits(): string | undefined {
    const code = this.#code();
    if (code === DOT && this.alpha) return 'underscores before decimal';
    if (code !== UNDERSCORE) return undefined;
    if (this.alpha) return MULTIPLE_UNDERSCORES;
    if (!isDigit(this.#code(1))) return 'misplaced underscore';
    this.alpha = true;
    this.#at++;
    return undefined;
  }

  #restart(): string | undefined {
    this.parts = [];
    this.#dots = 0;
    this.#overflow = false;
    this.#at = this.#start;
    return this.#dotted();
  }

  #finish(): string | undefined {
    this.#end = this.#at;
    this.#skipSpace();
    if (this.#overflow) this.#end = this.#at;
    const code = this.#code();
    if (!isDigit(code) && !isEnd(code)) return NON_NUMERIC;
    if (this.#dots > 1 && this.#text.charCodeAt(this.#at - 1) === DOT) return 'trailing decimal';
    return undefined;
  }

  #wholePart(): void {
    const first = this.#at;
    this.#push(this.#digits(0), this.#at - first);
  }

  /** The digits from here as a number that continues `value`; exact as long as it may be used. */
  #digits(value: number): number {
    for (let code = this.#code(); isDigit(code); code = this.#code()) {
      value = value * 10 + (code - ZERO);
      this.#at++;
    }
    return value;
  }

  /** After an overflow version.pm reads no further parts. */
  #push(value: number, digits: number): void {
    if (this.#overflow) return;
    this.#overflow = digits > MAX_DIGITS || value > MAX_PART;
    this.parts.push(this.#overflow ? MAX_PART : value);
  }

  #skipSpace(): void {
    while (isSpace(this.#code())) this.#at++;
  }

  #code(ahead = 0): number {
    const at = this.#at + ahead;
    return at < this.#text.length ? this.#text.charCodeAt(at) : END;
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 0x39;
}

/** C's isspace in the C locale. */
function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** The end, `;`, `{` or `}`: where perl's own parser would go on. */
function isEnd(code: number): boolean {
  return code === END || code === 0x3b || code === 0x7b || code === 0x7d;
}
