/** Addresses and delays; requests themselves are made by the tests of `desk/cve` and `desk/posts`, to real servers. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { retryAfter, serviceBase } from './request.ts';

const bases: readonly (readonly [address: string, found: string | RegExp])[] = [
  ['https://social.example.org', 'https://social.example.org/'],
  ['https://cveawg.example.org/api', 'https://cveawg.example.org/api/'],
  ['http://localhost:3000/api/', 'http://localhost:3000/api/'],
  ['http://[::1]:3000', 'http://[::1]:3000/'],
  ['http://127.0.0.1:3000', 'http://127.0.0.1:3000/'],
  ['http://social.example.org', /not https/],
  ['http://localhost.example.org', /not https/],
  ['http://127.0.0.1.example.org', /not https/],
  ['file:///etc/passwd', /not https/],
  ['https://user:word@social.example.org', /more than a host and a path/],
  ['https://social.example.org/?a=b', /more than a host and a path/],
  ['https://social.example.org/#a', /more than a host and a path/],
  ['social.example.org', /is none/],
];

for (const [address, found] of bases)
  test(`the base ${address}`, () => {
    if (typeof found === 'string') assert.equal(serviceBase(address).href, found);
    else assert.throws(() => serviceBase(address), { code: 'bad-config', message: found });
  });

const DATE = 'Thu, 01 Jan 2026 00:00:00 GMT';
const delays: readonly (readonly [headers: Readonly<Record<string, string>>, seconds: number])[] = [
  [{}, 45],
  [{ 'retry-after': '7' }, 7],
  [{ 'retry-after': '0' }, 1],
  [{ 'retry-after': '999999999' }, 86_400],
  [{ 'retry-after': '9999999999' }, 45],
  [{ 'retry-after': '-7' }, 45],
  [{ 'retry-after': 'soon', date: DATE }, 45],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:02:00 GMT', date: DATE }, 120],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:02:00 GMT' }, 45],
  [{ 'retry-after': 'Wed, 31 Dec 2025 23:00:00 GMT', date: DATE }, 1],
];

for (const [headers, seconds] of delays)
  test(`${JSON.stringify(headers)} is ${seconds} seconds`, () => {
    assert.equal(retryAfter(new Headers(headers), 45), seconds);
  });
