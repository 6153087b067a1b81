import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { withoutProgram } from '../../test/peers.ts';
import { authorities } from './authorities.ts';
import { type DownloadOptions, fetchTo } from './download.ts';
import { fetchBelow, httpDigest, httpGet, parseAddress } from './fetch.ts';
import { makeAuthority, type Running, serve, serveProxy } from './testdata/servers.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-net-'));
const stops: (() => Promise<void>)[] = [];
after(async () => {
  for (const stop of stops) await stop();
  rmSync(scratch, { recursive: true });
});

async function up<T extends Running>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  stops.push(() => server.stop());
  return server;
}

const env = {};
const limit = 1000;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const hello: RequestListener = (_, answer) => answer.end('hello');
const http = (server: Running, path = '/'): URL => new URL(`http://127.0.0.1:${server.port}${path}`);
const https = (server: Running, path = '/'): URL => new URL(`https://localhost:${server.port}${path}`);

const addresses: [typed: string, found: string | RegExp][] = [
  ['https://example.org/index', 'https://example.org/index'],
  ['/srv/public tree/', 'file:///srv/public%20tree/'],
  ['file:///srv/x', 'file:///srv/x'],
  ['ftp://example.org/', /is no http, https or file address/],
  ['https://', /is no http, https or file address/],
  ['https://me:secret@example.org/', /^the address of example\.org holds a user name or password$/],
];
for (const [typed, found] of addresses) {
  test(`the address ${typed}`, () => {
    if (typeof found === 'string') assert.equal(parseAddress(typed).href, found);
    else assert.throws(() => parseAddress(typed), { code: 'bad-address', message: found });
  });
}

test('http, and files as a server would answer', async () => {
  const server = await up(serve(hello));
  assert.equal(text(await httpGet(http(server), { env, limit })), 'hello');
  const digest = createHash('sha256').update('hello').digest('hex');
  assert.equal(await httpDigest(http(server), { env, limit }), digest);
  const path = join(scratch, 'head.json');
  writeFileSync(path, '{}');
  assert.equal(text(await httpGet(pathToFileURL(path), { env, limit })), '{}');
  await assert.rejects(httpGet(pathToFileURL(`${path}x`), { env, limit }), { code: 'not-found' });
});

test('answers that are none', async () => {
  const server = await up(
    serve((asked, answer) => {
      const [, path = ''] = (asked.url ?? '').split('/');
      if (path === 'long') answer.end('x'.repeat(2000));
      else if (path === 'endless') setInterval(() => answer.write('x'.repeat(100)), 1).unref();
      else if (path === 'gzip') answer.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
      else if (path === 'cut') {
        answer.writeHead(200, { 'content-length': 100 }).write('x');
        setTimeout(() => answer.destroy(), 10);
      } else answer.writeHead(Number(path)).end();
    }),
  );
  const cases: [path: string, code: string, message: RegExp][] = [
    ['/404', 'not-found', /answers 404/],
    ['/410', 'not-found', /answers 410/],
    ['/500', 'bad-answer', /answers 500/],
    ['/204', 'bad-answer', /answers 204/],
    ['/206', 'bad-answer', /answers 206/],
    ['/long', 'too-large', /more than 1000 bytes/],
    ['/endless', 'too-large', /more than 1000 bytes/],
    ['/gzip', 'bad-answer', /in encoding "gzip"/],
    ['/cut', 'no-connection', /the connection broke/],
  ];
  for (const [path, code, message] of cases)
    for (const take of [httpGet, httpDigest])
      await assert.rejects(take(http(server, path), { env, limit }), { code, message }, path);
});

test('a digest is of no answer that does not say how long it is', async () => {
  const server = await up(serve((_, answer) => answer.socket?.end('HTTP/1.1 200 OK\r\n\r\nhel')));
  assert.equal(text(await httpGet(http(server), { env, limit })), 'hel');
  const message = /does not say how long its answer is$/;
  await assert.rejects(httpDigest(http(server), { env, limit }), { code: 'bad-answer', message });
});

