/** `.cpansec.yaml`, read strictly: what is misspelt would otherwise ignore nothing, or too much. */
import type { LineCounter, Node, Pair, YAMLMap } from 'yaml';
import { AdvisoryError, parseRange } from '../advisories/index.ts';
import { type Place, quoteFound } from '../base/index.ts';
import { AuditError } from './errors.ts';
import type { IgnoreFile, IgnoreRule } from './ignore.ts';
import { UNKNOWN_REASONS, type UnknownReason } from './report.ts';

/** Longest ignore file, in characters. */
const MAX_LENGTH = 250_000;
/** Most rules; each is compared with each finding. */
const MAX_RULES = 10_000;

/** What is no `c-printable` (YAML 1.2.2, 5.1); the parser takes it as it takes letters. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** The `yaml` package, loaded when there is an ignore file to read. */
type Yaml = typeof import('yaml');

/**
 * Reads the text of an ignore file. Throws `ignore-syntax` with the line.
 *
 * @example
 *   await parseIgnoreFile(`
 *   ignore:
 *     - id: CVE-2011-4116
 *       distribution: File-Temp
 *       reason: no temporary file of ours is in a shared directory
 *       expires: 2027-03-01
 *   `, '.cpansec.yaml');
 */
export async function parseIgnoreFile(text: string, file: string): Promise<IgnoreFile> {
  if (text.length > MAX_LENGTH) {
    throw new AuditError('ignore-syntax', `${text.length} characters, at most ${MAX_LENGTH}`, { file });
  }
  return new IgnoreReader(await import('yaml'), file).read(text);
}

const MEMBERS = ['id', 'unknown', 'distribution', 'versions', 'path', 'reason', 'expires', 'author'] as const;
type Member = (typeof MEMBERS)[number];

class IgnoreReader {
  readonly #yaml: Yaml;
  readonly #file: string;
  readonly #lines: LineCounter;

  constructor(yaml: Yaml, file: string) {
    this.#yaml = yaml;
    this.#file = file;
    this.#lines = new yaml.LineCounter();
  }

  read(text: string): IgnoreFile {
    // Its own search for repeated keys takes quadratic time.
    const options = { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: false };
    const document = this.#yaml.parseDocument(text, options);
    const [error] = document.errors;
    if (error !== undefined) this.#fail(syntaxProblem(error.message), error.pos[0]);
    const control = text.search(CONTROL);
    if (control >= 0) this.#fail('a control character, which YAML has only escaped', control);
    if (document.contents === null) return { file: this.#file, rules: [] };
    const root = this.#map(document.contents, 'the file');
    const rules = root.items.flatMap((pair) => {
      const key = this.#key(pair);
      if (key !== 'ignore') this.#fail(`unknown key ${quoteFound(key)}; known: ignore`, offsetOf(pair.key));
      return this.#rules(pair);
    });
    return { file: this.#file, rules };
  }

  #rules({ key, value }: Pair): IgnoreRule[] {
    if (!this.#yaml.isSeq(value)) return this.#fail('ignore must be a list', offsetOf(value ?? key));
    if (value.items.length > MAX_RULES)
      this.#fail(`${value.items.length} rules, at most ${MAX_RULES}`, offsetOf(key));
    return value.items.map((item) => this.#rule(this.#map(item, 'a rule')));
  }

  #rule(map: YAMLMap): IgnoreRule {
    const values = new Map<Member, unknown>();
    for (const pair of map.items) {
      const key = this.#key(pair);
      const member = MEMBERS.find((known) => known === key);
      if (member === undefined)
        return this.#fail(`unknown key ${quoteFound(key)}; known: ${MEMBERS.join(', ')}`, offsetOf(pair.key));
      if (values.has(member)) return this.#fail(`${member} twice`, offsetOf(pair.key));
      values.set(member, pair.value);
    }
    const text = (member: Member): string | undefined => this.#text(member, values.get(member));
    const versions = this.#versions(values.get('versions'));
    const rule = {
      what: this.#what(map, text('id'), text('unknown'), values.get('unknown')),
      distribution: text('distribution'),
      versions,
      path: text('path'),
      reason: text('reason') ?? this.#fail('a rule without a reason', offsetOf(map)),
      expires: this.#date(text('expires'), values.get('expires')),
      author: text('author'),
      place: this.#place(offsetOf(map)),
    };
    return withoutAbsent(rule);
  }

  #what(map: YAMLMap, id?: string, unknown?: string, node?: unknown): IgnoreRule['what'] {
    if ((id === undefined) === (unknown === undefined))
      this.#fail('a rule needs either id or unknown', offsetOf(map));
    if (id !== undefined) return { id };
    const reason = UNKNOWN_REASONS.find((known) => known === unknown);
    if (reason !== undefined) return { unknown: reason satisfies UnknownReason };
    return this.#fail(
      `unknown: ${quoteFound(unknown)} is none of ${UNKNOWN_REASONS.join(', ')}`,
      offsetOf(node),
    );
  }

  #text(member: Member, node: unknown): string | undefined {
    if (node === undefined) return undefined;
    const value = this.#yaml.isScalar(node) ? node.value : undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
    const hint = typeof value === 'number' ? '; put it in quotes' : '';
    return this.#fail(`${member} must be text${hint}`, offsetOf(node));
  }

  #versions(node: unknown): string[] | undefined {
    if (node === undefined) return undefined;
    const items = this.#yaml.isSeq(node) ? node.items : [node];
    if (items.length === 0) this.#fail('versions names none', offsetOf(node));
    return items.map((item) => this.#range(this.#text('versions', item) ?? '', item));
  }

  /** A range expression; blanks, which its grammar does not have, may be written for reading. */
  #range(text: string, node: unknown): string {
    try {
      return parseRange(text.replace(/\s+/g, '')).text;
    } catch (error) {
      if (error instanceof AdvisoryError) return this.#fail(`versions: ${error.problem}`, offsetOf(node));
      throw error;
    }
  }

  #date(text: string | undefined, node: unknown): string | undefined {
    if (text === undefined || isDate(text)) return text;
    return this.#fail(`expires must be a date like 2027-03-01, found ${quoteFound(text)}`, offsetOf(node));
  }

  #map(node: unknown, what: string): YAMLMap {
    if (this.#yaml.isMap(node)) return node;
    return this.#fail(`${what} must be a list of keys with values`, offsetOf(node));
  }

  #key({ key }: Pair): string {
    const value = this.#yaml.isScalar(key) ? key.value : undefined;
    return typeof value === 'string' ? value : this.#fail('a key must be text', offsetOf(key));
  }

  #fail(problem: string, offset: number): never {
    throw new AuditError('ignore-syntax', problem, this.#place(offset));
  }

  #place(offset: number): Place {
    return { file: this.#file, line: Math.max(1, this.#lines.linePos(offset).line) };
  }
}

/** Where the node begins, in characters. */
function offsetOf(node: unknown): number {
  return (node as Node | null | undefined)?.range?.[0] ?? 0; // what the parser gives as items are its nodes
}

/** The parser's words in one line; it reports nesting beyond its stack in the engine's. */
function syntaxProblem(message: string): string {
  return message.includes('call stack') ? 'nested too deeply' : (message.split('\n', 1)[0] ?? '');
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function withoutAbsent<T extends object>(rule: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const members = Object.entries(rule).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members) as { [K in keyof T]: Exclude<T[K], undefined> }; // only absent ones went
}
