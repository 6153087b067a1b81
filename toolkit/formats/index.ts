/**
 * formats: the outside standards of this field, one file or folder each, its types and its codec once.
 */

export { type Csaf, isCsaf, parseCsaf } from './csaf/csaf.ts';
export { type CsafProduct, csafProducts } from './csaf/products.ts';
export { csafStatements } from './csaf/statements.ts';
export { type CvssRating, type CvssScore, rateCvss, scoreCvss } from './cvss.ts';
export type { ReadOptions, Source } from './document.ts';
export { FormatError, type FormatErrorCode } from './errors.ts';
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
  openVexStatements,
  parseOpenVex,
} from './openvex.ts';
export {
  formatOsv,
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
export { cpanPurl, formatPurl, type Purl, type PurlParts, parsePurl, purlAuthor } from './purl.ts';
export {
  formatVers,
  parseVers,
  type Vers,
  type VersComparator,
  type VersConstraint,
  versContains,
} from './vers.ts';
export type { VersionOrder } from './version-order.ts';
export type { VexStatement, VexStatus, VexVersions } from './vex.ts';
