/** The routes of OSV's API, and what they take and give (osv_service_v1.swagger.json). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { type Api, type Context, fileRequest, sendFile } from './context.ts';
import { acceptedCoding } from './encoding.ts';
import { ApiError } from './errors.ts';
import { type FileAnswer, type FileRequest, type Files, WORTH_PACKING } from './files.ts';
import { COMMON_HEADERS, DATA_HEADERS } from './headers.ts';
import { answerBatch, answerQuery } from './osv-answers.ts';
import { documentPath, type View } from './view.ts';

/** Bytes of a body, as osv.dev has it over HTTP/1.1. */
export const MAX_BODY: number = 32 * 1024 * 1024;
const MAX_ID = 100;

const Package = Type.Object(
  {
    name: Type.Optional(Type.String({ description: 'Name of the distribution: libwww-perl.' })),
    ecosystem: Type.Optional(Type.String({ description: 'CPAN, or another ecosystem of OSV.' })),
    purl: Type.Optional(Type.String({ description: 'Package URL: pkg:cpan/libwww-perl@6.68.' })),
  },
  { title: 'osvPackage' },
);

const Query = Type.Object(
  {
    commit: Type.Optional(Type.String({ description: 'Hash of a commit; we know of none.' })),
    version: Type.Optional(Type.String({ description: 'Without one: whatever affects any version.' })),
    package: Type.Optional(Package),
    page_token: Type.Optional(Type.String({ description: 'next_page_token of the answer before.' })),
  },
  { title: 'v1Query' },
);

const BatchQuery = Type.Object(
  { queries: Type.Optional(Type.Array(Query, { description: 'At most 1,000.' })) },
  { title: 'v1BatchQuery' },
);

/** A whole document: what stands in it is the schema's of OSV. */
const Vulnerability = Type.Object(
  {
    schema_version: Type.Optional(Type.String()),
    id: Type.String(),
    modified: Type.String({ format: 'date-time' }),
    affected: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }))),
  },
  {
    title: 'osvVulnerability',
    description: 'A document of OSV 1.7.5, https://ossf.github.io/osv-schema/.',
    additionalProperties: true,
  },
);

const VulnerabilityList = Type.Object(
  {
    vulns: Type.Optional(Type.Array(Vulnerability)),
    next_page_token: Type.Optional(Type.String({ description: 'There is more: ask again with it.' })),
  },
  { title: 'v1VulnerabilityList' },
);

const BatchVulnerabilityList = Type.Object(
  {
    results: Type.Array(
      Type.Object({
        vulns: Type.Optional(
          Type.Array(Type.Object({ id: Type.String(), modified: Type.String({ format: 'date-time' }) })),
        ),
        next_page_token: Type.Optional(Type.String()),
      }),
      { description: 'In the order of the queries.' },
    ),
  },
  { title: 'v1BatchVulnerabilityList' },
);

const Status = Type.Object(
  { code: Type.Integer({ description: 'google.rpc.Code' }), message: Type.String() },
  { title: 'rpcStatus' },
);

const refusals = { '4xx': Status, '5xx': Status };

export function osvRoutes(api: Api, { shelf, files }: Context): void {
  api.post(
    '/v1/query',
    {
      bodyLimit: MAX_BODY,
      schema: {
        summary: 'The documents of what affects a version of a distribution.',
        body: Query,
        response: { 200: VulnerabilityList, ...refusals },
      },
    },
    (request, reply) => {
      const answer = shelf.use((view) => answerQuery(view, request.body));
      if (!(answer instanceof Promise)) return sendJson(files, request, reply, answer);
      answer.then(
        (text) => sendJson(files, request, reply, text),
        (error) => reply.send(error),
      );
    },
  );
  api.post(
    '/v1/querybatch',
    {
      bodyLimit: MAX_BODY,
      schema: {
        summary: 'Ids of what affects each of many versions.',
        body: BatchQuery,
        response: { 200: BatchVulnerabilityList, ...refusals },
      },
    },
    async (request, reply) => {
      reply.headers(DATA_HEADERS);
      return shelf.use((view) => answerBatch(view, request.body.queries ?? []));
    },
  );
  api.route({
    method: ['GET', 'HEAD'],
    url: '/v1/vulns/:id',
    schema: {
      summary: 'The document of an advisory.',
      params: Type.Object({ id: Type.String({ description: 'CPANSA-…, not an alias.' }) }),
      response: { 200: Vulnerability, ...refusals },
    },
    handler: async (request, reply) =>
      sendFile(
        reply,
        await shelf.use((view) => document(view, request.params.id, files, fileRequest(request))),
      ),
  });
  for (const url of ['/v1/query', '/v1/querybatch']) {
    api.get(url, () => {
      throw new ApiError('method', 'send a query by POST');
    });
  }
}

/** Throws `invalid`, and `not-found` that names what has the id as an alias. */
async function document(view: View, id: string, files: Files, request: FileRequest): Promise<FileAnswer> {
  if (id === '') throw new ApiError('invalid', 'ID is required');
  if (id.length > MAX_ID) throw new ApiError('invalid', 'ID is too long');
  const path = documentPath(id);
  const file = await view.tree.find(path);
  if (file !== null) return files.send(view, path, file, request);
  const ids = view.index.find(id).map((record) => record.id);
  const aliases = ids.length === 0 ? '' : `, but the following aliases were: ${ids.join(' ')}`;
  throw new ApiError('not-found', `Vulnerability not found${aliases}`);
}

/** JSON as text, which no schema takes anything from: documents stand in it as they do in the tree. */
function sendJson(files: Files, request: FastifyRequest, reply: FastifyReply, text: string): void {
  const coding = acceptedCoding(request.raw.headers['accept-encoding']?.toString());
  if (coding === 'identity' || text.length < WORTH_PACKING) return void sendAscii(request, reply, text);
  files.pack(Buffer.from(text), coding).then(
    (packed) => reply.headers({ ...JSON_HEADERS, 'content-encoding': coding }).send(packed),
    (error) => reply.send(error),
  );
}

/** Head and body in one write of a byte for each character; Fastify's own takes room for three and encodes them. */
function sendAscii({ id }: FastifyRequest, reply: FastifyReply, text: string): void {
  reply.hijack();
  reply.raw.writeHead(200, [...ALL_HEADERS, 'x-request-id', id, 'content-length', String(text.length)]);
  reply.raw.end(text, 'latin1');
}

const JSON_HEADERS = { ...DATA_HEADERS, 'content-type': 'application/json', vary: 'accept-encoding' };
const ALL_HEADERS: readonly string[] = Object.entries({ ...COMMON_HEADERS, ...JSON_HEADERS }).flat();
