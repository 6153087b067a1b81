import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { askPerl, withoutPerl } from '../../test/peers.ts';
import { hexLine, versionLikeText, versionText } from '../../test/perl-texts.ts';
import { sharedJson, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { CpanError } from './errors.ts';
import { mergeRequirements, parseRequirement, type Requirement } from './requirement.ts';
import { compareVersions, parseVersion } from './version.ts';

const structure = (requirement: Requirement): string[] =>
  requirement.clauses.map(({ op, version }) => `${op} ${version.stringify}`);

/** The requirement, or null where it is refused. */
function tryParse(text: string): Requirement | null {
  try {
    return parseRequirement(text);
  } catch (error) {
    assert.ok(error instanceof CpanError);
    return null;
  }
}

test('a range is reduced to bounds, exclusions between them, or one version', () => {
  const cases: [range: string, canonical: string][] = [
    ['1.0', '1.0'],
    ['>= 1.0', '1.0'],
    ['', '0'],
    ['0', '0'],
    ['undef', '0'],
    ['.5', '0.5'],
    ['1.2.3', 'v1.2.3'],
    ['v1', 'v1.0.0'],
    ['>=1,!=1.2,<2', '>= 1, < 2, != 1.2'],
    ['>= 1.0, >= 1.00, >= 0.9', '1.00'],
    ['< 2, <= 2', '< 2'],
    ['>= 2, <= 2.0', '== 2'],
    ['>= 2, == 2.0', '== 2.0'],
    ['== 2, 1', '== 2'],
    ['>= 0, < 2', '< 2'],
    ['> 0', '> 0'],
    ['!= 1, != 1, != 1.0', '!= 1, != 1.0'],
    ['>= 1, != 0.5, != 1.5', '>= 1, != 1.5'],
    ['1,', '1'],
    ['1 , <\t3', '>= 1, < 3'],
    [' 1.0', '1.0'],
  ];
  for (const [range, canonical] of cases) assert.equal(parseRequirement(range).canonical, canonical, range);
});

test('clauses keep a lower bound of zero, the canonical form does not', () => {
  const requirement = parseRequirement('< 2, >= 0, != 1');
  assert.deepEqual(structure(requirement), ['>= 0', '< 2', '!= 1']);
  assert.equal(requirement.canonical, '< 2, != 1');
});

test('a version is accepted when every clause holds', () => {
  const cases: [range: string, accepted: string[], refused: string[]][] = [
    ['>= 1.0, < 2', ['1.0', '1.99', 'v1.0.0', 'v1.2.3'], ['0.9', '2', '2.0', 'v2.0.0']],
    ['!= 1.5', ['1', '1.50_1', '2'], ['1.5', '1.50', 'v1.500.0']],
    ['== v1.2.3', ['1.2.3', '1.002003'], ['1.2', '1.2.3.1']],
    ['0', ['0', 'undef', '1', ' 1.0 '], []],
  ];
  for (const [range, accepted, refused] of cases) {
    const requirement = parseRequirement(range);
    for (const version of accepted) assert.ok(requirement.accepts(version), `${range} accepts ${version}`);
    for (const version of refused)
      assert.ok(!requirement.accepts(parseVersion(version)), `${range} refuses ${version}`);
  }
  assert.throws(() => parseRequirement('0').accepts('1.0-TRIAL'), { code: 'version-syntax' });
});

test('what is no range, or contradicts itself, is refused', () => {
  const cases: [range: string, code: string, problem: string][] = [
    ['~> 1.0', 'requirement-syntax', 'version "~> 1.0": non-numeric data'],
    ['>= ', 'requirement-syntax', 'version "": version required'],
    [', 1', 'requirement-syntax', 'version "": version required'],
    ['1,,2', 'requirement-syntax', 'version "": version required'],
    [' , ', 'requirement-syntax', 'no clause between commas'],
    ['1.0 ', 'requirement-syntax', 'version "1.0 ": text after the version is ignored'],
    ['>= 1\0\n', 'requirement-syntax', 'version ">= 1\\u0000\\n": non-numeric data'],
    ['>= 1.0 2.0', 'requirement-syntax', 'version "1.0 2.0": text after the version is ignored'],
    ['99999999999', 'requirement-syntax', 'version "99999999999": integer overflow in version'],
    ['< 1, > 2', 'requirement-conflict', '<= 1 contradicts >= 2'],
    ['== 1, == 2', 'requirement-conflict', '== 2 contradicts == 1'],
    ['== 1, != 1.0', 'requirement-conflict', '!= 1.0 contradicts == 1'],
    ['== 1, < 1', 'requirement-conflict', '!= 1 contradicts == 1'],
    ['< 1, >= 1', 'requirement-conflict', '!= 1 contradicts == 1'],
    ['> 1, == 1', 'requirement-conflict', '== 1 contradicts > 1'],
  ];
  for (const [range, code, problem] of cases) {
    assert.throws(
      () => parseRequirement(range),
      { code, problem: `version range ${JSON.stringify(range)}: ${problem}` },
      range,
    );
  }
});

test('two requirements merge into what both accept', () => {
  const cases: [a: string, b: string, merged: string][] = [
    ['1.0', '< 2', '>= 1.0, < 2'],
    ['>= 1, != 1.5', '>= 1.2, != 1.1', '>= 1.2, != 1.5'],
    ['== 1', '0.5', '== 1'],
    ['0', '0', '0'],
  ];
  for (const [a, b, merged] of cases)
    assert.equal(mergeRequirements(parseRequirement(a), parseRequirement(b)).canonical, merged);
  assert.throws(() => mergeRequirements(parseRequirement('== 1'), parseRequirement('2')), {
    code: 'requirement-conflict',
    message: '>= 2 contradicts == 1',
  });
});

const VECTORS = 'metadata/requirements-vectors.json';
interface Vector {
  range: string;
  error?: string;
  canonical: string;
  structured: [string, string][];
  accepts: Record<string, boolean>;
}

test('vectors of CPAN::Meta::Requirements 2.146', { skip: withoutShared(VECTORS) }, () => {
  for (const { range, error, canonical, structured, accepts } of sharedJson<{ cases: Vector[] }>(VECTORS)
    .cases) {
    const requirement = tryParse(range);
    assert.equal(requirement === null, error !== undefined, range);
    if (requirement === null) continue;
    assert.equal(requirement.canonical, canonical, range);
    assert.deepEqual(
      structure(requirement),
      structured.map((pair) => pair.join(' ')),
      range,
    );
    for (const [version, wanted] of Object.entries(accepts))
      assert.equal(requirement.accepts(version), wanted, `${range} accepts ${version}`);
  }
});

/** Few versions, so that bounds meet; now and then any text. */
const bound = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom(
      '0',
      '0.0',
      '0.5',
      '.5',
      '1',
      '1.0',
      '1.5',
      '1.50',
      '1.5_0',
      'v1.5',
      'v1.500.0',
      '2',
      'v2.0.0',
      '3',
    ),
  },
  { weight: 3, arbitrary: versionText },
  { weight: 1, arbitrary: versionLikeText },
);
const clause = fc
  .tuple(fc.constantFrom('', '>=', '<=', '>', '<', '==', '!='), fc.constantFrom(' ', '', '\n', '  '), bound)
  .map(([op, space, version]) => op + space + version);
