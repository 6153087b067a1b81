/**
 * JSON (RFC 8259) as hostile input: bounded, with the line and column of what is wrong, and with numbers kept
 * as they were written where asked (a version `1.10` must not become `1.1`).
 */
import { type Place, PlacedError, quoteFound } from './errors.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type JsonErrorCode = 'json-syntax' | 'json-depth' | 'json-size' | 'json-duplicate';

/** JSON that does not parse, or is out of bounds. */
export class JsonError extends PlacedError<JsonErrorCode> {}

export interface JsonOptions {
  /** Named in errors. */
  readonly file?: string;
  /** Deepest nesting allowed. */
  readonly maxDepth?: number;
  /** Longest text allowed, in UTF-16 code units. */
  readonly maxLength?: number;
  /** `raw`: numbers come back as the strings that were written. */
  readonly numbers?: 'value' | 'raw';
}

const DEFAULT_DEPTH = 100;
const DEFAULT_LENGTH = 256 * 1024 * 1024;
/** Most values in one text: small ones take far more memory than they are long. */
export const MAX_JSON_VALUES = 4_000_000;

/** One JSON value and nothing after it. Later duplicates of a key are an error. */
export function parseJson(text: string, options: JsonOptions = {}): Json {
  return new JsonReader(text, options).document();
}

class JsonReader {
  readonly #text: string;
  readonly #options: JsonOptions;
  readonly #maxDepth: number;
  #at = 0;
  #values = 0;

  constructor(text: string, options: JsonOptions) {
    this.#text = text;
    this.#options = options;
    this.#maxDepth = options.maxDepth ?? DEFAULT_DEPTH;
    const limit = options.maxLength ?? DEFAULT_LENGTH;
    if (text.length > limit)
      this.#fail('json-size', `${text.length} characters of JSON, at most ${limit}`, 0);
  }

  document(): Json {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#unexpected('the end');
    return value;
  }

  #value(depth: number): Json {
    if (depth > this.#maxDepth)
      this.#fail('json-depth', `JSON nested deeper than ${this.#maxDepth}`, this.#at);
    if (++this.#values > MAX_JSON_VALUES)
      this.#fail('json-size', `more than ${MAX_JSON_VALUES} values of JSON`, this.#at);
    this.#space();
    const char = this.#text[this.#at];
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"') return this.#string();
    if (char === 't') return this.#word('true', true);
    if (char === 'f') return this.#word('false', false);
    if (char === 'n') return this.#word('null', null);
    return this.#number();
  }

  #object(depth: number): Json {
    const object: { [key: string]: Json } = {};
    this.#at++;
    this.#space();
    if (this.#take('}')) return object;
    do {
      this.#space();
      const start = this.#at;
      if (this.#text[start] !== '"') this.#unexpected('a key');
      const key = this.#string();
      if (Object.hasOwn(object, key)) this.#fail('json-duplicate', `key ${quoteFound(key)} twice`, start);
      this.#space();
      if (!this.#take(':')) this.#unexpected('":"');
      const value = this.#value(depth + 1);
      // A plain assignment to __proto__ would change the prototype instead of adding a key.
      if (key === '__proto__')
        Object.defineProperty(object, key, { value, enumerable: true, writable: true });
      else object[key] = value;
      this.#space();
    } while (this.#take(','));
    if (!this.#take('}')) this.#unexpected('"," or "}"');
    return object;
  }

  #array(depth: number): Json {
    const array: Json[] = [];
    this.#at++;
    this.#space();
    if (this.#take(']')) return array;
    do {
      array.push(this.#value(depth + 1));
      this.#space();
    } while (this.#take(','));
    if (!this.#take(']')) this.#unexpected('"," or "]"');
    return array;
  }

  #string(): string {
    const start = this.#at;
    const text = this.#text;
    let at = start + 1;
    let escaped = false;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) break;
      if (code === 0x5c) {
        escaped = true;
        at++;
      } else if (code < 0x20) {
        this.#fail('json-syntax', `control character U+${hex4(code)} in a string`, at);
      } else if (Number.isNaN(code)) {
        this.#fail('json-syntax', 'string without its end', start);
      }
    }
    this.#at = at + 1;
    if (!escaped) return text.slice(start + 1, at);
    try {
      return JSON.parse(text.slice(start, at + 1)) as string;
    } catch {
      return this.#fail('json-syntax', `bad escape in ${quoteFound(text.slice(start + 1, at))}`, start);
    }
  }

  #number(): Json {
    const pattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return this.#unexpected('a value');
    this.#at += found.length;
    return this.#options.numbers === 'raw' ? found : Number(found);
  }

  #word<T extends Json>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) return this.#unexpected('a value');
    this.#at += word.length;
    return value;
  }

  #space(): void {
    for (; ; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    }
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #unexpected(wanted: string): never {
    const found = this.#text.slice(this.#at, this.#at + 20);
    return this.#fail(
      'json-syntax',
      `expected ${wanted}, found ${found === '' ? 'the end' : quoteFound(found, 20)}`,
      this.#at,
    );
  }

  #fail(code: JsonErrorCode, problem: string, offset: number): never {
    throw new JsonError(code, problem, { ...this.#place(offset) });
  }

  #place(offset: number): Place {
    const before = this.#text.slice(0, offset);
    const lastBreak = before.lastIndexOf('\n');
    const line = before.split('\n').length;
    const place = { line, column: offset - lastBreak };
    return this.#options.file === undefined ? place : { file: this.#options.file, ...place };
  }
}

function hex4(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}

/**
 * JSON text with keys in code unit order at every level and no white space: the same value always gives the
 * same bytes. `undefined` members are left out; numbers must be safe integers or finite.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new JsonError('json-syntax', `number ${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new JsonError('json-syntax', `${typeof value} has no JSON form`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
