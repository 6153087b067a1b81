/**
 * The YAML that CPAN's tools have written since 2003: what YAML::Tiny reads (CPAN::Meta::YAML 0.018), and
 * beside it what YAML.pm, YAML::Syck and people wrote: flow collections, scalars over several lines, tags,
 * anchors. Every scalar stays the text that was written (a version `1.10` must not become `1.1`); only `~` and
 * nothing at all are null. Directives, `? ` keys and documents after the first are not read.
 *
 * This is not a YAML library. It is here because a META.yml must be read synchronously, at start-up speed, in a
 * browser, and as CPAN's tools read it, which strict YAML 1.2 refuses for a good part of old releases.
 */
import { type Place, quoteFound } from '../base/index.ts';
import { CpanError, type CpanErrorCode } from './errors.ts';
import { setMember } from './member.ts';
import { FlowReader, MAX_YAML_DEPTH, type YamlValue } from './yaml-flow.ts';
import { dropComment, dropLeadingComment, fold, quoteEnd, splitKey, unquote } from './yaml-text.ts';

export type { YamlValue };

/** Longest text, in characters. */
export const MAX_YAML_LENGTH: number = 8 * 1024 * 1024;
/** Most values, those that aliases repeat counted each time. */
export const MAX_YAML_VALUES = 1_000_000;

/** The first document of the text. Throws `yaml-syntax`, `too-deep`, `too-large` with file and line. */
export function readCpanYaml(text: string, file?: string): YamlValue {
  return new YamlReader(text, file).document();
}

/** A line without its indentation, or the part of a line that stands after `- `. */
interface Line {
  readonly indent: number;
  readonly content: string;
}

class YamlReader {
  readonly #lines: readonly string[];
  readonly #file: string | undefined;
  readonly #anchors = new Map<string, { value: YamlValue; size: number }>();
  #at = 0;
  /** What is left of the current line after `- `. */
  #rest: Line | null = null;
  #values = 0;

  constructor(text: string, file: string | undefined) {
    this.#file = file;
    if (text.length > MAX_YAML_LENGTH) {
      this.#lines = [];
      this.#fail('too-large', `YAML of ${text.length} characters, at most ${MAX_YAML_LENGTH}`);
    }
    this.#lines = text.split(/\r\n?|\n/);
  }

