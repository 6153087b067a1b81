/** What the routes of one server share. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawServerDefault,
} from 'fastify';
import type { FileAnswer, FileRequest, Files } from './files.ts';
import type { Shelf } from './shelf.ts';

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface Context {
  readonly shelf: Shelf;
  readonly files: Files;
}

export function fileRequest({ raw, method }: FastifyRequest): FileRequest {
  return { url: raw.url ?? '/', headers: raw.headers, headOnly: method === 'HEAD' };
}

export function sendFile(reply: FastifyReply, { status, headers, body }: FileAnswer): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .send(body ?? undefined);
}
