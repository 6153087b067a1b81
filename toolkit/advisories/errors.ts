import { PlacedError } from '../base/index.ts';

/**
 * - `range-syntax`: a range expression that the grammar does not allow.
 * - `record-shape`: a record that is no JSON or not of the documented shape.
 * - `import-shape`: a source database whose outer structure is not the one expected; rows never cause it.
 * - `osv-shape`: an OSV document without what a record needs.
 * - `index-format`: bytes that are no index, or one of a format that this version does not read.
 * - `index-damaged`: an index whose bytes are not what was built; `place.path` names the block and its offset.
 * - `index-input`: what an index was to be built from breaks its bounds.
 */
export type AdvisoryErrorCode =
  | 'range-syntax'
  | 'record-shape'
  | 'import-shape'
  | 'osv-shape'
  | 'index-format'
  | 'index-damaged'
  | 'index-input';

/** The one error of this room. */
export class AdvisoryError extends PlacedError<AdvisoryErrorCode> {}
