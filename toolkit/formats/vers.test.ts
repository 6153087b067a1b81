import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { sharedJson, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { FormatError } from './errors.ts';
import {
  formatVers,
  MAX_VERS_LENGTH,
  parseVers,
  type VersComparator,
  type VersConstraint,
  versContains,
} from './vers.ts';

/** The order of the examples here: dotted numbers, shorter ones first. */
function dotted(a: string, b: string): number {
  const [x, y] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i] ?? -1) - (y[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbers(version: string): number[] {
  if (!/^[\d.%F]+$/.test(version)) throw new Error(`no version: ${version}`);
  return version.split('.').map((part) => Number.parseInt(part, 10));
}

test('a range comes apart into decoded constraints', () => {
  const cases: [text: string, constraints: [string, string][] | '*'][] = [
    ['vers:cpan/*', '*'],
    ['vers:cpan/1.0', [['=', '1.0']]],
    [
      'vers:cpan/>=1.0|!=1.2|<1.5|2.0|>3.0',
      [
        ['>=', '1.0'],
        ['!=', '1.2'],
        ['<', '1.5'],
        ['=', '2.0'],
        ['>', '3.0'],
      ],
    ],
    ['vers:generic/1%25', [['=', '1%']]],
  ];
  for (const [text, constraints] of cases) {
    const vers = parseVers(text, dotted);
    const found = vers.constraints === '*' ? '*' : vers.constraints.map((c) => [c.comparator, c.version]);
    assert.deepEqual(found, constraints, text);
    assert.equal(formatVers(vers, dotted), text);
  }
});

test('what is not canonical is refused with the reason', () => {
  const cases: [text: string, message: RegExp][] = [
    ['', /does not start with "vers:"/],
    ['VERS:cpan/1.0', /does not start with "vers:"/],
    ['vers:Cpan/1.0', /does not start with "vers:"/],
    ['vers:cpan', /does not start with "vers:"/],
    ['vers:cpan/', /a constraint is empty/],
    ['vers:cpan/|1.0', /a constraint is empty/],
    ['vers:cpan/1.0|', /a constraint is empty/],
    ['vers:cpan/>=', /">=" has no version/],
    ['vers:cpan/1.0 |2.0', /white space/],
    ['vers:cpan/=1.0', /"=1.0" is not canonically encoded/],
    ['vers:cpan/1.0|*', /"\*" is not canonically encoded/],
    ['vers:cpan/2.0|1.0', /"1.0" stands after "2.0"/],
    ['vers:cpan/1.0|1.0', /version "1.0" twice/],
    ['vers:cpan/>=1.0|!=1.0|<2.0', /version "1.0" twice/],
    ['vers:cpan/>=1.0|>2.0', />=1.0 and >2.0 do not alternate/],
    ['vers:cpan/<1.0|!=2.0|<=3.0', /<1.0 and <=3.0 do not alternate/],
    ['vers:cpan/1.0|<2.0', /<2.0 swallows 1.0/],
    ['vers:cpan/1%2e0', /not canonically encoded/],
    ['vers:cpan/1%2E0', /not canonically encoded/],
    ['vers:cpan/1%', /bad percent-encoding/],
    [`vers:cpan/${'1|'.repeat(MAX_VERS_LENGTH)}`, /longer than 1048576/],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parseVers(text, dotted), { code: 'vers', message }, text.slice(0, 60));
  }
});

test('a version that its order refuses is named', () => {
  for (const text of ['vers:cpan/x', 'vers:cpan/1.0|x']) {
    assert.throws(() => parseVers(text, dotted), { code: 'version', message: /"x" do not compare/ });
  }
  assert.throws(() => versContains(parseVers('vers:cpan/1.0', dotted), 'x', dotted), { code: 'version' });
});

test('writing sorts, reading does not', () => {
  const constraints: VersConstraint[] = [
    { comparator: '<', version: '2.0' },
    { comparator: '>=', version: '1.0' },
  ];
  assert.equal(formatVers({ type: 'cpan', constraints }, dotted), 'vers:cpan/>=1.0|<2.0');
  assert.throws(() => formatVers({ type: 'cpan', constraints: [] }, dotted), /has no constraint/);
  assert.throws(() => formatVers({ type: 'CPAN', constraints: '*' }, dotted), { code: 'vers' });
});

test('versions are in a range or not', () => {
  const cases: [range: string, inside: string, outside: string][] = [
    ['*', '0 1.0 99', ''],
    ['1.0', '1.0', '0.9 1.1'],
    ['1.0|2.0', '1.0 2.0', '1.5 3'],
    ['<1.0', '0.9 0', '1.0 2'],
    ['<=1.0', '0.9 1.0', '1.1'],
    ['>1.0', '1.1 9', '1.0 0'],
    ['>=1.0', '1.0 9', '0.9'],
    ['>=1.0|<2.0', '1.0 1.9', '0.9 2.0 3'],
    ['>=1.0|!=1.5|<2.0', '1.0 1.6', '1.5 2.0'],
    ['<1.0|>=2.0|<3.0', '0 2.0 2.9', '1.0 1.5 3.0'],
    ['<1.0|1.5|>2.0', '0 1.5 2.1', '1.0 1.4 1.6 2.0'],
    ['1.0|!=1.5', '1.0', '1.5 1.6'],
    ['!=1.0', '0.9 1.1', '1.0'],
  ];
  for (const [range, inside, outside] of cases) {
    const vers = parseVers(`vers:cpan/${range}`, dotted);
    for (const version of inside.split(' '))
      assert.ok(versContains(vers, version, dotted), `${version} in ${range}`);
    for (const version of outside.split(' ').filter(Boolean)) {
      assert.ok(!versContains(vers, version, dotted), `${version} not in ${range}`);
    }
  }
});

const PARSE = 'schemas/vers/tests/vers_canonical_parse_test.json';

test("the standard's own parse cases without datetime", { skip: withoutShared(PARSE) }, () => {
  const { tests } = sharedJson<{
    tests: {
      input: string;
      description: string;
      expected_failure?: boolean;
      expected_output?: { scheme: string; version_constraints: [string, string][] };
    }[];
  }>(PARSE);
  const cases = tests.filter(({ input }) => !input.startsWith('vers:datetime/'));
  assert.ok(cases.length >= 8);
  for (const { input, description, expected_failure, expected_output } of cases) {
    if (expected_failure) assert.throws(() => parseVers(input, dotted), FormatError, description);
    else assert.deepEqual(outline(input), expected_output, description);
  }
});

function outline(text: string): unknown {
  const { type, constraints } = parseVers(text, dotted);
  const pairs = constraints === '*' ? [['*', '']] : constraints.map((c) => [c.comparator, c.version]);
  return { scheme: type, version_constraints: pairs };
}

const CONTAINMENT = ['npm', 'pypi'].map((type) => `schemas/vers/tests/${type}_range_containment_test.json`);

for (const path of CONTAINMENT) {
  test(`the standard's own containment cases: ${path}`, { skip: withoutShared(path) }, () => {
    const { tests } = sharedJson<{
      tests: { input: { vers: string; version: string }; expected_output: boolean }[];
    }>(path);
    for (const { input, expected_output } of tests) {
      let vers: ReturnType<typeof parseVers>;
      try {
        vers = parseVers(input.vers, dotted);
      } catch (error) {
        assert.ok(error instanceof FormatError); // recommended cases also hold ranges that are not canonical
        continue;
      }
      assert.equal(versContains(vers, input.version, dotted), expected_output, input.vers);
    }
  });
}

const COMPARATORS: readonly VersComparator[] = ['=', '!=', '<', '<=', '>', '>='];
const constraint: fc.Arbitrary<VersConstraint> = fc
  .tuple(fc.constantFrom(...COMPARATORS), fc.nat({ max: 20 }))
  .map(([comparator, number]) => ({ comparator, version: String(number) }));
const byNumber = (a: string, b: string): number => Number(a) - Number(b);

test('canonical text is read back to what it was written from', () => {
  const written = fc.property(fc.array(constraint, { minLength: 1, maxLength: 8 }), (constraints) => {
    let text: string;
    try {
      text = formatVers({ type: 'cpan', constraints }, byNumber);
    } catch (error) {
      assert.ok(error instanceof FormatError);
      return;
    }
    const vers = parseVers(text, byNumber);
    assert.equal(formatVers(vers, byNumber), text);
    assert.deepEqual(new Set<unknown>(vers.constraints), new Set<unknown>(constraints));
  });
  fc.assert(written, { seed, numRuns: rounds(1000, 200_000) });
});

test('any version text survives', () => {
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const survives = fc.property(fc.string({ minLength: 1, unit: 'binary' }), (version) => {
    const text = formatVers({ type: 'generic', constraints: [{ comparator: '=', version }] }, compare);
    assert.match(text, /^[!-~]+$/);
    assert.deepEqual(parseVers(text, compare).constraints, [{ comparator: '=', version }]);
  });
  fc.assert(survives, { seed, numRuns: rounds(500, 100_000) });
});

test('any text is read or refused', () => {
  const piece = fc.constantFrom('|', '>', '<', '=', '!', '*', '1', '2', '%2A', '%', 'x', ' ', '\u0000');
  const total = fc.property(fc.array(piece), (pieces) => {
    try {
      const text = `vers:cpan/${pieces.join('')}`;
      assert.equal(formatVers(parseVers(text, dotted), dotted), text);
    } catch (error) {
      assert.ok(error instanceof FormatError, String(error));
    }
  });
  fc.assert(total, { seed, numRuns: rounds(1000, 500_000) });
});
