import { PlacedError } from 'cpansec/base';

/** What can go wrong with a post. */
export type PostErrorCode =
  /** An address that is not https, a name, room or file that is none. */
  | 'bad-config'
  /** A text that is empty or longer than the network takes, or a key that is none; nothing was sent. */
  | 'bad-post'
  /** The token or password could not be got. */
  | 'token'
  /** There is no connection: nothing was sent. */
  | 'unreachable'
  /** The connection broke off before the whole answer was there. */
  | 'broken'
  /** No whole answer in the time given. */
  | 'timeout'
  /** The other side does not know the token or password, or allows too little with it. */
  | 'credentials'
  /** The request is refused for another reason. */
  | 'refused'
  /** Too many requests: `after` says when to ask again. */
  | 'limited'
  /** The other side failed: `after` says when to ask again. */
  | 'failing'
  /** An answer that is no answer: a redirect, no JSON, another shape, too large. */
  | 'reply';

interface More extends ErrorOptions {
  readonly mayHaveHappened?: boolean;
  readonly after?: number | null;
}

/** Nothing was posted, or nobody can tell. Never holds a token, nor words of the other side. */
export class PostError extends PlacedError<PostErrorCode> {
  /** Whether the post may stand there all the same. To post again with the same key is safe. */
  readonly mayHaveHappened: boolean;
  /** Seconds until it makes sense to ask again; null where that changes nothing. */
  readonly after: number | null;

  constructor(code: PostErrorCode, problem: string, more: More = {}) {
    super(code, problem, {}, more);
    this.mayHaveHappened = more.mayHaveHappened ?? false;
    this.after = more.after ?? null;
  }
}
