/**
 * advisories: what is known to be wrong with which versions of which CPAN distribution.
 */
export { type ImportedAdvisories, type ImportReport, importCpansa } from './cpansa.ts';
export { CPANSA_RULES, type CpansaRule } from './cpansa-rules.ts';
export { AdvisoryError, type AdvisoryErrorCode } from './errors.ts';
export {
  difference,
  formatIntervals,
  type Interval,
  intersection,
  intervals,
  within,
} from './intervals.ts';
export type {
  AdvisoryIndex,
  IndexedAdvisory,
  IndexedDistribution,
  IndexHeader,
  IndexReader,
} from './lookup.ts';
export {
  affects,
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
export type { DistributionReleases } from './releases.ts';
