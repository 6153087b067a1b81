/** Flow collections of YAML, `[a, b]` and `{a: b}`, over as many lines as they take. */
import { quoteFound } from '../base/index.ts';
import type { CpanErrorCode } from './errors.ts';
import { setMember } from './member.ts';
import { quoteEnd, unquote } from './yaml-text.ts';

export type YamlValue = null | string | YamlValue[] | { [key: string]: YamlValue };

/** Deepest nesting. */
export const MAX_YAML_DEPTH = 64;

export interface FlowSource {
  /** The next line, or null at the end. */
  more(): string | null;
  count(): void;
  fail(code: CpanErrorCode, problem: string): never;
}

/** Flow collections, character by character. */
export class FlowReader {
  #text: string;
  #at = 0;
  readonly #source: FlowSource;

  constructor(text: string, source: FlowSource) {
    this.#text = text;
    this.#source = source;
  }

  rest(): string {
    return this.#text.slice(this.#at);
  }

  value(depth: number): YamlValue {
    if (depth > MAX_YAML_DEPTH) this.#source.fail('too-deep', `YAML nested deeper than ${MAX_YAML_DEPTH}`);
    this.#source.count();
    const char = this.#next();
    if (char === '[') return this.#list(depth);
    if (char === '{') return this.#map(depth);
    return this.#scalar();
  }

  #list(depth: number): YamlValue {
    const items: YamlValue[] = [];
    this.#at++;
    while (this.#next() !== ']') {
      items.push(this.value(depth + 1));
      this.#separator(']');
    }
    this.#at++;
    return items;
  }

  #map(depth: number): YamlValue {
    const members: { [key: string]: YamlValue } = {};
    this.#at++;
    while (this.#next() !== '}') {
      const key = this.#scalar() ?? '~';
      if (this.#next() === ':') {
        this.#at++;
        const empty = this.#next() === ',' || this.#next() === '}';
        setMember(members, key, empty ? null : this.value(depth + 1));
      } else setMember(members, key, null);
      this.#separator('}');
    }
    this.#at++;
    return members;
  }

  #separator(closer: string): void {
    const char = this.#next();
    if (char === ',') this.#at++;
    else if (char !== closer) {
      this.#source.fail('yaml-syntax', `expected "," or "${closer}", found ${quoteFound(this.rest())}`);
    }
  }

  /** The next character that is neither white space nor comment, reading on where the line ends. */
  #next(): string {
    for (;;) {
      const char = this.#text[this.#at];
      if (
        char === undefined ||
        (char === '#' && (this.#at === 0 || /\s/.test(this.#text[this.#at - 1] ?? '')))
      ) {
        const line = this.#source.more();
        if (line === null) this.#source.fail('yaml-syntax', 'a flow collection without its end');
        this.#text = line;
        this.#at = 0;
      } else if (char === ' ' || char === '\t') this.#at++;
      else return char;
    }
  }

  #scalar(): string | null {
    const quote = this.#text[this.#at] ?? '';
    if (quote === '"' || quote === "'") {
      const end = quoteEnd(this.#text, quote, this.#at + 1);
      if (end < 0) this.#source.fail('yaml-syntax', `${quote} without its end`);
      const raw = this.#text.slice(this.#at + 1, end);
      this.#at = end + 1;
      return unquote(raw, quote);
    }
    const start = this.#at;
    while (this.#at < this.#text.length && !this.#endsPlain()) this.#at++;
    if (this.#at === start) this.#source.fail('yaml-syntax', `unexpected ${quoteFound(this.rest())}`);
    const text = this.#text.slice(start, this.#at).trimEnd();
    return text === '~' ? null : text;
  }

  #endsPlain(): boolean {
    const char = this.#text[this.#at] ?? '';
    if (char === ':') return /[\s,\]}]/.test(this.#text[this.#at + 1] ?? ' ');
    if (char === '#') return /\s/.test(this.#text[this.#at - 1] ?? '');
    return ',[]{}'.includes(char);
  }
}
