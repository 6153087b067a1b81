/** A table of attacks on the guarded fetch, and a real server on loopback for what it lets through. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { makeAuthority, type Running, serve } from '../../toolkit/io/testdata/servers.ts';
import {
  type Allowance,
  ContactError,
  type ContactErrorCode,
  type GuardOptions,
  guardedFetch,
} from './index.ts';
import { isPublicAddress } from './public-address.ts';

const home = mkdtempSync(join(tmpdir(), 'cpansec-guard-'));
after(() => rmSync(home, { recursive: true }));
const authority = makeAuthority(home);
const secure = authority.issue('DNS:server.perl.example,IP:127.0.0.1');

/** Nothing is asked of the machine's own DNS. */
const nowhere = async (name: string): Promise<string[]> => assert.fail(`looked up ${name}`);

function refused(code: ContactErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ContactError, String(error));
    assert.equal(error.code, code, error.message);
    return true;
  };
}

const attacks: readonly string[] = [
  // Another scheme, port or form.
  'http://perl.example/',
  'ftp://perl.example/',
  'file:///etc/passwd',
  'data:text/plain,x',
  'javascript:alert(1)',
  'gopher://127.0.0.1:25/',
  'https://perl.example:22/',
  'https://perl.example:8443/',
  'https://user:secret@perl.example/',
  'https://127.0.0.1\\@perl.example/x',
  '//perl.example/',
  '',
  'https://',
  `https://perl.example/${'x'.repeat(3000)}`,
  // This machine, in all the ways an address can be written.
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.0.0.1/',
  'https://0177.0.0.1/',
  'https://017700000001/',
  'https://127.0.0.1./',
  'https://%31%32%37.0.0.1/',
  'https://\uff11\uff12\uff17.0.0.1/',
  'https://\u2460\u2461\u2466.0.0.1/',
  'https://127\u30020\u30020\u30021/',
  'https://0/',
  'https://0.0.0.0/',
  'https://[::]/',
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]/',
  // IPv4 within IPv6: mapped, compatible, translated, 6to4, Teredo, NAT64.
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:8.8.8.8]/',
  'https://[::127.0.0.1]/',
  'https://[::ffff:0:127.0.0.1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b::169.254.169.254]/',
  'https://[64:ff9b:1::a9fe:a9fe]/',
  // Networks of others' own, link-local, and the metadata services of clouds.
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.1.1/',
  'https://100.64.0.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://[fd00:ec2::254]/',
  'https://100.100.100.200/',
  'https://192.0.0.192/',
  'https://168.63.129.16/',
  'https://[fe80::1]/',
  'https://[fec0::1]/',
  'https://[fc00::1]/',
  'https://[ff02::1]/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://192.0.2.1/',
  'https://198.18.0.1/',
  'https://203.0.113.1/',
  'https://[2001:db8::1]/',
  'https://[100::1]/',
  'https://[3fff::1]/',
];

test('addresses that are refused before anything is sent', async () => {
  for (const address of attacks)
    await assert.rejects(
      guardedFetch(address, { limit: 10, resolve: nowhere }),
      refused('fetch-refused'),
      address,
    );
});

test('names whose addresses are refused', async () => {
  const cases: readonly string[][] = [
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['::1'],
    ['::ffff:10.0.0.1'],
    ['64:ff9b::a00:1'],
    ['fe80::1%eth0'],
    ['93.184.216.34', '10.0.0.1'], // one of two is enough
    ['2606:2800:220:1::1', '::1'],
    ['no address'],
    [''],
  ];
  for (const addresses of cases)
    await assert.rejects(
      guardedFetch('https://server.perl.example/', { limit: 10, resolve: async () => addresses }),
      refused('fetch-refused'),
      addresses.join(),
    );
});

test('which addresses are public', () => {
  for (const address of [
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
    '2001:4860::8888',
  ])
    assert.equal(isPublicAddress(address), true, address);
  for (const address of ['', 'localhost', '8.8.8', '8.8.8.8:80', '[2606::1]', '223.255.255.256', '240.0.0.1'])
    assert.equal(isPublicAddress(address), false, address);
});

async function withServer(
  listener: RequestListener,
  ask: (port: number, allow: Allowance, server: Running) => Promise<void>,
): Promise<void> {
  const server = await serve(listener, secure);
  try {
    await ask(
      server.port,
      { address: '127.0.0.1', port: server.port, ca: readFileSync(authority.file, 'utf8') },
      server,
    );
  } finally {
    await server.stop();
  }
}

const loopback = async (): Promise<string[]> => ['127.0.0.1'];

/** `server.perl.example` on loopback. */
function ask(path: string, port: number, options: Partial<GuardOptions>): ReturnType<typeof guardedFetch> {
  return guardedFetch(`https://server.perl.example:${port}${path}`, {
    limit: 1000,
    resolve: loopback,
    ...options,
  });
}

test('an answer, and that nothing of ours goes along', async () => {
  let headers: unknown;
  await withServer(
    (asked, answer) => {
      headers = asked.headers;
      answer
        .writeHead(asked.url === '/gone' ? 404 : 200, { 'content-type': 'application/json' })
        .end('{"enabled":true}');
    },
    async (port, allow) => {
      const { status, contentType, bytes, url } = await ask('/x#secret', port, { allow });
      assert.deepEqual(
        [status, contentType, new TextDecoder().decode(bytes), url],
        [200, 'application/json', '{"enabled":true}', `https://server.perl.example:${port}/x`],
      );
      assert.deepEqual(headers, {
        'user-agent': 'fetch',
        accept: '*/*',
        'accept-encoding': 'identity',
        host: `server.perl.example:${port}`,
        connection: 'close',
      });
      assert.equal((await ask('/gone', port, { allow })).status, 404);
    },
  );
});

