/** The desk's server: every request goes through the same steps, whichever route it is for. */
import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { TObject, TSchema } from 'typebox';
import Value from 'typebox/value';
import { ANONYMOUS, actorOf, decide, type Principal, type Relation, rules } from '../access/index.ts';
import { ID, StoreError, type Transaction } from '../store/index.ts';
import { type Body, EMPTY, parseBodies } from './body.ts';
import { cookiesOf } from './cookies.ts';
import { notFound, WebError } from './errors.ts';
import { HEADERS } from './headers.ts';
import { health } from './health.ts';
import { take } from './limits.ts';
import { openApiRoute } from './openapi.ts';
import type { Credentials, DeskServer, RequestLine } from './options.ts';
import { noteRefusal } from './refusals.ts';
import { relationTo } from './relation.ts';
import { type Asked, MAX_BODY, type Route } from './route.ts';
import { type Answered, failureOf, send, sendError, wantsPage } from './send.ts';

/** Milliseconds for all of a request (files on a slow line), and without a byte. */
const REQUEST_TIMEOUT = 300_000;
const SILENCE_TIMEOUT = 60_000;

/** Not listening yet. */
export function deskServer(desk: DeskServer): FastifyInstance {
  const { proxies = 0 } = desk;
  const server = fastify({
    logger: false,
    bodyLimit: MAX_BODY,
    requestTimeout: REQUEST_TIMEOUT,
    connectionTimeout: SILENCE_TIMEOUT,
    trustProxy: proxies > 0 && ((_, hop) => hop < proxies),
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    genReqId: () => randomUUID(),
  });
  parseBodies(server);
  server.addHook('onRequest', async (_request, reply) => void reply.headers(HEADERS));
  server.addHook('onResponse', async (request, reply) => desk.log(lineOf(request, reply)));
  server.setErrorHandler((error, request, reply) => sendError(desk, error, request, reply));
  server.setNotFoundHandler((request, reply) => sendError(desk, notFound(), request, reply));
  serveAssets(server, desk.assets);
  const { routes, frame } = desk;
  for (const route of [...routes, openApiRoute(routes, frame.name), health])
    server.route({
      method: route.method,
      url: route.path,
      bodyLimit: route.maxBody ?? MAX_BODY,
      onRequest: (request) => admit(desk, route, request),
      handler: (request, reply) => serve(desk, route, request, reply),
    });
  return server;
}

const YEAR = 31_536_000;
const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

function serveAssets(server: FastifyInstance, assets: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of assets)
    server.get(`/${path}`, (_request, reply) =>
      reply
        .header('Cache-Control', `public, max-age=${YEAR}, immutable`)
        .type(TYPES[path.replace(/^.*\./, '')] ?? 'application/octet-stream')
        .send(Buffer.from(bytes)),
    );
}

/** Before the body is read: whoever may not send it, or sends too much, costs no memory. */
async function admit(desk: DeskServer, route: Route, request: FastifyRequest): Promise<void> {
  // A page of another site can send forms with our cookies.
  if (route.method === 'POST') checkOrigin(request, desk.origin);
  // Counted before anything is looked up, and whatever comes of it.
  if (route.limit !== undefined) await take(desk.store, route.limit, request.ip);
}

/** Everything that is done is one transaction. */
async function serve(
  desk: DeskServer,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { store } = desk;
  const body = (request.body as Body | undefined) ?? EMPTY; // what `parseBodies` made
  const credentials = credentialsOf(request, desk.origin);
  const work = unlessChanged(() =>
    store.transaction(async (tx) => {
      const who = await permitted(desk, route, request, tx, credentials);
      const asked = askedOf(desk, route, request, body, tx, who);
      return { principal: who.principal, answer: await answered(route, asked, body, request) };
    }),
  );
  const done = await work.catch(async (error: unknown) => {
    if (error instanceof WebError && error.code === 'not-found')
      await noteRefusal(desk, { act: route.act, caseId: caseIdOf(request), credentials });
    throw error;
  });
  if ('refused' in done.answer) throw done.answer.refused;
  send(desk, route, { ...done, answer: done.answer }, request, reply);
}

/** Times that an act is tried while others change the same case: a letter that is noted is no reason to refuse it. */
const TRIES = 4;

/** A transaction may be run again; what was refused by the state as it is then is refused. */
async function unlessChanged<T>(work: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left--)
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !(error instanceof StoreError && error.code === 'conflict')) throw error;
    }
}

interface Permitted {
  readonly principal: Principal;
  readonly relation: Relation;
  readonly caseId: string | null;
}

/** Throws `not-found` or `prove`; a page that only a member may see leads to the sign-in. */
async function permitted(
  desk: DeskServer,
  route: Route,
  request: FastifyRequest,
  tx: Transaction,
  credentials: Credentials,
): Promise<Permitted> {
  const given = caseIdOf(request);
  const known = await desk.authenticate(tx, credentials);
  let prove = false;
  for (const principal of [...known, ANONYMOUS]) {
    const caseId = given ?? (principal.kind === 'link' ? principal.caseId : null);
    const relation = caseId === null ? 'none' : await relationTo(tx, principal, caseId);
    const decision = decide(principal, route.act, relation);
    if (decision === 'yes') return { principal, relation, caseId };
    if (decision === 'prove') prove = true;
  }
  if (prove) throw new WebError('prove', 'Use your passkey once more for this.');
  throw notFound();
}

