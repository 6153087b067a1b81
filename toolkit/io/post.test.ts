import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { withoutProgram } from '../../test/peers.ts';
import { freePort } from '../../test/port.ts';
import { nodePost } from './index.ts';
import { makeAuthority, type Running, serve, serveProxy } from './testdata/servers.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-post-'));
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

/** Answers with what was sent. */
const echo: RequestListener = async (asked, answer) => {
  const chunks: Buffer[] = [];
  for await (const chunk of asked) chunks.push(chunk);
  const { 'content-length': length, 'content-type': type } = asked.headers;
  const status = asked.url === '/conflict' ? 409 : 200;
  answer
    .writeHead(status, { 'content-type': 'text/x.tlog.size' })
    .end(`${length} ${type} ${Buffer.concat(chunks)}`);
};

const options = { timeoutMs: 10_000, limit: 1000 };
const wanted = '6 text/plain; charset=utf-8 aé π';

test('text is sent, and an answer of any status is one', async () => {
  const server = await up(serve(echo));
  const post = nodePost({ env: {} });
  const at = `http://127.0.0.1:${server.port}`;
  const sent = { contentType: 'text/x.tlog.size', body: wanted };
  assert.deepEqual(await post(`${at}/add`, 'aé π', options), { status: 200, ...sent });
  assert.deepEqual(await post(`${at}/conflict`, 'aé π', options), { status: 409, ...sent });
  assert.deepEqual(server.seen, ['POST /add', 'POST /conflict']);
});

test('through a proxy, and with TLS', { skip: withoutProgram('openssl', 'version') }, async () => {
  const authority = makeAuthority(scratch);
  const [server, secure, proxy] = await Promise.all([
    up(serve(echo)),
    up(serve(echo, authority.issue('DNS:localhost'))),
    up(serveProxy()),
  ]);
  const to = `http://127.0.0.1:${proxy.port}`;
  const post = nodePost({ env: { http_proxy: to, https_proxy: to }, ca: authority.file });
  for (const url of [`http://127.0.0.1:${server.port}/add`, `https://localhost:${secure.port}/add`])
    assert.equal((await post(url, 'aé π', options)).body, wanted, url);
  assert.deepEqual(server.seen, ['POST /add']);
  assert.deepEqual(secure.seen, ['POST /add']);
  assert.deepEqual(proxy.seen, [
    `POST http://127.0.0.1:${server.port}/add`,
    `CONNECT localhost:${secure.port}`,
  ]);
  await assert.rejects(nodePost({ env: {} })(`https://localhost:${secure.port}/add`, '', options), {
    code: 'bad-certificate',
  });
});

test('an answer that does not end in time is late, however it passes the time', async () => {
  const server = await up(
    serve((asked, answer) => {
      if (asked.url === '/silent') return;
      answer.writeHead(200);
      const drip = setInterval(() => answer.write('.'), 5);
      answer.on('close', () => clearInterval(drip));
    }),
  );
  for (const path of ['/silent', '/drip'])
    await assert.rejects(
      nodePost({ env: {} })(`http://127.0.0.1:${server.port}${path}`, '', { ...options, timeoutMs: 100 }),
      {
        code: 'timeout',
        message: `127.0.0.1:${server.port} did not answer within 100 ms`,
      },
    );
});

test('what is no answer', async () => {
  const server = await up(
    serve((asked, answer) => {
      if (asked.url === '/away') answer.writeHead(307, { location: '/add' }).end();
      else if (asked.url === '/cut') answer.destroy();
      else answer.end('x'.repeat(1001));
    }),
  );
  const at = `http://127.0.0.1:${server.port}`;
  const post = nodePost({ env: {} });
  assert.equal((await post(`${at}/away`, '', options)).status, 307);
  assert.deepEqual(server.seen, ['POST /away']);
  const cases: [url: string, code: string][] = [
    [`${at}/long`, 'too-large'],
    [`${at}/cut`, 'no-connection'],
    [`http://127.0.0.1:${await freePort()}/`, 'no-connection'],
    ['/etc/passwd', 'bad-address'],
    ['ftp://example.org/', 'bad-address'],
    ['https://me:secret@example.org/', 'bad-address'],
  ];
  for (const [url, code] of cases) await assert.rejects(post(url, '', options), { code }, url);
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(nodePost({ env: {}, signal: stop.signal })(`${at}/long`, '', options), {
    code: 'no-connection',
  });
});