const range = fc
  .tuple(fc.array(clause, { minLength: 1, maxLength: 5 }), fc.constantFrom(',', ', ', ' ,\t', ',,'))
  .map(([clauses, comma]) => clauses.join(clauses.length > 4 ? comma : ', '));
const probes = [
  '0',
  '0.3',
  '0.5',
  '1',
  '1.2',
  '1.5',
  'v1.5',
  'v1.5.1',
  '1.501',
  '2',
  '2.5',
  '3',
  '4',
  '2147483647',
];
const runs = { seed, numRuns: rounds(1000, 100_000) };

test('property: a canonical form means the same and is its own canonical form', () => {
  fc.assert(
    fc.property(range, (text) => {
      const requirement = tryParse(text);
      if (requirement === null) return;
      const again = parseRequirement(requirement.canonical);
      assert.equal(again.canonical, requirement.canonical);
      for (const probe of probes)
        assert.equal(again.accepts(probe), requirement.accepts(probe), `${text} ${probe}`);
    }),
    runs,
  );
});

test('property: a merge accepts what both accept, whichever comes first', () => {
  fc.assert(
    fc.property(range, range, (left, right) => {
      const [a, b] = [tryParse(left), tryParse(right)];
      if (a === null || b === null) return;
      const both = (probe: string): boolean => a.accepts(probe) && b.accepts(probe);
      for (const [first, second] of [
        [a, b],
        [b, a],
      ] as const) {
        let merged: Requirement;
        try {
          merged = mergeRequirements(first, second);
        } catch (error) {
          assert.equal((error as CpanError).code, 'requirement-conflict');
          assert.ok(!probes.some(both));
          continue;
        }
        for (const probe of probes)
          assert.equal(merged.accepts(probe), both(probe), `${left} and ${right}: ${probe}`);
      }
    }),
    runs,
  );
});

test('property: the clauses say what is accepted', () => {
  const holds = { '<': [-1], '<=': [-1, 0], '==': [0], '!=': [-1, 1], '>=': [0, 1], '>': [1] };
  fc.assert(
    fc.property(range, (text) => {
      const requirement = tryParse(text);
      if (requirement === null) return;
      for (const probe of probes) {
        const all: boolean = requirement.clauses.every(({ op, version }) =>
          (holds[op] as number[]).includes(compareVersions(probe, version)),
        );
        assert.equal(requirement.accepts(probe), all, `${text} ${probe}`);
      }
    }),
    runs,
  );
});

/** What a range comes to; null where it is refused. `accepted` has a letter for each probe: y, n, or x for an error. */
interface Answer {
  canonical: string;
  clauses: string[];
  accepted: string;
}

const oddProbes = ['1.0 ', '1.5;', '3\n', '99999999999', '1.0-x', ''];