test('who is asked too often is waited for, as long as there is patience', async () => {
  let asked = 0;
  const server = await up(
    serve(({ url }, answer) => {
      asked++;
      const [status = 200, after = ''] = (url ?? '').slice(1).split('/');
      if (asked > 1) answer.end('text');
      else answer.writeHead(Number(status), after === '' ? {} : { 'retry-after': after }).end();
    }),
  );
  const cases: [path: string, patience: number | undefined, asks: number][] = [
    ['429/1', 1000, 2],
    ['503/0', 1000, 2],
    ['429/1', undefined, 1],
    ['429/2', 1999, 1],
    ['429/Wed, 21 Oct 2026 07:28:00 GMT', 10_000, 1],
    ['429', 10_000, 1],
    ['500/1', 10_000, 1],
  ];
  for (const [path, patience, asks] of cases) {
    asked = 0;
    const options = { env, limit, ...(patience === undefined ? {} : { patience }) };
    const answer = httpGet(http(server, `/${encodeURI(path)}`), options);
    if (asks === 2) assert.equal(text(await answer), 'text');
    else await assert.rejects(answer, { code: 'bad-answer' }, path);
    assert.equal(asked, asks, path);
  }
});

test('what is packed is unpacked where that is wanted, and is bounded then', async () => {
  const bytes = gzipSync('text'.repeat(1000));
  const asked: (string | undefined)[] = [];
  const server = await up(
    serve(({ url, headers }, answer) => {
      asked.push(headers['accept-encoding']);
      const body = url === '/cut' ? bytes.subarray(0, 20) : url === '/no' ? 'no gzip at all' : bytes;
      answer.writeHead(200, { 'content-encoding': url === '/br' ? 'br' : 'gzip' }).end(body);
    }),
  );
  const gzip = true;
  const read = fetchBelow(http(server), { env, gzip });
  assert.equal(text((await read('text', 4000)) ?? new Uint8Array(0)), 'text'.repeat(1000));
  assert.deepEqual(asked, ['gzip']);
  await assert.rejects(read('text', 3999), { code: 'too-large' });
  await assert.rejects(read('cut', 4000), { code: 'bad-archive', message: /cut short/ });
  await assert.rejects(read('no', 4000), { code: 'bad-archive', message: /damaged/ });
  await assert.rejects(read('br', 4000), { code: 'bad-answer', message: /in encoding "br"/ });
});

test('what stands below an address is read by path, and null where nothing stands', async () => {
  const ca = join(scratch, 'no-authorities');
  const server = await up(
    serve((asked, answer) => {
      const status = { '/sub/a/b': 200, '/sub/broken': 500 }[asked.url ?? ''] ?? 404;
      answer.writeHead(status).end('text');
    }),
  );
  const read = fetchBelow(http(server, '/sub/'), { env });
  assert.equal(text((await read('a/b', 4)) ?? new Uint8Array(0)), 'text');
  assert.equal(await read('a', 4), null);
  await assert.rejects(read('a/b', 3), { code: 'too-large' });
  await assert.rejects(read('broken', 4), { code: 'bad-answer' });
  // What is missing on this side is not the other side's.
  await assert.rejects(fetchBelow(new URL('https://127.0.0.1:1/'), { env, ca })('a', 4), {
    code: 'bad-authorities',
  });

  const below = fetchBelow(parseAddress(`${scratch}/`), { env });
  writeFileSync(join(scratch, 'below'), 'text');
  assert.equal(text((await below('below', 4)) ?? new Uint8Array(0)), 'text');
  assert.equal(await below('none/below', 4), null);
});

test('silence ends, before an answer and within one', async () => {
  const server = await up(
    serve((asked, answer) => {
      if (asked.url === '/body') answer.writeHead(200).write('x');
    }),
  );
  for (const path of ['/', '/body'])
    await assert.rejects(httpGet(http(server, path), { env, limit, timeout: 50 }), {
      code: 'timeout',
      message: /was silent for 0\.05 s/,
    });
  const signal = AbortSignal.timeout(20);
  await assert.rejects(httpGet(http(server), { env, limit, signal }), {
    code: 'no-connection',
    message: /stopped/,
  });
});

