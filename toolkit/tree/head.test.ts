import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { PlacedError } from '../base/index.ts';
import { decodeIndexHead, encodeIndexHead, type IndexHead, MAX_HEAD_LENGTH } from './head.ts';

const head: IndexHead = {
  format: 'cpansec-head/1',
  serial: 42,
  built: '2026-11-22T06:00:00Z',
  path: `index/${'a'.repeat(64)}.index`,
  size: 1000,
  sha256: 'a'.repeat(64),
};

const decode = (value: unknown): IndexHead =>
  decodeIndexHead(new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)));

test('a head is decoded and encoded to the same text', () => {
  const text = encodeIndexHead(head);
  assert.deepEqual(decode(text), head);
  assert.equal(encodeIndexHead(decode({ ...head, later: ['unknown'] })), text);
});

test('every member has its bounds', () => {
  const bad: [member: keyof IndexHead, ...values: unknown[]][] = [
    ['format', 'cpansec-head/2', 1, null],
    ['serial', -1, 1.5, '42', 2 ** 53, null],
    ['built', '2026-11-22', '2026-11-22T06:00:00+01:00', '2026-13-22T06:00:00Z', '2026-11-22T06:00:00.1Z'],
    ['path', '', '/index', '../index', 'a/../b', 'a/..', '.git/x', 'a//b', 'a/', 'a\\..\\b', 'a/%2e%2e/b'],
    [
      'path',
      'https://evil.example/',
      '//evil.example/x',
      'file:x',
      'a?b',
      'a#b',
      'a\n',
      'é',
      'a'.repeat(201),
    ],
    ['size', 0, -1, 1.5, 2 ** 30 + 1, '1000'],
    ['sha256', 'a'.repeat(63), 'A'.repeat(64), `${'a'.repeat(64)}\n`, null],
  ];
  for (const [member, ...values] of bad) {
    for (const value of [...values, undefined]) {
      const said = JSON.stringify({ ...head, [member]: value });
      assert.throws(() => decode(said), { code: 'shape', place: { path: member } }, said);
    }
  }
});

test('what is no head is refused', () => {
  for (const text of ['', 'null', '[]', '<html>', '{"format": "cpansec-head/1"', '['.repeat(100_000)])
    assert.throws(() => decode(text), PlacedError, text.slice(0, 20));
  const twice = encodeIndexHead(head).replace('{', '{"serial": 1,');
  assert.throws(() => decode(twice), { code: 'json-duplicate' });
  assert.throws(() => decode(encodeIndexHead(head) + ' '.repeat(MAX_HEAD_LENGTH)), { code: 'json-size' });
});

test('a path that is taken stays below the tree', () => {
  const part = fc.constantFrom(
    'a',
    '..',
    '.',
    '',
    '/',
    '\\',
    '%2e%2e',
    ':',
    '@',
    '?',
    '#',
    'http:',
    'é',
    '\n',
  );
  const path = fc.oneof(
    fc.array(part, { maxLength: 6 }).map((parts) => parts.join('')),
    fc.string(),
    fc.webUrl(),
  );
  fc.assert(
    fc.property(path, (text) => {
      for (const top of ['https://tree.example/sub/', 'file:///srv/tree/']) {
        try {
          const { path: taken } = decode({ ...head, path: text });
          const address = new URL(taken, top);
          assert.ok(address.href.startsWith(top) && address.href.length > top.length, address.href);
          assert.equal(address.href, top + taken);
        } catch (error) {
          assert.ok(error instanceof PlacedError, String(error));
        }
      }
    }),
    { seed, numRuns: rounds(300, 100_000) },
  );
});

test('whatever the bytes are, they are a head or refused', () => {
  const bytes = new TextEncoder().encode(encodeIndexHead(head));
  const flipped = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
    const copy = bytes.slice();
    copy[at] = (copy[at] ?? 0) ^ change;
    return copy;
  });
  fc.assert(
    fc.property(
      fc.oneof(
        flipped,
        fc.uint8Array(),
        fc.json().map((text) => new TextEncoder().encode(text)),
      ),
      (some) => {
        try {
          decode(encodeIndexHead(decodeIndexHead(some)));
        } catch (error) {
          assert.ok(error instanceof PlacedError, String(error));
        }
      },
    ),
    { seed, numRuns: rounds(1000, 100_000) },
  );
});
