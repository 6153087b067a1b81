import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import {
  fingerprint,
  judgeSimilarity,
  keyedTokens,
  matchNonFindings,
  type ReportFacets,
  similarity,
} from './fingerprint.ts';
import { DEFAULT_POLICY } from './policy.ts';

const report: ReportFacets = {
  distribution: 'Foo-Bar',
  files: ['Foo-Bar-1.2/lib/Foo/Bar.pm'],
  routines: ['Foo::Bar::parse()'],
  weaknesses: [787],
  text: 'A long header overflows the buffer in parse and overwrites memory behind it.',
};

test('a report becomes tokens', () => {
  assert.deepEqual(
    fingerprint(report).filter((token) => !/^(word|shingle):/.test(token)),
    ['dist:foo-bar', 'file:lib/foo/bar.pm', 'routine:parse', 'weakness:787'],
  );
  assert.ok(fingerprint(report).includes('shingle:long header overflows'));
  assert.ok(!fingerprint(report).includes('word:the'));
});

test('spacing, case, order and spelling of names make no difference', () => {
  const other: ReportFacets = {
    distribution: 'foo::bar',
    files: ['./lib\\Foo\\Bar.pm', 'lib/Foo/Bar.pm'],
    routines: ['parse', '&parse'],
    weaknesses: [787],
    text: report.text.toUpperCase().replaceAll(' ', '\n  '),
  };
  assert.deepEqual(fingerprint(other), fingerprint(report));
});

const variants: [name: string, change: Partial<ReportFacets>, judged: 'likely' | 'suggest' | 'no'][] = [
  ['the same', {}, 'likely'],
  [
    'in other words',
    { text: 'Reading a header that is too long, parse writes behind its buffer.' },
    'likely',
  ],
  ['no text', { text: '' }, 'likely'],
  ['another routine and file', { files: ['lib/Foo/Baz.pm'], routines: ['emit'] }, 'suggest'],
  [
    'another flaw of the distribution',
    {
      files: ['lib/Foo/Baz.pm'],
      routines: ['emit'],
      weaknesses: [79],
      text: 'Names are shown without escaping.',
    },
    'no',
  ],
  ['another distribution', { distribution: 'Other' }, 'no'],
];
for (const [name, change, judged] of variants)
  test(`${name}: ${judged}`, () => {
    const found = similarity(fingerprint(report), fingerprint({ ...report, ...change }), DEFAULT_POLICY);
    assert.equal(judgeSimilarity(found, DEFAULT_POLICY), judged, JSON.stringify(found));
  });

test('keyed tokens are as alike as the tokens', () => {
  const mac = (token: string): string => [...token].reverse().join('').replaceAll(':', '.');
  const [a, b] = [fingerprint(report), fingerprint({ ...report, text: 'A long header overflows.' })];
  assert.deepEqual(
    similarity(keyedTokens(a, mac), keyedTokens(b, mac), DEFAULT_POLICY),
    similarity(a, b, DEFAULT_POLICY),
  );
});

test('nothing in common, nothing to compare', () => {
  assert.deepEqual(similarity([], [], DEFAULT_POLICY), { score: 0, facets: [] });
  assert.equal(similarity(['word:a'], ['file:b'], DEFAULT_POLICY).score, 0);
});

test('long texts are sampled so that much in common stays much in common', () => {
  const words = Array.from({ length: 5000 }, (_, i) => `word${(i * 7919) % 4999}`);
  const long = fingerprint({ ...report, text: words.join(' ') });
  assert.ok(long.length < 600, `${long.length} tokens`);
  const most = fingerprint({ ...report, text: words.slice(0, 4500).join(' ') });
  const found = similarity(long, most, DEFAULT_POLICY).facets.find(({ facet }) => facet === 'word');
  assert.ok(found && found.shared / found.of > 0.75, JSON.stringify(found));
});

test('known non-findings', () => {
  const known = {
    id: 'storable',
    title: 'Storable runs code of what it thaws',
    answer: 'documented: do not thaw what others wrote',
    all: ['word:storable'],
    any: ['word:thaw', 'word:retrieve'],
  };
  const tokens = (text: string): string[] => fingerprint({ ...report, text });
  const ids = (text: string): string[] => matchNonFindings(tokens(text), [known]).map(({ id }) => id);
  assert.deepEqual(ids('Storable: thaw of hostile data'), ['storable']);
  assert.deepEqual(ids('Storable writes slowly'), []);
  assert.deepEqual(ids('thaw'), []);
  assert.deepEqual(matchNonFindings(tokens('x'), [{ ...known, all: [], any: [] }]), []);
});

test('any text gives bounded tokens; similarity is symmetric, whole, 100 for the same', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 400 });
  const reports = fc.record({
    distribution: fc.option(fc.constantFrom('A', 'B')),
    files: fc.array(text, { maxLength: 3 }),
    routines: fc.array(text, { maxLength: 3 }),
    weaknesses: fc.array(fc.nat(1500), { maxLength: 3 }),
    text,
  });
  fc.assert(
    fc.property(reports, reports, (one, two) => {
      const [a, b] = [fingerprint(one), fingerprint(two)];
      assert.ok(a.length < 1200);
      const forth = similarity(a, b, DEFAULT_POLICY);
      assert.equal(forth.score, similarity(b, a, DEFAULT_POLICY).score);
      assert.ok(Number.isInteger(forth.score) && forth.score >= 0 && forth.score <= 100);
      if (a.length > 0) assert.equal(similarity(a, a, DEFAULT_POLICY).score, 100);
    }),
    { numRuns: rounds(200, 20_000), seed },
  );
});
