/**
 * advisories: what is known to be wrong with which versions of which CPAN distribution.
 */
export { affects } from './affects.ts';
export { buildIndex, type IndexInput } from './build.ts';
export { type ImportedAdvisories, type ImportReport, importCpansa } from './cpansa.ts';
export { CPANSA_RULES, type CpansaRule } from './cpansa-rules.ts';
export { importCpansaYaml } from './cpansa-sources.ts';
export { AdvisoryError, type AdvisoryErrorCode } from './errors.ts';
export {
  difference,
  formatIntervals,
  type Interval,
  intersection,
  intervals,
  within,
} from './intervals.ts';
export { lintRecord } from './lint.ts';
export { LINT_RULES, type LintFinding, type LintRule } from './lint-rules.ts';
export type {
  AdvisoryIndex,
  IndexedAdvisory,
  IndexedDistribution,
  IndexHeader,
  IndexReader,
} from './lookup.ts';
export { type IndexSource, type OpenOptions, openIndex } from './open.ts';
export { importOsv } from './osv-import.ts';
export { fromOsv } from './osv-in.ts';
export { type OsvOptions, type OsvResult, toOsv } from './osv-out.ts';
export { OSV_RULES, type OsvRule } from './osv-rules.ts';
export {
  type Constraint,
  type Operator,
  parseRange,
  type RangedEntry,
  readRange,
  VersionRange,
} from './range.ts';
export {
  type AdvisoryRecord,
  type AffectedEntry,
  type Cause,
  type Credit,
  decodeRecord,
  encodeRecord,
  type Flag,
  RECORD_FORMAT,
  type Reference,
  type Severity,
  type SourceRow,
} from './record.ts';
export { type ImportedRecords, importRecordSet, SET_FILES, type SetFile } from './record-set.ts';
export type { DistributionReleases } from './releases.ts';
