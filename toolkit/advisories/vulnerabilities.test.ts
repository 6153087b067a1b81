import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { judged } from '../../test/cve-records.ts';
import { csafOptions, everything } from '../../test/exported.ts';
import { sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed, soaking } from '../../test/sizes.ts';
import { compareVersions, type PerlVersion, parseVersion } from '../cpan/index.ts';
import {
  csafStatements,
  cycloneDxStatements,
  formatCsaf,
  formatCycloneDx,
  formatOpenVex,
  openVexStatements,
  parseCsaf,
  parseCycloneDx,
  parseOpenVex,
  parsePurl,
  parseVers,
  type VexStatement,
  type VexVersions,
  versContains,
} from '../formats/index.ts';
import {
  type AdvisoryRecord,
  type AffectedEntry,
  difference,
  formatIntervals,
  importCpansa,
  intersection,
  intervals,
  toCsaf,
  toCsafVex,
  toCycloneDxVex,
  toOpenVex,
} from './index.ts';
import { PRODUCT_SETS, vulnerabilitiesOf } from './vulnerabilities.ts';

test('the versions of a distribution fall into four sets', () => {
  const [whole, own] = vulnerabilitiesOf(everything);
  assert.deepEqual(whole?.names, ['CPANSA-Example-Dist-2026-0001', 'CVE-2026-99990', 'GHSA-2222-3333-4444']);
  assert.deepEqual(
    whole?.products.map((product) => [
      product.distribution,
      ...PRODUCT_SETS.map((set) => formatIntervals(product[set])),
    ]),
    [
      [
        'Example-Dist',
        '[v1.2.0,v1.5.4) [v1.6.0,v1.7.0) [2,2]',
        '',
        '[v1.5.4,v1.6.0)',
        '[0,v1.2.0) [v1.7.0,2) (2,∞)',
      ],
      ['Example-XS', '(0,3]', '', '', '[0,0] (3,∞)'],
      ['Example-Old', '', '[0,∞)', '', ''],
    ],
  );
  assert.deepEqual(own?.names, ['CVE-2026-99991']);
  assert.deepEqual(
    own?.products.map(({ distribution }) => distribution),
    ['Example-XS'],
  );
});

const number = fc.integer({ min: 0, max: 4 });
const version = fc.oneof(
  number.map(String),
  fc.tuple(number, number).map(([a, b]) => `${a}.${b}`),
  fc.tuple(number, number, number).map((parts) => `v${parts.join('.')}`),
);
const constraint = fc
  .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), version)
  .map((pair) => pair.join(''));
const range = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.array(constraint, { minLength: 1, maxLength: 2 }).map((parts) => parts.join(',')),
  },
  { weight: 1, arbitrary: fc.constantFrom('1-RC1', '?') },
);
const entry: fc.Arbitrary<AffectedEntry> = fc.record({
  distribution: fc.constantFrom('A', 'B'),
  ranges: fc.array(range, { maxLength: 3 }),
  fixed: fc.array(range, { maxLength: 2 }),
  cause: fc.constant({ kind: 'own' as const }),
});
const record: fc.Arbitrary<AdvisoryRecord> = fc
  .array(entry, { minLength: 1, maxLength: 3 })
  .map((affected) => ({ ...everything, affected }));

test('the four sets are apart, whole, and say what the entries say', () => {
  const property = fc.property(record, version, (one, asked) => {
    for (const product of vulnerabilitiesOf(one)[0]?.products ?? []) {
      const only = intervals([`==${asked}`]);
      const sets = PRODUCT_SETS.filter((set) => intersection(product[set], only).length > 0);
      assert.equal(sets.length, 1);
      const answer = { affected: true, undecided: null, fixed: false, unaffected: false };
      const [set = 'affected'] = sets;
      assert.equal(answer[set], judged(one.affected, product.distribution, asked));
      const rest = PRODUCT_SETS.reduce((left, name) => difference(left, product[name]), intervals(['>=0']));
      assert.deepEqual(rest, []);
    }
  });
  fc.assert(property, { seed, numRuns: rounds(500, 50_000) });
});

type Released = (distribution: string) => readonly string[] | null;
type Reader = (record: AdvisoryRecord, releases: Released) => readonly VexStatement[];

