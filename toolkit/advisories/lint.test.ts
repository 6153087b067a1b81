import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { sharedText, withoutShared } from '../../test/shared.ts';
import {
  type AdvisoryRecord,
  type AffectedEntry,
  decodeRecord,
  type Indicator,
  importCpansa,
  LINT_RULES,
  type LintRule,
  lintRecord,
  lintTogether,
} from './index.ts';

const entry: AffectedEntry = {
  distribution: 'Example-Dist',
  ranges: ['<1.5'],
  fixed: ['>=1.5'],
  cause: { kind: 'own' },
};
const record: AdvisoryRecord = {
  format: 'cpansec-advisory/1',
  id: 'CPANSA-Example-Dist-2026-0001',
  aliases: ['CVE-2026-0001', 'GHSA-98vg-qmpv-23vr'],
  reported: '2026-02-03',
  summary: 'Example::Dist follows symbolic links in its cache directory',
  details:
    'Whoever may write to the cache directory can have the program overwrite any file that its user may write.',
  severity: { rating: 'critical' },
  weaknesses: ['CWE-59', 'CWE-379'],
  affected: [entry],
  references: [{ type: 'fix', url: 'https://example.org/commit/1' }],
  history: [{ on: '2026-02-03', change: 'published' }],
};

test('a good record has no findings', () => {
  assert.deepEqual(lintRecord(record), []);
});

const VECTOR = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
type Change = Partial<Omit<AdvisoryRecord, 'affected'>> & {
  entry?: Partial<AffectedEntry>;
  affected?: AffectedEntry[];
};

/** Nobody rates malicious releases. */
function changed({ entry: other, ...change }: Change): AdvisoryRecord {
  const { severity: _, ...unrated } = record;
  return {
    ...(change.malicious === undefined ? record : unrated),
    affected: [{ ...entry, ...other }],
    ...change,
  };
}

