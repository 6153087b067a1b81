import { PlacedError } from 'cpansec/base';

/**
 * Why a request gets no answer; what each becomes is {@link STATUS}. `index`: a tree without what the API needs;
 * `option`: a setting of the server that it cannot have.
 */
export type ApiErrorCode =
  | 'invalid'
  | 'not-found'
  | 'method'
  | 'too-large'
  | 'media-type'
  | 'too-many'
  | 'busy'
  | 'index'
  | 'option';

export class ApiError extends PlacedError<ApiErrorCode> {}

/** HTTP status, and the code of google.rpc.Code that stands in the body. */
const STATUS: Readonly<Record<ApiErrorCode, readonly [status: number, rpc: number]>> = {
  invalid: [400, 3],
  'not-found': [404, 5],
  method: [405, 12],
  'too-large': [413, 3],
  'media-type': [415, 3],
  'too-many': [429, 8],
  busy: [503, 14],
  index: [500, 13],
  option: [500, 13],
};

/** The body of every refusal, as the JSON gateway of gRPC writes it (google.rpc.Status without details). */
export interface Refusal {
  readonly status: number;
  readonly body: { readonly code: number; readonly message: string };
}

/** What a client is told. Nothing of an error that is our own fault goes out. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof ApiError) {
    const [status, code] = STATUS[error.code];
    return { status, body: { code, message: status === 500 ? INTERNAL : error.message } };
  }
  const status = statusOf(error);
  if (status === 413) return refusalOf(new ApiError('too-large', 'the body is too large'));
  if (status === 415) return refusalOf(new ApiError('media-type', 'send application/json'));
  if (status === 503) return refusalOf(new ApiError('busy', 'the server is stopping'));
  if (status >= 400 && status < 500) return { status, body: { code: 3, message: messageOf(error) } };
  return { status: 500, body: { code: 13, message: INTERNAL } };
}

const INTERNAL = 'internal error';

/** Which member is wrong is told; what was sent is not sent back. */
function messageOf(error: unknown): string {
  const validation = error instanceof Error && 'validation' in error;
  return validation ? error.message : 'malformed request';
}

/** What Fastify says of its own errors. */
function statusOf(error: unknown): number {
  const found = error instanceof Error && 'statusCode' in error ? error.statusCode : 500;
  return typeof found === 'number' ? found : 500;
}
