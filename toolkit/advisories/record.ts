/**
 * The advisory record: what this project says of one vulnerability. One JSON file per id, members in the order
 * of {@link AdvisoryRecord}; `docs/formats/advisory.md` is its documentation.
 */

import {
  anything,
  array,
  BytesError,
  boolean,
  compareText,
  decodeUtf8,
  JsonError,
  matching,
  nullable,
  object,
  oneOf,
  optional,
  parseJson,
  record as recordOf,
  type Shape,
  ShapeError,
  string,
} from '../base/index.ts';
import {
  OPENVEX_JUSTIFICATIONS,
  type OpenVexJustification,
  VEX_STATUSES,
  type VexStatus,
} from '../formats/index.ts';
import { AdvisoryError } from './errors.ts';

/** The format this code writes; readers refuse any other. */
export const RECORD_FORMAT = 'cpansec-advisory/1';

export interface AdvisoryRecord {
  format: typeof RECORD_FORMAT;
  /** `CPANSA-…` where there is one. */
  id: string;
  /** Other names of the same vulnerability in every entry: CVE, GHSA, earlier ids. Sorted. */
  aliases: string[];
  /** Date (`YYYY-MM-DD`) of first public report, or null where nobody recorded it. */
  reported: string | null;
  /** One sentence without a full stop. */
  summary: string;
  /** Plain text or CommonMark. */
  details?: string;
  /** Absent where nobody rated it; never invented. */
  severity?: Severity;
  /** How urgent it is by CISA's decision table: an SSVC vector. */
  ssvc?: string;
  /** `CWE-79`, sorted by number. */
  weaknesses?: string[];
  /** Present when the affected releases are no mistake: they were made to do harm. */
  malicious?: Malicious;
  /** Each entry is judged alone; a version is affected when any entry says so. */
  affected: AffectedEntry[];
  references: Reference[];
  /** How others stand with it who have the distribution in what they make. */
  products?: ProductStatement[];
  credits?: Credit[];
  /** Present when the record no longer counts. It stays addressable and stops matching. */
  withdrawn?: { on: string; kind: 'withdrawn' | 'rejected'; reason: string };
  /** Somebody objects to the record, which stays and counts; why, for its readers. */
  disputed?: { on: string; reason: string };
  /** What changed in this record and when, oldest first. */
  history: { on: string; change: string }[];
  /** What an importer found odd, by rule; empty records of our own have none. */
  flags?: Flag[];
}

/** What is known of releases that were made to do harm. */
export interface Malicious {
  /** What shows that one ran. */
  indicators: Indicator[];
}

export const INDICATOR_TYPES = ['domain', 'address', 'url', 'sha256', 'file', 'string'] as const;

export interface Indicator {
  /** `address` is an IP address, `file` a name or path, `string` text in a file or in memory. */
  type: (typeof INDICATOR_TYPES)[number];
  /** As programs compare it, never defanged. */
  value: string;
  /** Where it was found, what it does. */
  note?: string;
}

export interface AffectedEntry {
  distribution: string;
  /** Range expressions (see `range.ts`); alternatives. */
  ranges: string[];
  /** Range expressions, one per branch, subtracted from `ranges`; empty when no release fixes it. */
  fixed: string[];
  cause: Cause;
  modules?: string[];
  /** Set when entries of the record differ in their aliases: those of this entry alone. */
  aliases?: string[];
  /** Where an imported entry comes from: the source's row as it was found. */
  source?: SourceRow;
}

/** Whether the distribution's own code is at fault or a library that it carries. */
export type Cause = { kind: 'own' } | { kind: 'embedded'; library: string; libraryVersion?: string };

export interface SourceRow {
  database: 'cpansa' | 'osv' | 'cve';
  /** `dists.Mojolicious.advisories[3]`, or a file and position. */
  row: string;
  affected: string[];
  fixed: string[];
  severity?: string;
  /** Members of the source's row that have no place in a record, as they were found. */
  other?: Record<string, unknown>;
}

export interface Severity {
  /** The word of the source, mapped to one of four. */
  rating?: 'low' | 'medium' | 'high' | 'critical';
  /** A CVSS vector, whole. */
  vector?: string;
  /** Who rated it. */
  source?: string;
}

export interface Reference {
  type: 'advisory' | 'article' | 'discussion' | 'evidence' | 'fix' | 'package' | 'patch' | 'report' | 'web';
  url: string;
}

