/**
 * audit: an inventory against the advisories: what is vulnerable, what cannot be told, why it is there, what
 * ends it.
 *
 *     const index = openIndex(bytes);
 *     const report = audit(inventory, index, { at: '2026-11-22T08:00:00Z' });
 *     report.findings[0]?.advisory?.id; // 'CPANSA-Mojolicious-2024-58134'
 *     report.findings[0]?.fix?.command; // 'carton update Mojolicious'
 *     exitCode(report, { failOn: 'fixable' }); // 1
 *
 * Words: a *finding* is vulnerable or unknown; *clean* is what was judged and has nothing against it; a finding
 * that an ignore, a VEX statement, a distributor's changelog or a baseline answers is *suppressed*: listed with
 * its answer, and not counted.
 *
 * `docs/formats/report.md` documents the report, `docs/formats/ignore.md` the ignore file.
 */
export { audit } from './audit.ts';
export { type Baseline, parseBaseline } from './baseline.ts';
export type { Client } from './command.ts';
export { unifiedDiff } from './diff.ts';
export { AuditError, type AuditErrorCode } from './errors.ts';
export type { IgnoreFile, IgnoreRule } from './ignore.ts';
export { parseIgnoreFile } from './ignore-file.ts';
export type { AuditOptions } from './options.ts';
export { perlVersion } from './perl.ts';
export { planRaises, type RaisePlan, type Refusal, type Wish, wishesOf } from './raise.ts';
export {
  type AdvisoryBrief,
  type AuditReport,
  type Bound,
  type CleanEntry,
  type Finding,
  type Fix,
  type FoundDistribution,
  type IndexFacts,
  type Note,
  type PathStep,
  REPORT_SCHEMA,
  type Summary,
  type Suppressed,
  UNKNOWN_REASONS,
  type UnknownReason,
} from './report.ts';
export { type ReportFormat, reportFormats } from './reports/table.ts';
export {
  ACT_NOW,
  fixSentence,
  indexSentence,
  maliciousFindings,
  namesOf,
  ratingOf,
  subjectOf,
  suppressedBecause,
  unknownFindings,
  verdict,
  vulnerableFindings,
} from './reports/wording.ts';
export type { PackageList } from './resolve.ts';
export { counts, exitCode, type FailOn, type VerdictOptions } from './verdict.ts';
export type { VexDocument } from './vex.ts';
export { type Reason, why } from './why.ts';
