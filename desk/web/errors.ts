import { PlacedError } from 'cpansec/base';

export type WebErrorCode =
  /** Nothing there, or nothing for whoever asks: the same answer. */
  | 'not-found'
  /** What was sent is not what the route takes; `fields` says where. */
  | 'invalid'
  /** The request came from another site's page. */
  | 'origin'
  /** A passkey is asked for first. */
  | 'prove'
  | 'too-many'
  | 'too-large'
  /** Somebody changed it meanwhile, or its state does not allow the act. */
  | 'refused';

/** An answer that is no answer; its message is shown to whoever asked. */
export class WebError extends PlacedError<WebErrorCode> {
  /** By name of the field, in words. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(code: WebErrorCode, problem: string, fields: Readonly<Record<string, string>> = {}) {
    super(code, problem);
    this.fields = fields;
  }
}

export const STATUS: Readonly<Record<WebErrorCode, number>> = {
  'not-found': 404,
  invalid: 422,
  origin: 403,
  prove: 403,
  'too-many': 429,
  'too-large': 413,
  refused: 409,
};

export function notFound(): WebError {
  return new WebError('not-found', 'There is nothing here, or nothing for you.');
}