type Case = [change: Change, rule: LintRule, path: string, suggestion?: string];
/** The change that makes the record one of malicious releases. */
function malicious(indicators: Indicator[] = [], entry: Partial<AffectedEntry> = {}): Change {
  return { malicious: { indicators }, entry: { ranges: ['==1.4'], fixed: [], ...entry } };
}
const CASES: readonly Case[] = [
  [{ id: 'CPANSA-Example-Dist-20260101-01' }, 'id-form', 'id'],
  [{ id: 'CPANSA-Other-Dist-2026-0001' }, 'id-distribution', 'id'],
  [{ id: 'CPANSA-Example-Dist-2026-0001-libz' }, 'id-suffix', 'id'],
  [
    { id: 'CPANSA-Example-Dist-2026-0001-libz' },
    'library-from-id',
    'affected[0].cause',
    '{"kind":"embedded","library":"libz"}',
  ],
  [{ aliases: ['CVE-2026-0001', 'CVE-2026-0001'] }, 'alias-duplicate', 'aliases'],
  [{ aliases: ['CPANSA-Example-Dist-2026-0001'] }, 'alias-duplicate', 'aliases'],
  [{ aliases: ['CVE-2026-0002', 'CVE-2026-0001'] }, 'alias-order', 'aliases', 'CVE-2026-0001, CVE-2026-0002'],
  [{ aliases: ['X-CVE-2018-vue-001'] }, 'cve-form', 'aliases[0]'],
  [{ aliases: ['CVE-26-1'] }, 'cve-form', 'aliases[0]'],
  [{ entry: { aliases: ['cve-2026-0003'] } }, 'cve-form', 'affected[0].aliases[0]'],
  [{ aliases: ['GHSA-1111-2222-3333'] }, 'ghsa-form', 'aliases[0]'],
  [{ reported: null }, 'reported-absent', 'reported'],
  [{ reported: '2026-02-30' }, 'date-invalid', 'reported'],
  [{ history: [{ on: '2026-13-01', change: 'x' }] }, 'date-invalid', 'history[0].on'],
  [{ summary: ' ' }, 'summary-absent', 'summary'],
  [{ summary: 'It leaks.' }, 'summary-end', 'summary', 'It leaks'],
  [{ summary: 'It\nleaks' }, 'summary-lines', 'summary'],
  [{ summary: 'It leaks '.repeat(20).trim() }, 'summary-long', 'summary'],
  [{ details: record.summary }, 'summary-repeated', 'details', 'no details'],
  [{ details: `${record.summary}.\n\nThere is more.` }, 'summary-repeated', 'details', 'There is more.'],
  [{ details: 'It is bad.' }, 'details-short', 'details'],
  [{ details: 'TODO: describe' }, 'placeholder', 'details'],
  [{ references: [{ type: 'fix', url: 'https://example.invalid/1' }] }, 'placeholder', 'references[0].url'],
  [{ details: 'Versions {{VERSION_RANGE}} leak' }, 'template-token', 'details'],
  [{ summary: 'It leaks }} memory' }, 'template-token', 'summary'],
  [{ details: 'Runs \u001b[31mred' }, 'control-character', 'details'],
  [{ severity: undefined }, 'severity-absent', 'severity'],
  [{ severity: { vector: VECTOR } }, 'cvss-present', 'severity.vector'],
  [{ severity: {} }, 'severity-empty', 'severity'],
  [{ severity: { vector: 'CVSS:3.1/AV:N' } }, 'severity-vector', 'severity.vector'],
  [{ severity: { vector: VECTOR, rating: 'low' } }, 'severity-mismatch', 'severity.rating', 'critical'],
  [{ ssvc: 'SSVCv2/E:A/' }, 'ssvc-vector', 'ssvc'],
  [
    { products: [{ name: 'x', purl: 'pkg:deb/debian/x@1', status: 'fixed', on: '2026-01-02' }] },
    'product-purl',
    'products[0].purl',
  ],
  [
    { products: [{ name: 'x', status: 'fixed', noFixPlanned: true, on: '2026-01-02' }] },
    'product-status',
    'products[0].noFixPlanned',
  ],
  [{ weaknesses: ['79'] }, 'weakness-form', 'weaknesses[0]'],
  [{ weaknesses: ['CWE-379', 'CWE-59'] }, 'weakness-order', 'weaknesses', 'CWE-59, CWE-379'],
  [{ affected: [] }, 'affected-absent', 'affected'],
  [{ affected: [entry, entry] }, 'entry-duplicate', 'affected[1]'],
  [
    { id: 'CPANSA-Example::Dist-2026-1', entry: { distribution: 'Example::Dist' } },
    'distribution-form',
    'affected[0].distribution',
    'Example-Dist',
  ],
  [{ entry: { modules: ['Example-Dist'] } }, 'module-form', 'affected[0].modules[0]'],
  [
    { entry: { cause: { kind: 'embedded', library: 'libz' } } },
    'library-version-absent',
    'affected[0].cause',
  ],
  [{ entry: { ranges: [], fixed: [] } }, 'ranges-absent', 'affected[0].ranges', 'all versions are >=0'],
  [
    { entry: { ranges: ['1.2'], fixed: [] } },
    'range-no-operator',
    'affected[0].ranges[0]',
    '==1.2 ([1.2,1.2])',
  ],
  [
    { entry: { ranges: ['=1.2'], fixed: [] } },
    'range-unreadable',
    'affected[0].ranges[0]',
    '==1.2 ([1.2,1.2])',
  ],
  [
    { entry: { ranges: ['>= 1, < 2'], fixed: [] } },
    'range-unreadable',
    'affected[0].ranges[0]',
    '>=1,<2 ([1,2))',
  ],
  [{ entry: { ranges: ['<5.40.2-RC1'], fixed: [] } }, 'range-unreadable', 'affected[0].ranges[0]'],
  [
    { entry: { ranges: ['==1,==2'], fixed: [] } },
    'range-contradictory',
    'affected[0].ranges[0]',
    'alternatives: ==1 or ==2',
  ],
  [{ entry: { ranges: ['<1', '>2,<1'], fixed: [] } }, 'range-canonical', 'affected[0].ranges[1]', '<1,>2'],
  [{ entry: { ranges: ['>0'], fixed: [] } }, 'range-above-zero', 'affected[0].ranges[0]', '>=0'],
  [{ entry: { ranges: ['<1', '<1'], fixed: [] } }, 'range-duplicate', 'affected[0].ranges[1]'],
  [{ entry: { ranges: ['>=1.2', '<1.4'], fixed: [] } }, 'range-split', 'affected[0].ranges[1]', '>=1.2,<1.4'],
  [{ entry: { ranges: ['>=v1.5.4,<1.6'], fixed: [] } }, 'range-mixed-notation', 'affected[0]', 'v1.6'],
  [{ entry: { fixed: [] } }, 'end-without-fix', 'affected[0].fixed', '>=1.5'],
  [
    { entry: { ranges: ['>=0'], fixed: [] }, references: [{ type: 'web', url: 'https://example.org/' }] },
    'solution-absent',
    'affected',
  ],
  [{ entry: { fixed: ['<2'] } }, 'fixed-covers-affected', 'affected[0].fixed'],
  [{ entry: { fixed: ['>=1.4'] } }, 'fixed-overlaps-affected', 'affected[0].fixed'],
  [{ entry: { fixed: ['>=1.6'] } }, 'fixed-gap', 'affected[0].fixed', '>=1.5'],
  [malicious([], { ranges: ['<1.5'] }), 'malicious-ranges', 'affected[0].ranges', '==1.2'],
  [malicious([], { ranges: ['==1.4', '>=0'] }), 'malicious-ranges', 'affected[0].ranges', '==1.2'],
  [malicious([], { fixed: ['>=1.5'] }), 'malicious-fixed', 'affected[0].fixed'],
  [{ ...malicious(), severity: { rating: 'high' } }, 'malicious-rated', 'severity'],
  [{ ...malicious(), ssvc: 'SSVCv2/E:A/A:Y/T:T/M:H/D:C/2026-11-25T12:00:00Z/' }, 'malicious-rated', 'ssvc'],
  [{ ...malicious(), details: 'Everybody should upgrade to 1.5.' }, 'malicious-wording', 'details'],
  ...(
    [
      ['domain', 'collect[.]example[.]net'],
      ['domain', 'collect'],
      ['address', '192.0.2.256'],
      ['address', '2001:db8::g'],
      ['url', 'hxxps://collect.example.net/a'],
      ['url', 'https://collect[.]example.net/a'],
      ['url', 'collect.example.net/a'],
      ['sha256', 'ABCD'],
      ['file', ' '],
      ['string', 'two\nlines'],
    ] as const
  ).map(
    ([type, value]): Case => [
      malicious([{ type, value }]),
      'indicator-form',
      'malicious.indicators[0].value',
    ],
  ),
  [
    malicious([
      { type: 'file', value: 'a.pl' },
      { type: 'file', value: 'a.pl' },
    ]),
    'indicator-duplicate',
    'malicious.indicators[1].value',
  ],
  [malicious([{ type: 'file', value: 'a.pl', note: 'TODO' }]), 'placeholder', 'malicious.indicators[0].note'],
  [{ references: [] }, 'reference-absent', 'references'],
  [{ references: [{ type: 'web', url: 'https://example.org/' }] }, 'reference-quality', 'references'],
  [
    { references: [{ type: 'web', url: 'https://example.org/?id=<0.06' }] },
    'reference-characters',
    'references[0].url',
    'https://example.org/?id=%3C0.06',
  ],
  ...['dist/Example-Dist/changes', 'changes/distribution/Example-Dist', 'pod/distribution/DBI/Changes#1'].map(
    (path): Case => [
      { references: [{ type: 'package', url: `https://metacpan.org/${path}` }] },
      'changelog-unpinned',
      'references[0].url',
      'https://metacpan.org/release/AUTHOR/Distribution-1.23/changes',
    ],
  ),
  [{ references: [...record.references, ...record.references] }, 'reference-duplicate', 'references[1].url'],
  [{ references: [{ type: 'web', url: 'see Changes' }] }, 'reference-form', 'references[0].url'],
  [{ references: [{ type: 'web', url: 'ftp://a.example/b' }] }, 'reference-ftp', 'references[0].url'],
  [{ credits: [{ name: ' ', role: 'finder' }] }, 'credit-absent', 'credits[0].name'],
  [{ withdrawn: { on: '2026-03-01', kind: 'rejected', reason: '' } }, 'withdrawn-reason', 'withdrawn.reason'],
  [{ disputed: { on: '2026-03-01', reason: ' ' } }, 'disputed-reason', 'disputed.reason'],
  [
    {
      history: [
        { on: '2026-02-03', change: 'a' },
        { on: '2026-02-01', change: 'b' },
      ],
    },
    'history-order',
    'history[1].on',
  ],
  [{ history: [{ on: '2026-02-03', change: '' }] }, 'history-change', 'history[0].change'],
];

