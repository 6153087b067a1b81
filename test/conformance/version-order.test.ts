/** The order of CPAN versions as docs/integrations/osv.md gives it to others: our code, perl and the Go code agree. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { compareVersions, parseVersion } from '../../toolkit/cpan/index.ts';
import { coarseKey } from '../coarse-key.ts';
import { parsesInGo, withoutGo } from '../go-comparator.ts';
import { assertGolden } from '../golden.ts';
import { askPerl, withoutPerl } from '../peers.ts';
import { hexLine, versionLikeText, versionText } from '../perl-texts.ts';
import { rounds, seed } from '../sizes.ts';

interface Vectors {
  readonly pairs: [a: string, b: string, order: -1 | 0 | 1][];
  readonly refused: string[];
  readonly perl_only: [text: string, version: string][];
  readonly coarse: [version: string, key: string][];
}

const file = new URL('../../data/vectors/version-order.json', import.meta.url);
const { pairs, refused, perl_only, coarse } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

/** Both ways round. */
const ordered = pairs.flatMap(([a, b, order]) => [[a, b, order] as const, [b, a, order === 0 ? 0 : -order]]);

test('pairs compare as the vectors say', () => {
  for (const [a, b, order] of ordered) assert.equal(compareVersions(`${a}`, `${b}`), order, `${a} ${b}`);
});

test('what is no version is refused', () => {
  for (const text of refused) assert.throws(() => parseVersion(text), { code: 'version-syntax' }, text);
});

test('version.pm reads some texts that no release is named by', () => {
  for (const [text, version] of perl_only) assert.equal(compareVersions(text, version), 0, text);
});

const COMPARE = String.raw`
  use version 0.77;
  while (<STDIN>) {
    chomp;
    my ($x, $y) = map { eval { version->parse(pack 'H*', $_) } } split / /, $_, -1;
    print defined $x && defined $y ? $x <=> $y : 'refused', "\n";
  }`;

test('perl says the same', { skip: withoutPerl('version') }, () => {
  const asked: [a: string, b: string, answer: string][] = [
    ...ordered.map(([a, b, order]) => [`${a}`, `${b}`, `${order}`] as [string, string, string]),
    ...refused.map((text) => [text, '1', 'refused'] as [string, string, string]),
    ...perl_only.map(([text, version]) => [text, version, '0'] as [string, string, string]),
  ];
  const answers = askPerl(
    COMPARE,
    asked.map(([a, b]) => `${hexLine(a)} ${hexLine(b)}`),
  );
  asked.forEach(([a, b, answer], i) => {
    assert.equal(answers[i], answer, `${JSON.stringify(a)} ${b}`);
  });
});

/** As osv-scalibr's tests of other ecosystems have them. */
test('the fixture for Go tests has the pairs of the vectors', () => {
  const lines = pairs.map(([a, b, order]) => `${a} ${'<=>'[order + 1]} ${b}\n`);
  assertGolden('docs/integrations/go/cpan-versions.txt', lines.join(''));
});

test('coarse keys are those of the vectors', () => {
  for (const [version, key] of coarse) assert.equal(coarseKey(version), key, version);
});

test('coarse keys do not descend where versions ascend, and are equal where versions are', () => {
  const check = (a: string, b: string): void => {
    const order = compareVersions(a, b);
    const [left, right] = [coarseKey(a), coarseKey(b)];
    if (order === 0) assert.equal(left, right);
    else assert.ok(order < 0 ? left <= right : left >= right, `${a} ${b}`);
  };
  for (const [a, b] of ordered) check(`${a}`, `${b}`);
  const readable = versionText.filter((text) => text !== '' && canParse(text));
  fc.assert(fc.property(readable, readable, check), { numRuns: rounds(2000, 200_000), seed });
});

function canParse(text: string): boolean {
  try {
    parseVersion(text);
    return true;
  } catch {
    return false;
  }
}

/** What names of releases are made of; version.pm reads more, which Perl's own sources may hold. */
const RELEASE = /^v?[0-9]*(?:\.[0-9]+)*(?:_[0-9]+)?$/;

test('the Go code reads the same versions as the same parts', { skip: withoutGo() }, () => {
  const random = fc.sample(versionLikeText, { numRuns: rounds(5000, 500_000), seed });
  const texts = [...ordered.map(([a]) => `${a}`), ...refused, ...coarse.map(([a]) => a), ...random];
  const answers = parsesInGo(texts);
  texts.forEach((text, i) => {
    const expected = RELEASE.test(text) && canParse(text);
    const parts = expected ? parseVersion(text).normal : 'refused';
    assert.equal(answers[i]?.normal, parts, JSON.stringify(text));
    if (expected) assert.equal(answers[i]?.coarse, coarseKey(text), text);
  });
});
