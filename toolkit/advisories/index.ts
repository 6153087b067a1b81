/**
 * advisories: what is known to be wrong with which versions of which CPAN distribution.
 *
 *     const index = openIndex(importCpansa(json));
 *     const known = index.distribution('Mojolicious');          // null: no advisory for it
 *     const hits = known?.advisories.filter((one) => affects(one, '9.30') === true);
 *     formatIntervals(intervals(['<2', '>=3'], ['==1']));        // '[0,1) (1,2) [3,∞)'
 *     lintRecord(decodeRecord(text));                            // what is wrong with a record
 *
 * Words: a *record* is what we say of one vulnerability, an *entry* one of its affected distributions with its own
 * *ranges* and what is *fixed*; an *alias* is another name of the vulnerability; an *importer* makes records and a
 * *report* of everything odd, a *flag* names the rule that found it; the *index* is what an audit asks, and it
 * *covers* a distribution when absence from it means that nothing is known.
 *
 * - records, ranges, lint, imports: docs/formats/{advisory,ranges,lint,cpansa-import,osv,cve,cna-yaml}.md
 * - exports beside these: docs/formats/{cpansa-feed,csaf,openvex,cyclonedx-vex}.md
 * - sets of records, what is imported: docs/formats/{record-set,import}.md
 * - the index: index-format.ts
 * - CPANSA: https://github.com/briandfoy/cpan-security-advisory
 * - OSV: https://ossf.github.io/osv-schema/
 * - CVE: https://github.com/CVEProject/cve-schema
 */
export { affects } from './affects.ts';
export { buildIndex, type IndexInput } from './build.ts';
export { cveOfCna, fromCna, importCna, parseCnaYaml } from './cna-in.ts';
export { type CnaOptions, type CnaResult, formatCnaYaml, toCna } from './cna-out.ts';
export { type ImportedAdvisories, type ImportReport, importCpansa } from './cpansa.ts';
export { cpansaFeedMember, toCpansaFeed } from './cpansa-feed-out.ts';
export {
  type CpansaContent,
  type CpansaLoss,
  type CpansaMetaOptions,
  cpansaMember,
  toCpansa,
} from './cpansa-out.ts';
export { CPANSA_RULES, type CpansaRule } from './cpansa-rules.ts';
export { importCpansaYaml } from './cpansa-sources.ts';
export { type CsafOptions, type CsafResult, toCsaf, toCsafVex } from './csaf-out.ts';
export { importCve } from './cve-import.ts';
export { fromCve } from './cve-in.ts';
export { type CveOptions, type CveResult, toCve } from './cve-out.ts';
export { CVE_RULES, type CveRule } from './cve-rules.ts';
export { type CycloneDxOptions, type CycloneDxResult, toCycloneDxVex } from './cyclonedx-out.ts';
export { defanged, fanged } from './defanged.ts';
export { AdvisoryError, type AdvisoryErrorCode } from './errors.ts';
export { importRule } from './import-rules.ts';
export {
  difference,
  formatIntervals,
  type Interval,
  intersection,
  intervals,
  within,
} from './intervals.ts';
export { type IndexParts, joinIndex } from './join-index.ts';
export { lintRecord } from './lint.ts';
export { lintImport } from './lint-import.ts';
export { fitsType } from './lint-malicious.ts';
export { LINT_RULES, type LintFinding, type LintRule } from './lint-rules.ts';
export { lintTogether } from './lint-together.ts';
export type {
  AdvisoryIndex,
  IndexedAdvisory,
  IndexedDistribution,
  IndexHeader,
  IndexReader,
} from './lookup.ts';
export type { Loss } from './losses.ts';
export { type IndexSource, openIndex } from './open.ts';
export { type OpenVexOptions, type OpenVexResult, toOpenVex } from './openvex-out.ts';
export { importOsv } from './osv-import.ts';
export { fromOsv } from './osv-in.ts';
export { type OsvOptions, type OsvResult, toOsv } from './osv-out.ts';
export { OSV_RULES, type OsvRule } from './osv-rules.ts';
export {
  type PreparedDistribution,
  type PreparedRecord,
  prepareDistribution,
  prepareRecord,
} from './prepare.ts';
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
  INDICATOR_TYPES,
  type Indicator,
  MAX_INDICATORS,
  type Malicious,
  type ProductStatement,
  RECORD_FORMAT,
  type Reference,
  recordShape,
  type Severity,
  type SourceRow,
} from './record.ts';
export { RECORD_SCHEMA } from './record-schema.ts';
export { type ImportedRecords, importRecordSet, SET_FILES, type SetFile } from './record-set.ts';
export { type DistributionReleases, inVersionOrder } from './releases.ts';
export { affectsAll } from './spans.ts';