test('without the allowance, or beside it, loopback is not reached', async () => {
  await withServer(
    (_, answer) => answer.end('reached'),
    async (port, allow, { seen }) => {
      await assert.rejects(ask('/', port, {}), refused('fetch-refused'));
      await assert.rejects(
        ask('/', port, { allow: { ...allow, address: '127.0.0.2' } }),
        refused('fetch-refused'),
      );
      await assert.rejects(
        ask('/', port, { allow, resolve: async () => ['127.0.0.1', '10.0.0.1'] }),
        refused('fetch-refused'),
      );
      await assert.rejects(
        guardedFetch(`https://127.0.0.1/`, { limit: 10, allow }),
        refused('fetch-refused'),
      );
      // A public address at the port of the allowance is none of it.
      await assert.rejects(
        ask('/', port, { allow, resolve: async () => ['8.8.8.8'] }),
        refused('fetch-refused'),
      );
      assert.deepEqual(seen, []);
    },
  );
});

test('a name is looked up once, and what was looked at is what is reached', async () => {
  await withServer(
    (_, answer) => answer.end('first'),
    async (port, allow) => {
      const answers = [['127.0.0.1'], ['169.254.169.254']];
      let asked = 0;
      const { bytes } = await ask('/', port, { allow, resolve: async () => answers[asked++] ?? [] });
      assert.equal(new TextDecoder().decode(bytes), 'first');
      assert.equal(asked, 1);
    },
  );
});

test('redirects are judged like addresses that were typed', async () => {
  const targets: Readonly<Record<string, string>> = {
    '/private': 'https://10.0.0.1/',
    '/metadata': 'https://169.254.169.254/latest/',
    '/plain': 'http://server.perl.example/',
    '/file': 'file:///etc/passwd',
    '/password': 'https://a:b@server.perl.example/',
    '/port': 'https://server.perl.example:22/',
    '/rebound': 'https://rebound.perl.example/',
    '/loop': '/loop',
    '/none': '',
    '/good': '/end',
  };
  await withServer(
    (request, answer) => {
      const location = targets[request.url ?? ''];
      if (location === undefined) answer.end('end');
      else answer.writeHead(302, { location }).end('x'.repeat(5000));
    },
    async (port, allow) => {
      const resolve = async (name: string): Promise<string[]> => [
        name.startsWith('rebound') ? '192.168.0.1' : '127.0.0.1',
      ];
      for (const path of Object.keys(targets)) {
        if (path !== '/good')
          await assert.rejects(ask(path, port, { allow, resolve }), refused('fetch-refused'), path);
      }
      const { url, bytes } = await ask('/good', port, { allow, resolve });
      assert.deepEqual(
        [url, new TextDecoder().decode(bytes)],
        [`https://server.perl.example:${port}/end`, 'end'],
      );
      await assert.rejects(ask('/good', port, { allow, resolve, redirects: 0 }), refused('fetch-refused'));
    },
  );
});

test('size and time are bounded, certificates are checked', async () => {
  await withServer(
    (request, answer) => {
      if (request.url === '/stated') answer.writeHead(200, { 'content-length': 5000 }).end('x'.repeat(5000));
      else if (request.url === '/endless') setInterval(() => answer.write('x'.repeat(400)), 1).unref();
      else if (request.url === '/broken') answer.write('x', () => answer.destroy());
      else if (request.url !== '/silent') answer.end();
    },
    async (port, allow) => {
      await assert.rejects(ask('/stated', port, { allow }), refused('fetch-too-large'));
      await assert.rejects(ask('/endless', port, { allow }), refused('fetch-too-large'));
      await assert.rejects(ask('/broken', port, { allow }), refused('fetch-failed'));
      await assert.rejects(ask('/silent', port, { allow, timeout: 200 }), refused('fetch-timeout'));
      const { ca: _, ...rest } = allow;
      await assert.rejects(ask('/', port, { allow: { ...rest, ca: '' } }), refused('fetch-failed'));
      const other = `https://other.perl.example:${port}/`;
      await assert.rejects(
        guardedFetch(other, { limit: 10, resolve: loopback, allow }),
        refused('fetch-failed'),
      );
    },
  );
});

test('a name server that fails, says nothing, or never answers', async () => {
  const at = 'https://server.perl.example/';
  const failing = async (): Promise<string[]> => Promise.reject(new Error('SERVFAIL'));
  await assert.rejects(guardedFetch(at, { limit: 10, resolve: failing }), refused('fetch-failed'));
  await assert.rejects(guardedFetch(at, { limit: 10, resolve: async () => [] }), refused('fetch-failed'));
  const keep = setInterval(() => {}, 1000); // the guard's own timer keeps no process alive
  const never = (): Promise<string[]> => new Promise(() => {});
  await assert.rejects(
    guardedFetch(at, { limit: 10, timeout: 50, resolve: never }),
    refused('fetch-timeout'),
  );
  clearInterval(keep);
});