function ourAnswer(text: string): Answer | null {
  const requirement = tryParse(text);
  if (requirement === null) return null;
  const letter = (probe: string): string => {
    try {
      return requirement.accepts(probe) ? 'y' : 'n';
    } catch {
      return 'x';
    }
  };
  const accepted = [...probes, ...oddProbes].map(letter).join('');
  return { canonical: requirement.canonical, clauses: structure(requirement), accepted };
}

const PERL = String.raw`
  use strict; use warnings; use CPAN::Meta::Requirements;
  $SIG{__WARN__} = sub {};
  chomp(my $first = <STDIN>);
  my @probes = map { pack 'H*', $_ } split /,/, $first, -1;
  print "$CPAN::Meta::Requirements::VERSION\n";
  while (<STDIN>) {
    chomp; $_ = pack 'H*', $_; utf8::decode $_;
    my ($text, $told) = ($_);
    eval {
      my $all = CPAN::Meta::Requirements->new;
      $all->add_string_requirement(M => $text);
      my $canonical = $all->requirements_for_module('M') // 'nothing';
      my @clauses = map { "$_->[0] $_->[1]" } @{ $all->structured_requirements_for_module('M') || [] };
      my $accepted = join '', map {
        my $probe = $_; my $yes;
        eval { $yes = $all->accepts_module(M => $probe) ? 'y' : 'n' } ? $yes : 'x';
      } @probes;
      $told = join "\t", $canonical, join('|', @clauses), $accepted;
    };
    print $told // 'refused', "\n";
  }`;

function perlAnswer(line: string): Answer | null {
  if (line === 'refused') return null;
  const [canonical = '', clauses = '', accepted = ''] = line.split('\t');
  return { canonical, clauses: clauses === '' ? [] : clauses.split('|'), accepted };
}

/** Where modules before 2.146 answer otherwise: when that may be, and what must hold all the same. */
const olderRules: {
  name: string;
  when(text: string): boolean;
  holds(ours: Answer | null, older: Answer | null): boolean;
}[] = [
  {
    name: 'a lower bound of zero is printed beside other clauses',
    when: (text) => text.includes('0') || text.includes('undef'),
    holds: (ours, older) =>
      ours !== null &&
      ours.clauses.length > 1 &&
      ours.clauses[0] === '>= 0' &&
      same(older, { ...ours, canonical: ours.clauses.join(', ') }),
  },
  {
    name: 'a lower bound of zero after another clause is passed over, so that "< 0, 0" is no conflict',
    when: (text) => /,\s*(?:>=?\s*)?0\s*(?:,|$)/.test(text),
    holds: (ours, older) =>
      older !== null && (ours === null ? !older.accepted.includes('y') : ours.accepted === older.accepted),
  },
  {
    name: 'commas alone are no requirement at all',
    when: (text) => /^[\s,]*,[\s,]*$/.test(text),
    holds: (ours, older) => ours === null && older?.canonical === 'nothing',
  },
];

function same(a: Answer | null, b: Answer | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** One more rule of older modules: a version that perl warns of is not asked about but refused. */
function withOddAnswers(older: Answer | null, ours: Answer | null): Answer | null {
  if (older === null || ours === null) return older;
  const odd = older.accepted.slice(probes.length);
  assert.match(odd, /^x+$/);
  return { ...older, accepted: older.accepted.slice(0, probes.length) + ours.accepted.slice(probes.length) };
}

test('peer: CPAN::Meta::Requirements reads random ranges alike', {
  skip: withoutPerl('CPAN::Meta::Requirements'),
}, () => {
  const texts = [',', '0', '> 0, < 1', ...fc.sample(range, { seed, numRuns: rounds(2000, 300_000) })];
  const asked = [...probes, ...oddProbes].map(hexLine).join(',');
  const [version = '', ...lines] = askPerl(PERL, [asked, ...texts.map(hexLine)]);
  const isOlder = Number(version) < 2.146;
  for (const [i, text] of texts.entries()) {
    const ours = ourAnswer(text);
    const told = perlAnswer(lines[i] ?? '');
    const perl = isOlder ? withOddAnswers(told, ours) : told;
    if (same(ours, perl)) continue;
    const rule = olderRules.find(({ when, holds }) => isOlder && when(text) && holds(ours, perl));
    assert.ok(rule, `${JSON.stringify(text)}: ours ${JSON.stringify(ours)}, perl's ${JSON.stringify(perl)}`);
  }
});

test('hostile ranges end soon', () => {
  const long = 10_000_000;
  for (const text of ['1,'.repeat(long / 2), ' '.repeat(long), `>= ${' '.repeat(long)}`, '>'.repeat(long)]) {
    assert.throws(() => parseRequirement(text), { code: 'too-large' });
  }
  const distinct = Array.from({ length: 1000 }, (_, i) => `!= 1.${i}`).join(',');
  assert.equal(parseRequirement(distinct).clauses.length, 1000);
  assert.throws(() => parseRequirement(`${distinct}, != 2`), { code: 'too-large' });
  for (const piece of [' ', ' ,', '\u2003', '>', '1']) tryParse(piece.repeat(60_000 / piece.length));
});
