/** YAML as hostile input: bounded, every scalar the text that was written, no key twice. */
import { type Document, isScalar, parseDocument, type Scalar, stringify, visit } from 'yaml';
import { BytesError, decodeUtf8, type Json, quoteFound } from '../base/index.ts';

/** Largest file, in bytes: four times the largest seen. */
const MAX_FILE = 1024 * 1024;
/** Deepest nesting; more would exhaust the stack of the YAML reader. */
const MAX_DEPTH = 32;
/** Aliases that a file may use; those of CPANSA and cna-tool use none. */
const MAX_ALIASES = 100;

/** Why a document cannot be read; lines count from 1. */
export interface YamlProblem {
  readonly problem: string;
  readonly line?: number;
}

/** The document with every scalar as its text, `~` and nothing as null. */
export function readYaml(bytes: Uint8Array): { readonly value: Json } | YamlProblem {
  if (bytes.length > MAX_FILE) return { problem: `${bytes.length} bytes, at most ${MAX_FILE}` };
  try {
    const text = decodeUtf8(bytes);
    return isDeep(text) ? { problem: `nested deeper than ${MAX_DEPTH}` } : readText(text);
  } catch (error) {
    if (error instanceof BytesError) return { problem: error.message };
    // The YAML library throws plain errors for aliases out of bounds and for a stack that is exhausted.
    return { problem: error instanceof Error ? error.message : 'unreadable' };
  }
}

function readText(text: string): { readonly value: Json } | YamlProblem {
  const document = parseDocument(text, OPTIONS);
  const [error] = document.errors;
  if (error !== undefined) return { problem: error.message, line: lineAt(text, error.pos[0]) };
  const twice = keyTwice(document);
  if (twice !== null)
    return {
      problem: `key ${quoteFound(String(twice.value))} twice`,
      line: lineAt(text, twice.range?.[0] ?? 0),
    };
  setNulls(document);
  const found: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
  return { value: jsonOf(found) };
}

const OPTIONS = {
  schema: 'failsafe',
  // The library compares every key with every other; one pass of ours does it.
  uniqueKeys: false,
  logLevel: 'silent',
  prettyErrors: false,
} as const;

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** The second of two equal keys of one mapping. */
function keyTwice(document: Document): Scalar | null {
  let twice: Scalar | null = null;
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (!seen.has(name)) seen.add(name);
        else twice ??= key;
      }
    },
  });
  return twice;
}

/** Flow collections and dashes may nest on one line, blocks by the indentation of their lines. */
function isDeep(text: string): boolean {
  const flow = new RegExp(`(?:[[{]\\s*){${MAX_DEPTH}}`);
  const dashes = new RegExp(`^[ \\t]*(?:[-?:][ \\t]+){${MAX_DEPTH}}`, 'm');
  const indented = new RegExp(`^[ \\t]{${8 * MAX_DEPTH}}`, 'm');
  return flow.test(text) || dashes.test(text) || indented.test(text);
}

/** Failsafe YAML knows texts, lists and mappings only. */
function setNulls(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      if (node.type === 'PLAIN' && NULLS.has(node.value)) node.value = null;
    },
  });
}

const NULLS: ReadonlySet<unknown> = new Set(['~', 'null', '']);

function jsonOf(value: unknown): Json {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, jsonOf(member)]));
}

/** The document in YAML: texts of several lines as blocks, others quoted where they would be read as something else. */
export function writeYaml(document: object): string {
  return stringify(document, { lineWidth: 0, blockQuote: 'literal', aliasDuplicateObjects: false });
}
