/** The log that stands beside a tree: what is given out of it, as what, and what is not. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { exampleContent, scratchTree, serving } from '../../test/served.ts';
import { logFileOf } from './log-paths.ts';

const TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';
const STAYS = 'public, max-age=31536000, immutable';
const MINUTE = 'public, max-age=60';
const bundle = Buffer.from('\x00\x18cpan-log/v1 release\nabc\n'.repeat(256), 'latin1');

const files: [path: string, bytes: Buffer, type: string, cache: string, coding: string][] = [
  ['checkpoint', Buffer.from('example.org/log\n1\nAA==\n'), TEXT, 'no-cache', 'identity'],
  ['policy', Buffer.from('quorum none\n'), TEXT, MINUTE, 'identity'],
  ['tile/0/x001/x234/067', Buffer.alloc(8192, 7), BYTES, STAYS, 'identity'],
  ['tile/0/000.p/255', Buffer.alloc(255 * 32, 7), BYTES, STAYS, 'identity'],
  ['tile/63/000', Buffer.alloc(8192, 7), BYTES, STAYS, 'identity'],
  ['tile/entries/000', bundle, BYTES, STAYS, 'gzip'],
  ['tile/entries/001.p/1', bundle.subarray(0, 26), BYTES, STAYS, 'identity'],
  [
    'lookup/0af.json',
    Buffer.from(JSON.stringify({ a: Array(900).fill(1) })),
    'application/json',
    MINUTE,
    'gzip',
  ],
  [
    'proof/path/authors/id/A/AB/ABC/Foo-1.0_01.tar.gz.tlog-proof',
    Buffer.alloc(2000, 65),
    TEXT,
    MINUTE,
    'gzip',
  ],
  [
    'proof/advisory/CPANSA-Foo-2026-01/3.tlog-proof',
    Buffer.from('c2sp.org/tlog-proof@v1\n'),
    TEXT,
    MINUTE,
    'identity',
  ],
];
const directory = scratchTree(exampleContent());
const secrets = ['staging/12', 'lock', 'tile/0/000.p/256', 'lookup/0af.json.new', 'proof/path/.x.tlog-proof'];
for (const path of [...files.map(([name]) => name), ...secrets]) put(path, bytesOf(path));

const near = await serving(directory);
const far = await serving(await near.listen({ port: 0, host: '127.0.0.1' }));
const elsewhere = await serving(directory, {
  tree: async (path) => readOr(path, near),
});

function bytesOf(path: string): Buffer {
  return files.find(([name]) => name === path)?.[1] ?? Buffer.from('secret');
}

function put(path: string, bytes: Buffer): void {
  const file = join(directory, 'log', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

async function readOr(path: string, api: typeof near): Promise<Uint8Array | null> {
  const answer = await api.inject(`/${path}`);
  return answer.statusCode === 200 ? answer.rawPayload : null;
}

for (const [where, api] of [
  ['a directory', near],
  ['an address', far],
  ['what reads from elsewhere', elsewhere],
] as const) {
  for (const [path, bytes, type, cache, coding] of files) {
    test(`${where} gives log/${path}`, async () => {
      const answer = await api.inject({ url: `/log/${path}`, headers: { 'accept-encoding': 'gzip' } });
      assert.equal(answer.statusCode, 200);
      assert.equal(answer.headers['content-type'], type);
      assert.equal(answer.headers['cache-control'], cache);
      assert.equal(answer.headers['content-encoding'] ?? 'identity', coding);
      assert.equal(answer.headers['access-control-allow-origin'], '*');
      assert.deepEqual(coding === 'gzip' ? gunzipSync(answer.rawPayload) : answer.rawPayload, bytes);
      const plain = await api.inject({ url: `/log/${path}` });
      assert.deepEqual([plain.rawPayload, plain.headers['content-encoding']], [bytes, undefined]);
      const known = await api.inject({
        url: `/log/${path}`,
        headers: { 'if-none-match': plain.headers.etag },
      });
      assert.deepEqual([known.statusCode, known.body], [304, '']);
      const head = await api.inject({ method: 'HEAD', url: `/log/${path}` });
      assert.deepEqual([head.headers['content-length'], head.body], [String(bytes.length), '']);
    });
  }

  test(`${where} gives nothing else below log/`, async () => {
    for (const path of [...secrets, '', 'tile', 'tile/0/000.p/254', 'proof/path/none.tlog-proof']) {
      const answer = await api.inject(`/log/${path}`);
      assert.deepEqual([answer.statusCode, answer.json()], [404, { code: 5, message: 'Not Found' }], path);
      assert.equal(answer.headers['cache-control'], 'no-store');
    }
  });
}

test('a bundle is packed as the client takes it', async () => {
  const answer = await near.inject({
    url: '/log/tile/entries/000',
    headers: { 'accept-encoding': 'br, gzip' },
  });
  assert.deepEqual([answer.headers['content-encoding'], answer.headers.vary], ['br', 'accept-encoding']);
  assert.deepEqual(brotliDecompressSync(answer.rawPayload), bundle);
});

test('a checkpoint is replaced within a second or two; a tile that was given stays', async () => {
  const next = Buffer.from('example.org/log\n2\nAQ==\n');
  await near.inject('/log/tile/63/000');
  put('checkpoint', next);
  rmSync(join(directory, 'log/tile/63/000'));
  for (let i = 0; i < 100 && (await near.inject('/log/checkpoint')).body !== next.toString(); i++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await near.inject('/log/checkpoint')).body, next.toString());
  assert.equal((await near.inject('/log/tile/63/000')).statusCode, 200);
});

test('a file over its bound is our fault, and tells nobody what it is', async () => {
  put('tile/1/000', Buffer.alloc(8193));
  const answer = await near.inject('/log/tile/1/000');
  assert.deepEqual([answer.statusCode, answer.json()], [500, { code: 13, message: 'internal error' }]);
});

const paths: [path: string, limit: number | null][] = [
  ['log/checkpoint', 1_000_000],
  ['log/tile/0/000', 8192],
  ['log/tile/entries/x001/000', 16_777_472],
  ['log/tile/entries/x001/000.p/17', 16_777_472],
  ['log/lookup/fff.json', 8_388_608],
  ['log/proof/manifest/12.tlog-proof', 1_200_000],
  ['checkpoint', null],
  ['log/checkpoint\n', null],
  ['log/tile/0/000\n', null],
  ['log/tile/data/000', null],
  ['log/tile/8/0/000', null],
  ['log/tile/0/000.p/', null],
  ['log/lookup/fff.json\n', null],
  ['log/proof/manifest/../12.tlog-proof', null],
  ['log/proof/manifest//12.tlog-proof', null],
  ['log/proof/manifest/a\\12.tlog-proof', null],
  ['log/proof/manifest/\u00e9.tlog-proof', null],
  ['log/proof/.tlog-proof', null],
];
for (const [path, limit] of paths) {
  test(`${JSON.stringify(path)} is ${limit === null ? 'nothing' : 'given'}`, () =>
    assert.equal(logFileOf(path)?.limit ?? null, limit));
}
