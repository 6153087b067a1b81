/** How an answer goes out: as a page to a browser, as JSON to a program. */
import { PlacedError } from 'cpansec/base';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayRead, type Principal, seerOf } from '../access/index.ts';
import { StoreError } from '../store/index.ts';
import { setCookies } from './cookies.ts';
import { notFound, STATUS, WebError } from './errors.ts';
import type { DeskServer } from './options.ts';
import { errorPage, pageOf } from './page.tsx';
import type { Answer, Download, Route } from './route.ts';
import { seenBy } from './seen.ts';

/** Of a form that comes back with what is wrong with it. */
export type Answered = Answer<unknown> & { readonly problems?: true };
type Sent = Exclude<Answered, { readonly refused: WebError }>;

const failures = new WeakMap<FastifyRequest, string>();

/** What went wrong inside, for the log. */
export function failureOf(request: FastifyRequest): string | undefined {
  return failures.get(request);
}

export function wantsPage({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? '').includes('text/html');
}

export function send(
  desk: DeskServer,
  route: Route,
  { principal, answer }: { readonly principal: Principal; readonly answer: Sent },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  if ('unchanged' in answer) {
    void reply.status(304).header('ETag', answer.unchanged).send();
    return;
  }
  if ('download' in answer) {
    sendDownload(answer.download, reply);
    return;
  }
  if (answer.cookies !== undefined) setCookies(reply, answer.cookies, desk.origin);
  const page = wantsPage(request);
  if ('to' in answer && (page || answer.model === undefined)) {
    void reply.redirect(answer.to, 303);
    return;
  }
  const model = mayRead(principal, route.act) ? seenBy(seerOf(principal), route.model, answer.model) : {};
  if (!page || route.page === undefined) {
    void reply.type('application/json; charset=utf-8').send(JSON.stringify(model));
    return;
  }
  const shown = { principal, now: new Date().toISOString(), origin: desk.origin };
  const html = pageOf(desk.frame, route, route.page(model, shown), shown);
  void reply
    .status(answer.problems === true ? 422 : 200)
    .type('text/html; charset=utf-8')
    .send(html);
}

/** Never shown in the page's own origin: a browser keeps it. */
function sendDownload({ name, mediaType, bytes, etag }: Download, reply: FastifyReply): void {
  if (etag !== undefined) void reply.header('ETag', etag).header('Cache-Control', 'private, no-cache');
  const ascii = name.replace(/[^A-Za-z0-9._-]/g, '_');
  void reply
    .header(
      'Content-Disposition',
      `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    )
    .header('Content-Security-Policy', "default-src 'none'; sandbox")
    .type(mediaType)
    .send(Buffer.from(bytes));
}

export function sendError(
  desk: DeskServer,
  cause: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const error = webError(cause);
  const known =
    error ?? new WebError('refused', 'The desk could not do this. Nothing was changed; try again.');
  if (error === null) failures.set(request, failureWords(cause));
  const status = error === null ? 500 : STATUS[known.code];
  void reply.status(status);
  if (wantsPage(request)) {
    // Whether somebody must sign in first does not depend on what they asked for.
    const back = request.method === 'GET' ? request.url : '/';
    void reply.type('text/html; charset=utf-8').send(errorPage(desk.frame, known, status, back));
    return;
  }
  const { code, problem, fields } = known;
  void reply
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ error: error === null ? 'failed' : code, message: problem, fields }));
}

/** Null for what nobody foresaw: whoever asks learns nothing of it. */
function webError(cause: unknown): WebError | null {
  if (cause instanceof WebError) return cause;
  if (cause instanceof StoreError && cause.code === 'destroyed') return notFound();
  // Whichever room says so: the state does not allow it, and the message says why.
  if (cause instanceof PlacedError && cause.code === 'refused') return new WebError('refused', cause.problem);
  if (cause instanceof PlacedError && (cause.code === 'too-large' || cause.code === 'too-many'))
    return new WebError('too-large', cause.problem);
  if (cause instanceof StoreError && cause.code === 'conflict') return new WebError('refused', cause.problem);
  const { statusCode } = cause as { statusCode?: number }; // of Fastify's own errors
  if (statusCode === 413) return new WebError('too-large', 'That is more than the desk takes at once.');
  if (statusCode !== undefined && statusCode < 500)
    return new WebError('invalid', 'The desk cannot read this request.');
  return null;
}

/** Words for the log: kind and place of the failure, never a value. */
function failureWords(cause: unknown): string {
  if (cause instanceof StoreError) return `${cause.code}: ${cause.problem}`;
  if (!(cause instanceof Error)) return 'no error object';
  // The message stands before the places, and may hold anything.
  const places = (cause.stack ?? '').split(cause.message).at(-1) ?? '';
  const at = /at .*?(desk\/[\w./-]+:\d+)/.exec(places)?.[1] ?? '';
  return `${cause.name} ${at}`.trim();
}
