import { PlacedError } from 'cpansec/base';

/** What can go wrong before there is an answer. */
export type RequestErrorCode =
  /** An address that is not https; nothing was sent. */
  | 'bad-config'
  /** There is no connection: nothing was sent. */
  | 'unreachable'
  /** The connection broke off before the whole answer was there. */
  | 'broken'
  /** No whole answer in the time given. */
  | 'timeout'
  /** An answer that is too large, or no text. */
  | 'reply';

interface More extends ErrorOptions {
  readonly mayHaveHappened?: boolean;
  readonly after?: number;
}

/** There is no answer. Never quotes a request, which may hold a key, nor words of the other side. */
export class RequestError extends PlacedError<RequestErrorCode> {
  /** Whether what was asked for may have been done all the same. */
  readonly mayHaveHappened: boolean;
  /** Seconds until it makes sense to ask again; null where that changes nothing. */
  readonly after: number | null;

  constructor(code: RequestErrorCode, problem: string, more: More = {}) {
    super(code, problem, {}, more);
    this.mayHaveHappened = more.mayHaveHappened ?? false;
    this.after = more.after ?? null;
  }
}
