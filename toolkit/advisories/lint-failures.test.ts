/**
 * What has gone wrong in real advisories, each with the rule that sees it. The table's rows are invented after
 * real ones; what is wrong is real.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { sharedText, withoutShared } from '../../test/shared.ts';
import { encodeUtf8 } from '../base/index.ts';
import {
  type AdvisoryRecord,
  decodeRecord,
  importCpansa,
  importCpansaYaml,
  type LintFinding,
  lintImport,
  lintTogether,
} from './index.ts';

const row = {
  id: 'CPANSA-Example-Dist-2026-0001',
  distribution: 'Example-Dist',
  description:
    'Example::Dist follows symbolic links in its cache directory and overwrites what they point to.',
  cves: ['CVE-2026-99991'],
  affected_versions: ['<1.5'],
  fixed_versions: ['>=1.5'],
  references: ['https://github.com/example/dist/commit/1234567'],
  reported: '2026-02-03',
  severity: 'high',
};
const releases = ['1.0', '1.2', '1.5'].map((version) => ({ version, date: '2026-01-01T00:00:00' }));
type Members = Record<string, unknown>;

function lintRows(rows: readonly Members[], distribution: Members = {}): LintFinding[] {
  const member = { main_module: 'Example::Dist', versions: releases, advisories: rows, ...distribution };
  return lintImport(
    importCpansa(
      JSON.stringify({
        meta: {},
        module2dist: { 'Example::Dist': 'Example-Dist', 'Other::Dist': 'Other-Dist' },
        dists: { 'Example-Dist': member },
      }),
    ),
  );
}

test('a plain row has no findings but notes', () => {
  assert.deepEqual(
    lintRows([row]).filter(({ severity }) => severity !== 'note'),
    [],
  );
});

type Failure = [what: string, row: Members, rule: string, suggestion?: string, distribution?: Members];
const FAILURES: readonly Failure[] = [
  // Ranges.
  [
    'a version without operator: >= for cpan-audit, == for MetaCPAN',
    { affected_versions: ['1.2'] },
    'range-bare',
    '==1.2',
  ],
  ['one in the fixed versions', { fixed_versions: ['1.5'] }, 'range-bare', '==1.5'],
  ['= which cpan-audit never matches', { affected_versions: ['=1.2'] }, 'range-equals', '==1.2'],
  [
    'all versions written as > 0',
    { affected_versions: ['>0'], fixed_versions: [] },
    'range-above-zero',
    '>=0',
  ],
  [
    'two equalities at once',
    { affected_versions: ['==1.0,==1.2'], fixed_versions: [] },
    'range-contradictory',
    'alternatives: ==1.0 or ==1.2',
  ],
  [
    'an equality and a range at once',
    { affected_versions: ['==1.0,>=1.1,<1.2'], fixed_versions: [] },
    'range-contradictory',
  ],
  ['fixed below and above at once', { fixed_versions: ['<1.0,>1.5'] }, 'range-contradictory'],
  ['no range', { affected_versions: [] }, 'ranges-absent', 'all versions are >=0'],
  ['null for a range', { affected_versions: null }, 'affected-absent'],
  [
    'a fix with its operator turned round',
    { affected_versions: ['>0.45_02'], fixed_versions: ['<1.034'] },
    'fixed-overlaps-affected',
  ],
  [
    'a digit turned round in the fix',
    { affected_versions: ['<9.19'], fixed_versions: ['>=9.91'] },
    'fixed-gap',
    '>=9.19',
  ],
  [
    'a digit left out of the fix',
    { affected_versions: ['<1.17'], fixed_versions: ['>=0.17'] },
    'fixed-overlaps-affected',
  ],
  ['a fix of everything', { affected_versions: ['<1.5'], fixed_versions: ['>=0'] }, 'fixed-covers-affected'],
  ['words in parentheses', { affected_versions: ['<1.5(Windows)'] }, 'range-unreadable'],
  ['a comma for a point', { affected_versions: ['>=1,1,<=1.4'] }, 'range-bare'],
  ['the operator =>', { affected_versions: ['=>1.2'] }, 'range-unreadable', '>=1.2 ([1.2,∞))'],
  ['blanks', { affected_versions: ['>= 1.0, < 1.2'] }, 'range-blank', '>=1.0,<1.2'],
  ['"and" split into "or"', { affected_versions: ['>=1.0', '<1.2'] }, 'range-split', '>=1.0,<1.2'],
  ['no version of Perl', { affected_versions: ['<5.40.2-RC1'] }, 'range-unreadable'],
  ['a blank for "and"', { affected_versions: ['>=1.0 <1.2'] }, 'range-unreadable', '>=1.0,<1.2 ([1.0,1.2))'],
  ['a comma twice', { affected_versions: ['>=1.0,,<1.2'] }, 'range-unreadable', '>=1.0,<1.2 ([1.0,1.2))'],
  [
    'dotted beside decimal',
    { affected_versions: ['>=1.5.4,<1.6'], fixed_versions: [] },
    'range-mixed-notation',
    'v1.6',
  ],
  ['no fixed range', { fixed_versions: [] }, 'end-without-fix', '>=1.5'],
  ['a text for a list', { affected_versions: '<1.5' }, 'affected-text'],
  // Ids, names and dates.
  ['an id without its distribution', { id: 'CPANSA--2026-5083' }, 'id-form'],
  ['an id of another distribution', { id: 'CPANSA-sperl-2026-01' }, 'id-distribution'],
  ['a date for a year', { id: 'CPANSA-Example-Dist-20190904-01' }, 'id-form'],
  ['an id that show does not find', { id: 'CPANSA-Example-Dist-2026-0001-zlib' }, 'id-suffix'],
  ['a library that only the id names', { id: 'CPANSA-Example-Dist-2026-0001-zlib' }, 'cause-from-id'],
  ['no id', { id: undefined }, 'id-absent'],
  ['an invented CVE id', { cves: ['X-CVE-2018-vue-001'] }, 'cve-form'],
  ['another', { cves: ['CVE-0000-0000'] }, 'cve-form'],
  ['no CVE id', { cves: [] }, 'alias-absent'],
  ['another distribution in the row', { distribution: 'Other-Dist' }, 'distribution-differs'],
  ['no date', { reported: null }, 'reported-absent'],
  ['a date in another form', { reported: '03/02/2026' }, 'reported-form'],
  // Severity, references, texts.
  ['no severity', { severity: null }, 'severity-absent'],
  ['an empty severity', { severity: '' }, 'severity-empty'],
  ['moderate', { severity: 'moderate' }, 'severity-mapped', 'medium'],
  ['minor', { severity: 'minor' }, 'severity-mapped', 'low'],
  ['a reference by FTP', { references: ['ftp://example.org/a'] }, 'reference-ftp'],
  ['no reference', { references: [] }, 'reference-absent'],
  [
    'a range in an address',
    { references: ['https://rt.example.org/?id=<0.06'] },
    'reference-characters',
    'https://rt.example.org/?id=%3C0.06',
  ],
  [
    'the changes of whatever is the newest',
    { references: ['https://metacpan.org/dist/Example-Dist/changes'] },
    'changelog-unpinned',
    'https://metacpan.org/release/AUTHOR/Distribution-1.23/changes',
  ],
  ['text still to come', { description: 'TBD' }, 'placeholder'],
  [
    'a token that no program replaced',
    { description: 'Example::Dist {{VERSION_RANGE}} leaks' },
    'template-token',
  ],
  // Libraries.
  [
    'a library without its version',
    { embedded_vulnerability: { name: 'zlib', distributed_version: null } },
    'library-version-absent',
  ],
  ['a member of another name', { x_commit: '1234567' }, 'member-kept'],
  // Releases.
  ['no release is affected', { affected_versions: ['==0.5'], fixed_versions: [] }, 'affects-no-release'],
  ['a distribution without releases', {}, 'release-absent', undefined, { versions: [] }],
  ['a version that is a number', {}, 'release-number', undefined, { versions: [{ version: 1.1 }] }],
  ['a version that is null', {}, 'release-null', undefined, { versions: [{ version: null }] }],
  [
    'a version that version.pm does not read',
    {},
    'release-unreadable',
    undefined,
    { versions: [{ version: '0.18-TRIAL1' }] },
  ],
];
for (const [what, members, rule, suggestion, distribution] of FAILURES) {
  test(`${what} is ${rule}`, () => {
    const found = lintRows([{ ...row, ...members }], distribution);
    const one = found.find((finding) => finding.rule === rule);
    assert.ok(one, JSON.stringify(found, null, 1));
    assert.equal(one.suggestion, suggestion);
    assert.equal(found.filter((finding) => finding.rule === rule).length, 1, 'told once');
  });
}

test('one id in several rows, and rows that say the same, are told', () => {
  const rules = lintRows([row, row]).map(({ rule }) => rule);
  assert.ok(rules.includes('id-several-rows') && rules.includes('row-duplicate'), rules.join());
});

test('a lower bound that one of two sources lacks is told', () => {
  const [record] = importCpansa(JSON.stringify({ dists: { 'Example-Dist': { advisories: [row] } } })).records;
  assert.ok(record);
  const [entry] = record.affected;
  assert.ok(entry);
  const cve: AdvisoryRecord = {
    ...record,
    id: 'CVE-2026-99991',
    aliases: [],
    affected: [{ ...entry, ranges: ['>=1.2,<1.5'] }],
  };
  assert.deepEqual(
    lintTogether([cve, record]).map((list) => list.map(({ rule, text }) => `${rule}: ${text}`)),
    [[], ['records-differ: [0,1.5) here, [1.2,1.5) in "CVE-2026-99991"']],
  );
});

test('dotted and decimal spellings of one version are not told to differ', () => {
  const one = (ranges: string[], id: string): AdvisoryRecord =>
    decodeRecord(
      JSON.stringify({
        format: 'cpansec-advisory/1',
        id,
        aliases: ['CVE-2026-99991'],
        reported: null,
        summary: 'x',
        affected: [{ distribution: 'A', ranges, fixed: [], cause: { kind: 'own' } }],
        references: [],
        history: [],
      }),
    );
  assert.deepEqual(lintTogether([one(['<v0.903.0'], 'A-1'), one(['<0.903'], 'A-2')]), [[], []]);
});

test('a file that is no YAML is an error', async () => {
  const imported = await importCpansaYaml([{ name: 'a.yml', bytes: encodeUtf8('a: [') }]);
  assert.deepEqual(
    lintImport(imported).map(({ rule, severity, path }) => [rule, severity, path]),
    [['file-unread', 'error', 'a.yml line 1']],
  );
});

const DATABASE = 'cpansa/cpan-security-advisory.json';
test('the whole database has the failures that are known of it', { skip: withoutShared(DATABASE) }, () => {
  const counts = new Map<string, number>();
  for (const { rule } of lintImport(importCpansa(sharedText(DATABASE))))
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const expected = {
    'range-bare': 617,
    'range-equals': 141,
    'range-above-zero': 75,
    'range-contradictory': 7,
    'ranges-absent': 1,
    'reference-ftp': 11,
    'id-suffix': 287,
    'id-several-rows': 123,
    'id-two-distributions': 2,
  };
  assert.deepEqual(
    Object.fromEntries(Object.keys(expected).map((rule) => [rule, counts.get(rule)])),
    expected,
  );
});
