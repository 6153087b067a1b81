/**
 * formats: the outside standards of this field, one file or folder each: its types and its codec, once.
 *
 * `parse…` takes text (or JSON that `parseJson` made), checks it and gives it typed, with members that are not
 * known kept; `format…` gives text with members in a fixed order; `is…` tells whether JSON says that it is of the
 * format. What is broken is a {@link FormatError} (or base's `JsonError`) with the place. Whichever the format, a
 * bill of materials comes out as an {@link Sbom} and what a VEX document says as {@link VexStatement}s.
 *
 * Words: *purl*, a package URL; *VERS*, a version range; *VEX*, somebody's statement whether a product is affected.
 * Versions compare by an order that the caller brings; for CPAN it is `compareVersions` of the cpan room.
 *
 * | standard | version | here |
 * |---|---|---|
 * | [Package URL](https://github.com/package-url/purl-spec) | ECMA-427, `cpan` of 2026 | read, written |
 * | [VERS](https://github.com/package-url/vers-spec) | 1.1, `cpan` in docs/formats/vers-cpan.md | read, written, evaluated |
 * | [CVSS](https://www.first.org/cvss/) | 3.1, 4.0 | scored |
 * | [SSVC](https://certcc.github.io/SSVC/) | tables of coordinators, 2.0 | decided; vectors and CISA's JSON read, written |
 * | [OSV](https://ossf.github.io/osv-schema/) | 1.7.5 | read, written, evaluated |
 * | [CVE Record Format](https://github.com/CVEProject/cve-schema) | 5.0 to 5.2; 5.2.0 | read; written |
 * | [YAML of cna-tool](https://github.com/CPAN-Security/cna-tool) | cpansec-cna-schema-01 | read, written |
 * | [OpenVEX](https://github.com/openvex/spec) | 0.2.0 | read, written |
 * | [CSAF](https://docs.oasis-open.org/csaf/csaf/v2.0/) | 2.0, 2.1 draft; 2.0 with its provider, ROLIE and folder files | read; written |
 * | [CycloneDX](https://cyclonedx.org/specification/overview/) | 1.2 and later; 1.6, 1.7 | read; written |
 * | [SPDX](https://spdx.dev/use/specifications/) | 2.2, 2.3; 3.0 | read |
 * | [SARIF](https://docs.oasis-open.org/sarif/sarif/v2.1.0/) | 2.1.0 | written; its results read |
 * | CPANSA | database and feed, docs/formats/cpansa-feed.md | outer structure read; written |
 * | GitLab dependency scanning | 15.0.6 | written |
 * | [Signed note](https://c2sp.org/signed-note) | 1.0.0, keys of 0x01, 0x04, 0x06 | read, written; 0x01 verified |
 * | JUnit XML | as servers read it | written |
 *
 * @example
 *   parsePurl('pkg:cpan/DBI@1.643').name; // 'DBI'
 *   scoreCvss('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H').score; // 9.8
 *   const sbom = cycloneDxSbom(parseCycloneDx(text, { file: 'bom.json' }));
 *   sbom.components.flatMap(({ purls }) => purls); // ['pkg:cpan/DBI@1.643', …]
 */
