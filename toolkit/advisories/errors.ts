import { PlacedError } from '../base/index.ts';

/** What can be wrong with advisories and their index. */
export type AdvisoryErrorCode =
  /** A range expression that the grammar does not allow. */
  | 'range-syntax'
  /** A record that is no JSON or not of the documented shape. */
  | 'record-shape'
  /** A source whose outer structure is not the one expected; rows of it never cause this. */
  | 'import-shape'
  /** An OSV document without what a record needs. */
  | 'osv-shape'
  /** A file that is no CVE record. */
  | 'cve-shape'
  /** A file that is no document of cna-tool. */
  | 'cna-shape'
  /** Bytes that are no index, or one of a format that this version does not read. */
  | 'index-format'
  /** An index whose bytes are not what was built; `place.path` is its block and the offset in the file. */
  | 'index-damaged'
  /** What an index was to be built from breaks its bounds. */
  | 'index-input';

/** The one error of this room. */
export class AdvisoryError extends PlacedError<AdvisoryErrorCode> {}
