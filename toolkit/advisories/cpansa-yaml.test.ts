import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { sharedBytes, sharedPath, sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8 } from '../base/index.ts';
import { type AdvisoryRecord, importCpansa, importCpansaYaml, type SetFile } from './index.ts';

function file(name: string, text: string): SetFile {
  return { name, bytes: encodeUtf8(text) };
}

const written = file(
  'cpansa/CPANSA-Example-Dist.yml',
  `---
distribution: Example-Dist
cpansa_version: 2
main_module: Example::Dist
darkpan: ~
advisories:
- id: CPANSA-Example-Dist-2020-01
  affected_versions:
  - <1.10
  cves: [CVE-2020-1111]
  description: |
    Example::Dist trusts its input.
  fixed_versions: ['>=1.10']
  github_security_advisory: [GHSA-98vg-qmpv-23vr]
  references: [https://github.com/example/dist/commit/1]
  reported: 2020-03-04
  severity: ~
`,
);

const library = file(
  'external_reports/libz.yml',
  `---
name: libz
url: https://libz.example/
advisories:
- cve: CVE-2021-5555
  affected_versions: '<1.10'
  fixed_versions: '>=1.10'
  description: libz reads too far.
  references: [https://libz.example/1]
  reported: 2021-01-01
  severity: high
perl_distributions:
- name: Carrier
  affected:
  - perl_module_versions: '0.1'
    distributed_library_version: 1.9
  - perl_module_versions: '>=0.2,<0.4'
    distributed_library_version: 1.10
  - perl_module_version: '==0.4'
    distributed_library_version: 1.9b
  - perl_module_versions: '==0.5'
    distributed_library_version: ~
    does_not_distribute: true
`,
);

const generated = file(
  'generated_reports/report-0001.yml',
  `---
distribution: Carrier
generated:
  from: external_reports/libz.yml
advisories:
- id: CPANSA-Carrier-2021-5555-libz
  affected_versions: ['0.1']
  fixed_versions: []
  cves: [CVE-2021-5555]
  description: libz reads too far.
  references: [https://libz.example/1]
  reported: 2021-01-01
  severity: high
`,
);

test('a file written by hand becomes records as rows of the database do', async () => {
  const { records, report, releases } = await importCpansaYaml([written]);
  assert.deepEqual(report.perRule, { 'file-member': 1, 'severity-absent': 1 });
  assert.deepEqual(releases.get('Example-Dist'), { mainModule: 'Example::Dist', versions: [] });
  const [record] = records;
  assert.deepEqual(record?.aliases, ['CVE-2020-1111', 'GHSA-98vg-qmpv-23vr']);
  assert.equal(record?.reported, '2020-03-04');
  assert.equal(record?.affected[0]?.source?.row, 'cpansa/CPANSA-Example-Dist.yml advisories[0]');
  assert.deepEqual(record?.affected[0]?.ranges, ['<1.10']);
});

test('rows are made from library files where no generated ones are given', async () => {
  const { records, report } = await importCpansaYaml([library]);
  assert.deepEqual(
    records.flatMap(({ id, affected }) => affected.map(({ ranges, cause }) => [id, ranges, cause])),
    [
      [
        'CPANSA-Carrier-2021-5555-libz',
        ['==0.1'],
        { kind: 'embedded', library: 'libz', libraryVersion: '1.9' },
      ],
      [
        'CPANSA-Carrier-2021-5555-libz',
        ['==0.4'],
        { kind: 'embedded', library: 'libz', libraryVersion: '1.9b' },
      ],
    ],
  );
  assert.deepEqual(report.perRule, {
    'file-member': 1,
    'fixed-absent': 2,
    'id-several-rows': 1,
    'library-ignored': 1,
    'library-undecided': 1,
    'member-misspelt': 1,
    'range-bare': 1,
  });
});

test('generated rows learn the version of the library from its file', async () => {
  const { records, report } = await importCpansaYaml([generated, library]);
  assert.deepEqual(
    records.flatMap(({ affected }) => affected.map(({ ranges, cause }) => [ranges, cause])),
    [[['==0.1'], { kind: 'embedded', library: 'libz', libraryVersion: '1.9' }]],
  );
  assert.equal(report.perRule['cause-from-library'], 1);
  const alone = await importCpansaYaml([generated]);
  assert.deepEqual(alone.records[0]?.affected[0]?.cause, { kind: 'embedded', library: 'libz' });
  assert.equal(alone.report.perRule['cause-from-id'], 1);
});

