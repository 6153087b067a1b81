import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { IoError } from './errors.ts';
import { bypassesProxy, proxyFor } from './proxy.ts';

test('which proxy an address goes through', () => {
  const cases: [url: string, env: Record<string, string>, proxy: string | null][] = [
    ['https://x/', {}, null],
    ['https://x/', { HTTPS_PROXY: 'http://p:3128' }, 'http://p:3128/'],
    ['https://x/', { HTTPS_PROXY: 'p:3128' }, 'http://p:3128/'],
    ['https://x/', { HTTPS_PROXY: 'http://a/', https_proxy: 'http://b/' }, 'http://b/'],
    ['https://x/', { HTTPS_PROXY: '', https_proxy: '' }, null],
    ['https://x/', { HTTP_PROXY: 'http://p/' }, null],
    ['https://x/', { ALL_PROXY: 'http://p/' }, 'http://p/'],
    ['https://x/', { ALL_PROXY: 'http://a/', HTTPS_PROXY: 'https://b:8443' }, 'https://b:8443/'],
    ['http://x/', { HTTP_PROXY: 'http://p/', HTTPS_PROXY: 'http://q/' }, 'http://p/'],
    ['http://x/', { HTTP_PROXY: 'http://p/', REQUEST_METHOD: 'GET' }, null],
    ['http://x/', { http_proxy: 'http://p/', REQUEST_METHOD: 'GET' }, 'http://p/'],
    ['http://x/', { HTTP_PROXY: 'http://p/', NO_PROXY: 'x' }, null],
    ['http://x/', { HTTP_PROXY: 'http://p/', NO_PROXY: 'x', no_proxy: 'y' }, 'http://p/'],
  ];
  for (const [url, env, proxy] of cases)
    assert.equal(proxyFor(new URL(url), env)?.href ?? null, proxy, `${url} ${JSON.stringify(env)}`);
});

test('a proxy that is none is an error, which shows no password', () => {
  for (const HTTPS_PROXY of ['socks5://me:secret@p:1080', 'http://me:secr@et@p:x', 'me:secret@p:99999'])
    assert.throws(
      () => proxyFor(new URL('https://x'), { HTTPS_PROXY }),
      (error) => error instanceof IoError && error.code === 'bad-proxy' && !/sec|et@/.test(error.message),
    );
});

test('what goes past the proxy', () => {
  const cases: [url: string, rules: string, past: boolean][] = [
    ['https://a.example.org/', '', false],
    ['https://a.example.org/', '*', true],
    ['https://a.example.org/', 'example.org', true],
    ['https://a.example.org/', '.example.org', true],
    ['https://a.example.org/', '*.example.org', true],
    ['https://example.org/', '.example.org', true],
    ['https://example.org./', 'EXAMPLE.org', true],
    ['https://badexample.org/', 'example.org', false],
    ['https://example.org.evil/', 'example.org', false],
    ['https://b.org/', 'a.org, b.org', true],
    ['https://b.org/', 'a.org b.org', true],
    ['https://b.org/', 'b.org:443', true],
    ['http://b.org/', 'b.org:443', false],
    ['http://b.org:8080/', 'b.org:8080', true],
    ['http://10.1.2.3/', '10.0.0.0/8', true],
    ['http://11.1.2.3/', '10.0.0.0/8', false],
    ['http://10.1.2.3/', '10.1.2.3', true],
    ['http://10.1.2.3:81/', '10.1.2.3:80', false],
    ['http://10.1.2.3/', '10.0.0.0/99', false],
    ['http://10.1.2.3/', '10.0.0.0/', false],
    ['http://b.org/', '10.0.0.0/8', false],
    ['http://b.org/', '0.0.0.0/0', false],
    ['http://[::1]/', '::1', true],
    ['http://[::1]:80/', '[::1]:80', true],
    ['http://[0:0::1]/', '::1/128', true],
    ['http://[fd00::5]/', 'fd00::/8', true],
    ['http://[fe80::5]/', 'fd00::/8', false],
    ['http://b.org/', '.', false],
    ['http://b.org/', '*.', false],
  ];
  for (const [url, rules, past] of cases)
    assert.equal(bypassesProxy(new URL(url), rules), past, `${url} ${rules}`);
});

test('no rule breaks the reading of rules', () => {
  const piece = fc.constantFrom(
    'a',
    '.',
    '*',
    ':',
    '/',
    '8',
    '[',
    ']',
    '::1',
    ',',
    ' ',
    '10.0.0.0',
    '%',
    '-',
  );
  const rules = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
  const url = fc
    .constantFrom('http://a/', 'http://10.0.0.1/', 'http://[::1]:8/')
    .map((text) => new URL(text));
  fc.assert(
    fc.property(url, rules, (address, text) => {
      assert.equal(typeof bypassesProxy(address, text), 'boolean');
    }),
    { seed, numRuns: rounds(500, 50_000) },
  );
});
