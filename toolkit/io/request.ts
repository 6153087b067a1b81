import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';
import { agentOf } from './agents.ts';
import { authorities } from './authorities.ts';
import type { Connections } from './connections.ts';
import { IoError, systemCode } from './errors.ts';
import type { Environment } from './home.ts';
import { proxyFor } from './proxy.ts';

export interface NetOptions {
  /** Where `HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE` and their like are looked up. */
  readonly env: Environment;
  /** A file of authorities, `--ca FILE`: these are trusted and no others. */
  readonly ca?: string;
  /** Milliseconds in which something must happen, else `timeout`. Default 30,000. */
  readonly timeout?: number;
  /** Ends whatever is under way. */
  readonly signal?: AbortSignal;
  /** To be used again; without, and through a proxy, each request has its own. */
  readonly connections?: Connections;
}

/** An answer whose body is still to be read, or dropped by `close`. */
export interface Answer {
  readonly url: URL;
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Throws `no-connection` when it is cut off, `timeout` when nothing comes. */
  readonly body: AsyncIterable<Uint8Array>;
  close(): void;
}

/** Milliseconds. */
const SILENCE = 30_000;

type Headers = Readonly<Record<string, string>>;

/** One GET; throws as {@link send}. */
export function get(url: URL, headers: Headers, options: NetOptions): Promise<Answer> {
  return send({ url, method: 'GET', headers, options });
}

/** One POST; throws as {@link send}. */
export function post(url: URL, body: Uint8Array, headers: Headers, options: NetOptions): Promise<Answer> {
  const length = { 'content-length': String(body.length), ...headers };
  return send({ url, method: 'POST', headers: length, options, body });
}

/**
 * One request over http or https, through the proxy that the environment names: an https address through a tunnel
 * (CONNECT, RFC 9110 section 9.3.6), an http one in absolute form (RFC 9112 section 3.2.2). Certificates are
 * always checked. Throws `no-connection`, `bad-certificate`, `bad-proxy`, `timeout`.
 */
async function send(asked: Call): Promise<Answer> {
  const { url, options } = asked;
  const proxy = proxyFor(url, options.env);
  const call: Call = {
    ...asked,
    headers: { 'user-agent': 'cpansec', 'accept-encoding': 'identity', ...asked.headers },
  };
  const secure = url.protocol === 'https:' || proxy?.protocol === 'https:';
  const security = secure ? securityOf(options) : {};
  if (url.protocol === 'http:') return proxy === null ? plain(call) : relayed(call, security, proxy);
  if (proxy === null) return direct(call, security);
  return tunnelled(call, security, await openTunnel(call, proxy, security));
}

function securityOf({ env, ca }: NetOptions): ConnectionOptions {
  const trusted = authorities(env, ca);
  return { ...(trusted === undefined ? {} : { ca: trusted }), ALPNProtocols: ['http/1.1'] };
}

interface Call {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Headers;
  readonly options: NetOptions;
  readonly body?: Uint8Array;
}

function plain(call: Call): Promise<Answer> {
  const agent = agentOf(call.options.connections, 'http');
  return answerTo(httpRequest(call.url, { ...common(call), agent }), call);
}

function direct(call: Call, security: ConnectionOptions): Promise<Answer> {
  const agent = agentOf(call.options.connections, 'https');
  return answerTo(httpsRequest(call.url, { ...common(call), ...security, agent }), call);
}

function relayed(call: Call, security: ConnectionOptions, proxy: URL): Promise<Answer> {
  const headers = { ...call.headers, host: call.url.host, ...authorization(proxy) };
  return answerTo(toProxy(proxy, { ...common(call), ...security, headers, path: call.url.href }), call);
}

function tunnelled(call: Call, security: ConnectionOptions, socket: Socket): Promise<Answer> {
  const host = call.url.hostname.replace(/^\[|\]$/g, '');
  const createConnection = (): Socket =>
    tlsConnect({ ...security, socket, host, servername: isIP(host) === 0 ? host : '' }).setTimeout(
      call.options.timeout ?? SILENCE,
    );
  // With an agent, a new one (`agent: false`) included, createConnection would not be used.
  return answerTo(httpsRequest(call.url, { ...common(call), agent: undefined, createConnection }), call);
}

