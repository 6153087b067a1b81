import { PlacedError } from 'cpansec/base';

/**
 * `invalid`: records that cannot be published; `incomplete`: the store lacks what it names; `config`: what was
 * configured; `unsigned`: a product that needs a signature and there is no key; `state`: the publisher's own state
 * is of another tree or damaged; `busy`: another publisher works on the same state; `thread`: a thread that makes
 * products has ended.
 */
export type PublishErrorCode = 'invalid' | 'incomplete' | 'config' | 'unsigned' | 'state' | 'busy' | 'thread';

/** Nothing was switched over: the tree that was there still serves. */
export class PublishError extends PlacedError<PublishErrorCode> {}
