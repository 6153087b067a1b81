/** Real servers on loopback for the tests of the network: http, https with an authority of its own, proxies. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';

export interface Running {
  readonly port: number;
  /** Request lines that arrived, `GET /x` or `CONNECT host:port`. */
  readonly seen: string[];
  stop(): Promise<void>;
}

/** An http server, or an https one with the given key and certificate. */
export async function serve(
  listener: RequestListener,
  secure?: { key: string; cert: string },
): Promise<Running> {
  const seen: string[] = [];
  const noted: RequestListener = (asked, answer) => {
    seen.push(`${asked.method} ${asked.url}`);
    listener(asked, answer);
  };
  return running(secure === undefined ? createServer(noted) : createSecureServer(secure, noted), seen);
}

/** A proxy that tunnels and relays. `password` is what it wants as `user:password`. */
export async function serveProxy(password?: string): Promise<Running & { readonly server: Server }> {
  const seen: string[] = [];
  const wanted = password === undefined ? undefined : `Basic ${Buffer.from(password).toString('base64')}`;
  const refused = (asked: IncomingMessage): boolean =>
    wanted !== undefined && asked.headers['proxy-authorization'] !== wanted;
  const server = createServer((asked, answer) => {
    seen.push(`${asked.method} ${asked.url}`);
    if (refused(asked)) answer.writeHead(407).end();
    else relay(asked, answer);
  });
  server.on('connect', (asked: IncomingMessage, socket: Socket) => {
    seen.push(`CONNECT ${asked.url}`);
    socket.on('error', () => {});
    if (refused(asked)) socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
    else tunnel(asked.url ?? '', socket);
  });
  return { ...(await running(server, seen)), server };
}

function relay(asked: IncomingMessage, answer: ServerResponse): void {
  const { method, headers } = asked;
  const onward = request(asked.url ?? '', { method, headers, agent: false }, (found) => {
    answer.writeHead(found.statusCode ?? 502, found.headers);
    found.pipe(answer);
  });
  onward.on('error', () => answer.writeHead(502).end());
  asked.pipe(onward);
}

function tunnel(authority: string, socket: Socket): void {
  const url = new URL(`http://${authority}`);
  const onward = connect(Number(url.port || 80), url.hostname.replace(/^\[|\]$/g, ''), () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    onward.pipe(socket).pipe(onward);
  });
  onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
}

async function running(server: Server, seen: string[]): Promise<Running> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port, so that is what it is
  const stop = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { port, seen, stop };
}

export interface Authority {
  /** The file of its own certificate. */
  readonly file: string;
  /** A key and certificate for names such as `DNS:localhost,IP:127.0.0.1`. */
  issue(names: string): { key: string; cert: string };
}

/** A new certificate authority in an empty directory, by the program `openssl`. */
export function makeAuthority(directory: string): Authority {
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '30',
    '-subj',
    '/CN=test authority',
  );
  let count = 0;
  return {
    file: join(directory, 'ca.pem'),
    issue(names) {
      const leaf = `leaf${count++}`;
      writeFileSync(join(directory, `${leaf}.ext`), `subjectAltName=${names}\n`);
      openssl('req', '-new', ...key, '-keyout', `${leaf}.key`, '-out', `${leaf}.csr`, '-subj', '/CN=test');
      const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30'];
      openssl('x509', '-req', '-in', `${leaf}.csr`, ...by, '-out', `${leaf}.pem`, '-extfile', `${leaf}.ext`);
      const read = (kind: string): string => readFileSync(join(directory, `${leaf}.${kind}`), 'utf8');
      return { key: read('key'), cert: read('pem') };
    },
  };
}
