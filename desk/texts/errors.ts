import { PlacedError } from 'cpansec/base';

/** Why a text is not written. What the lint finds in a written one is a value, not an error. */
export type TextErrorCode =
  /** No record to speak of. */
  | 'nothing'
  /** A fact that its place cannot hold: many lines where one stands, a control character, no https address. */
  | 'field'
  /** A correction of a record without words for it, or a withdrawal of one that is not withdrawn. */
  | 'unfit'
  /** A template that {@link templateProblems} refuses. */
  | 'template';

export class TextError extends PlacedError<TextErrorCode> {}
