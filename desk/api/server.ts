/** The server: Fastify with its routes, and what is done for each request whatever its route. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Environment } from 'cpansec/io';
import Fastify, {
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawServerDefault,
} from 'fastify';
import { BodyBudget } from './body-budget.ts';
import type { Api } from './context.ts';
import { ApiError, refusalOf } from './errors.ts';
import { Files } from './files.ts';
import { COMMON_HEADERS, DATA_HEADERS } from './headers.ts';
import { parseBody } from './json-body.ts';
import { Metrics } from './metrics.ts';
import { addRoute, emptyOpenApi } from './openapi.ts';
import { osvRoutes } from './osv-routes.ts';
import { ageOf, fileRoutes, ownRoutes } from './own-routes.ts';
import { RateLimit, type RateOptions } from './rate-limit.ts';
import { Shelf } from './shelf.ts';
import { openSource, type ReadTree } from './source.ts';
import type { View } from './view.ts';

export interface ServerOptions {
  /** Where the public tree stands: a directory, an http or https address, or what reads it from elsewhere. */
  readonly tree: string | ReadTree;
  /** For addresses: where a proxy and authorities are named. Default: nowhere. */
  readonly env?: Environment;
  /** Seconds between looks at the manifest. Default 5. */
  readonly interval?: number;
  /** Null: no limit. Default 50 a second, 500 at once, for each client. */
  readonly rate?: RateOptions | null;
  /** Proxies in front of the server whose `X-Forwarded-For` is believed: how many. Default 0: none. */
  readonly proxies?: number;
  /** Bytes of documents, and as many of files, that are kept in memory. Default 256 MiB. */
  readonly cacheBytes?: number;
  readonly log?: LogOptions;
}

export interface LogOptions {
  /** `debug` has a line for each request, `info` for each tree and failure. Default `info`. */
  readonly level?: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  /** Where lines of JSON go. Default standard output. */
  readonly stream?: { write(line: string): void };
}

/** Milliseconds. */
const REQUEST_TIMEOUT = 30_000;
const SILENCE_TIMEOUT = 60_000;
const MIB = 1024 * 1024;
const VERSION = '1.0';
/** Longest part of a path that a route looks at; that of an id is checked there. */
const MAX_PARAMETER = 8192;

/**
 * The server over a public tree, ready to `listen` or `inject`; `close` lets requests end. Throws what opening the
 * tree does (tree's, index's and io's errors), and `index` where the tree lacks what questions need.
 */
export async function createServer(options: ServerOptions): Promise<Api> {
  const { cacheBytes = 256 * MIB, interval = 5 } = options;
  const api = fastify(options);
  const source = openSource(options.tree, options.env ?? {});
  let refused = '';
  const events = {
    takenOver(view: View): void {
      refused = '';
      metrics.tree('taken');
      api.log.info({ serial: view.tree.manifest.serial }, 'a new tree took over');
    },
    refused(error: unknown): void {
      metrics.tree('refused');
      const problem = error instanceof Error ? error.message : String(error);
      // The same trouble every few seconds is told once.
      if (problem !== refused) api.log.error({ problem }, 'no newer tree could be read');
      refused = problem;
    },
  };
  const shelf = await Shelf.open(source, { cacheBytes, interval: interval * 1000 }, events).catch(
    async (error) => {
      await source.close();
      throw error;
    },
  );
  const files = new Files(source, cacheBytes);
  const limit = options.rate === null ? null : new RateLimit(options.rate ?? { perSecond: 50, burst: 500 });
  const metrics = new Metrics({
    serial: () => shelf.view.tree.manifest.serial,
    age: () => ageOf(shelf),
    checkedAgo: () => shelf.checkedAgo,
    cachedBytes: () => files.bytes + shelf.view.documents.bytes,
    clients: () => limit?.size ?? 0,
  });
  api.addHook('onClose', () => shelf.close());
  const document = emptyOpenApi(VERSION);
  api.addHook('onRoute', (route) => addRoute(document, route));
  everyRequest(api, limit, metrics);
  osvRoutes(api, { shelf, files });
  ownRoutes(api, { shelf, files }, metrics, document);
  fileRoutes(api, { shelf, files });
  return api;
}