  document(): YamlValue {
    this.#skipDirectives();
    const first = this.#lines[this.#at] ?? '';
    if (/^---(?:\s|$)/.test(first)) {
      const header = dropComment(first.slice(3).trim());
      this.#at++;
      if (header !== '' && !/^[%#]/.test(header)) {
        return this.#inline(header, -1, 0) ?? null;
      }
    }
    return this.#node(0, 0);
  }

  #skipDirectives(): void {
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at] ?? '';
      if (!isBlank(line) && !line.startsWith('%')) return;
    }
  }

  /** The next line that is neither blank nor comment, or null at the end of the document. */
  #peek(): Line | null {
    if (this.#rest !== null) return this.#rest;
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at] ?? '';
      if (isBlank(line)) continue;
      if (/^(?:---|\.\.\.)(?:\s|$)/.test(line)) return null;
      const content = line.trimStart();
      return { indent: line.length - content.length, content: content.trimEnd() };
    }
    return null;
  }

  #advance(): void {
    this.#rest = null;
    this.#at++;
  }

  /** The value that stands on its own lines, indented by at least `least`. */
  #node(least: number, depth: number): YamlValue {
    const line = this.#peek();
    if (line === null || line.indent < least) return null;
    if (depth > MAX_YAML_DEPTH) this.#fail('too-deep', `YAML nested deeper than ${MAX_YAML_DEPTH}`);
    if (isSequence(line.content)) return this.#sequence(line.indent, depth);
    if (splitKey(line.content) !== null && !/^[[{]/.test(line.content))
      return this.#mapping(line.indent, depth);
    this.#advance();
    return this.#inline(line.content, line.indent - 1, depth);
  }

  #sequence(indent: number, depth: number): YamlValue {
    const items: YamlValue[] = [];
    for (let line = this.#peek(); line !== null; line = this.#peek()) {
      if (line.indent < indent || (line.indent === indent && !isSequence(line.content))) break;
      if (line.indent > indent) this.#badIndent(line);
      this.#count();
      items.push(this.#item(line, depth));
    }
    return items;
  }

  #item(line: Line, depth: number): YamlValue {
    const content = line.content.slice(1).trimStart();
    const indent = line.indent + line.content.length - content.length;
    if (content === '' || content.startsWith('#')) {
      this.#advance();
      return this.#node(line.indent + 1, depth + 1);
    }
    if (isSequence(content) || isInlineMapping(content)) {
      this.#rest = { indent, content };
      return this.#node(indent, depth + 1);
    }
    this.#advance();
    return this.#inline(content, line.indent, depth + 1);
  }

  #mapping(indent: number, depth: number): YamlValue {
    const members: { [key: string]: YamlValue } = {};
    for (let line = this.#peek(); line !== null; line = this.#peek()) {
      if (line.indent < indent) break;
      if (line.indent > indent) this.#badIndent(line);
      const entry = splitKey(line.content);
      if (entry === null) {
        // `- item` under a key of the same indentation ended before this line; anything else is no entry.
        this.#fail('yaml-syntax', `expected "key: value", found ${quoteFound(line.content)}`);
      }
      this.#count();
      this.#advance();
      setMember(members, entry.key, this.#member(entry.value, indent, depth));
    }
    return members;
  }

  #member(value: string, indent: number, depth: number): YamlValue {
    if (value !== '') return this.#inline(value, indent, depth + 1);
    return this.#below(indent, depth);
  }

  /** The value on the lines below a key: deeper, or a list at the key's own indentation. */
  #below(indent: number, depth: number): YamlValue {
    const next = this.#peek();
    if (next === null || next.indent < indent) return null;
    if (next.indent > indent || isSequence(next.content)) return this.#node(indent, depth + 1);
    return null;
  }

  /** A value that begins on the line of its key or dash; `indent` is that line's. */
  #inline(content: string, indent: number, depth: number): YamlValue {
    if (depth > MAX_YAML_DEPTH) this.#fail('too-deep', `YAML nested deeper than ${MAX_YAML_DEPTH}`, this.#at);
    const first = content[0] ?? '';
    if (first === '"' || first === "'") return this.#quoted(content, first);
    if ((first === '|' || first === '>') && /^[|>][-+\d]{0,2}(?:\s+#.*)?$/.test(content)) {
      return this.#block(content, indent);
    }
    if (first === '[' || first === '{') return this.#flow(content, depth);
    if (/^[&!]\S/.test(content)) return this.#decorated(content, indent, depth);
    if (first === '*' && /^\*[\w-]+$/.test(dropComment(content)))
      return this.#alias(dropComment(content).slice(1));
    return this.#plain(content, indent);
  }

  #decorated(content: string, indent: number, depth: number): YamlValue {
    const space = content.search(/\s/);
    const mark = space < 0 ? content : content.slice(0, space);
    const value = space < 0 ? '' : dropLeadingComment(content.slice(space).trim());
    const before = this.#values;
    const result = value === '' ? this.#below(indent, depth + 1) : this.#inline(value, indent, depth + 1);
    if (mark.startsWith('&')) {
      this.#anchors.set(mark.slice(1), { value: result, size: this.#values - before });
    }
    return result;
  }

  #alias(name: string): YamlValue {
    const anchor = this.#anchors.get(name);
    if (anchor === undefined)
      this.#fail('yaml-syntax', `no anchor ${quoteFound(name)} before its alias`, this.#at);
    this.#count(anchor.size);
    return anchor.value;
  }

  /** Unquoted text, with the deeper lines that continue it. */
  #plain(content: string, indent: number): string | null {
    const parts = [dropComment(content)];
    for (let line = this.#peek(); line !== null && line.indent > indent; line = this.#peek()) {
      if (splitKey(line.content) !== null) this.#badIndent(line);
      parts.push(dropComment(line.content));
      this.#advance();
    }
    const text = parts.join(' ');
    return text === '~' ? null : text;
  }

  #quoted(content: string, quote: string): string {
    const start = this.#at;
    const parts: string[] = [];
    for (let text = content, from = 1; ; from = 0) {
      const end = quoteEnd(text, quote, from);
      if (end >= 0) {
        parts.push(text.slice(from, end));
        this.#expectNothing(text.slice(end + 1));
        return unquote(fold(parts), quote);
      }
      parts.push(text.slice(from));
      if (this.#at >= this.#lines.length) this.#fail('yaml-syntax', `${quote} without its end`, start);
      text = (this.#lines[this.#at] ?? '').trim();
      this.#at++;
    }
  }

  #expectNothing(after: string): void {
    const rest = dropLeadingComment(after.trim());
    if (rest !== '')
      this.#fail('yaml-syntax', `unexpected ${quoteFound(rest)} after a quoted text`, this.#at);
  }

  /** A literal (`|`) or folded (`>`) block. */
  #block(header: string, indent: number): string {
    const lines: string[] = [];
    let own = /\d/.test(header) ? Math.max(indent, 0) + Number(/\d/.exec(header)?.[0]) : -1;
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at] ?? '';
      const width = line.length - line.trimStart().length;
      if (line.trim() !== '') {
        if (own < 0 && width > indent) own = width;
        if (own < 0 || width < own) break;
      }
      lines.push(line.slice(Math.max(own, 0)));
    }
    while (lines.at(-1)?.trim() === '') lines.pop();
    const text = header.startsWith('>') ? fold(lines) : lines.join('\n');
    return header.includes('-') || text === '' ? text : `${text}\n`;
  }

  /** `[a, b]` and `{a: b}`, over as many lines as it takes. */
  #flow(content: string, depth: number): YamlValue {
    const reader = new FlowReader(content, {
      more: () => {
        if (this.#at >= this.#lines.length) return null;
        this.#at++;
        return this.#lines[this.#at - 1] ?? null;
      },
      count: () => this.#count(),
      fail: (code, problem) => this.#fail(code, problem, this.#at),
    });
    const value = reader.value(depth);
    this.#expectNothing(reader.rest());
    return value;
  }

  #count(values = 1): void {
    this.#values += values;
    if (this.#values > MAX_YAML_VALUES) this.#fail('too-large', `more than ${MAX_YAML_VALUES} values`);
  }

  #badIndent(line: Line): never {
    return this.#fail('yaml-syntax', `unexpected indentation of ${quoteFound(line.content)}`);
  }

  #fail(code: CpanErrorCode, problem: string, line: number = this.#at + 1): never {
    const at = Math.max(1, Math.min(line, this.#lines.length));
    const place: Place = this.#file === undefined ? { line: at } : { file: this.#file, line: at };
    throw new CpanError(code, problem, place);
  }
}

function isBlank(line: string): boolean {
  const content = line.trimStart();
  return content === '' || content.startsWith('#');
}

function isSequence(content: string): boolean {
  return content === '-' || content.startsWith('- ') || content.startsWith('-\t');
}

/** After a dash only a key without blanks opens a mapping, as in CPAN::Meta::YAML: names and titles have colons. */
function isInlineMapping(content: string): boolean {
  const entry = splitKey(content);
  if (/^["']/.test(content)) return entry !== null;
  return entry !== null && !/[\s'"[{&*!|>#]/.test(entry.key);
}
