import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { sharedText, withoutShared } from '../../test/shared.ts';
import {
  type AdvisoryRecord,
  type AffectedEntry,
  decodeRecord,
  importCpansa,
  LINT_RULES,
  lintRecord,
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
  severity: { rating: 'critical', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
  weaknesses: ['CWE-59', 'CWE-379'],
  affected: [entry],
  references: [{ type: 'fix', url: 'https://example.org/commit/1' }],
  history: [{ on: '2026-02-03', change: 'published' }],
};

test('a good record has no findings', () => {
  assert.deepEqual(lintRecord(record), []);
});

type Change = Partial<Omit<AdvisoryRecord, 'affected'>> & {
  entry?: Partial<AffectedEntry>;
  affected?: AffectedEntry[];
};
const CASES: [change: Change, rule: keyof typeof LINT_RULES, path: string, suggestion?: string][] = [
  [{ id: 'CPANSA-Example-Dist-20260101-01' }, 'id-form', 'id'],
  [{ id: 'CPANSA-Other-Dist-2026-0001' }, 'id-distribution', 'id'],
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
  [{ details: 'TODO: describe {{VERSION_RANGE}}' }, 'placeholder', 'details'],
  [{ details: 'Runs \u001b[31mred' }, 'control-character', 'details'],
  [{ severity: {} }, 'severity-empty', 'severity'],
  [{ severity: { vector: 'CVSS:3.1/AV:N' } }, 'severity-vector', 'severity.vector'],
  [{ severity: { ...record.severity, rating: 'low' } }, 'severity-mismatch', 'severity.rating', 'critical'],
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
  [{ entry: { fixed: ['<2'] } }, 'fixed-covers-affected', 'affected[0].fixed'],
  [{ entry: { fixed: ['>=1.4'] } }, 'fixed-overlaps-affected', 'affected[0].fixed'],
  [{ entry: { fixed: ['>=1.6'] } }, 'fixed-gap', 'affected[0].fixed', '>=1.5'],
  [{ references: [] }, 'reference-absent', 'references'],
  [{ references: [...record.references, ...record.references] }, 'reference-duplicate', 'references[1].url'],
  [{ references: [{ type: 'web', url: 'see Changes' }] }, 'reference-form', 'references[0].url'],
  [{ references: [{ type: 'web', url: 'ftp://a.example/b' }] }, 'reference-ftp', 'references[0].url'],
  [{ credits: [{ name: ' ', role: 'finder' }] }, 'credit-absent', 'credits[0].name'],
  [{ withdrawn: { on: '2026-03-01', kind: 'rejected', reason: '' } }, 'withdrawn-reason', 'withdrawn.reason'],
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

for (const [{ entry: changed, ...change }, rule, path, suggestion] of CASES) {
  test(`${rule} at ${path}`, () => {
    const found = lintRecord({ ...record, affected: [{ ...entry, ...changed }], ...change });
    const one = found.find((finding) => finding.rule === rule && finding.path === path);
    assert.ok(one, JSON.stringify(found));
    assert.equal(one.severity, LINT_RULES[rule][0]);
    assert.equal(one.suggestion, suggestion);
  });
}

test('every rule has its case', () => {
  assert.deepEqual([...new Set(CASES.map(([, rule]) => rule))].sort(), Object.keys(LINT_RULES).sort());
});

test('words for a severity that the format does not have are refused when the record is read', () => {
  const text = JSON.stringify({ ...record, severity: { rating: 'moderate' } });
  assert.throws(() => decodeRecord(text), { code: 'record-shape', place: { path: 'severity.rating' } });
});

test('the rules are the table of their page', () => {
  const page = readFileSync(new URL('../../docs/formats/lint.md', import.meta.url), 'utf8');
  const table = [...page.matchAll(/^\| `([a-z-]+)` \| (error|warning) \| (.*) \|$/gm)].map(
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
