import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { askPerl, withoutPerl } from '../../test/peers.ts';
import { hexLine, versionLikeText, versionText } from '../../test/perl-texts.ts';
import { sharedJson, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { CpanError } from './errors.ts';
import {
  compareVersions,
  declareVersion,
  isLaxVersion,
  isStrictVersion,
  type PerlVersion,
  parseVersion,
} from './version.ts';

const show = (v: PerlVersion): string =>
  [v.normal, v.numify, v.stringify, v.qv ? 'dotted' : 'decimal', v.alpha ? 'alpha' : ''].join(' ').trim();

/** What version.pm says in parentheses, or null for a version. */
function refusal(read: (text: string) => PerlVersion, text: string): string | null {
  try {
    read(text);
    return null;
  } catch (error) {
    assert.ok(error instanceof CpanError);
    assert.equal(error.code, 'version-syntax');
    return error.problem.slice(error.problem.lastIndexOf('": ') + 3);
  }
}

test('a version is decimal, its fraction in groups of three digits, or dotted', () => {
  const cases: [text: string, shown: string][] = [
    ['0', 'v0.0.0 0.000 0 decimal'],
    ['1.2', 'v1.200.0 1.200 1.2 decimal'],
    ['1.02', 'v1.20.0 1.020 1.02 decimal'],
    ['1.002003', 'v1.2.3 1.002003 1.002003 decimal'],
    ['5.0360', 'v5.36.0 5.036000 5.0360 decimal'],
    ['20240101', 'v20240101.0.0 20240101.000 20240101 decimal'],
    ['v1.2', 'v1.2.0 1.002000 v1.2 dotted'],
    ['v1', 'v1.0.0 1.000000 v1 dotted'],
    ['1.2.3', 'v1.2.3 1.002003 1.2.3 dotted'],
    ['.1.2', 'v0.1.2 0.001002 .1.2 dotted'],
    ['1.2.3.0', 'v1.2.3.0 1.002003000 1.2.3.0 dotted'],
    ['v1.1000.3', 'v1.1000.3 1.1000003 v1.1000.3 dotted'],
  ];
  for (const [text, shown] of cases) assert.equal(show(parseVersion(text)), shown, text);
});

test('an underscore marks an alpha version and is else passed over', () => {
  const cases: [text: string, shown: string][] = [
    ['1.02_01', 'v1.20.100 1.020100 1.02_01 decimal alpha'],
    ['1.2.3_4', 'v1.2.34 1.002034 1.2.3_4 dotted alpha'],
    ['v1.2_3', 'v1.23.0 1.023000 v1.2_3 dotted alpha'],
    ['1.2.3_', 'v1.2.3 1.002003 1.2.3_ dotted alpha'],
  ];
  for (const [text, shown] of cases) assert.equal(show(parseVersion(text)), shown, text);
  assert.equal(compareVersions('1.02_01', '1.0201'), 0);
});

test('oddities that version.pm reads', () => {
  const cases: [text: string, shown: string][] = [
    ['1.', 'v1.0.0 1.000 1. decimal'],
    ['.1', 'v0.100.0 0.100 .1 decimal'],
    ['.', 'v0.0.0 0.000 . decimal'],
    ['001.002', 'v1.2.0 1.002 001.002 decimal'],
    ['undef', 'v0.0.0 0.000 0 decimal'],
    [' \t1.0\n', 'v1.0.0 1.000 1.0 decimal'],
    ['1.0\0 anything', 'v1.0.0 1.000 1.0 decimal'],
    ['1.0; # comment', 'v1.0.0 1.000 1.0 decimal'],
    ['1.2. ', 'v1.2.0 1.002000 1.2. dotted'],
  ];
  for (const [text, shown] of cases) assert.equal(show(parseVersion(text)), shown, text);
});

test('a part above 31 bits becomes the largest and ends the version', () => {
  assert.equal(show(parseVersion('2147483647')), 'v2147483647.0.0 2147483647.000 2147483647 decimal');
  const cases: [text: string, normal: string][] = [
    ['2147483648', 'v2147483647.0.0'],
    ['00000000000', 'v2147483647.0.0'],
    ['99999999999999999999.5', 'v2147483647.0.0'],
    ['v1.99999999999.3', 'v1.2147483647.0'],
  ];
  for (const [text, normal] of cases) {
    const version = parseVersion(text);
    assert.deepEqual([version.normal, version.stringify], [normal, 'v.Inf'], text);
    assert.equal(version.warning, 'integer overflow in version');
  }
  assert.equal(parseVersion('v1.00000000000002').normal, 'v1.2.0');
});

test('what version.pm warns of is told', () => {
  const ignored = 'text after the version is ignored';
  const cases: [text: string, warning: string | undefined][] = [
    ['1.0', undefined],
    [' 1.0', undefined],
    ['1.0 ', ignored],
    ['1.0 2', ignored],
    ['1.0}', ignored],
    ['1.0\0', undefined],
  ];
  for (const [text, warning] of cases) assert.equal(parseVersion(text).warning, warning, text);
});

test('what is no version is refused with the reason of version.pm', () => {
  const cases: [text: string, reason: string][] = [
    ['', 'version required'],
    [' ', 'version required'],
    ['foo', 'non-numeric data'],
    ['1.0-TRIAL', 'non-numeric data'],
    ['1.2.3beta', 'non-numeric data'],
    ['1.2e3', 'non-numeric data'],
    ['\u0661.\u0662', 'non-numeric data'],
    ['1.\u0662', 'fractional part required'],
    ['undefined', 'non-numeric data'],
    ['-1', 'negative version number'],
    ['version', 'dotted-decimal versions require at least three parts'],
    ['v.1', 'dotted-decimal versions require at least three parts'],
    ['1_000', 'alpha without decimal'],
    ['1_', 'misplaced underscore'],
    ['1.2_', 'misplaced underscore'],
    ['1.2_3_4', 'multiple underscores'],
    ['1.2_3.4', 'underscores before decimal'],
    ['1..2', 'fractional part required'],
    ['1.2.', 'trailing decimal'],
  ];
  for (const [text, reason] of cases) assert.equal(refusal(parseVersion, text), reason, text);
  assert.throws(() => parseVersion('1.0\n-x'), { message: 'version "1.0\\n-x": non-numeric data' });
});

test('a declared version is dotted', () => {
  const cases: [text: string, normal: string, stringify: string][] = [
    ['1.2', 'v1.2.0', 'v1.2'],
    ['1.002003', 'v1.2003.0', 'v1.002003'],
    ['1', 'v1.0.0', '1'],
    ['1.2.3', 'v1.2.3', '1.2.3'],
    ['.5', 'v0.5.0', 'v.5'],
    ['1.2_', 'v1.2.0', 'v1.2_'],
    ['undef', 'v0.0.0.0', '0'],
  ];
  for (const [text, normal, stringify] of cases) {
    const version = declareVersion(text);
    assert.deepEqual([version.normal, version.stringify, version.qv], [normal, stringify, true], text);
  }
  assert.equal(refusal(declareVersion, '1_2'), 'non-numeric data');
});

test('lax and strict', () => {
  const cases: [text: string, lax: boolean, strict: boolean][] = [
    ['1.002', true, true],
    ['v1.2.3', true, true],
    ['v1.2', true, false],
    ['1.2.3', true, false],
    ['1.02_01', true, false],
    ['v1.2.1000', true, false],
    ['01.2', true, false],
    ['undef', true, false],
    ['1_000', true, false],
    ['.1.2', true, false],
    ['v1_2', false, false],
    ['1.0\n', false, false],
    [' 1.0', false, false],
    ['', false, false],
  ];
  for (const [text, lax, strict] of cases) {
    assert.deepEqual([isLaxVersion(text), isStrictVersion(text)], [lax, strict], text);
  }
});

test('the order: part by part, missing parts zero', () => {
  const versions = [
    '0',
    '0.000001',
    '.1',
    '0.9',
    '1',
    '1.002',
    '1.02',
    'v1.21',
    '1.10',
    '1.9',
    'v1.901',
    '2.0.1',
  ];
  for (const [i, a] of versions.entries()) {
    for (const [j, b] of versions.entries())
      assert.equal(compareVersions(a, b), Math.sign(i - j), `${a} ${b}`);
  }
  for (const same of [
    ['1', '1.0', 'v1', '1.000_000', ' 1'],
    ['5.036', 'v5.36', '5.36.0'],
    ['undef', '0'],
  ]) {
    for (const text of same) assert.equal(compareVersions(text, parseVersion(same[0] ?? '')), 0);
  }
  assert.throws(() => compareVersions('1', '1e5'), CpanError);
});

interface Vector {
  v: string;
  ok: boolean;
  normal: string;
  numify: string;
  qv: boolean;
  alpha: boolean;
}

const GOLDEN_PARSE = 'golden/version-parse.json';
test('golden: versions of the advisory data parse as in perl', { skip: withoutShared(GOLDEN_PARSE) }, () => {
  for (const { v, ok, ...wanted } of sharedJson<{ vectors: Vector[] }>(GOLDEN_PARSE).vectors) {
    if (!ok) {
      assert.throws(() => parseVersion(v), CpanError, v);
      continue;
    }
    const { normal, numify, qv, alpha } = parseVersion(v);
    assert.deepEqual({ normal, numify, qv, alpha }, { ...wanted }, v);
  }
});

for (const file of ['golden/version-cmp.json', 'golden/version-cmp-adjacent.json']) {
  test(`golden: ${file} is in the order of perl`, { skip: withoutShared(file) }, () => {
    for (const [a, b, order] of sharedJson<[string, string, number][]>(file)) {
      assert.equal(compareVersions(a, b), order, `${a} <=> ${b}`);
      assert.equal(compareVersions(b, a), -order + 0, `${b} <=> ${a}`);
    }
  });
}

const VECTORS = 'metadata/version-vectors.json';
interface Parsed {
  input: string;
  lax: boolean;
  strict: boolean;
  error?: string;
  declareError?: string;
  [field: string]: unknown;
}

test('vectors of version.pm', { skip: withoutShared(VECTORS) }, () => {
  const { parse, compare } = sharedJson<{ parse: Parsed[]; compare: [string, string, number][] }>(VECTORS);
  const reason = (error?: string): string | null =>
    error?.replace(/^Invalid version format \((.*)\)$/, '$1') ?? null;
  for (const { input, lax, strict, error, declareError, ...wanted } of parse) {
    assert.deepEqual([isLaxVersion(input), isStrictVersion(input)], [lax, strict], input);
    assert.equal(refusal(parseVersion, input), reason(error), input);
    assert.equal(refusal(declareVersion, input), reason(declareError), input);
    if (error !== undefined || declareError !== undefined) continue;
    const { normal, numify, qv, alpha, stringify } = parseVersion(input);
    const declared = declareVersion(input);
    const found = { declareNormal: declared.normal, declareString: declared.stringify };
    assert.deepEqual({ normal, numify, qv, alpha, stringify, ...found }, { ...wanted }, input);
  }
  for (const [a, b, order] of compare) assert.equal(compareVersions(a, b), order, `${a} <=> ${b}`);
});

const parsed: fc.Arbitrary<PerlVersion> = versionText
  .filter((text) => refusal(parseVersion, text) === null)
  .map(parseVersion);
const runs = { seed, numRuns: rounds(1000, 100_000) };

test('property: the order is total', () => {
  const sign = (a: PerlVersion, b: PerlVersion): number => compareVersions(a, b);
  fc.assert(
    fc.property(parsed, parsed, parsed, (a, b, c) => {
      assert.equal(sign(a, a), 0);
      assert.equal(sign(a, b), -sign(b, a) + 0);
      if (sign(a, b) <= 0 && sign(b, c) <= 0) assert.ok(sign(a, c) <= 0);
      if (sign(a, b) === 0) assert.equal(sign(a, c), sign(b, c));
    }),
    runs,
  );
});

test('property: the normal form is an equal version, strict when its parts are short', () => {
  fc.assert(
    fc.property(parsed, (version) => {
      assert.equal(compareVersions(version.normal, version), 0);
      assert.equal(parseVersion(version.normal).normal, version.normal);
      const short = version.parts.slice(1).every((part) => part < 1000);
      assert.equal(isStrictVersion(version.normal), short);
      if (short && version.stringify !== 'v.Inf') assert.equal(compareVersions(version.numify, version), 0);
    }),
    runs,
  );
});

test('property: any text is a version or a CpanError', () => {
  fc.assert(
    fc.property(versionLikeText, (text) => {
      const why = refusal(parseVersion, text);
      if (why === null) assert.ok(parseVersion(text).parts.every((part) => part >= 0 && part <= 0x7fffffff));
      if (isStrictVersion(text)) assert.equal(why, null);
    }),
    runs,
  );
});

// One line per text: what parse and declare say, then the order of this text and the last one that parsed.
const PERL = String.raw`
  use warnings; use version;
  my ($warned, $last); $SIG{__WARN__} = sub { $warned = 1 };
  sub told {
    my ($how, $text) = @_;
    $warned = 0;
    my $v = eval { version->$how($text) };
    return $@ =~ /\((.*?)\) at / ? $1 : $@ unless ref $v;
    my @told = ("$warned", $v->is_qv ? 1 : 0, $v->is_alpha ? 1 : 0, $v->normal, $v->numify, $v->stringify);
    if ($how eq 'parse') { push @told, defined $last ? $v <=> $last : 0; $last = $v }
    return "@told";
  }
  while (<STDIN>) {
    chomp; $_ = pack 'H*', $_; utf8::decode $_;
    my ($lax, $strict) = map { $_ ? 1 : 0 } scalar version::is_lax($_), scalar version::is_strict($_);
    print join("|", $lax, $strict, told('parse', $_), told('declare', $_)), "\n";
  }`;

test('peer: version.pm says the same of random texts', { skip: withoutPerl('version 0.9929') }, () => {
  const texts = fc.sample(versionLikeText, { seed, numRuns: rounds(4000, 1_000_000) });
  let last: PerlVersion | undefined;
  const told = (how: (text: string) => PerlVersion, text: string): string => {
    const why = refusal(how, text);
    if (why !== null) return why;
    const v = how(text);
    const flags = [v.warning !== undefined, v.qv, v.alpha].map(Number);
    const shown = [...flags, v.normal, v.numify, v.stringify];
    if (how === declareVersion) return shown.join(' ');
    const order = last === undefined ? 0 : compareVersions(v, last);
    last = v;
    return [...shown, order].join(' ');
  };
  const perl = askPerl(PERL, texts.map(hexLine));
  for (const [i, text] of texts.entries()) {
    const ours = [isLaxVersion(text), isStrictVersion(text)].map(Number);
    const line = [...ours, told(parseVersion, text), told(declareVersion, text)].join('|');
    assert.equal(line, perl[i], JSON.stringify(text));
  }
});

test('hostile texts end soon', () => {
  const long = 10_000_000;
  for (const text of [
    '1'.repeat(long),
    `1${'.1'.repeat(long / 2)}`,
    ' '.repeat(long),
    `v1.${'0'.repeat(long)}`,
  ]) {
    assert.throws(() => parseVersion(text), { code: 'too-large' });
    assert.equal(isLaxVersion(text), false);
    assert.equal(isStrictVersion(text), false);
  }
  for (const piece of ['1', '1.', '.1', '0', '1_', ' ', 'v']) {
    const text = piece.repeat(60_000 / piece.length);
    refusal(parseVersion, text);
    refusal(declareVersion, text);
    isLaxVersion(text);
    isStrictVersion(text);
  }
});
