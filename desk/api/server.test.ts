/** What the server says of itself and does for every request; its OpenAPI document. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import test from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { exampleContent, scratchTree, serving } from '../../test/served.ts';
import type { OpenApi } from './openapi.ts';

const tree = scratchTree(exampleContent());
const api = await serving(tree);

test('health says from which tree it answers', async () => {
  const answer = await api.inject('/health');
  const { status, serial, built, age, checked } = answer.json();
  assert.deepEqual([status, serial, built], ['ok', 1, '2026-11-22T06:00:00Z']);
  assert.ok(Number.isInteger(age) && checked >= 0 && checked < 60);
});

test('metrics count by route, and name nothing that was sent', async () => {
  await api.inject('/v1/vulns/something-of-mine');
  await api.inject('/something-of-mine');
  await api.inject({
    method: 'POST',
    url: '/v1/query',
    payload: { package: { name: 'something-of-mine' }, version: '1' },
  });
  const { body } = await api.inject('/metrics');
  assert.match(body, /^cpansec_api_requests_total\{route="\/v1\/vulns\/:id",status="4xx"\} 1$/m);
  assert.match(body, /^cpansec_api_requests_total\{route="\/\*",status="4xx"\} 1$/m);
  assert.match(body, /^cpansec_api_requests_total\{route="\/v1\/query",status="2xx"\} 1$/m);
  assert.match(body, /^cpansec_api_request_seconds_bucket\{le="\+Inf",route="\/\*"\} 1$/m);
  assert.match(body, /^cpansec_api_request_seconds_count\{route="\/\*"\} 1$/m);
  assert.match(body, /^cpansec_api_tree_serial 1$/m);
  assert.ok(!body.includes('something-of-mine'));
});

test('every answer has its own id and forbids what pages need not', async () => {
  const ids = new Set<unknown>();
  const query = { method: 'POST' as const, payload: { package: { name: 'Example-Shop' }, version: '1.10' } };
  const asked = ['/', '/v1/vulns/x', '/nothing', '/health', '/v1/query'].map((url) => ({ url }));
  for (const one of [...asked, { ...query, url: '/v1/query' }, { ...query, url: '/v1/querybatch' }]) {
    const { headers } = await api.inject(one);
    ids.add(headers['x-request-id']);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.match(String(headers['content-security-policy']), /^default-src 'none'.*frame-ancestors 'none'/);
  }
  assert.equal(ids.size, 7);
});

test('pages of other sites may read data and send queries, and are told so', async () => {
  const preflight = await api.inject({ method: 'OPTIONS', url: '/v1/query' });
  assert.equal(preflight.statusCode, 204);
  assert.equal(preflight.headers['access-control-allow-origin'], '*');
  assert.match(String(preflight.headers['access-control-allow-methods']), /POST/);
  assert.match(String(preflight.headers['access-control-allow-headers']), /content-type/);
  for (const url of ['/v1/vulns/CPANSA-Example-Shop-2026-01', '/v1/vulns/x', '/index/head.json', '/health'])
    assert.equal((await api.inject(url)).headers['access-control-allow-origin'], '*', url);
  assert.equal((await api.inject('/')).headers['access-control-allow-origin'], undefined);
});

test('a client above its rate waits; others and watchers do not', async () => {
  const limited = await serving(tree, { rate: { perSecond: 0.1, burst: 2 } });
  const from = async (remoteAddress: string, url = '/v1/vulns/x', headers = {}): Promise<number> =>
    (await limited.inject({ url, remoteAddress, headers })).statusCode;
  assert.deepEqual(
    [await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.1')],
    [404, 404, 429],
  );
  assert.equal(await from('192.0.2.2'), 404);
  assert.equal(await from('192.0.2.1', '/health'), 200);
  assert.equal(await from('192.0.2.1', '/v1/vulns/x', { 'x-forwarded-for': '192.0.2.99' }), 429);
  const refused = await limited.inject({ url: '/', remoteAddress: '192.0.2.1' });
  assert.deepEqual(refused.json(), { code: 8, message: 'too many requests' });
  assert.match(String(refused.headers['retry-after']), /^(?:[1-9]|10)$/);
});

test('who is behind as many proxies as were told of counts for itself', async () => {
  const limited = await serving(tree, { rate: { perSecond: 0.1, burst: 1 }, proxies: 1 });
  const from = async (forwarded: string): Promise<number> =>
    (await limited.inject({ url: '/v1/vulns/x', headers: { 'x-forwarded-for': forwarded } })).statusCode;
  assert.deepEqual([await from('192.0.2.1'), await from('192.0.2.2')], [404, 404]);
  // What a client writes before what the proxy adds is not believed.
  assert.deepEqual([await from('192.0.2.3, 192.0.2.1'), await from('192.0.2.4, 192.0.2.1')], [429, 429]);
});

test('a large body waits its turn: two of the largest and a half fit', async () => {
  const busy = await serving(tree);
  const port = Number(new URL(await busy.listen({ port: 0, host: '127.0.0.1' })).port);
  const headers = { 'content-type': 'application/json', 'content-length': String(32 * 1024 * 1024) };
  const start = (): ReturnType<typeof request> => {
    const sent = request({ port, host: '127.0.0.1', method: 'POST', path: '/v1/query', headers });
    sent.on('error', () => {});
    sent.write('{');
    return sent;
  };
  const first = [start(), start(), start()];
  await new Promise((resolve) => setTimeout(resolve, 100));
  const fourth = start();
  const status = await new Promise((resolve) =>
    fourth.on('response', ({ statusCode }) => resolve(statusCode)),
  );
  assert.equal(status, 503);
  for (const sent of [...first, fourth]) sent.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const small = await busy.inject({ method: 'POST', url: '/v1/query', payload: {} });
  assert.equal(small.statusCode, 400);
});

test('a server that stops ends what it is answering', async () => {
  const stopping = await serving(tree);
  const port = Number(new URL(await stopping.listen({ port: 0, host: '127.0.0.1' })).port);
  const sent = request({ port, host: '127.0.0.1', path: '/osv/CPAN/all.zip' }).end();
  const length = await new Promise((resolve) =>
    sent.on('response', async (answer) => {
      const closing = stopping.close();
      let sum = 0;
      for await (const piece of answer) sum += piece.length;
      await closing;
      resolve(sum);
    }),
  );
  assert.equal(length, 5_000_000);
});

const document: OpenApi = (await api.inject('/openapi.json')).json();
const ajv = new Ajv.default({ strict: false });
addFormats.default(ajv);

interface Sample {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly url?: string;
  readonly payload?: object;
  readonly status: number;
}

const query = { package: { purl: 'pkg:cpan/Example-Shop@1.4' } };
const samples: readonly Sample[] = [
  { path: '/v1/query', method: 'POST', payload: query, status: 200 },
  { path: '/v1/query', method: 'POST', payload: {}, status: 400 },
  { path: '/v1/querybatch', method: 'POST', payload: { queries: [query, query] }, status: 200 },
  { path: '/v1/querybatch', method: 'POST', payload: { queries: [{}] }, status: 400 },
  { path: '/v1/vulns/{id}', method: 'GET', url: '/v1/vulns/CPANSA-Example-Shop-2026-01', status: 200 },
  { path: '/v1/vulns/{id}', method: 'GET', url: '/v1/vulns/x', status: 404 },
  { path: '/health', method: 'GET', status: 200 },
  { path: '/metrics', method: 'GET', status: 200 },
];

test('the OpenAPI document has each route and nothing else', () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(
    operations.toSorted(),
    [...new Set(samples.map(({ method, path }) => `${method} ${path}`))].toSorted(),
  );
  assert.equal(document.openapi, '3.1.0');
});

for (const { path, method, url = path, payload, status } of samples) {
  test(`${method} ${url} answers ${status} as the document says`, async () => {
    const operation = document.paths[path]?.[method.toLowerCase()];
    const answer = await api.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
    assert.equal(answer.statusCode, status);
    const said = operation?.responses[String(status)] ?? operation?.responses[`${String(status)[0]}XX`];
    const type = String(answer.headers['content-type']).split(';')[0] ?? '';
    const schema = said?.content?.[type]?.schema;
    assert.ok(schema, `${status} ${type} is not in the document`);
    const value = type === 'application/json' ? answer.json() : answer.body;
    assert.ok(ajv.validate(schema, value), ajv.errorsText());
    if (payload !== undefined && status === 200) {
      const body = operation?.requestBody?.content['application/json']?.schema ?? false;
      assert.ok(ajv.validate(body, payload), ajv.errorsText());
    }
  });
}