const at = '2026-03-04T05:06:07Z';
const READERS: readonly [format: string, read: Reader][] = [
  [
    'a CSAF security advisory',
    (one, releases) =>
      csafStatements(parseCsaf(formatCsaf(toCsaf(one, { ...csafOptions, releases }).document))),
  ],
  [
    'CSAF VEX',
    (one, releases) =>
      csafStatements(parseCsaf(formatCsaf(toCsafVex(one, { ...csafOptions, releases }).document))),
  ],
  [
    'OpenVEX',
    (one, releases) => {
      const id = 'https://example.org/vex/1';
      const { document } = toOpenVex(one, { id, author: 'Example', timestamp: at, version: 1, releases });
      return document === null ? [] : openVexStatements(parseOpenVex(formatOpenVex(document)));
    },
  ],
  [
    'CycloneDX',
    (one, releases) => {
      const source = { name: 'Example' };
      const { document } = toCycloneDxVex(one, { timestamp: at, source, version: 1, releases });
      return cycloneDxStatements(parseCycloneDx(formatCycloneDx(document)));
    },
  ],
];

const ANSWERS = { affected: true, under_investigation: null, fixed: false, not_affected: false };

interface Claim {
  readonly answer: boolean | null;
  holds(asked: PerlVersion): boolean;
}

/** What the statements under the record's id say, by distribution. */
function claimsOf(statements: readonly VexStatement[], id: string): Map<string, Claim[]> {
  const claims = new Map<string, Claim[]>();
  for (const { ids, purls, versions, status } of statements) {
    if (!ids.includes(id)) continue;
    const limits = versions.map(limitOf);
    for (const purl of purls.map(parsePurl)) {
      const only = purl.version === null ? null : parseVersion(purl.version);
      const holds = (asked: PerlVersion): boolean =>
        (only === null || compareVersions(only, asked) === 0) &&
        (limits.length === 0 || limits.some((allows) => allows(asked)));
      claims.set(purl.name, [...(claims.get(purl.name) ?? []), { answer: ANSWERS[status], holds }]);
    }
  }
  return claims;
}

function limitOf(limit: VexVersions): (asked: PerlVersion) => boolean {
  if ('version' in limit) {
    const only = parseVersion(limit.version);
    return (asked) => compareVersions(only, asked) === 0;
  }
  const range = parseVers(limit.range, compareVersions);
  return (asked) => versContains(range, asked.original, compareVersions);
}

/** Compares the one answer of the statements with the record's, for every release; how many there were. */
function compareAnswers(record: AdvisoryRecord, read: Reader, releases: Released): number {
  const claims = claimsOf(read(record, releases), record.id);
  let compared = 0;
  for (const name of new Set(record.affected.map(({ distribution }) => distribution))) {
    for (const asked of releases(name) ?? []) {
      const version = parseVersion(asked);
      const found = (claims.get(name) ?? []).filter((claim) => claim.holds(version));
      const answers = [...new Set(found.map(({ answer }) => answer))];
      assert.deepEqual(answers, [judged(record.affected, name, asked)], `${record.id}: ${name} ${asked}`);
      compared++;
    }
  }
  return compared;
}

for (const [format, read] of READERS) {
  test(`${format} says of every release what the record says`, () => {
    const released = ['0', '0.5', 'v1.2.3', '1.5', '2', 'v2.1.0', '3', '4.4'];
    const property = fc.property(record, (one) => {
      assert.ok(compareAnswers(one, read, () => released) > 0);
    });
    fc.assert(property, { seed, numRuns: rounds(200, 10_000) });
  });
}

const DATABASE = 'cpansa/cpan-security-advisory.json';
for (const [format, read] of READERS) {
  test(`${format}: the whole database, release by release`, { skip: withoutShared(DATABASE) }, () => {
    const { records, releases } = importCpansa(sharedText(DATABASE));
    const known: Released = (name) => releases.get(name)?.versions ?? null;
    const sample = records.filter((_, i) => soaking || i % 5 === 0);
    const compared = sample.reduce((sum, one) => sum + compareAnswers(one, read, known), 0);
    assert.ok(compared > 5000, `${compared}`);
  });
}

test('the same record is the same bytes', () => {
  const again = structuredClone(everything);
  assert.equal(
    formatCsaf(toCsaf(again, csafOptions).document),
    formatCsaf(toCsaf(everything, csafOptions).document),
  );
});
