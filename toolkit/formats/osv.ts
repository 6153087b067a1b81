/**
 * OSV, the Open Source Vulnerability format, 1.7.5 (https://ossf.github.io/osv-schema/). Older records of the
 * same major version are read as well. CPAN is not among its registered ecosystems: records of ours say `CPAN`, the
 * word that scanners expect, and keep their `CPANSA-` ids; the schema needs those two added to accept them.
 */
import { array, nullable, object, optional, type Shape, ShapeError, string } from '../base/index.ts';
import {
  anyObject,
  asFound,
  type MemberOrder,
  type ReadOptions,
  readJson,
  readShape,
  type Source,
  writeJson,
} from './document.ts';
import { FormatError } from './errors.ts';

/** The version that is written. */
export const OSV_SCHEMA_VERSION = '1.7.5';

export interface OsvRecord {
  schema_version?: string | undefined;
  id: string;
  /** RFC 3339 UTC, as the other instants. */
  modified: string;
  published?: string | undefined;
  withdrawn?: string | undefined;
  aliases?: string[] | null | undefined;
  upstream?: string[] | undefined;
  related?: string[] | undefined;
  summary?: string | undefined;
  /** CommonMark. */
  details?: string | undefined;
  severity?: OsvSeverity[] | null | undefined;
  affected?: OsvAffected[] | null | undefined;
  references?: OsvReference[] | null | undefined;
  credits?: OsvCredit[] | undefined;
  database_specific?: Record<string, unknown> | undefined;
}

export interface OsvSeverity {
  /** `CVSS_V2`, `CVSS_V3`, `CVSS_V4`, `Ubuntu`. */
  type: string;
  /** For CVSS the vector. */
  score: string;
}

export interface OsvAffected {
  package?: OsvPackage | undefined;
  severity?: OsvSeverity[] | null | undefined;
  ranges?: OsvRange[] | undefined;
  versions?: string[] | undefined;
  ecosystem_specific?: Record<string, unknown> | undefined;
  database_specific?: Record<string, unknown> | undefined;
}

export interface OsvPackage {
  ecosystem: string;
  name: string;
  /** Without a version. */
  purl?: string | undefined;
}

export interface OsvRange {
  /** `SEMVER`, `ECOSYSTEM` or `GIT`. */
  type: string;
  repo?: string | undefined;
  events: OsvEvent[];
  database_specific?: Record<string, unknown> | undefined;
}

/** Exactly one of the members is there. */
export interface OsvEvent {
  /** `0` stands before all versions. */
  introduced?: string | undefined;
  fixed?: string | undefined;
  last_affected?: string | undefined;
  /** `*` stands after all versions. */
  limit?: string | undefined;
}

export interface OsvReference {
  /** `ADVISORY`, `ARTICLE`, `DETECTION`, `DISCUSSION`, `REPORT`, `FIX`, `INTRODUCED`, `GIT`, `PACKAGE`, `EVIDENCE`, `WEB`. */
  type: string;
  url: string;
}

export interface OsvCredit {
  name: string;
  contact?: string[] | undefined;
  /** `FINDER`, `REPORTER`, `ANALYST`, `COORDINATOR`, `REMEDIATION_DEVELOPER` … */
  type?: string | undefined;
}

const EVENTS = ['introduced', 'fixed', 'last_affected', 'limit'];
const words = optional(array(string));
const severities = optional(nullable(array(object({ type: string, score: string }))));

const eventMembers = object({
  introduced: optional(string),
  fixed: optional(string),
  last_affected: optional(string),
  limit: optional(string),
});

const event: Shape<OsvEvent> = (value, path = '') => {
  const found = eventMembers(value, path);
  if (EVENTS.filter((name) => Object.hasOwn(found, name)).length !== 1) {
    throw new ShapeError(path, `one of ${EVENTS.join(', ')}`, value);
  }
  return found;
};

const affected: Shape<OsvAffected> = object({
  package: optional(object({ ecosystem: string, name: string, purl: optional(string) })),
  severity: severities,
  ranges: optional(
    array(
      object({
        type: string,
        repo: optional(string),
        events: array(event),
        database_specific: optional(anyObject),
      }),
    ),
  ),
  versions: words,
  ecosystem_specific: optional(anyObject),
  database_specific: optional(anyObject),
});

const record: Shape<OsvRecord> = object({
  schema_version: optional(string),
  id: string,
  modified: string,
  published: optional(string),
  withdrawn: optional(string),
  aliases: optional(nullable(array(string))),
  upstream: words,
  related: words,
  summary: optional(string),
  details: optional(string),
  severity: severities,
  affected: optional(nullable(array(affected))),
  references: optional(nullable(array(object({ type: string, url: string })))),
  credits: optional(array(object({ name: string, contact: words, type: optional(string) }))),
  database_specific: optional(anyObject),
});

const SEVERITY: MemberOrder = { type: asFound, score: asFound };
const ORDER: MemberOrder = {
  schema_version: asFound,
  id: asFound,
  modified: asFound,
  published: asFound,
  withdrawn: asFound,
  aliases: asFound,
  upstream: asFound,
  related: asFound,
  summary: asFound,
  details: asFound,
  severity: SEVERITY,
  affected: {
    package: { ecosystem: asFound, name: asFound, purl: asFound },
    severity: SEVERITY,
    ranges: { type: asFound, repo: asFound, events: asFound, database_specific: asFound },
    versions: asFound,
    ecosystem_specific: asFound,
    database_specific: asFound,
  },
  references: { type: asFound, url: asFound },
  credits: { name: asFound, contact: asFound, type: asFound },
  database_specific: asFound,
};

/** Reads one record; members that the format does not know are kept. Throws `JsonError`, `shape`, `foreign`, `bounds`. */
export function parseOsv(source: Source, options: ReadOptions = {}): OsvRecord {
  const found = readShape(readJson(source, options), record, options);
  const version = found.schema_version ?? '1.0.0';
  if (!version.startsWith('1.'))
    throw new FormatError('foreign', `OSV of version ${version}, not 1`, { ...options });
  return found;
}

/** Whether the JSON looks like a record: OSV has no member that says so. */
export function isOsv(value: unknown): boolean {
  const { id, modified, affected } = (value ?? {}) as {
    id?: unknown;
    modified?: unknown;
    affected?: unknown;
  }; // read, not trusted
  return (
    typeof id === 'string' && typeof modified === 'string' && (affected == null || Array.isArray(affected))
  );
}

/** The record as JSON, members in the order of the standard's own page. */
export function formatOsv(record: OsvRecord): string {
  return writeJson({ ...record, schema_version: record.schema_version ?? OSV_SCHEMA_VERSION }, ORDER);
}
