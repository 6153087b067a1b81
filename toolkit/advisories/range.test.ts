import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { AdvisoryError, affects, formatIntervals, intervals, parseRange, within } from './index.ts';
import { difference, intersection } from './intervals.ts';
import { tryVersion } from './range.ts';

interface Vectors {
  cases: {
    name: string;
    ranges: string[];
    fixed?: string[];
    in: string[];
    out: string[];
    undecided?: string[];
  }[];
  canonical: { expression: string; canonical: string }[];
  invalid: string[];
}
const vectors = JSON.parse(
  readFileSync(new URL('../../data/vectors/ranges.json', import.meta.url), 'utf8'),
) as Vectors; // our own file

for (const { name, ranges, fixed = [], undecided = [], ...versions } of vectors.cases) {
  test(`range vectors: ${name}`, () => {
    const entry = { ranges, fixed };
    for (const version of versions.in) assert.equal(affects(entry, version), true, `${version} is in`);
    for (const version of versions.out) assert.equal(affects(entry, version), false, `${version} is out`);
    for (const version of undecided) assert.equal(affects(entry, version), null, `${version} is undecided`);
  });
}

test('range vectors: canonical texts', () => {
  for (const { expression, canonical } of vectors.canonical) {
    assert.equal(parseRange(expression).toString(), canonical);
    assert.equal(parseRange(canonical).toString(), canonical);
  }
});

test('range vectors: invalid expressions are refused', () => {
  for (const expression of vectors.invalid) {
    assert.throws(() => parseRange(expression), { code: 'range-syntax' }, expression);
  }
});

test('a refusal says what is wrong and where', () => {
  const cases: [text: string, message: string][] = [
    ['1.2', 'range "1.2": no operator before "1.2"'],
    ['>=1,2', 'range ">=1,2": no operator before "2"'],
    ['>= 1', 'range ">= 1": white space in ">= 1"'],
    ['=1', 'range "=1": no such operator in "=1"'],
    ['<1.2-RC1', 'range "<1.2-RC1": no version in "<1.2-RC1"'],
    ['<1,', 'range "<1,": expected a constraint, found nothing'],
    ['<1_2', 'range "<1_2": "1_2" is no version of Perl'],
  ];
  for (const [text, problem] of cases) assert.throws(() => parseRange(text), { problem });
  assert.throws(() => parseRange('>=1,2'), { place: { column: 5 } });
});

const number = fc.integer({ min: 0, max: 12 });
const version = fc.oneof(
  fc.tuple(number, number).map(([a, b]) => `${a}.${b}`),
  fc.tuple(number, number, number).map((parts) => `v${parts.join('.')}`),
  fc.tuple(number, number).map(([a, b]) => `${a}.0${b}_1`),
  number.map(String),
);
const operator = fc.constantFrom('<', '<=', '>', '>=', '==', '!=');
const expression = fc
  .array(
    fc.tuple(operator, version).map((pair) => pair.join('')),
    { minLength: 1, maxLength: 4 },
  )
  .map((constraints) => constraints.join(','));
const expressions = fc.array(expression, { maxLength: 4 });

test('the interval view and direct evaluation agree', () => {
  const property = fc.property(
    fc.array(expression, { minLength: 1, maxLength: 4 }),
    expressions,
    (ranges, fixed) => {
      const list = intervals(ranges, fixed);
      // The versions named, and some beside them: the view can differ only there.
      const named = [...ranges, ...fixed]
        .flatMap((text) => parseRange(text).constraints)
        .map((c) => c.version);
      const asked = named.flatMap((v) => [
        v.normal,
        `${v.normal}.1`,
        `v${v.parts.join('.')}.0.0.0.1`,
        '0',
        '999',
      ]);
      for (const text of asked) {
        const found = tryVersion(text);
        assert.ok(found);
        assert.equal(
          within(list, found),
          affects({ ranges, fixed }, found),
          `${text} in ${formatIntervals(list)}`,
        );
      }
    },
  );
  fc.assert(property, { seed, numRuns: rounds(500, 100_000) });
});

test('intervals are sorted, disjoint and never empty', () => {
  const property = fc.property(expressions, expressions, (ranges, fixed) => {
    const list = intervals(ranges, fixed);
    assert.deepEqual(intersection(list, list), list);
    assert.deepEqual(difference(list, list), []);
    list.slice(1).forEach((interval, i) => {
      const high = list[i]?.high;
      assert.ok(high);
      assert.ok(parseRange(`>=${high.original}`).contains(interval.low));
    });
  });
  fc.assert(property, { seed, numRuns: rounds(300, 30_000) });
});

test('the interval view in words', () => {
  const cases: [ranges: string[], fixed: string[], shown: string][] = [
    [['<2', '>=3,<=4'], ['==1'], '[0,1) (1,2) [3,4]'],
    [['>=0'], [], '[0,∞)'],
    [['>0'], [], '(0,∞)'],
    [['<0'], [], ''],
    [['==1,==2'], [], ''],
    [['!=1'], [], '[0,1) (1,∞)'],
    [['<1', '>=1,<2', '==2'], [], '[0,2]'],
    [['>=1'], ['>=1.5,<2', '>=3'], '[1,1.5) [2,3)'],
  ];
  for (const [ranges, fixed, shown] of cases) assert.equal(formatIntervals(intervals(ranges, fixed)), shown);
});

test('canonical text means the same and is its own canonical text', () => {
  const property = fc.property(expression, (text) => {
    const canonical = parseRange(text).toString();
    assert.equal(parseRange(canonical).toString(), canonical);
    assert.equal(formatIntervals(intervals([canonical])).length > 0, intervals([text]).length > 0);
  });
  fc.assert(property, { seed, numRuns: rounds(300, 30_000) });
});

test('any text parses or is refused with a range error', () => {
  const noise = fc.oneof(
    fc.string(),
    fc
      .array(fc.constantFrom('<', '=', '>', '!', ',', '.', '_', 'v', '1', '0', ' '))
      .map((parts) => parts.join('')),
  );
  const property = fc.property(noise, (text) => {
    try {
      assert.equal(parseRange(text).text, text);
    } catch (error) {
      assert.ok(error instanceof AdvisoryError && error.code === 'range-syntax');
    }
  });
  fc.assert(property, { seed, numRuns: rounds(1000, 100_000) });
});

test('long input costs little', () => {
  assert.throws(() => parseRange(`<${'1.'.repeat(5_000_000)}`), { code: 'range-syntax' });
  assert.throws(() => parseRange(Array(65).fill('!=1').join()), { problem: /65 constraints, at most 64$/ });
  const many = Array.from({ length: 20_000 }, (_, i) => `==${i}`);
  assert.equal(intervals(many).length, 20_000);
});
