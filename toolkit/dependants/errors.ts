import { PlacedError } from '../base/index.ts';

/** What can be wrong with a dependency graph. */
export type DependantsErrorCode =
  /** Bytes that are no graph file of a version that is read here. */
  | 'graph-format'
  /** A graph file that is cut short or was changed, or that contradicts itself. */
  | 'graph-damaged'
  /** A name or an instant that cannot stand in a graph. */
  | 'graph-input'
  /** More distributions or relations than a graph may hold. */
  | 'too-large';

/** A dependency graph that is broken or out of bounds. */
export class DependantsError extends PlacedError<DependantsErrorCode> {}
