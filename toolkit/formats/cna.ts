/**
 * The document that CPANSec's cna-tool makes CVE records of, schema `cpansec-cna-schema-01`: one vulnerability of one
 * distribution, kept as YAML. Here it is the value that the YAML stands for, every scalar a text.
 */
import { array, object, optional, type Shape, ShapeError, string } from '../base/index.ts';
import type { CveVersion } from './cve/types.ts';
import { asFound, inOrder, type MemberOrder, type ReadOptions, readShape } from './document.ts';

export interface Cna {
  cve: string;
  distribution: string;
  /** The main module. */
  module: string;
  /** PAUSE id. */
  author: string;
  repo?: string | undefined;
  /** Each in the grammar of {@link cnaVersion}. */
  affected: string[];
  title: string;
  /** Paragraphs apart by an empty line; other line ends mean nothing. */
  description: string;
  /** `CWE-79 Improper …`. */
  cwes?: string[] | undefined;
  files?: string[] | undefined;
  routines?: string[] | undefined;
  /** One, or several. */
  solution?: string | string[] | undefined;
  mitigation?: string | string[] | undefined;
  /** Types are those of CVE. */
  credits?: { type: string; value: string; lang?: string | undefined }[] | undefined;
  /** `CAPEC-115 Authentication Bypass`. */
  impacts?: string[] | undefined;
  /** A day or an instant (RFC 3339) and what happened then. */
  timeline?: { time: string; value: string }[] | undefined;
  references: { link: string; name?: string | undefined; tags?: string[] | undefined }[];
}

const words = optional(array(string));
const oneOrMore: Shape<string | string[]> = (value, path = '') => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return array(string)(value, path);
  throw new ShapeError(path, 'a text or a list of texts', value);
};

const body: Shape<Cna> = object({
  cve: string,
  distribution: string,
  module: string,
  author: string,
  repo: optional(string),
  affected: array(string),
  title: string,
  description: string,
  cwes: words,
  files: words,
  routines: words,
  solution: optional(oneOrMore),
  mitigation: optional(oneOrMore),
  credits: optional(array(object({ type: string, value: string, lang: optional(string) }))),
  impacts: words,
  timeline: optional(array(object({ time: string, value: string }))),
  references: array(object({ link: string, name: optional(string), tags: words })),
});
const document: Shape<{ cpansec: Cna }> = object({ cpansec: body });

const ORDER: MemberOrder = {
  cve: asFound,
  distribution: asFound,
  module: asFound,
  author: asFound,
  repo: asFound,
  affected: asFound,
  title: asFound,
  description: asFound,
  cwes: asFound,
  files: asFound,
  routines: asFound,
  solution: asFound,
  mitigation: asFound,
  credits: { type: asFound, value: asFound, lang: asFound },
  impacts: asFound,
  timeline: { time: asFound, value: asFound },
  references: { link: asFound, name: asFound, tags: asFound },
};

/** Reads what the YAML stands for; members that are not known are kept. Throws `shape`. */
export function parseCna(value: unknown, options: ReadOptions = {}): Cna {
  return readShape(value, document, options).cpansec;
}

/** What is to be written as YAML, members in the order of the tool's own documents. */
export function formatCna(cna: Cna): object {
  return { cpansec: inOrder(cna, ORDER) };
}

/**
 * Versions of CVE of `A <= B`, `A < B`, `<= B`, `< B` (both from the beginning on) and `A`; `*` as the upper end
 * is none. Whatever else stands there is one version.
 */
export function cnaVersion(text: string): CveVersion {
  const [, from, operator, to] = /^(?:([^\s<]+)\s*)?(<=?)\s*(\S+)$/.exec(text.trim()) ?? [];
  const status = 'affected';
  const versionType = 'custom';
  if (operator === undefined || to === undefined) return { version: text.trim(), status, versionType };
  const end = operator === '<' ? { lessThan: to } : { lessThanOrEqual: to };
  return { version: from ?? '0', ...end, status, versionType };
}

/** The text of a version that is affected. */
export function cnaVersionText({ version, lessThan, lessThanOrEqual }: CveVersion): string {
  const from = version === '0' && lessThan !== '*' && lessThanOrEqual !== '*' ? '' : `${version} `;
  if (lessThan !== undefined) return `${from}< ${lessThan}`;
  return lessThanOrEqual === undefined ? version : `${from}<= ${lessThanOrEqual}`;
}
