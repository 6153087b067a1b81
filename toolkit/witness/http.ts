/** Bodies in and answers out, each bounded. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const TEXT = 'text/plain; charset=utf-8';

/** At most `limit` bytes; null when there are more, `undefined` when the other side went away. */
export async function bodyOf(
  request: IncomingMessage,
  limit: number,
): Promise<Uint8Array | null | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return null;
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      const bytes: Uint8Array = chunk;
      length += bytes.length;
      if (length > limit) return null;
      chunks.push(bytes);
    }
  } catch {
    return undefined; // cut off, or ended by a limit of time: nobody reads an answer
  }
  return Buffer.concat(chunks);
}

/** Where more would still come, the connection ends with the answer. */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status, contentType, body, headers = {} } = answer;
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'",
    ...(request.complete ? {} : { connection: 'close' }),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
