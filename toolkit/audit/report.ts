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
  /** Malicious first, then vulnerable, then unknown; by distribution, version, advisory. */
  findings: Finding[];
  /** What was judged and has nothing against it. */
  clean: CleanEntry[];
  /** Findings that something answers: a rule of the user, a VEX statement, a distributor's changelog …; not counted. */
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

/** Numbers of findings and entries below, but for `components`. */
export interface Summary {
  /** Components judged or tried, after those of one distribution in one tree became one. */
  components: number;
  malicious: number;
  vulnerable: number;
  unknown: number;
  clean: number;
  suppressed: number;
  /** Vulnerable findings that an upgrade ends. */
  fixable: number;
  /** Vulnerable findings only. */
  byRating: Record<'critical' | 'high' | 'medium' | 'low' | 'unrated', number>;
}

/** Why something could not be judged. */
export const UNKNOWN_REASONS = [
  /** No version is given, and the distribution has advisories. */
  'version-absent',
  'version-unreadable',
  /** Only a requirement is known, and it admits affected versions. */
  'not-pinned',
  /** Code decides; nothing inspected is run. */
  'dynamic',
  'unreadable',
  'index-damaged',
  /** The index is partial and lacks the distribution. */
  'not-covered',
  /** Something without a name. */
  'unnamed',
  'perl-unknown',
  /** The distributor may have fixed it, and its changelog is not on disk. */
  'changelog-absent',
  /** The advisory's own range does not parse. */
  'range-unreadable',
] as const;

export type UnknownReason = (typeof UNKNOWN_REASONS)[number];

export interface Finding {
  /** `malicious`: the release was made to do harm; there is nothing to weigh and nothing that repairs it. */
  status: 'malicious' | 'vulnerable' | 'unknown';
  /** Null for an unknown that is no component (a dynamic line, an unreadable file). */
  distribution: FoundDistribution | null;
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
  /** It comes with perl. */
  core: boolean;
  /** Set unless status is unknown, and for `not-pinned`: there its versions are lower bounds to ask for. */
  fix?: Fix;
}

export interface FoundDistribution {
  /** The distribution; for a module that nothing known belongs to, the module. */
  name: string;
  version: string | null;
  /** Its main module, else the module that was found. */
  module?: string;
  /** The range asked for, where no version is known. */
  requirement?: string;
  purl?: string;
}

export interface AdvisoryBrief {
  id: string;
  aliases: string[];
  summary: string;
  /** It is about malicious releases. */
  malicious?: true;
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
  /** `upgrade`: a release fixes it; `patch`: none does, a patch exists; `none`: neither is known; `remove`: malicious. */
  kind: 'upgrade' | 'patch' | 'none' | 'remove';
  /** The smallest version above the present one, on its branch, that this advisory does not affect. */
  version: string | null;
  /** The lowest version above the present one that no advisory of the index affects. */
  lowestSafe: string | null;
  newest: string | null;
  patch: string | null;
  /** The command that does it, ready to paste; null when there is none, or a bound below must change first. */
  command: string | null;
  /** Requirements of the user's own files on it. Absent when nothing asks for it directly. */
  bounds?: Bound[];
}

export interface Bound {
  module: string;
  range: string;
  place: Place;
  /** Whether the range accepts the version to move to. */
  admits: boolean;
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
    /** Perl loads the file at `place` instead: an earlier directory of `@INC` has the module as well. */
    | { kind: 'shadowed'; place: Place }
    | { kind: 'baseline'; place: Place };
}

export interface Note {
  code: string;
  text: string;
  place?: Place;
}