/** Of the path; what is no id at all is looked for like any other. */
function caseIdOf({ params }: FastifyRequest): string | null {
  const asked = (params as Record<string, string>).case ?? null; // strings by name
  return asked === null || ID.test(asked) ? asked : NO_CASE;
}

const NO_CASE = '0'.repeat(26);

function askedOf(
  desk: DeskServer,
  route: Route,
  request: FastifyRequest,
  body: Body,
  tx: Transaction,
  { principal, relation, caseId }: Permitted,
): Asked<Values, Values, Values> & { record(): void } {
  let detail: Record<string, string | number | boolean> = {};
  return {
    tx,
    vault: desk.store.vault,
    principal,
    relation,
    params: checked(route.params, request.params as Values, 'not-found'), // strings by name
    query: checked(route.query, { ...(request.query as Values) }, 'invalid'), // likewise
    body: body.values,
    uploads: body.uploads,
    has: request.headers['if-none-match'] ?? null,
    origin: desk.origin,
    note: (more) => {
      detail = { ...detail, ...more };
    },
    // A page that everybody may see is no act.
    record: () => {
      if (route.act === 'desk.public' || rules[route.act].monitor === true) return;
      const subject = caseId === null ? '' : `case:${caseId}`;
      tx.record({ actor: actorOf(principal), act: route.act, subject, detail });
    },
  };
}

type Values = Readonly<Record<string, unknown>>;

/** A form that is wrong comes back with what was typed, where the route can show it again. */
async function answered(
  route: Route,
  asked: Asked<Values, Values, Values> & { record(): void },
  body: Body,
  request: FastifyRequest,
): Promise<Answered> {
  try {
    const answer = await route.handle({ ...asked, body: checked(route.body, body.values, 'invalid') });
    asked.record();
    return answer;
  } catch (error) {
    const known = error instanceof WebError && (error.code === 'invalid' || hasFields(error));
    if (!known || route.again === undefined || !wantsPage(request)) throw error;
    const typed = Object.entries(body.values).flatMap(([name, value]) =>
      isWords(value) ? [[name, String(value)]] : [],
    );
    const problems = Object.keys(error.fields).length === 0 ? { '': error.problem } : error.fields;
    const model = await route.again({ ...asked, body: Object.fromEntries(typed) }, problems);
    return { model, problems: true };
  }
}

/** What a form can show again: a text, or several of one name. */
function isWords(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** What the state forbids and the form can show, as when somebody else edited the same. */
function hasFields({ code, fields }: WebError): boolean {
  return code === 'refused' && Object.keys(fields).length > 0;
}

const MAX_PROBLEMS = 20;

/** Nothing but what the schema names, in its types. */
function checked(schema: TObject | undefined, values: Values, code: 'not-found' | 'invalid'): Values {
  if (schema === undefined) return {};
  const value = Value.Clean(schema, Value.Convert(schema, { ...values }));
  const fits = Value.Check(schema as TSchema, value);
  if (fits && !hasNul(value)) return value as Values; // an object schema
  if (code === 'not-found') throw notFound();
  if (fits) throw new WebError('invalid', 'A character of code 0 is in it, which no text has.');
  const fields: Record<string, string> = {};
  for (const error of Value.Errors(schema, value).slice(0, MAX_PROBLEMS)) {
    const missing = error.keyword === 'required' ? error.params.requiredProperties : [''];
    for (const name of missing)
      fields[`${error.instancePath}/${name}`.replace(/^\/|\/$/g, '')] ??=
        name === '' ? error.message : 'is missing';
  }
  throw new WebError('invalid', 'Something is missing, or is not as it must be.', fields);
}

/** Neither a form nor a program means it, and PostgreSQL cannot look for it. */
function hasNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasNul);
}

function credentialsOf(request: FastifyRequest, origin: string): Credentials {
  const { cookie, authorization } = request.headers;
  return { cookies: cookiesOf(cookie, origin), bearer: bearerOf(authorization) };
}

function bearerOf(header = ''): string | null {
  return /^Bearer ([A-Za-z0-9_-]{20,100})$/.exec(header)?.[1] ?? null;
}

/** Browsers say where a form came from; a program with a token has no cookies that another page could use. */
function checkOrigin({ headers }: FastifyRequest, origin: string): void {
  if (headers.origin === origin) return;
  if (headers.origin === undefined && headers['sec-fetch-site'] === 'same-origin') return;
  const bare = headers.origin === undefined && headers['sec-fetch-site'] === undefined;
  if (bare && (bearerOf(headers.authorization) !== null || headers.cookie === undefined)) return;
  throw new WebError('origin', 'This came from a page of another site, and was not done.');
}

function lineOf(request: FastifyRequest, reply: FastifyReply): RequestLine {
  const failure = failureOf(request);
  return {
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    status: reply.statusCode,
    milliseconds: Math.round(reply.elapsedTime),
    ...(failure === undefined ? {} : { failure }),
  };
}
