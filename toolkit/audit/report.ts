/**
 * The report of one audit. `schema` names its version; `docs/formats/report.md` documents it, and the JSON
 * output is this structure, members in this order.
 */
import type { Place } from '../base/index.ts';

export const REPORT_SCHEMA = 'cpansec-report/1';

export interface AuditReport {
  schema: typeof REPORT_SCHEMA;
  subject: string;
  /** The instant of the audit, RFC 3339 UTC; the caller gives it, so equal inputs give equal reports. */
  at: string;
  index: IndexFacts;
  summary: Summary;
  /** Vulnerable first, then unknown; by distribution, version, advisory. */
  findings: Finding[];
  /** What was judged and has nothing against it. */
  clean: CleanEntry[];
  /** Findings that a rule of the user, a VEX statement or a distributor's changelog answers; not counted. */
  suppressed: Suppressed[];
  /** Talk about the audit itself: unused or expired ignores, ignored phases and so on. */
  notes: Note[];
}

export interface IndexFacts {
  serial: number;
  /** RFC 3339 UTC. */
  built: string;
  advisories: number;
  coverage: 'complete' | 'partial';
  /** Distributions covered by a partial index. */
  distributions?: number;
  /** `embedded`, or where it was read. */
  origin: string;
}

export interface Summary {
  /** Components judged or tried. */
  components: number;
  vulnerable: number;
  unknown: number;
  clean: number;
  suppressed: number;
  /** Vulnerable findings whose fix is a released version. */
  fixable: number;
  byRating: Record<'critical' | 'high' | 'medium' | 'low' | 'unrated', number>;
}

export type UnknownReason =
  | 'version-absent'
  | 'version-unreadable'
  | 'not-pinned'
  | 'dynamic'
  | 'unreadable'
  | 'index-damaged'
  | 'not-covered'
  | 'unnamed'
  | 'perl-unknown'
  | 'changelog-absent'
  | 'range-unreadable';

export interface Finding {
  status: 'vulnerable' | 'unknown';
  /** Null for an unknown that is no component (a dynamic line, an unreadable file). */
  distribution: { name: string; version: string | null; module?: string; purl?: string } | null;
  /** Null when nothing specific is known (not covered, no version and no advisory …). */
  advisory: AdvisoryBrief | null;
  /** Set when status is unknown. */
  unknown?: { reason: UnknownReason; text: string };
  /** Where the component was seen. */
  places: Place[];
  /** Chains from what the user asked for down to it; the shortest first, at most ten; `[]` when unknown. */
  paths: PathStep[][];
  /** How many chains there are in all (counted up to 1000). */
  pathCount: number;
  core: boolean;
  /** Set when status is vulnerable. */
  fix?: Fix;
}

export interface AdvisoryBrief {
  id: string;
  aliases: string[];
  summary: string;
  rating: 'critical' | 'high' | 'medium' | 'low' | null;
  reported: string | null;
  /** The ranges that this version is in, and what is subtracted. */
  affected: string[];
  fixed: string[];
  cause: { kind: 'own' } | { kind: 'embedded'; library: string; libraryVersion?: string };
  /** First page to read. */
  url: string | null;
}

export interface PathStep {
  name: string;
  version: string | null;
  place?: Place;
}

export interface Fix {
  /** `upgrade`: a release fixes it; `patch`: none does, a patch exists; `none`: neither is known. */
  kind: 'upgrade' | 'patch' | 'none';
  /** The smallest version above the present one, on its branch, that this advisory does not affect. */
  version: string | null;
  /** The lowest version above the present one that no advisory of the index affects. */
  lowestSafe: string | null;
  newest: string | null;
  patch: string | null;
  /** The command that does it, ready to paste, or null. */
  command: string | null;
}

export interface CleanEntry {
  name: string;
  version: string | null;
  /** `judged`: compared with advisories; `absent`: the complete index has none for it; `not-on-cpan`: 02packages does not list it. */
  why: 'judged' | 'absent' | 'not-on-cpan';
}

export interface Suppressed {
  finding: Finding;
  by:
    | { kind: 'ignore'; reason: string; author?: string; expires?: string; place: Place }
    | {
        kind: 'vex';
        format: 'openvex' | 'csaf' | 'cyclonedx';
        status: string;
        justification?: string;
        place: Place;
      }
    | { kind: 'distributor'; package: string; packageVersion: string; evidence: string; place: Place }
    | { kind: 'baseline'; place: Place };
}

export interface Note {
  code: string;
  text: string;
  place?: Place;
}
