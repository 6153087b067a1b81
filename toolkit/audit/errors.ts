import { PlacedError } from '../base/index.ts';

/** What can be wrong with what an audit is given besides the inventory and the index. */
export type AuditErrorCode =
  /** An ignore file that is no YAML, or says something that it may not say. */
  | 'ignore-syntax'
  /** A baseline that is no report of ours. */
  | 'baseline-schema'
  /** An option of the audit that makes no sense: an instant or a perl version that does not parse. */
  | 'option'
  /** An edited cpanfile that does not read as intended; nothing of it may be kept. */
  | 'raise-check';

/** Something that the user gave the audit and that it cannot use. */
export class AuditError extends PlacedError<AuditErrorCode> {}
