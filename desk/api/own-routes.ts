/** What the server says of itself, and the files of the tree. */
import Type from 'typebox';
import { type Api, type Context, fileRequest, sendFile } from './context.ts';
import { ApiError } from './errors.ts';
import { DATA_HEADERS, PREFLIGHT_HEADERS } from './headers.ts';
import type { Metrics } from './metrics.ts';
import type { OpenApi } from './openapi.ts';
import { questionOf, searchAnswer } from './search.ts';
import type { Shelf } from './shelf.ts';

const Health = Type.Object(
  {
    status: Type.Literal('ok'),
    serial: Type.Integer({ description: 'Of the tree.' }),
    built: Type.String({ format: 'date-time', description: 'Instant of the newest change in the tree.' }),
    age: Type.Integer({ description: 'Seconds since then.' }),
    checked: Type.Integer({ description: 'Seconds since the tree was last looked at.' }),
  },
  { title: 'health' },
);

export function ownRoutes(api: Api, { shelf }: Context, metrics: Metrics, document: OpenApi): void {
  api.get(
    '/health',
    { schema: { summary: 'Whether it answers, and from which tree.', response: { 200: Health } } },
    async (_, reply) => {
      reply.headers({ 'cache-control': 'no-store', ...DATA_HEADERS });
      return healthOf(shelf);
    },
  );
  api.get(
    '/metrics',
    {
      schema: {
        summary: 'Figures for Prometheus.',
        produces: 'text/plain',
        response: { 200: Type.String() },
      },
    },
    async (_, reply) => {
      reply.type(metrics.contentType).header('cache-control', 'no-store');
      return metrics.text();
    },
  );
  api.get('/openapi.json', async (_, reply) => {
    reply.headers({ 'cache-control': 'public, max-age=60', ...DATA_HEADERS });
    return document;
  });
}

function healthOf(shelf: Shelf): Type.Static<typeof Health> {
  const { serial, built } = shelf.view.tree.manifest;
  return {
    status: 'ok',
    serial,
    built,
    age: Math.round(ageOf(shelf)),
    checked: Math.round(shelf.checkedAgo),
  };
}

/** Seconds since the newest change in the tree. */
export function ageOf(shelf: Shelf): number {
  return (Date.now() - Date.parse(shelf.view.tree.manifest.built)) / 1000;
}

export function fileRoutes(api: Api, { shelf, files }: Context): void {
  for (const url of ['/log/*', '/tuf/*'])
    api.route({
      method: ['GET', 'HEAD'],
      url,
      handler: async (request, reply) => sendFile(reply, await files.beside(fileRequest(request))),
    });
  api.route({
    method: ['GET', 'HEAD'],
    url: '/*',
    handler: async (request, reply) => {
      const asked = fileRequest(request);
      if (isApi(asked.url)) throw new ApiError('not-found', 'Not Found');
      const answer = await shelf.use(async (view) => {
        const question = questionOf(asked.url);
        const html = question === null ? null : await searchAnswer(view, question);
        if (html !== null) return files.page(html, asked);
        return (await files.answer(view, asked)) ?? (await files.notFound(view, asked));
      });
      if (answer === null) throw new ApiError('not-found', 'Not Found');
      return sendFile(reply, answer);
    },
  });
  api.options('/*', async (_, reply) => reply.code(204).headers(PREFLIGHT_HEADERS).send());
  api.setNotFoundHandler((request, reply) => {
    if (isApi(request.raw.url ?? '')) throw new ApiError('not-found', 'Not Found');
    reply.header('allow', 'GET, HEAD, OPTIONS');
    throw new ApiError('method', 'Method Not Allowed');
  });
}

function isApi(url: string): boolean {
  return /^\/v1(?:experimental)?(?:[/?]|$)/.test(url);
}