const unread: [name: string, text: string, found: string, at?: string][] = [
  [
    'no YAML',
    'a: [1',
    'Flow sequence in block collection must be sufficiently indented and end with a ]',
    'a.yml line 1',
  ],
  ['a key twice', 'a: 1\na: 2\n', 'key "a" twice', 'a.yml line 2'],
  ['a text', 'a text\n', 'no mapping'],
  ['another shape', '- a\n', 'no mapping'],
  ['no distribution', 'advisories: []\n', 'advisories of no distribution'],
  ['a million brackets', '['.repeat(1_000_000), 'nested deeper than 32'],
  ['mappings within mappings', '{a: '.repeat(200_000), 'Maximum call stack size exceeded', 'a.yml line 1'],
  [
    'aliases of aliases',
    `a: &a [x,x]\n${[...'bcdefghijk'].map((name, i) => `${name}: &${name} [${`*${'abcdefghijk'[i]},`.repeat(9)}]`).join('\n')}`,
    'Excessive alias count indicates a resource exhaustion attack',
  ],
  ['too large', 'x'.repeat(1024 * 1024 + 1), '1048577 bytes, at most 1048576'],
];
for (const [name, text, found, at = 'a.yml'] of unread) {
  test(`a file that cannot be read is named: ${name}`, async () => {
    const { report } = await importCpansaYaml([file('a.yml', text), written]);
    const [flag] = report.flags.filter(({ rule }) => rule === 'file-unread');
    assert.deepEqual([flag?.at, flag?.found.slice(0, found.length)], [at, found]);
    assert.equal(report.records, 1);
  });
}

test('any text is read or named', async () => {
  const parts = fc.constantFrom(
    'advisories:\n',
    '- ',
    'id: x\n',
    '  ',
    'distribution: A\n',
    ': ',
    '[',
    '}',
    '"',
    '&a ',
    '*a',
    '~',
    '|\n',
    'perl_distributions:\n',
  );
  const property = fc.asyncProperty(
    fc.array(fc.oneof(parts, fc.string()), { maxLength: 20 }),
    async (texts) => {
      const { report } = await importCpansaYaml([file('a.yml', texts.join(''))]);
      assert.equal(report.entries <= report.rows, true);
    },
  );
  await fc.assert(property, { seed, numRuns: rounds(300, 30_000) });
});

const FOLDERS = ['cpansa', 'external_reports', 'generated_reports'];
const sources = (folders: readonly string[]): SetFile[] =>
  folders.flatMap((folder) =>
    readdirSync(sharedPath(`cpansa/${folder}`))
      .filter((name) => name.endsWith('.yml'))
      .map((name) => ({ name: `${folder}/${name}`, bytes: sharedBytes(`cpansa/${folder}/${name}`) })),
  );
const entries = (records: readonly AdvisoryRecord[]): string[] =>
  records
    .flatMap(({ id, affected }) =>
      affected.map((entry) => JSON.stringify([id, entry.distribution, entry.ranges, entry.fixed])),
    )
    .sort();

test('the sources give the same entries as the database', {
  skip: withoutShared('cpansa/cpansa'),
}, async () => {
  const { records, report } = await importCpansaYaml(sources(FOLDERS));
  const database = importCpansa(sharedText('cpansa/cpan-security-advisory.json'));
  assert.deepEqual([report.rows, report.entries, report.ids], [2061, 2061, 1001]);
  assert.deepEqual(entries(records), entries(database.records));
  assert.equal(report.perRule['cause-from-library'], 1303);
  assert.equal(report.perRule['cause-from-id'], undefined);
});

test('rows made here hold nearly all of those that CPANSA made', {
  skip: withoutShared('cpansa/cpansa'),
}, async () => {
  const { records } = await importCpansaYaml(sources(['cpansa', 'external_reports']));
  const ours = new Set(entries(records));
  const database = importCpansa(sharedText('cpansa/cpan-security-advisory.json'));
  const missing = entries(database.records).filter((entry) => !ours.has(entry));
  // CPANSA's rows about zlib are older than its file about zlib; its tool reads miniz "2.0.7" as ">=2.0.7".
  assert.deepEqual(
    [...new Set(missing.map((entry) => (JSON.parse(entry) as string[])[0]))],
    [
      'CPANSA-Compress-Raw-Zlib-2018-25032-zlib',
      'CPANSA-Sereal-Decoder-2018-12913-miniz',
      'CPANSA-Sereal-Encoder-2018-12913-miniz',
    ],
  );
});
