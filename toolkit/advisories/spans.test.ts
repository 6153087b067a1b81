import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { compareText } from '../base/index.ts';
import { compareVersions, parseVersion } from '../cpan/index.ts';
import { affects } from './index.ts';
import { inSpans, spansOf, versionKey } from './spans.ts';

test('keys and spans of some versions and ranges', () => {
  const keys: [version: string, key: string][] = [
    ['0', ''],
    ['0.000', ''],
    ['1.10', 'a1c100'],
    ['v1.2.3', 'a1a2a3'],
    ['v1.0.3', 'a1a0a3'],
    ['20140328', 'h20140328'],
  ];
  for (const [version, key] of keys) assert.equal(versionKey(parseVersion(version)), key);
  const spans: [ranges: string[], fixed: string[], text: string | null][] = [
    [['<1.5'], [], ' a1c500'],
    [['>1.5'], [], 'a1c500!'],
    [['>=1', '<=3'], ['==2'], ' a2 a2!'],
    [['>=0'], [], ''],
    [['==1,==2'], [], '-'],
    [[], [], null],
    [['1.5'], [], null],
  ];
  for (const [ranges, fixed, text] of spans) assert.equal(spansOf({ ranges, fixed }), text);
});

const part = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 2_147_483_647 }));
const version = fc.oneof(
  fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => `v${parts.join('.')}`),
  fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 999 })).map(([a, b]) => `${a}.${b}`),
);

test('keys sort as versions do', () => {
  const property = fc.property(version, version, (a, b) => {
    const [left, right] = [parseVersion(a), parseVersion(b)];
    assert.equal(compareText(versionKey(left), versionKey(right)), compareVersions(left, right));
  });
  fc.assert(property, { seed, numRuns: rounds(1000, 200_000) });
});

const operator = fc.constantFrom('<', '<=', '>', '>=', '==', '!=');
const range = fc
  .array(
    fc.tuple(operator, version).map((pair) => pair.join('')),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(','));
const ranges = fc.array(range, { minLength: 1, maxLength: 4 });

test('spans say what the ranges say', () => {
  const property = fc.property(ranges, fc.array(range, { maxLength: 3 }), version, (list, fixed, other) => {
    const entry = { ranges: list, fixed };
    const spans = spansOf(entry);
    assert.ok(spans !== null);
    const named = [...list, ...fixed]
      .flatMap((text) => text.split(','))
      .map((text) => text.replace(/^[<>=!]+/, ''));
    for (const text of ['0', other, ...named, ...named.map((one) => `${parseVersion(one).normal}.1`)]) {
      const asked = parseVersion(text);
      assert.equal(
        inSpans(spans, versionKey(asked)),
        affects(entry, asked),
        `${text} in ${list.join(' or ')}`,
      );
      assert.equal(affects({ ...entry, spans }, asked), affects(entry, asked));
    }
  });
  fc.assert(property, { seed, numRuns: rounds(500, 100_000) });
});