function common({ method, headers, options }: Call): RequestOptions {
  const { signal, timeout = SILENCE } = options;
  return { method, headers, agent: false, timeout, ...(signal === undefined ? {} : { signal }) };
}

function toProxy(proxy: URL, options: RequestOptions): ClientRequest {
  const request = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const host = proxy.hostname.replace(/^\[|\]$/g, '');
  return request({ ...options, host, port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80) });
}

function authorization(proxy: URL): Record<string, string> {
  if (proxy.username === '' && proxy.password === '') return {};
  const pair = `${decoded(proxy.username)}:${decoded(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a `%` that stands for itself
  }
}

function openTunnel(call: Call, proxy: URL, security: ConnectionOptions): Promise<Socket> {
  const authority = `${call.url.hostname}:${call.url.port || 443}`;
  const headers = { host: authority, 'user-agent': 'cpansec', ...authorization(proxy) };
  const options = { ...common(call), ...security, method: 'CONNECT', path: authority, headers };
  const request = toProxy(proxy, options);
  return new Promise((resolve, reject) => {
    const refuse = (words: string): void => {
      reject(new IoError('bad-proxy', `proxy ${proxy.host} ${words}`));
      request.destroy();
    };
    request.once('connect', (answer, socket: Socket, head) => {
      if (answer.statusCode !== 200) refuse(`answers ${answer.statusCode} to CONNECT ${authority}`);
      else if (head.length > 0) refuse('speaks before it is spoken to');
      else resolve(socket);
    });
    request.once('response', (answer) => refuse(`answers ${answer.statusCode} to CONNECT ${authority}`));
    request.once('timeout', () => request.destroy(silence(call)));
    request.once('error', (error) => reject(netError(error, `proxy ${proxy.host}`)));
    request.end();
  });
}

function answerTo(request: ClientRequest, call: Call): Promise<Answer> {
  let late: IoError | null = null;
  request.on('timeout', () => {
    late = silence(call);
    request.destroy(late);
  });
  return new Promise((resolve, reject) => {
    request.on('error', (error) => reject(late ?? netError(error, call.url.host)));
    request.once('response', (message) => {
      const body = bodyOf(message, (error) => late ?? netError(error, call.url.host));
      const status = message.statusCode ?? 0;
      const close = (): void => {
        message.on('error', () => {});
        request.destroy();
      };
      resolve({ url: call.url, status, headers: flat(message), body, close });
    });
    request.end(call.body);
  });
}

async function* bodyOf(
  message: IncomingMessage,
  explain: (error: unknown) => IoError,
): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of message) yield chunk;
  } catch (error) {
    throw explain(error);
  }
}

function flat(message: IncomingMessage): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = Object.create(null);
  for (const [name, value] of Object.entries(message.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return headers;
}

function silence({ url, options }: Call): IoError {
  return new IoError('timeout', `${url.host} was silent for ${(options.timeout ?? SILENCE) / 1000} s`);
}

const CERTIFICATE_PROBLEM = /CERT|SIGNATURE|ISSUER|ALTNAME|SELF_SIGNED|CRL/;

function netError(error: unknown, host: string): IoError {
  if (error instanceof IoError) return error;
  const code = systemCode(error);
  if (code === 'ABORT_ERR') return new IoError('no-connection', `${host}: stopped`, {}, { cause: error });
  if (CERTIFICATE_PROBLEM.test(code)) {
    const words = `the certificate of ${host} does not stand: ${code} (--ca FILE names other authorities)`;
    return new IoError('bad-certificate', words, {}, { cause: error });
  }
  const words: Readonly<Record<string, string>> = {
    ENOTFOUND: 'no such host',
    EAI_AGAIN: 'the name cannot be looked up now',
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'the connection broke',
    ETIMEDOUT: 'no connection in time',
    ENETUNREACH: 'no way there',
    EHOSTUNREACH: 'no way there',
  };
  const why = words[code] ?? (code || String(error));
  return new IoError('no-connection', `no connection to ${host}: ${why}`, {}, { cause: error });
}
