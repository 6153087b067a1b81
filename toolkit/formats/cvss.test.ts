import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { sharedJson, sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { rateCvss, scoreCvss } from './cvss.ts';
import { FormatError } from './errors.ts';

test('a 3.1 vector has three scores, its base score in front', () => {
  assert.deepEqual(scoreCvss('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'), {
    version: '3.1',
    score: 9.8,
    rating: 'critical',
    base: 9.8,
    temporal: 9.8,
    environmental: 9.8,
  });
  // FIRST's own example of CVE-2013-1937 with E:P, and the attack made local.
  assert.deepEqual(scoreCvss('CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N/E:P/MAV:L'), {
    version: '3.1',
    score: 6.1,
    rating: 'medium',
    base: 6.1,
    temporal: 5.8,
    environmental: 4.7,
  });
});

test('a 4.0 vector has one score', () => {
  assert.deepEqual(scoreCvss('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N'), {
    version: '4.0',
    score: 9.3,
    rating: 'critical',
    base: 9.3,
  });
});

test('3.1 takes metrics in any order, 4.0 in its own', () => {
  assert.equal(scoreCvss('CVSS:3.1/S:U/AV:N/AC:L/PR:H/UI:N/C:L/I:L/A:N/E:X').score, 3.8);
  const message = /metric AV stands after AC/;
  const swapped = 'CVSS:4.0/AC:L/AV:N/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
  assert.throws(() => scoreCvss(swapped), { code: 'cvss', message });
});

test('what is no whole vector is refused with the reason', () => {
  const good = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  const cases: [vector: string, message: RegExp][] = [
    ['', /starts with neither/],
    ['AV:N/AC:L/Au:N/C:P/I:P/A:P', /starts with neither/],
    [good.replace('3.1', '3.0'), /starts with neither/],
    [good.replace('3.1', '4.0'), /"S:U" is no metric|"C:H" is no metric/],
    ['CVSS:3.1/', /"" is no metric/],
    ['CVSS:3.1/AV:N', /without AC, PR, UI, S, C, I, A/],
    [`${good}/AV:L`, /metric AV twice/],
    [`${good}/`, /"" is no metric/],
    [`${good}/E:Z`, /"E:Z" is no metric/],
    [`${good}/E:`, /"E:" is no metric/],
    [`${good}/E:P:`, /"E:P:" is no metric/],
    [good.replace('AV:N', 'av:n'), /"av:n" is no metric/],
    [`${good}\n`, /"A:H\\n" is no metric/],
    [`${good}/__proto__:x`, /is no metric/],
    [`CVSS:3.1/${'AV:N/'.repeat(1_000_000)}`, /metric AV twice/],
  ];
  for (const [vector, message] of cases)
    assert.throws(() => scoreCvss(vector), { code: 'cvss', message }, vector.slice(0, 80));
});

test('ratings begin at their thresholds', () => {
  const cases = [
    [0, 'none'],
    [0.1, 'low'],
    [3.9, 'low'],
    [4, 'medium'],
    [6.9, 'medium'],
    [7, 'high'],
    [9, 'critical'],
  ] as const;
  for (const [score, rating] of cases) assert.equal(rateCvss(score), rating, String(score));
});

const VECTORS = [
  ['simple31', 2592],
  ['simple4', 1058],
  ['security4', 54],
  ['supplemental4', 576],
  ['threat4', 6],
] as const;

for (const [name, count] of VECTORS) {
  const path = `schemas/cvss/vectors_${name}`;
  test(`${count} published scores: ${path}`, { skip: withoutShared(path) }, () => {
    const lines = sharedText(path).trim().split('\n');
    assert.equal(lines.length, count);
    for (const line of lines) {
      const [vector = '', expected = ''] = line.split(' - ');
      const scores = expected.match(/\d+\.\d/g)?.map(Number);
      const found = scoreCvss(vector);
      assert.equal(found.score, scores?.[0], line);
      const all = found.version === '3.1' ? [found.base, found.temporal, found.environmental] : [found.base];
      assert.deepEqual(all, scores, line);
    }
  });
}

const SCHEMAS = [
  ['CVSS:3.1', 'schemas/cvss/schemas/cvss-v3.1.json'],
  ['CVSS:4.0', 'schemas/cvss/schemas/cvss-v4.0.json'],
] as const;
const base = {
  'CVSS:3.1': ['AV:N', 'AC:L', 'PR:N', 'UI:N', 'S:U', 'C:H', 'I:H', 'A:H'],
  'CVSS:4.0': ['AV:N', 'AC:L', 'AT:N', 'PR:N', 'UI:N', 'VC:H', 'VI:H', 'VA:H', 'SC:N', 'SI:N', 'SA:N'],
};

for (const [prefix, path] of SCHEMAS) {
  test(`${prefix} is gated as the standard's own pattern does`, { skip: withoutShared(path) }, () => {
    const schema = sharedJson<{ properties: { vectorString: { pattern: string } } }>(path);
    const pattern = new RegExp(schema.properties.vectorString.pattern);
    const metric = fc.constantFrom(
      'E:P',
      'E:A',
      'RL:O',
      'CR:H',
      'MAV:L',
      'MSI:S',
      'U:Red',
      'U:R',
      'AV:L',
      'S:P',
      '',
    );
    const vectors = fc
      .tuple(fc.array(metric, { maxLength: 3 }), fc.option(fc.nat({ max: 11 })))
      .map(([more, without]) => [prefix, ...base[prefix].filter((_, i) => i !== without), ...more].join('/'));
    const agrees = fc.property(vectors, (vector) => {
      // The pattern of 3.1 says nothing of repeated and missing metrics; sections 6 and 7 do.
      const names = vector
        .split('/')
        .slice(1)
        .map((part) => part.split(':')[0]);
      const whole =
        new Set(names).size === names.length && base[prefix].every((m) => names.includes(m.split(':')[0]));
      if (pattern.test(vector) && whole) assert.ok(scoreCvss(vector).score >= 0);
      else assert.throws(() => scoreCvss(vector), FormatError);
    });
    fc.assert(agrees, { seed, numRuns: rounds(300, 50_000) });
  });
}