/** What was said of a product downstream, in the words of VEX. */
export interface ProductStatement {
  /** `libexample-dist-perl in Debian 13`. */
  name: string;
  /** A package URL without a version. */
  purl?: string;
  status: VexStatus;
  /** Why it is not affected. */
  justification?: OpenVexJustification;
  /** The version that the statement is about: the first with the fix, where it is fixed. */
  version?: string;
  /** Of one that is affected: nobody means to fix it. */
  noFixPlanned?: boolean;
  /** The day on which it was said. */
  on: string;
}

export interface Credit {
  name: string;
  role: 'finder' | 'reporter' | 'analyst' | 'coordinator' | 'developer' | 'reviewer' | 'other';
}

export interface Flag {
  /** Stable id of the import or lint rule. */
  rule: string;
  /** Path in the record, or in the source row. */
  at: string;
  found: string;
}

/** Longest record, in characters, and its deepest nesting. */
const MAX_LENGTH = 8 * 1024 * 1024;
const MAX_DEPTH = 32;
/**
 * Most entries, and most names but the id, those of entries among them. The files that a tree has for each of them
 * tell of all the others. The most in CPANSA are 76, a library in all its releases, and 7.
 */
export const MAX_ENTRIES = 1000;
export const MAX_NAMES = 200;
/** Most products downstream. */
export const MAX_PRODUCTS = 500;
/** Most indicators, and characters of one. */
export const MAX_INDICATORS = 500;
export const MAX_INDICATOR = 500;

const date: Shape<string> = matching(/^\d{4}-\d{2}-\d{2}$/, 'a date, YYYY-MM-DD');
const name: Shape<string> = matching(/^[!-~]{1,200}$/, 'a name of 1 to 200 printable characters');
const texts: Shape<string[]> = array(string);

const cause: Shape<Cause> = (value, path = '') => {
  const { kind } = object({ kind: oneOf('own', 'embedded') })(value, path);
  if (kind === 'own') return object({ kind: oneOf('own') })(value, path);
  return object({ kind: oneOf('embedded'), library: string, libraryVersion: optional(string) })(value, path);
};

const source: Shape<SourceRow> = object({
  database: oneOf('cpansa', 'osv', 'cve'),
  row: string,
  affected: texts,
  fixed: texts,
  severity: optional(string),
  other: optional(recordOf(anything)),
});

export const entryShape: Shape<AffectedEntry> = object({
  distribution: name,
  ranges: texts,
  fixed: texts,
  cause,
  modules: optional(texts),
  aliases: optional(array(name)),
  source: optional(source),
});

const severity: Shape<Severity> = object({
  rating: optional(oneOf('low', 'medium', 'high', 'critical')),
  vector: optional(string),
  source: optional(string),
});

export const indicatorShape: Shape<Indicator> = object({
  type: oneOf(...INDICATOR_TYPES),
  value: matching(new RegExp(`^[^]{1,${MAX_INDICATOR}}$`, 'u'), `1 to ${MAX_INDICATOR} characters`),
  note: optional(string),
});

export const maliciousShape: Shape<Malicious> = (value, path = '') => {
  const found = object({ indicators: array(indicatorShape) })(value, path);
  const { length } = found.indicators;
  if (length <= MAX_INDICATORS) return found;
  throw new ShapeError(`${path}.indicators`, `at most ${MAX_INDICATORS} indicators`, length);
};

const reference: Shape<Reference> = object({
  type: oneOf('advisory', 'article', 'discussion', 'evidence', 'fix', 'package', 'patch', 'report', 'web'),
  url: string,
});

const product: Shape<ProductStatement> = object({
  name: string,
  purl: optional(string),
  status: oneOf(...VEX_STATUSES),
  justification: optional(oneOf(...OPENVEX_JUSTIFICATIONS)),
  version: optional(string),
  noFixPlanned: optional(boolean),
  on: date,
});

const credit: Shape<Credit> = object({
  name: string,
  role: oneOf('finder', 'reporter', 'analyst', 'coordinator', 'developer', 'reviewer', 'other'),
});

export const withdrawnShape: Shape<NonNullable<AdvisoryRecord['withdrawn']>> = object({
  on: date,
  kind: oneOf('withdrawn', 'rejected'),
  reason: string,
});
export const disputedShape: Shape<NonNullable<AdvisoryRecord['disputed']>> = object({
  on: date,
  reason: string,
});
export const historyShape: Shape<AdvisoryRecord['history']> = array(object({ on: date, change: string }));
export const flagsShape: Shape<Flag[]> = array(object({ rule: string, at: string, found: string }));

