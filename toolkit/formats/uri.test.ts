import assert from 'node:assert/strict';
import test from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { uriOf } from './index.ts';

const ADDRESSES: [address: string, uri: string | null][] = [
  ['https://example.org/a?b=c&d=%20#e', 'https://example.org/a?b=c&d=%20#e'],
  ['https://example.org/a?id=<0.06', 'https://example.org/a?id=%3C0.06'],
  ['http://example.org/A[2005-0131a].txt', 'http://example.org/A%5B2005-0131a%5D.txt'],
  ['https://example.org/a#b#c', 'https://example.org/a#b%23c'],
  ['https://example.org/100%', 'https://example.org/100%25'],
  ['https://example.org/é b', 'https://example.org/%C3%A9%20b'],
  ['https://[2001:db8::1]:8080/a[0]', 'https://[2001:db8::1]:8080/a%5B0%5D'],
  ['mailto:a@example.org', 'mailto:a@example.org'],
  ['see Changes', null],
  ['//example.org/a', null],
  ['', null],
];
for (const [address, uri] of ADDRESSES) {
  test(`${address} as a URI`, () => assert.equal(uriOf(address), uri));
}

test('whatever stands behind a web address, it becomes a URI that stays what it is', () => {
  const ajv = new Ajv();
  addFormats.default(ajv);
  const isUri = ajv.compile({ type: 'string', format: 'uri' });
  const property = fc.property(fc.string({ unit: 'binary' }), (text) => {
    const uri = uriOf(`https://example.org/${text}`);
    assert.ok(isUri(uri), uri ?? '');
    assert.equal(uriOf(uri ?? ''), uri);
  });
  fc.assert(property, { seed, numRuns: rounds(1000, 100_000) });
});
