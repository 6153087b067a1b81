import { PlacedError } from 'cpansec/base';

export type ChecklistErrorCode =
  /** The clock of the process cannot be trusted: nothing is published by it. */
  'clock';

export class ChecklistError extends PlacedError<ChecklistErrorCode> {}