test('no server, no host', async () => {
  const server = await serve(hello);
  await server.stop();
  await assert.rejects(httpGet(http(server), { env, limit }), { code: 'no-connection', message: /refused/ });
  await assert.rejects(httpGet(new URL('http://no-such-host.invalid/'), { env, limit }), {
    code: 'no-connection',
  });
});

test('redirects are followed to an end, never to a file', async () => {
  const server = await up(
    serve((asked, answer) => {
      const [, , to] = /^\/(to|n)\/?(.*)$/.exec(asked.url ?? '') ?? [];
      if (asked.url === '/end') answer.end('end');
      else if (asked.url?.startsWith('/n')) answer.writeHead(302, { location: `/n/${Number(to) + 1}` }).end();
      else answer.writeHead(301, { location: decodeURIComponent(to ?? '') }).end();
    }),
  );
  const to = (location: string): URL => http(server, `/to/${encodeURIComponent(location)}`);
  assert.equal(text(await httpGet(to('/end'), { env, limit })), 'end');
  assert.equal(text(await httpGet(to(http(server, '/end').href), { env, limit })), 'end');
  const cases: [url: URL, message: RegExp][] = [
    [http(server, '/n/0'), /redirects more than 5 times/],
    [to('file:///etc/passwd'), /redirects from http: to "file:/],
    [to('https://'), /which is no address/],
    [to(''), /which is no address/],
  ];
  for (const [url, message] of cases)
    await assert.rejects(httpGet(url, { env, limit }), { code: 'bad-redirect', message });
  assert.equal(server.seen.filter((line) => line.startsWith('GET /n')).length, 6);
});

test('http goes through a proxy in absolute form, but for NO_PROXY', async () => {
  const server = await up(serve(hello));
  const proxy = await up(serveProxy());
  const HTTP_PROXY = `http://127.0.0.1:${proxy.port}`;
  assert.equal(text(await httpGet(http(server, '/a'), { env: { HTTP_PROXY }, limit })), 'hello');
  assert.deepEqual(proxy.seen, [`GET ${http(server, '/a')}`]);
  assert.equal(
    text(await httpGet(http(server), { env: { HTTP_PROXY, NO_PROXY: '127.0.0.0/8' }, limit })),
    'hello',
  );
  assert.equal(proxy.seen.length, 1);
});

test('a file of authorities must hold certificates', () => {
  const path = join(scratch, 'no.pem');
  writeFileSync(path, 'nothing');
  assert.throws(() => authorities({ SSL_CERT_FILE: path }), {
    code: 'bad-authorities',
    message: /no PEM certificate/,
  });
  writeFileSync(path, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  assert.throws(() => authorities({}, path), {
    code: 'bad-authorities',
    message: /certificate 1 cannot be read/,
  });
  assert.throws(() => authorities({}, join(scratch, 'none')), { code: 'bad-authorities' });
  assert.equal(authorities({ SSL_CERT_FILE: '' }), undefined);
});

test('https', { skip: withoutProgram('openssl', 'version') }, async (t) => {
  const authority = makeAuthority(mkdtempSync(join(scratch, 'ca-')));
  const other = makeAuthority(mkdtempSync(join(scratch, 'ca-')));
  const local = authority.issue('DNS:localhost,IP:127.0.0.1');
  const redirecting: RequestListener = (asked, answer) => {
    if (asked.url === '/down') answer.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    else if (asked.url === '/on') answer.writeHead(302, { location: '/' }).end();
    else answer.end('hello');
  };
  const server = await up(serve(redirecting, local));
  const elsewhere = await up(serve(hello, authority.issue('DNS:elsewhere.example')));
  const trusting = { SSL_CERT_FILE: authority.file };

  await t.test('is trusted by SSL_CERT_FILE or --ca', async () => {
    assert.equal(text(await httpGet(https(server), { env: trusting, limit })), 'hello');
    assert.equal(text(await httpGet(https(server, '/on'), { env: trusting, limit })), 'hello');
    assert.equal(text(await httpGet(https(server), { env, ca: authority.file, limit })), 'hello');
    const byAddress = new URL(`https://127.0.0.1:${server.port}/`);
    assert.equal(text(await httpGet(byAddress, { env: trusting, limit })), 'hello');
  });

  await t.test('is refused from an unknown authority or for another name', async () => {
    const cases: [url: URL, options: { env: Record<string, string>; ca?: string }][] = [
      [https(server), { env }],
      [https(server), { env: { SSL_CERT_FILE: other.file } }],
      [https(server), { env: trusting, ca: other.file }],
      [https(elsewhere), { env: trusting }],
    ];
    for (const [url, options] of cases)
      await assert.rejects(httpGet(url, { ...options, limit }), { code: 'bad-certificate' });
    await assert.rejects(
      httpGet(https(elsewhere), { env: trusting, limit }),
      /--ca FILE names other authorities/,
    );
    assert.deepEqual(elsewhere.seen, []);
  });

  await t.test('never leads to http', async () => {
    await assert.rejects(httpGet(https(server, '/down'), { env: trusting, limit }), {
      code: 'bad-redirect',
      message: /redirects from https: to "http:/,
    });
  });

  await t.test('goes through the tunnel of a proxy, which sees no address', async () => {
    const proxy = await up(serveProxy());
    const through = { ...trusting, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    assert.equal(text(await httpGet(https(server, '/secret-path'), { env: through, limit })), 'hello');
    assert.deepEqual(proxy.seen, [`CONNECT localhost:${server.port}`]);
    await assert.rejects(httpGet(https(elsewhere), { env: through, limit }), { code: 'bad-certificate' });
    const past = { ...through, NO_PROXY: 'localhost' };
    assert.equal(text(await httpGet(https(server), { env: past, limit })), 'hello');
    assert.equal(proxy.seen.length, 2);
  });

  await t.test('goes through a proxy that wants a password', async () => {
    const proxy = await up(serveProxy('me:p@ss'));
    const at = (user: string): Record<string, string> => ({
      ...trusting,
      HTTPS_PROXY: `http://${user}127.0.0.1:${proxy.port}`,
    });
    assert.equal(text(await httpGet(https(server), { env: at('me:p%40ss@'), limit })), 'hello');
    for (const user of ['', 'me:wrong@'])
      await assert.rejects(
        httpGet(https(server), { env: at(user), limit }),
        (error: Error) =>
          /answers 407 to CONNECT localhost/.test(error.message) && !error.message.includes('wrong'),
      );
  });

  await t.test('goes through a proxy that is itself https', async () => {
    const plain = await up(serveProxy());
    const secure = await up(serve(() => {}, local));
    const server2 = await up(secureProxyTo(plain.port, local));
    const through = { ...trusting, HTTPS_PROXY: `https://localhost:${server2.port}` };
    assert.equal(text(await httpGet(https(server), { env: through, limit })), 'hello');
    assert.deepEqual(secure.seen, []);
  });

  await t.test('ends when the proxy is silent, gone, or no proxy', async () => {
    const silent = await up(silentServer());
    const gone = await serve(hello);
    await gone.stop();
    const web = await up(serve(hello));
    const cases: [port: number, code: string][] = [
      [silent.port, 'timeout'],
      [gone.port, 'no-connection'],
      [web.port, 'no-connection'],
    ];
    for (const [port, code] of cases) {
      const through = { ...trusting, HTTPS_PROXY: `127.0.0.1:${port}` };
      const timeout = code === 'timeout' ? 100 : 30_000;
      await assert.rejects(httpGet(https(server), { env: through, limit, timeout }), { code });
    }
  });

  await t.test('ends when what is behind the tunnel is silent', async () => {
    const proxy = await up(serveProxy());
    const silent = await up(silentServer());
    const through = { ...trusting, HTTPS_PROXY: `127.0.0.1:${proxy.port}` };
    await assert.rejects(httpGet(https(silent), { env: through, limit, timeout: 100 }), { code: 'timeout' });
    await assert.rejects(httpGet(https(silent), { env: trusting, limit, timeout: 100 }), { code: 'timeout' });
  });
});

/** A TLS front before a plain proxy. */
async function secureProxyTo(port: number, secure: { key: string; cert: string }): Promise<Running> {
  const { createServer: createTls } = await import('node:tls');
  const { connect } = await import('node:net');
  return listening(
    createTls(secure, (socket) => {
      const onward = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      onward.on('error', () => {});
      socket.pipe(onward).pipe(socket);
    }),
  );
}

function silentServer(): Promise<Running> {
  return listening(createServer(() => {}));
}

async function listening(server: ReturnType<typeof createServer>): Promise<Running> {
  const sockets: { destroy(): void }[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const stop = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { port, seen: [], stop };
}

const content = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) >> 3);
const sha256 = createHash('sha256').update(content).digest('hex');

interface Shelf {
  /** Bytes after which connections break, one for each request; none means whole. */
  readonly cuts?: number[];
  readonly headers?: Record<string, string>;
  readonly bytes?: Uint8Array;
  readonly ranges?: boolean;
}

/** A file server with ranges, whose connections break where it is told. */
function fileServer({
  cuts = [],
  headers = { etag: '"v1"' },
  bytes = content,
  ranges = true,
}: Shelf): RequestListener {
  return (asked, answer) => {
    const range = /^bytes=(\d+)-$/.exec(asked.headers.range ?? '');
    const same = [headers.etag, headers['last-modified']].includes(String(asked.headers['if-range']));
    const from = range !== null && ranges && same ? Number(range[1]) : 0;
    if (from >= bytes.length) return void answer.writeHead(416).end();
    const part = bytes.subarray(from);
    const shown = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    answer.writeHead(from > 0 ? 206 : 200, {
      ...headers,
      'content-length': part.length,
      ...(from > 0 ? shown : {}),
    });
    const cut = cuts.shift();
    if (cut === undefined) answer.end(part);
    else answer.write(part.subarray(0, cut), () => setTimeout(() => answer.destroy(), 20));
  };
}

let downloads = 0;
function place(): { directory: string; path: string } {
  const directory = mkdtempSync(join(scratch, `download${downloads++}-`));
  return { directory, path: join(directory, 'index') };
}
const wanted: DownloadOptions = { env, limit: 1 << 20, sha256, size: content.length };

test('a download appears whole', async () => {
  const server = await up(serve(fileServer({})));
  const { directory, path } = place();
  const steps: [number, number | null][] = [];
  const onProgress = (done: number, total: number | null): void => void steps.push([done, total]);
  const found = await fetchTo(http(server), path, { ...wanted, onProgress });
  assert.deepEqual(found, { size: content.length, resumedFrom: 0 });
  assert.deepEqual(new Uint8Array(readFileSync(path)), content);
  assert.deepEqual(readdirSync(directory), ['index']);
  assert.deepEqual(steps.at(-1), [content.length, content.length]);
});

test('a download from a file', async () => {
  const source = join(scratch, 'source');
  writeFileSync(source, content);
  const { path } = place();
  await fetchTo(pathToFileURL(source), path, wanted);
  assert.deepEqual(new Uint8Array(readFileSync(path)), content);
});

test('a connection that breaks is taken up where it broke', async () => {
  const names: Record<string, string>[] = [
    { etag: '"v1"' },
    { 'last-modified': 'Wed, 21 Oct 2026 07:28:00 GMT' },
  ];
  for (const headers of names) {
    const server = await up(serve(fileServer({ cuts: [30_000, 50_000], headers })));
    const { path } = place();
    await fetchTo(http(server), path, wanted);
    assert.deepEqual(new Uint8Array(readFileSync(path)), content);
    assert.equal(server.seen.length, 3);
  }
});

test('a later call goes on from what an earlier one left', async () => {
  const broken = await up(serve(fileServer({ cuts: [30_000, 0] })));
  const { directory, path } = place();
  await assert.rejects(fetchTo(http(broken), path, wanted), { code: 'no-connection' });
  assert.deepEqual(readdirSync(directory), ['index.part', 'index.part.note']);
  const found = await fetchTo(http(broken), path, wanted);
  assert.deepEqual(found, { size: content.length, resumedFrom: 30_000 });
  assert.deepEqual(readdirSync(directory), ['index']);
});

test('what another address or version left is not gone on with', async () => {
  const first = await up(serve(fileServer({ cuts: [30_000, 0] })));
  const second = await up(serve(fileServer({})));
  const { path } = place();
  await assert.rejects(fetchTo(http(first), path, wanted));
  assert.equal((await fetchTo(http(second), path, wanted)).resumedFrom, 0);

  const newer = content.map((byte) => byte ^ 1);
  const headers = { etag: '"v1"' };
  const server = await up(serve((asked, answer) => listener(asked, answer)));
  let listener = fileServer({ cuts: [30_000, 0], headers });
  const { path: other } = place();
  await assert.rejects(fetchTo(http(server), other, wanted));
  listener = fileServer({ headers: { etag: '"v2"' }, bytes: newer });
  const digest = createHash('sha256').update(newer).digest('hex');
  await fetchTo(http(server), other, { ...wanted, sha256: digest });
  assert.deepEqual(new Uint8Array(readFileSync(other)), newer);
});

test('a part that was damaged meanwhile is fetched anew', async () => {
  const server = await up(serve(fileServer({ cuts: [30_000, 0] })));
  const { path } = place();
  await assert.rejects(fetchTo(http(server), path, wanted));
  for (const damage of [content.subarray(1, 30_001), content.map(() => 0), new Uint8Array(200_000)]) {
    writeFileSync(`${path}.part`, damage);
    if (!existsSync(`${path}.part.note`)) writeFileSync(`${path}.part.note`, `${http(server)}\n"v1"\n`);
    await fetchTo(http(server), path, wanted);
    assert.deepEqual(new Uint8Array(readFileSync(path)), content);
  }
});

test('servers without ranges, or without a name for the version', async () => {
  const noRanges = await up(serve(fileServer({ cuts: [30_000, 0], ranges: false })));
  const { path } = place();
  await assert.rejects(fetchTo(http(noRanges), path, wanted));
  await fetchTo(http(noRanges), path, wanted);
  assert.deepEqual(new Uint8Array(readFileSync(path)), content);
  const noName = await up(serve(fileServer({ cuts: [30_000], headers: { etag: 'W/"weak"' } })));
  const { path: other } = place();
  await assert.rejects(fetchTo(http(noName), other, wanted), { code: 'no-connection' });
  assert.equal((await fetchTo(http(noName), other, wanted)).resumedFrom, 0);
});

test('what is not what was promised is not kept', async () => {
  const server = await up(serve(fileServer({})));
  const { directory, path } = place();
  const cases: [options: Partial<DownloadOptions>, code: string][] = [
    [{ sha256: '0'.repeat(64) }, 'digest-mismatch'],
    [{ size: 5 }, 'digest-mismatch'],
    [{ limit: 99_999 }, 'too-large'],
  ];
  for (const [options, code] of cases) {
    writeFileSync(path, 'old');
    await assert.rejects(fetchTo(http(server), path, { ...wanted, ...options }), { code });
    assert.equal(readFileSync(path, 'utf8'), 'old');
  }
  assert.ok(!readdirSync(directory).includes('index.part'));
});

test('a range that was not asked for is no answer', async () => {
  const server = await up(
    serve((_, answer) =>
      answer.writeHead(206, { 'content-range': 'bytes 5-9/10', etag: '"x"' }).end('56789'),
    ),
  );
  await assert.rejects(fetchTo(http(server), place().path, wanted), { code: 'bad-answer' });
});