const unbounded: Shape<AdvisoryRecord> = object({
  format: oneOf(RECORD_FORMAT),
  id: name,
  aliases: array(name),
  reported: nullable(date),
  summary: string,
  details: optional(string),
  severity: optional(severity),
  ssvc: optional(string),
  weaknesses: optional(texts),
  malicious: optional(maliciousShape),
  affected: array(entryShape),
  references: array(reference),
  products: optional(array(product)),
  credits: optional(array(credit)),
  withdrawn: optional(withdrawnShape),
  disputed: optional(disputedShape),
  history: historyShape,
  flags: optional(flagsShape),
});

/** The documented shape; throws base's `ShapeError`. Ranges and ids are not judged here, the lint does that. */
export const recordShape: Shape<AdvisoryRecord> = (value, path = '') => {
  const found = unbounded(value, path);
  const below = (member: string): string => (path === '' ? member : `${path}.${member}`);
  const { affected, aliases } = found;
  const products = found.products?.length ?? 0;
  if (products > MAX_PRODUCTS)
    throw new ShapeError(below('products'), `at most ${MAX_PRODUCTS} products`, products);
  if (affected.length > MAX_ENTRIES)
    throw new ShapeError(below('affected'), `at most ${MAX_ENTRIES} entries`, affected.length);
  const names = new Set([...aliases, ...affected.flatMap((entry) => entry.aliases ?? [])]);
  if (names.size > MAX_NAMES)
    throw new ShapeError(below('aliases'), `at most ${MAX_NAMES} names, with those of entries`, names.size);
  return found;
};

/**
 * Reads a record; members that it does not know are kept. Throws `record-shape` with line or path. `file` is
 * named in errors.
 */
export function decodeRecord(json: string | Uint8Array, file?: string): AdvisoryRecord {
  try {
    const text = typeof json === 'string' ? json : decodeUtf8(json, file);
    return recordShape(parseJson(text, { maxLength: MAX_LENGTH, maxDepth: MAX_DEPTH }));
  } catch (cause) {
    if (!(cause instanceof ShapeError || cause instanceof JsonError || cause instanceof BytesError))
      throw cause;
    const place = file === undefined ? cause.place : { ...cause.place, file };
    throw new AdvisoryError('record-shape', cause.problem, place, { cause });
  }
}

/** The one text of a record: two spaces of indent, members in fixed order, a line break at the end. */
export function encodeRecord(record: AdvisoryRecord): string {
  return `${JSON.stringify(inOrder(record, RECORD_ORDER), null, 2)}\n`;
}

/** As {@link encodeRecord}, without any white space between members. */
export function compactRecord(record: AdvisoryRecord): string {
  return JSON.stringify(inOrder(record, RECORD_ORDER));
}

/** Members in the order in which they are written; those not named follow in code unit order. */
interface Order {
  readonly [member: string]: Order;
}
const PLAIN: Order = {};
const RECORD_ORDER: Order = {
  format: PLAIN,
  id: PLAIN,
  aliases: PLAIN,
  reported: PLAIN,
  summary: PLAIN,
  details: PLAIN,
  severity: { rating: PLAIN, vector: PLAIN, source: PLAIN },
  ssvc: PLAIN,
  weaknesses: PLAIN,
  malicious: { indicators: { type: PLAIN, value: PLAIN, note: PLAIN } },
  affected: {
    distribution: PLAIN,
    ranges: PLAIN,
    fixed: PLAIN,
    cause: { kind: PLAIN, library: PLAIN, libraryVersion: PLAIN },
    modules: PLAIN,
    aliases: PLAIN,
    source: { database: PLAIN, row: PLAIN, affected: PLAIN, fixed: PLAIN, severity: PLAIN, other: PLAIN },
  },
  references: { type: PLAIN, url: PLAIN },
  products: {
    name: PLAIN,
    purl: PLAIN,
    status: PLAIN,
    justification: PLAIN,
    version: PLAIN,
    noFixPlanned: PLAIN,
    on: PLAIN,
  },
  credits: { name: PLAIN, role: PLAIN },
  withdrawn: { on: PLAIN, kind: PLAIN, reason: PLAIN },
  disputed: { on: PLAIN, reason: PLAIN },
  history: { on: PLAIN, change: PLAIN },
  flags: { rule: PLAIN, at: PLAIN, found: PLAIN },
};

function inOrder(value: unknown, order: Order): unknown {
  if (Array.isArray(value)) return value.map((item) => inOrder(item, order));
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(order);
  const rank = (key: string): number => (Object.hasOwn(order, key) ? names.indexOf(key) : names.length);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => rank(a) - rank(b) || compareText(a, b));
  return Object.fromEntries(
    members.map(([key, member]) => [
      key,
      inOrder(member, Object.hasOwn(order, key) ? (order[key] ?? PLAIN) : PLAIN),
    ]),
  );
}
