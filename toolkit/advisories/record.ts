/**
 * The advisory record: what this project says of one vulnerability. One JSON file per id, members in the order
 * of {@link AdvisoryRecord}; `docs/formats/advisory.md` is its documentation.
 */

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
  /** `CWE-79`, sorted by number. */
  weaknesses?: string[];
  /** Each entry is judged alone; a version is affected when any entry says so. */
  affected: AffectedEntry[];
  references: Reference[];
  credits?: Credit[];
  /** Present when the record no longer counts. It stays addressable and stops matching. */
  withdrawn?: { on: string; kind: 'withdrawn' | 'rejected'; reason: string };
  /** What changed in this record and when, oldest first. */
  history: { on: string; change: string }[];
  /** What an importer found odd, by rule; empty records of our own have none. */
  flags?: Flag[];
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
