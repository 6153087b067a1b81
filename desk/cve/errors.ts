import { PlacedError } from 'cpansec/base';

/** What can go wrong with CVE Services. */
export type CveErrorCode =
  /** A configuration that is refused: an address that is not https, a name or key that is none. */
  | 'bad-config'
  /** An id, a year or an amount that the service would not take; nothing was sent. */
  | 'bad-value'
  /** The key could not be got. */
  | 'key'
  /** There is no connection: nothing was sent. */
  | 'unreachable'
  /** The connection broke off before the whole answer was there. */
  | 'broken'
  /** No whole answer in the time given. */
  | 'timeout'
  /** The service does not know the user and key. */
  | 'credentials'
  /** The user or organisation may not do this. */
  | 'forbidden'
  /** The organisation may reserve no more ids. */
  | 'quota'
  /** The id has a record already. */
  | 'exists'
  /** No such id, record, organisation or user. */
  | 'absent'
  /** The record is not as the service's schema says. */
  | 'schema'
  /** The request is refused for another reason. */
  | 'refused'
  /** Too many requests: `after` says when to ask again. */
  | 'limited'
  /** The service itself failed: `after` says when to ask again. */
  | 'failing'
  /** An answer that is no answer: a redirect, no JSON, another shape, too large. */
  | 'reply'
  /** The id is in a state in which this cannot be done. */
  | 'state'
  /** Ids were reserved, and it cannot be told for whom: a person looks. */
  | 'unclear';

/** Nothing is wrong with what was asked. */
const PASSING: readonly CveErrorCode[] = [
  'key',
  'unreachable',
  'broken',
  'timeout',
  'limited',
  'failing',
  'reply',
];

interface More extends ErrorOptions {
  readonly mayHaveHappened?: boolean;
  readonly after?: number | null;
  readonly details?: readonly string[];
}

/** The service did not do what was asked. Never holds a key. */
export class CveError extends PlacedError<CveErrorCode> {
  /** Whether the service may have done it all the same: look before you ask again. */
  readonly mayHaveHappened: boolean;
  /** Seconds until it makes sense to ask again; null where that changes nothing, or nobody said. */
  readonly after: number | null;
  /** What the service finds wrong with a record, each with its path; its words, bounded. */
  readonly details: readonly string[];

  constructor(code: CveErrorCode, problem: string, more: More = {}) {
    super(code, problem, {}, more);
    this.mayHaveHappened = more.mayHaveHappened ?? false;
    this.after = more.after ?? null;
    this.details = more.details ?? [];
  }

  /** Whether the same may succeed later without anybody doing anything. */
  get passing(): boolean {
    return PASSING.includes(this.code);
  }
}