for (const [change, rule, path, suggestion] of CASES) {
  test(`${rule} at ${path}`, () => {
    const found = lintRecord(changed(change));
    const one = found.find((finding) => finding.rule === rule && finding.path === path);
    assert.ok(one, JSON.stringify(found));
    assert.equal(one.severity, LINT_RULES[rule][0]);
    assert.equal(one.suggestion, suggestion);
  });
}

const TOGETHER = ['id-twice', 'alias-of-other', 'records-differ'];
test('every rule has its case', () => {
  const alone = Object.keys(LINT_RULES).filter((rule) => !TOGETHER.includes(rule));
  assert.deepEqual([...new Set(CASES.map(([, rule]) => rule))].sort(), alone.sort());
});

const GOOD: [what: string, change: Change][] = [
  [
    'malicious releases, though nobody repairs them',
    {
      ...malicious([
        { type: 'domain', value: 'collect.example.net' },
        { type: 'address', value: '192.0.2.7' },
        { type: 'address', value: '2001:db8::7' },
        { type: 'url', value: 'https://collect.example.net/a?b' },
        { type: 'url', value: 'http://[2001:db8::7]/' },
        { type: 'sha256', value: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
        { type: 'file', value: 't/lib/Run.pm' },
        { type: 'string', value: 'eval(unpack "u", …)' },
      ]),
      references: [{ type: 'web', url: 'https://example.org/' }],
    },
  ],
  ['every version that is malicious', malicious([], { ranges: ['>=0'] })],
  [
    'a changelog of one release',
    { references: [{ type: 'package', url: 'https://metacpan.org/release/EXAMPLE/A-1/changes' }] },
  ],
  ['alternatives on both sides of a gap', { entry: { ranges: ['<1', '>=2,<3'], fixed: ['>=1,<2', '>=3'] } }],
  [
    'decimals of perl beside its dotted versions',
    { entry: { ranges: ['>=5.005,<v5.22.2'], fixed: ['>=v5.22.2'] } },
  ],
  ['no fixed release and a patch', { entry: { ranges: ['>=0'], fixed: [] } }],
];
for (const [what, change] of GOOD) {
  test(`nothing is wrong with ${what}`, () => {
    assert.deepEqual(lintRecord(changed(change)), []);
  });
}

test('records are checked beside each other', () => {
  const other = {
    ...record,
    id: 'CPANSA-Example-Dist-2026-0002',
    affected: [{ ...entry, ranges: ['<1.6'], fixed: [] }],
  };
  const same = {
    ...record,
    id: 'CPANSA-Example-Dist-2026-0003',
    affected: [{ ...entry, ranges: ['<1.50'], fixed: [] }],
  };
  const naming = { ...record, id: 'CPANSA-Example-Dist-2026-0004', aliases: [record.id] };
  const gone = {
    ...other,
    withdrawn: { on: '2026-03-01', kind: 'rejected' as const, reason: 'a duplicate' },
  };
  const found = lintTogether([record, other, same, naming, record, gone]);
  assert.deepEqual(
    found.map((list) => list.map(({ rule, path, text }) => `${rule} ${path}: ${text}`)),
    [
      [],
      ['records-differ affected[0].ranges: [0,1.6) here, [0,1.5) in "CPANSA-Example-Dist-2026-0001"'],
      [],
      ['alias-of-other aliases[0]: "CPANSA-Example-Dist-2026-0001" is the id of another record'],
      ['id-twice id: "CPANSA-Example-Dist-2026-0001" is the id of another record'],
      ['id-twice id: "CPANSA-Example-Dist-2026-0002" is the id of another record'],
    ],
  );
});

test('words for a severity that the format does not have are refused when the record is read', () => {
  const text = JSON.stringify({ ...record, severity: { rating: 'moderate' } });
  assert.throws(() => decodeRecord(text), { code: 'record-shape', place: { path: 'severity.rating' } });
});

test('the rules are the table of their page', () => {
  const page = readFileSync(new URL('../../docs/formats/lint.md', import.meta.url), 'utf8');
  const table = [...page.matchAll(/^\| `([a-z-]+)` \| (error|warning|note) \| (.*) \|$/gm)].map(
    ([, ...cells]) => cells,
  );
  assert.deepEqual(
    table,
    Object.entries(LINT_RULES).map(([rule, [severity, meaning]]) => [rule, severity, meaning]),
  );
});

const DATABASE = 'cpansa/cpan-security-advisory.json';
test('the lint sees in the whole database what is known to be odd there', {
  skip: withoutShared(DATABASE),
}, () => {
  const counts = new Map<string, number>();
  for (const one of importCpansa(sharedText(DATABASE)).records.flatMap(lintRecord)) {
    counts.set(one.rule, (counts.get(one.rule) ?? 0) + 1);
  }
  const expected = {
    'cve-form': 3,
    'fixed-covers-affected': 2,
    'fixed-gap': 13,
    'fixed-overlaps-affected': 12,
    'range-contradictory': 7,
    'ranges-absent': 1,
  };
  for (const [rule, count] of Object.entries(expected)) assert.equal(counts.get(rule), count, rule);
});