function fastify({ proxies = 0, log = {} }: ServerOptions): Api {
  const begin = randomBytes(6).toString('hex');
  let count = 0;
  const api: Api = Fastify<RawServerDefault>({
    logger: {
      level: log.level ?? 'info',
      base: null,
      serializers: { req: () => ({}) },
      ...(log.stream === undefined ? {} : { stream: log.stream }),
    },
    logController: new LogController({ disableRequestLogging: true }),
    // A logger for each request costs more than most answers; our lines name the request themselves.
    childLoggerFactory: (logger) => logger,
    genReqId: () => `${begin}-${(count++).toString(36)}`,
    trustProxy: proxies > 0 && ((_, hop) => hop < proxies),
    exposeHeadRoutes: true,
    requestTimeout: REQUEST_TIMEOUT,
    connectionTimeout: SILENCE_TIMEOUT,
    routerOptions: { maxParamLength: MAX_PARAMETER },
    // A version 1.10 sent as a number must not become 1.1: nothing is turned into another type.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    frameworkErrors: (error, request, reply) => refuse(error, request, reply),
    clientErrorHandler: (error, socket) => refuseConnection(error, socket),
  });
  api.removeAllContentTypeParsers();
  // JSON whatever it is called, as osv.dev has it: `curl -d`, HTTP::Tiny and requests name other types, or none.
  api.addContentTypeParser(['application/json', '*'], { parseAs: 'buffer' }, (_, body: Buffer, done) => {
    try {
      done(null, parseBody(body));
    } catch (error) {
      done(error instanceof Error ? error : new ApiError('invalid', 'invalid JSON'));
    }
  });
  api.setErrorHandler(refuse);
  return api;
}

function everyRequest(api: Api, limit: RateLimit | null, metrics: Metrics): void {
  const budget = new BodyBudget();
  api.addHook('onRequest', (request, reply, done) => {
    const url = request.routeOptions.url ?? '';
    const wait = UNLIMITED.has(url) ? 0 : (limit?.take(request.ip, performance.now() / 1000) ?? 0);
    if (wait > 0) {
      reply.header('retry-after', String(Math.ceil(wait)));
      return done(new ApiError('too-many', 'too many requests'));
    }
    if (!budget.take(request.raw, reply.raw)) {
      reply.header('retry-after', '1');
      return done(new ApiError('busy', 'too many large requests at once'));
    }
    done();
  });
  api.addHook('onSend', (request, reply, _, done) => {
    for (const [name, value] of Object.entries(COMMON_HEADERS))
      if (!reply.hasHeader(name)) reply.header(name, value);
    reply.header('x-request-id', request.id);
    done();
  });
  api.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const ms = reply.elapsedTime;
    metrics.request(route, reply.statusCode, ms / 1000);
    request.log.debug(
      { id: request.id, method: request.method, route, status: reply.statusCode, ms },
      'answered',
    );
    done();
  });
}

/** Asked by who watches the server, from one address and often. */
const UNLIMITED: ReadonlySet<string> = new Set(['/health', '/metrics']);

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = refusalOf(error);
  if (status >= 500 && status !== 503) request.log.error({ id: request.id, err: error }, 'no answer');
  reply
    .code(status)
    .headers({ ...COMMON_HEADERS, ...DATA_HEADERS, 'cache-control': 'no-store' })
    .type('application/json')
    .serializer(JSON.stringify)
    .send(body);
}

const NO_REQUEST: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request did not come to its end'],
};

/** What is no HTTP. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const [status, message] = NO_REQUEST[error.code ?? ''] ?? [
    '400 Bad Request',
    'no HTTP request that can be read',
  ];
  const body = JSON.stringify({ code: 3, message });
  const head = `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\n`;
  socket.end(`${head}content-length: ${body.length}\r\n\r\n${body}`);
}
