/**
 * Social networks for tests: Mastodon, a data server of Bluesky and a homeserver of Matrix on loopback, each with one
 * account and its posts in memory. They remember keys as the real ones do, and fail when told to.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Before the work: a status, or a connection that is cut. After it: an answer that is lost or never comes. Or an
 * answer instead of the work.
 */
export type Fault = number | 'cut' | 'lost' | 'silent' | Reply;

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface SocialServer {
  readonly base: string;
  /** What stands there, newest last. */
  readonly posts: readonly Post[];
  /** How the next requests that post go wrong, one each. */
  readonly faults: Fault[];
  /** How the next requests of any kind go wrong, before those. */
  readonly first: Fault[];
  /** Method and target of every request that came. */
  readonly requests: string[];
  /** Time passes: keys of requests are forgotten. */
  forget(): void;
  close(): Promise<void>;
}

export interface Post {
  readonly id: string;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export const SECRET = 'test-token-of-the-desk';

interface World {
  readonly posts: Post[];
  /** Posts by the key of the request that made them. */
  readonly keys: Map<string, Post>;
}

interface Call {
  readonly world: World;
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

/** Whether the request posts, and its answer. */
type Network = (call: Call) => { readonly posts: boolean; reply(): Reply };

async function serve(network: Network): Promise<SocialServer> {
  const world: World = { posts: [], keys: new Map() };
  const [faults, first, requests]: [Fault[], Fault[], string[]] = [[], [], []];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer({ network, world, faults, first }, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    ...{ base: `http://127.0.0.1:${port}`, posts: world.posts, faults, first, requests },
    forget: () => world.keys.clear(),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Serving {
  readonly network: Network;
  readonly world: World;
  readonly faults: Fault[];
  readonly first: Fault[];
}

async function answer(
  { network, world, faults, first }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://social');
  const path = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const { method = 'GET', headers } = request;
  const call = { world, method, path, query: url.searchParams, headers, body: await bodyOf(request) };
  const { posts, reply } = network(call);
  const fault = first.shift() ?? (posts ? faults.shift() : undefined);
  if (fault === 'cut') return void response.destroy();
  const said = typeof fault === 'number' ? { status: fault } : typeof fault === 'object' ? fault : reply();
  if (fault === 'silent') return;
  if (fault === 'lost') return void response.destroy();
  const text = typeof said.body === 'string' ? said.body : JSON.stringify(said.body ?? {});
  response.writeHead(said.status, { 'content-type': 'application/json', ...said.headers });
  response.end(text);
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  return text === '' ? {} : JSON.parse(text);
}

const unauthorised: Reply = { status: 401, body: { error: 'The access token is invalid' } };

/** A new post, or the one that the key made before. */
function posted({ posts, keys }: World, key: string, make: (id: string) => Omit<Post, 'id'>): Post {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const id = String(posts.length + 1);
  const post = { id, ...make(id) };
  posts.push(post);
  keys.set(key, post);
  return post;
}

export function mastodonServer(): Promise<SocialServer> {
  return serve((call) => {
    const route = `${call.method} ${call.path.join('/')}`;
    const reply = (): Reply =>
      call.headers.authorization === `Bearer ${SECRET}` ? mastodonReply(call, route) : unauthorised;
    return { posts: route === 'POST api/v1/statuses', reply };
  });
}

function mastodonReply({ world, headers, body, query }: Call, route: string): Reply {
  if (route === 'GET api/v1/accounts/verify_credentials')
    return { status: 200, body: { id: '7', username: 'desk' } };
  if (route === 'GET api/v1/accounts/7/statuses')
    return {
      status: 200,
      body: world.posts
        .map(statusOf)
        .reverse()
        .slice(0, Number(query.get('limit'))),
    };
  if (route !== 'POST api/v1/statuses') return { status: 404, body: { error: 'Record not found' } };
  const text = String(body.status);
  if (text.length > 2000) return { status: 422, body: { error: 'Validation failed' } };
  const post = posted(world, String(headers['idempotency-key']), () => ({ text, body }));
  return { status: 200, body: statusOf(post) };
}

/** As Mastodon writes plain text: links are cut by marks. */
function statusOf({ id, text }: Post): object {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll("'", '&#39;');
  const linked = escaped.replace(/https:\/\/(\S{1,30})(\S*)/g, (url, shown: string, rest: string) => {
    const parts = `<span class="invisible">https://</span><span class="ellipsis">${shown}</span><span class="invisible">${rest}</span>`;
    return `<a href="${url}" target="_blank" rel="nofollow noopener">${parts}</a>`;
  });
  const content = `<p>${linked.replaceAll('\n\n', '</p><p>').replaceAll('\n', '<br />')}</p>`;
  return { id, url: `https://social.example.org/@desk/${id}`, content, visibility: 'public' };
}

const DID = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';

export function blueskyServer(): Promise<SocialServer> {
  return serve((call) => {
    const route = `${call.method} ${call.path.join('/')}`;
    return { posts: route.endsWith('putRecord'), reply: () => blueskyReply(call, route) };
  });
}

function blueskyReply({ world, headers, body, query }: Call, route: string): Reply {
  if (route === 'POST xrpc/com.atproto.server.createSession')
    return body.identifier === 'desk.example.org' && body.password === SECRET
      ? {
          status: 200,
          body: { accessJwt: 'a.b.c', refreshJwt: 'd.e.f', did: DID, handle: 'desk.example.org' },
        }
      : { status: 401, body: { error: 'AuthenticationRequired' } };
  if (headers.authorization !== 'Bearer a.b.c') return { status: 401, body: { error: 'AuthMissing' } };
  const rkey = String(query.get('rkey') ?? body.rkey);
  const there = world.posts.find(({ id }) => id === rkey);
  const uri = `at://${DID}/app.bsky.feed.post/${rkey}`;
  if (route === 'GET xrpc/com.atproto.repo.getRecord')
    return there === undefined
      ? { status: 400, body: { error: 'RecordNotFound', message: `Could not locate record: ${uri}` } }
      : { status: 200, body: { uri, cid: 'c', value: there.body } };
  if (route !== 'POST xrpc/com.atproto.repo.putRecord')
    return { status: 404, body: { error: 'MethodNotImplemented' } };
  if (!/^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/.test(rkey) || body.repo !== DID)
    return { status: 400, body: { error: 'InvalidRequest' } };
  if (there !== undefined) return { status: 400, body: { error: 'InvalidSwap' } };
  const record = body.record as Readonly<Record<string, unknown>>; // what the desk sent
  world.posts.push({ id: rkey, text: String(record.text), body: record });
  return { status: 200, body: { uri, cid: 'c' } };
}

const ROOM = '!security:example.org';

export function matrixServer(): Promise<SocialServer> {
  return serve((call) => {
    const route = `${call.method} ${call.path.slice(3).join('/')}`;
    const reply = (): Reply =>
      call.headers.authorization === `Bearer ${SECRET}`
        ? matrixReply(call, route)
        : { status: 401, body: { errcode: 'M_UNKNOWN_TOKEN', error: 'Unrecognised access token' } };
    return { posts: call.method === 'PUT', reply };
  });
}

function matrixReply({ world, path, body, query }: Call, route: string): Reply {
  if (route === 'GET account/whoami') return { status: 200, body: { user_id: '@desk:example.org' } };
  const others = {
    event_id: '$0',
    sender: '@other:example.org',
    type: 'm.room.message',
    content: world.posts[0]?.body,
  };
  const own = world.posts.map(({ id, body: content }) => ({
    event_id: `$${id}`,
    sender: '@desk:example.org',
    content,
  }));
  if (route === `GET rooms/${ROOM}/messages`)
    return {
      status: 200,
      body: { chunk: [others, ...own.reverse()].slice(0, Number(query.get('limit'))), start: 's' },
    };
  if (!route.startsWith(`PUT rooms/${ROOM}/send/m.room.message/`))
    return { status: 403, body: { errcode: 'M_FORBIDDEN', error: 'Not in the room' } };
  const post = posted(world, path.at(-1) ?? '', () => ({ text: String(body.body), body }));
  return { status: 200, body: { event_id: `$${post.id}` } };
}
