/** Bad input: the right status, the right body, nothing leaked, and the server goes on. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { exampleContent, scratchTree, serving } from '../../test/served.ts';
import { rounds, seed } from '../../test/sizes.ts';

const lines: string[] = [];
const directory = scratchTree(exampleContent());
const api = await serving(directory, {
  log: { level: 'debug', stream: { write: (line) => void lines.push(line) } },
});
const port = Number(new URL(await api.listen({ port: 0, host: '127.0.0.1' })).port);

const good = { package: { name: 'Example-Shop', ecosystem: 'CPAN' }, version: '1' };
const json = { 'content-type': 'application/json' };
const MIB = 1024 * 1024;

const bodies: [what: string, payload: string | Buffer, headers: object, status: number, message: RegExp][] = [
  ['no JSON', '{', json, 400, /^invalid JSON$/],
  ['nothing', '', json, 400, /^invalid JSON$/],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), json, 400, /^invalid JSON: not UTF-8$/],
  ['a text', '"x"', json, 400, /^body must be object$/],
  ['null', 'null', json, 400, /^body must be object$/],
  ['a list', '[]', json, 400, /^body must be object$/],
  ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 400, /^invalid JSON$/],
  ['XML', '<a/>', { 'content-type': 'application/xml' }, 400, /^invalid JSON$/],
  ['a type that is none', JSON.stringify(good), { 'content-type': 'x' }, 415, /^send application\/json$/],
  ['deep lists', `{"x":${'['.repeat(100_000)}`, json, 400, /^JSON nested deeper than 32$/],
  ['deep objects', '{"x":'.repeat(100_000), json, 400, /^JSON nested deeper than 32$/],
  ['many values', `[${'0,'.repeat(200_000)}0]`, json, 400, /^JSON of more than 100000 values$/],
  ['a body over the bound', Buffer.alloc(32 * MIB + 1, 0x20), json, 413, /^the body is too large$/],
  ['a prototype', '{"__proto__":{"package":{"name":"x"}}}', json, 400, /^invalid query$/],
  ['a constructor', '{"constructor":{"prototype":{"package":{}}}}', json, 400, /^invalid query$/],
  [
    'a long token',
    JSON.stringify({ ...good, page_token: 'A'.repeat(MIB) }),
    json,
    400,
    /^invalid page token$/,
  ],
  ['a token that is no id', JSON.stringify({ ...good, page_token: 'YWZ0ZXI6' }), json, 400, /^invalid page/],
  [
    'a long package URL',
    JSON.stringify({ package: { purl: `pkg:cpan/${'x'.repeat(MIB)}` } }),
    json,
    400,
    /longer than/,
  ],
  [
    'a package URL of control characters',
    JSON.stringify({ package: { purl: 'pkg:cpan/\u0000' } }),
    json,
    400,
    /white space, control/,
  ],
];
for (const [what, payload, headers, status, message] of bodies) {
  for (const url of ['/v1/query', '/v1/querybatch']) {
    test(`${url}: ${what}`, async () => {
      const answer = await api.inject({ method: 'POST', url, payload, headers: { ...headers } });
      if (url === '/v1/querybatch' && answer.statusCode === 200) return;
      assert.equal(answer.statusCode, status);
      assert.match(answer.json().message, message);
      assert.match(String(answer.headers['content-type']), /^application\/json/);
      assert.ok(answer.body.length < 300, answer.body);
    });
  }
}

test('hostile texts in every member of a query are answered by nothing or by 400', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      '__proto__',
      'toString',
      '../../etc/passwd',
      '\u0000',
      '\ud800',
      'pkg:cpan/x@',
      'CPAN',
      '1',
    ),
  );
  const query = fc.record(
    {
      commit: text,
      version: text,
      package: fc.record({ name: text, ecosystem: text, purl: text }, { requiredKeys: [] }),
      page_token: text,
    },
    { requiredKeys: [] },
  );
  const property = fc.asyncProperty(query, async (one) => {
    const single = await api.inject({ method: 'POST', url: '/v1/query', payload: one });
    assert.ok(single.statusCode === 200 ? single.body === '{}' : single.statusCode === 400, single.body);
    const batch = await api.inject({ method: 'POST', url: '/v1/querybatch', payload: { queries: [one] } });
    assert.equal(batch.statusCode, single.statusCode);
  });
  await fc.assert(property, { seed, numRuns: rounds(100, 5000) });
});

const paths: [path: string, status: number][] = [
  ['/../../etc/passwd', 404],
  ['/%2e%2e/%2e%2e/etc/passwd', 404],
  ['/..%2f..%2fetc/passwd', 404],
  ['/..%5c..%5cetc/passwd', 404],
  ['/index.html%00.json', 404],
  ['/index.html/', 404],
  ['//index.html', 404],
  ['//example.org/', 404],
  ['//example.org/%2e%2e', 404],
  ['/./index.html', 404],
  ['/objects/../manifest.json', 404],
  ['/%zz', 400],
  ['/%', 400],
  ['/%ff', 400],
  [`/${'a/'.repeat(4000)}`, 404],
  ['/v1/vulns/a/b', 404],
  ['/v1/nothing', 404],
  ['/v1experimental/determineversion', 404],
  ['/v1', 404],
  [`/v1/vulns/${'x'.repeat(8000)}`, 400],
  ['/log', 404],
  ['/log/', 404],
  ['/log/checkpoint/', 404],
  ['/log/checkpoint%00', 404],
  ['/log/../manifest.json', 404],
  ['/log/%2e%2e/manifest.json', 404],
  ['/log/tile/0/%2e%2e/%2e%2e/%2e%2e/manifest.json', 404],
  ['/log/staging/1-checkpoint', 404],
  ['/log/%73taging/1-checkpoint', 404],
  ['/log/lock', 404],
  ['/log/tile/64/000', 404],
  ['/log/tile/00/000', 404],
  ['/log/tile/0/000.p/256', 404],
  ['/log/tile/0/000.p/0', 404],
  ['/log/tile/0/000.p/01', 404],
  ['/log/tile/0/x000', 404],
  ['/log/tile/0/1', 404],
  [`/log/tile/0/${'x001/'.repeat(1000)}000`, 404],
  ['/log/lookup/..%2f..%2fmanifest.json', 404],
  ['/log/lookup/ABC.json', 404],
  ['/log/proof/path/..%2f..%2fx.tlog-proof', 404],
  ['/log/proof/path/%2e%2e/%2e%2e/%2e%2e/x.tlog-proof', 404],
  ['/log/proof/path/.hidden.tlog-proof', 404],
  [`/log/proof/path/${'a/'.repeat(4000)}x.tlog-proof`, 404],
  ['*', 404],
  ['http://example.org/index.html', 404],
];
for (const [path, status] of paths) {
  test(`GET ${path.slice(0, 40)} is ${status}`, async () => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    assert.equal(statusOf(answer), status, answer);
    assert.ok(!answer.includes('root:') && !answer.includes(directory), answer);
  });
}

const methods: [method: string, path: string, status: number][] = [
  ['PUT', '/index.html', 405],
  ['DELETE', '/v1/query', 404],
  ['GET', '/v1/query', 405],
  ['POST', '/index.html', 405],
  ['PATCH', '/', 405],
  ['TRACE', '/', 405],
  ['OPTIONS', '/v1/query', 204],
];
for (const [method, path, status] of methods) {
  test(`${method} ${path} is ${status}`, async () => {
    const answer = await raw(`${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    assert.equal(statusOf(answer), status, answer);
  });
}

const requests: [what: string, text: string, status: number][] = [
  ['no HTTP', 'hello\r\n\r\n', 400],
  ['absurd headers', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`, 431],
  ['many headers', `GET / HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(10_000)}\r\n`, 431],
  [
    'two lengths',
    'POST /v1/query HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}',
    400,
  ],
  [
    'a length and pieces',
    'POST /v1/query HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['a negative length', 'POST /v1/query HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n', 400],
  [
    'a length of terabytes',
    'POST /v1/query HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99999999999999\r\n\r\n',
    413,
  ],
  ['a line in a header', 'GET / HTTP/1.1\r\nhost: x\r\nif-none-match: "a\rb"\r\n\r\n', 400],
];
for (const [what, text, status] of requests) {
  test(`${what} is ${status}`, async () => assert.equal(statusOf(await raw(text)), status));
}

test('absurd values of headers are passed over', async () => {
  const headers = {
    'accept-encoding': ',;q=,,'.repeat(500),
    'if-none-match': '"'.repeat(2000),
    range: `bytes=${'0-1,'.repeat(1000)}`,
    'if-range': 'x'.repeat(2000),
    'x-forwarded-for': '1, '.repeat(1000),
    'x-request-id': '<script>',
  };
  const answer = await api.inject({ url: '/', headers });
  assert.equal(answer.statusCode, 200);
  assert.ok(!JSON.stringify(answer.headers).includes('script>'));
});

test('memory is flat over bad and good requests', async () => {
  const some = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const query = { package: { name: `Example-${i}`, ecosystem: 'CPAN' }, version: `1.${i}` };
      await api.inject({
        method: 'POST',
        url: '/v1/query',
        payload: i % 2 === 0 ? query : '{',
        headers: json,
      });
      await api.inject(`/nothing-${i}`);
    }
    lines.length = 0;
    collect();
  };
  await some(2000);
  const before = process.memoryUsage().heapUsed;
  await some(rounds(2000, 50_000));
  const grown = (process.memoryUsage().heapUsed - before) / MIB;
  assert.ok(grown < 32, `${grown.toFixed(1)} MiB more`);
});

test('what was sent, and from where, stands in no line of the log', async () => {
  const secret = 'very-own-name-of-something';
  lines.length = 0;
  await api.inject({
    method: 'POST',
    url: '/v1/query',
    payload: { package: { name: secret }, version: secret },
  });
  await api.inject({ method: 'POST', url: '/v1/query', payload: `{"${secret}`, headers: json });
  await api.inject({
    url: `/search/?q=${secret}`,
    headers: { 'x-forwarded-for': '192.0.2.7', 'user-agent': secret },
  });
  await api.inject(`/v1/vulns/${secret}`);
  const log = lines.join('');
  assert.match(log, /"route":"\/v1\/query"/);
  assert.ok(!log.includes(secret) && !log.includes('127.0.0.1') && !log.includes('192.0.2.7'), log);
});

/** The collector of garbage, which is there when asked for. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

/** What comes when this is sent, whole. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('latin1');
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('data', (piece) => {
      answer += piece;
      if (/^HTTP\/1\.1 4\d\d/.test(answer) && answer.includes('\r\n\r\n')) socket.end();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
  });
}
