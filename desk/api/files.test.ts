/** The files of a tree over HTTP: what stands, what is fresh, what is packed, parts of it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { fetchTo } from 'cpansec/io';
import { exampleContent, scratchTree, serving } from '../../test/served.ts';
import { acceptedCoding } from './encoding.ts';
import { readRange } from './range.ts';

const content = exampleContent();
const directory = scratchTree(content);
const api = await serving(directory);
const hex = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const get = (url: string, headers = {}, method: 'GET' | 'HEAD' = 'GET') =>
  api.inject({ method, url, headers });

const index = [...content.keys()].find((path) => path.endsWith('.index')) ?? '';
const types: [url: string, type: string, cache: string][] = [
  ['/', 'text/html; charset=utf-8', 'public, max-age=60'],
  ['/index.html', 'text/html; charset=utf-8', 'public, max-age=60'],
  ['/advisories/CPANSA-Example-Shop-2026-01/', 'text/html; charset=utf-8', 'public, max-age=60'],
  ['/manifest.json', 'application/json', 'no-cache'],
  ['/index/head.json', 'application/json', 'no-cache'],
  [`/${index}`, 'application/octet-stream', 'public, max-age=31536000, immutable'],
  ['/osv/CPAN/all.zip', 'application/zip', 'public, max-age=60'],
  ['/osv/CPAN/modified_id.csv', 'text/csv; charset=utf-8', 'public, max-age=60'],
  ['/assets/style.0a1b2c3d.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
  ['/badge/dist/Example-Shop.svg', 'image/svg+xml', 'public, max-age=60'],
  ['/empty.txt', 'text/plain; charset=utf-8', 'public, max-age=60'],
];
for (const [url, type, cache] of types) {
  test(`${url} is ${type}`, async () => {
    const answer = await get(url);
    const path = url.endsWith('/') ? `${url}index.html` : url;
    const bytes = readFileSync(directory + path);
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(answer.rawPayload, bytes);
    const { headers } = answer;
    assert.equal(headers['content-type'], type);
    assert.equal(headers['cache-control'], cache);
    assert.equal(headers.etag, `"${hex(bytes)}"`);
    assert.equal(headers['content-length'], String(bytes.length));
    assert.equal(headers['access-control-allow-origin'], type.startsWith('text/html') ? undefined : '*');

    const head = await get(url, {}, 'HEAD');
    const volatile = ['x-request-id', 'date'];
    for (const [name, value] of Object.entries(headers))
      if (!volatile.includes(name)) assert.equal(head.headers[name], value, name);
    assert.equal(head.body, '');

    const known = await get(url, { 'if-none-match': `"other", W/${headers.etag}` });
    assert.deepEqual([known.statusCode, known.body, known.headers.etag], [304, '', headers.etag]);
  });
}

test('objects stand under their digests and never change', async () => {
  for (const path of ['index.html', 'osv/CPAN/all.zip', 'empty.txt']) {
    const bytes = Buffer.from(content.get(path) ?? '');
    const digest = hex(bytes);
    const answer = await get(`/objects/${digest.slice(0, 2)}/${digest}`);
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(answer.rawPayload, bytes);
    assert.match(String(answer.headers['cache-control']), /immutable/);
  }
  for (const digest of [`00${'a'.repeat(62)}`, `ab${'a'.repeat(62)}`])
    assert.equal((await get(`/objects/00/${digest}`)).statusCode, 404);
});

test('a directory without its slash leads to it, with what was asked', async () => {
  const answer = await get('/advisories/CPANSA-Example-Shop-2026-01?a=b%2F');
  assert.equal(answer.statusCode, 301);
  assert.equal(answer.headers.location, '/advisories/CPANSA-Example-Shop-2026-01/?a=b%2F');
});

test('what is not there is answered with the page of the tree', async () => {
  const answer = await get('/nothing', { 'if-none-match': '*', range: 'bytes=0-1' });
  assert.equal(answer.statusCode, 404);
  assert.equal(answer.body, content.get('404.html'));
  assert.equal(answer.headers.etag, undefined);
  assert.match(String(answer.headers['content-security-policy']), /require-trusted-types-for 'script'/);
});

test('a tree without such a page still says so', async () => {
  const bare = exampleContent();
  bare.delete('404.html');
  const answer = await (await serving(scratchTree(bare))).inject('/nothing');
  assert.deepEqual([answer.statusCode, answer.json()], [404, { code: 5, message: 'Not Found' }]);
});

test('only what the manifest lists is served', async () => {
  for (const path of ['/objects', '/objects/', '/manifest.json.new', '/%6danifest.json/x'])
    assert.equal((await get(path)).statusCode, 404, path);
});

test('text is packed as the client takes it, under a tag of its own', async () => {
  const plain = Buffer.from(content.get('index.html') ?? '');
  for (const [accepted, coding, unpack] of [
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
  ] as const) {
    const answer = await get('/', { 'accept-encoding': accepted });
    assert.equal(answer.headers['content-encoding'], coding);
    assert.equal(answer.headers.vary, 'accept-encoding');
    assert.equal(answer.headers.etag, `"${hex(plain)}-${coding}"`);
    assert.equal(answer.headers['content-length'], String(answer.rawPayload.length));
    assert.ok(answer.rawPayload.length < plain.length / 10);
    assert.deepEqual(unpack(answer.rawPayload), plain);
    const known = await get('/', { 'accept-encoding': accepted, 'if-none-match': answer.headers.etag });
    assert.equal(known.statusCode, 304);
  }
  const archive = await get('/osv/CPAN/all.zip', { 'accept-encoding': 'br' }, 'HEAD');
  assert.equal(archive.headers['content-encoding'], undefined);
});

const codings: [header: string | undefined, coding: string][] = [
  [undefined, 'identity'],
  ['', 'identity'],
  ['identity', 'identity'],
  ['gzip', 'gzip'],
  ['br;q=0.1, gzip;q=0.9', 'br'],
  ['br;q=0, gzip', 'gzip'],
  ['*', 'br'],
  ['*;q=0', 'identity'],
  ['GZIP;Q=1', 'gzip'],
  ['br;q=nonsense', 'identity'],
  ['gzip;;;=,,,br', 'br'],
];
for (const [header, coding] of codings) {
  test(`accept-encoding ${header} takes ${coding}`, () => assert.equal(acceptedCoding(header), coding));
}

const ranges: [header: string | undefined, found: unknown][] = [
  [undefined, null],
  ['bytes=0-9', { start: 0, end: 9 }],
  ['bytes=90-', { start: 90, end: 99 }],
  ['bytes=-10', { start: 90, end: 99 }],
  ['bytes=-1000', { start: 0, end: 99 }],
  ['bytes=0-1000', { start: 0, end: 99 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=9-3', null],
  ['bytes=0-1,5-6', null],
  ['bytes=-', null],
  ['items=0-1', null],
  ['bytes=99999999999999999999-', null],
];
for (const [header, found] of ranges) {
  test(`of 100 bytes the range ${header}`, () => assert.deepEqual(readRange(header, 100), found));
}

test('parts of files, large and small', async () => {
  for (const path of ['osv/CPAN/all.zip', 'index.html']) {
    const bytes = Buffer.from(content.get(path) ?? '');
    const part = await get(`/${path}`, { range: 'bytes=100-299', 'accept-encoding': 'br' });
    assert.equal(part.statusCode, 206);
    assert.equal(part.headers['content-range'], `bytes 100-299/${bytes.length}`);
    assert.deepEqual(part.rawPayload, bytes.subarray(100, 300));
    const beyond = await get(`/${path}`, { range: `bytes=${bytes.length}-` });
    assert.deepEqual([beyond.statusCode, beyond.headers['content-range']], [416, `bytes */${bytes.length}`]);
    const other = await get(`/${path}`, { range: 'bytes=0-1', 'if-range': '"other"' });
    assert.deepEqual([other.statusCode, other.rawPayload.length], [200, bytes.length]);
    const same = await get(`/${path}`, { range: 'bytes=0-1', 'if-range': part.headers.etag });
    assert.equal(same.statusCode, 206);
  }
});

test('a download that broke off goes on where it was', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'cpansec-fetch-'));
  after(() => rmSync(scratch, { recursive: true }));
  const address = await api.listen({ port: 0, host: '127.0.0.1' });
  const url = new URL('/osv/CPAN/all.zip', address);
  const sha256 = hex(content.get('osv/CPAN/all.zip') ?? '');
  const target = join(scratch, 'all.zip');
  const stop = new AbortController();
  const options = { env: {}, limit: 1e8, sha256 };
  const first = fetchTo(url, target, { ...options, signal: stop.signal, onProgress: () => stop.abort() });
  await assert.rejects(first);
  const { size, resumedFrom } = await fetchTo(url, target, options);
  assert.equal(size, 5_000_000);
  assert.ok(resumedFrom > 0, `resumed from ${resumedFrom}`);
});