export { type Cna, cnaVersion, cnaVersionText, formatCna, parseCna } from './cna.ts';
export {
  type CpansaAdvisory,
  type CpansaDatabase,
  type CpansaDistribution,
  type CpansaDocument,
  type CpansaFeed,
  type CpansaFeedAdvisory,
  type CpansaMember,
  type CpansaMeta,
  type CpansaRelease,
  formatCpansa,
  formatCpansaDistribution,
  formatCpansaFeed,
  formatCpansaFeedMember,
  isCpansa,
  joinCpansa,
  joinCpansaFeed,
  parseCpansa,
} from './cpansa.ts';
export {
  type CsafAcknowledgment,
  type CsafAdvisory,
  type CsafAdvisoryDocument,
  type CsafAdvisoryVulnerability,
  type CsafCategory,
  type CsafCvss3,
  type CsafNote,
  type CsafPublisher,
  type CsafReference,
  type CsafRemediation,
  type CsafRevision,
  type CsafScore,
  type CsafTlp,
  type CsafTracking,
  formatCsaf,
} from './csaf/advisory.ts';
export {
  type Csaf,
  type CsafBranch,
  type CsafDocument,
  type CsafFullProductName,
  type CsafHelper,
  type CsafProductStatus,
  type CsafProductTree,
  type CsafRelationship,
  type CsafScope,
  type CsafVulnerability,
  isCsaf,
  parseCsaf,
} from './csaf/csaf.ts';
export {
  type CsafPlace,
  type CsafPlaced,
  csafFileName,
  csafPath,
  csafPlace,
  formatCsafChanges,
  formatCsafIndex,
} from './csaf/directory.ts';
export { type CsafProduct, csafProducts } from './csaf/products.ts';
export {
  type CsafDistribution,
  type CsafFeedPlace,
  type CsafProvider,
  formatCsafProvider,
} from './csaf/provider.ts';
export {
  formatRolieEntry,
  formatRolieFeed,
  formatRolieService,
  joinRolieFeed,
  type RolieBeside,
  type RolieCategory,
  type RolieCollection,
  type RolieEntry,
  type RolieFeed,
  type RolieFeedParts,
  type RolieLink,
  type RolieService,
  rolieEntry,
  rolieFeed,
  rolieService,
} from './csaf/rolie.ts';
export { csafStatements } from './csaf/statements.ts';
export { CVE_DATA_VERSION, formatCve, isCve, isRejectedCve, parseCve } from './cve/cve.ts';
export { type CveProblem, cveProblems, isEnglish } from './cve/problems.ts';
export type {
  CveCna,
  CveCredit,
  CveCvss,
  CveEvent,
  CveImpact,
  CveMetadata,
  CveMetric,
  CveProblemType,
  CveProduct,
  CveProvider,
  CvePublished,
  CveRecord,
  CveReference,
  CveRejected,
  CveRejection,
  CveStatus,
  CveText,
  CveVersion,
} from './cve/types.ts';
export {
  type CvssRating,
  type CvssScore,
  type CvssScore31,
  type CvssScore40,
  rateCvss,
  scoreCvss,
} from './cvss.ts';
export { cweName } from './cwe.ts';
export {
  type CycloneDx,
  type CycloneDxAffects,
  type CycloneDxAnalysis,
  type CycloneDxComponent,
  type CycloneDxCredits,
  type CycloneDxDependency,
  type CycloneDxMetadata,
  type CycloneDxProperty,
  type CycloneDxRating,
  type CycloneDxSource,
  type CycloneDxVersions,
  type CycloneDxVulnerability,
  cycloneDx,
  formatCycloneDx,
  isCycloneDx,
  parseCycloneDx,
} from './cyclonedx/bom.ts';
export { cycloneDxSbom } from './cyclonedx/sbom.ts';
export { cycloneDxStatements } from './cyclonedx/statements.ts';
export type { ReadOptions, Source } from './document.ts';
export { FormatError, type FormatErrorCode } from './errors.ts';
export {
  formatGitlab,
  type GitlabDependency,
  type GitlabDependencyFile,
  type GitlabIdentifier,
  type GitlabReport,
  type GitlabScan,
  type GitlabTool,
  type GitlabVulnerability,
  gitlabTime,
} from './gitlab.ts';
export { type Calendar, type CalendarEvent, formatCalendar } from './icalendar.ts';
export {
  escapeXml,
  formatJunit,
  type JunitCase,
  type JunitOutcome,
  type JunitReport,
  type JunitSuite,
} from './junit.ts';
export {
  type Ed25519,
  formatNote,
  formatNoteSignature,
  formatNoteSigner,
  formatNoteVerifier,
  MAX_NOTE_LENGTH,
  MAX_NOTE_SIGNATURES,
  type Note,
  type NoteKeyType,
  type NoteSignature,
  type NoteSigner,
  type NoteVerifier,
  noteVerifier,
  type OpenedNote,
  openNote,
  parseNote,
  parseNoteSignature,
  parseNoteSigner,
  parseNoteVerifier,
  signNote,
} from './note.ts';
export {
  formatOpenVex,
  isOpenVex,
  OPENVEX_CONTEXT,
  OPENVEX_JUSTIFICATIONS,
  type OpenVex,
  type OpenVexComponent,
  type OpenVexJustification,
  type OpenVexProduct,
  type OpenVexStatement,
  type OpenVexVulnerability,
  openVexStatements,
  parseOpenVex,
} from './openvex.ts';
export {
  formatOsv,
  isOsv,
  OSV_SCHEMA_VERSION,
  type OsvAffected,
  type OsvCredit,
  type OsvEvent,
  type OsvPackage,
  type OsvRange,
  type OsvRecord,
  type OsvReference,
  type OsvSeverity,
  parseOsv,
} from './osv.ts';
export { osvAffects } from './osv-ranges.ts';
export {
  type CpanPurlOptions,
  cpanPurl,
  formatPurl,
  type Purl,
  type PurlParts,
  parsePurl,
  purlAuthor,
} from './purl.ts';
export {
  formatSarif,
  type SarifDriver,
  type SarifInvocation,
  type SarifLevel,
  type SarifLocation,
  type SarifLog,
  type SarifNotification,
  type SarifProperties,
  type SarifResult,
  type SarifRule,
  type SarifRun,
  type SarifText,
  sarifLog,
  sarifUri,
} from './sarif.ts';
export { type SarifFound, sarifResults } from './sarif-results.ts';
export type { Sbom, SbomComponent } from './sbom.ts';
export {
  isSpdx2,
  parseSpdx2,
  type Spdx2,
  type Spdx2ExternalRef,
  type Spdx2Package,
  type Spdx2Relationship,
  spdx2Sbom,
} from './spdx/spdx2.ts';
export {
  isSpdx3,
  parseSpdx3,
  type Spdx3,
  type Spdx3Element,
  type Spdx3Identifier,
  spdx3Sbom,
} from './spdx/spdx3.ts';
export { computedSsvc, readComputedSsvc, type SsvcComputed } from './ssvc/computed.ts';
export { decide, type SsvcAnswers, type SsvcDecision } from './ssvc/decide.ts';
export type { SsvcPoint, SsvcValue } from './ssvc/points.ts';
export { SSVC_TABLES, type SsvcTable, type SsvcTableName, ssvcTable } from './ssvc/tables.ts';
export { formatSsvc, parseSsvc, type SsvcSaid } from './ssvc/vector.ts';
export { uriOf } from './uri.ts';
export {
  formatVers,
  parseVers,
  type Vers,
  type VersComparator,
  type VersConstraint,
  versContains,
} from './vers.ts';
export { type VersInterval, type VersIntervalOptions, versOfIntervals } from './vers-intervals.ts';
export type { VersionOrder } from './version-order.ts';
export { VEX_STATUSES, type VexStatement, type VexStatus, type VexVersions } from './vex.ts';
