/**
 * formats: the outside standards of this field, one file or folder each, its types and its codec once.
 */
export { type CvssRating, type CvssScore, rateCvss, scoreCvss } from './cvss.ts';
export { FormatError, type FormatErrorCode } from './errors.ts';
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
