import assert from 'node:assert/strict';
import test from 'node:test';
import { everything, releases } from '../../test/exported.ts';
import { cycloneDxValidator, withoutSchema } from '../../test/schemas.ts';
import { sharedText, withoutShared } from '../../test/shared.ts';
import { formatCycloneDx } from '../formats/index.ts';
import { type CycloneDxOptions, importCpansa, toCycloneDxVex } from './index.ts';

const options: CycloneDxOptions = {
  timestamp: '2026-03-04T05:06:07Z',
  source: { name: 'Example Security Group', url: 'https://example.org' },
  version: 2,
  releases,
};

test('a record as CycloneDX', () => {
  const { document, losses } = toCycloneDxVex(everything, options);
  assert.deepEqual(document.components?.[0], {
    type: 'library',
    'bom-ref': 'pkg:cpan/Example-Dist',
    name: 'Example-Dist',
    purl: 'pkg:cpan/Example-Dist',
  });
  const [first, second] = document.vulnerabilities ?? [];
  assert.deepEqual(first, {
    id: 'CVE-2026-99990',
    source: { name: 'CVE', url: 'https://www.cve.org/CVERecord?id=CVE-2026-99990' },
    references: [
      { id: 'CPANSA-Example-Dist-2026-0001', source: options.source },
      {
        id: 'GHSA-2222-3333-4444',
        source: { name: 'GitHub Advisories', url: 'https://github.com/advisories/GHSA-2222-3333-4444' },
      },
    ],
    ratings: [
      {
        source: { name: 'reporter' },
        score: 9.8,
        severity: 'critical',
        method: 'CVSSv31',
        vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
      },
    ],
    cwes: [59, 99999, 377],
    description: 'Example::Dist follows symbolic links',
    detail: 'In its cache directory.',
    recommendation:
      'Update Example-Dist to v1.5.4 or later below v1.6.0, or to v1.8.0 or later below 2, or to 2.1 or later. ' +
      'A patch is published. https://example.org/1.patch',
    advisories: [
      { title: 'Fix', url: 'https://example.org/commit/1' },
      { title: 'Patch', url: 'https://example.org/1.patch' },
    ],
    published: '2026-02-03T00:00:00Z',
    credits: { individuals: [{ name: 'A. Finder' }] },
    analysis: { state: 'exploitable', response: ['update', 'workaround_available'] },
    affects: [
      {
        ref: 'pkg:cpan/Example-Dist',
        versions: [
          { range: 'vers:cpan/>=v1.2.0|<v1.5.4|>=v1.6.0|<v1.7.0|2', status: 'affected' },
          { range: 'vers:cpan/<v1.2.0|>=v1.5.4|<v1.6.0|>=v1.7.0|!=2', status: 'unaffected' },
        ],
      },
      {
        ref: 'pkg:cpan/Example-XS',
        versions: [
          { range: 'vers:cpan/>0|<=3', status: 'affected' },
          { range: 'vers:cpan/0|>3', status: 'unaffected' },
        ],
      },
      { ref: 'pkg:cpan/Example-Old', versions: [{ range: 'vers:cpan/*', status: 'unknown' }] },
    ],
  });
  assert.equal(second?.id, 'CVE-2026-99991');
  assert.deepEqual(
    losses.map(({ path }) => path),
    ['affected[0].modules', 'affected[1].cause', 'credits[0].role', 'history', 'references[2].url'],
  );
});

test('ratings stand only where somebody rated', () => {
  const cases = [
    [undefined, undefined],
    [{ rating: 'low' as const }, [{ severity: 'low' }]],
    [{ vector: 'no vector' }, undefined],
    [
      { vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:L/SA:N' },
      [
        {
          score: 6.9,
          severity: 'medium',
          method: 'CVSSv4',
          vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:L/SA:N',
        },
      ],
    ],
  ] as const;
  for (const [severity, ratings] of cases) {
    const { severity: _, ...unrated } = everything;
    const record = severity === undefined ? unrated : { ...unrated, severity };
    assert.deepEqual(toCycloneDxVex(record, options).document.vulnerabilities?.[0]?.ratings, ratings);
  }
  const ssvc = 'SSVCv2/E:P/A:Y/T:T/M:L/D:T/2026-11-25T12:00:00Z/';
  const { document, losses } = toCycloneDxVex({ ...everything, ssvc }, options);
  assert.deepEqual(document.vulnerabilities?.[0]?.ratings?.[1], { method: 'SSVC', vector: ssvc });
  assert.ok(!losses.some(({ path }) => path === 'ssvc'));
});

test('the state of an analysis follows from the versions', () => {
  const cause = { kind: 'own' as const };
  const cases = [
    [['<1'], ['>=1'], 'exploitable'],
    [[], [], 'in_triage'],
    [['>=1,<2'], ['>=0'], 'resolved'],
    [['==1,==2'], [], 'not_affected'],
  ] as const;
  for (const [ranges, fixed, state] of cases) {
    const affected = [{ distribution: 'A', ranges: [...ranges], fixed: [...fixed], cause }];
    const { document } = toCycloneDxVex({ ...everything, affected }, options);
    assert.equal(document.vulnerabilities?.[0]?.analysis?.state, state);
  }
});

test('a rejected record says that nothing is affected, a withdrawn one nothing', () => {
  const rejected = { on: '2026-04-01', kind: 'rejected' as const, reason: 'no vulnerability' };
  const [first] =
    toCycloneDxVex({ ...everything, withdrawn: rejected }, options).document.vulnerabilities ?? [];
  assert.equal(first?.rejected, '2026-04-01T00:00:00Z');
  assert.deepEqual(first?.analysis, {
    state: 'false_positive',
    detail: 'The report was rejected: no vulnerability',
  });
  const withdrawn = { ...rejected, kind: 'withdrawn' as const };
  const [gone] = toCycloneDxVex({ ...everything, withdrawn }, options).document.vulnerabilities ?? [];
  assert.deepEqual(
    [gone?.id, gone?.rejected, gone?.affects],
    ['CPANSA-Example-Dist-2026-0001', '2026-04-01T00:00:00Z', undefined],
  );
});

test('a range that is longer than the schema allows stands in parts', () => {
  const ranges = Array.from({ length: 1000 }, (_, i) => `==${i}.5`);
  const affected = [{ distribution: 'A', ranges, fixed: [], cause: { kind: 'own' as const } }];
  const { document } = toCycloneDxVex({ ...everything, affected }, options);
  const versions = document.vulnerabilities?.[0]?.affects?.[0]?.versions ?? [];
  assert.ok(versions.length > 2);
  assert.ok(versions.every(({ range = '' }) => range.length <= 4096));
});

const DATABASE = 'cpansa/cpan-security-advisory.json';
test('the whole database is valid as CycloneDX', {
  skip: withoutShared(DATABASE) || withoutSchema.cycloneDx,
}, () => {
  const errors = cycloneDxValidator();
  const { records, releases } = importCpansa(sharedText(DATABASE));
  const known = (name: string): readonly string[] | null => releases.get(name)?.versions ?? null;
  for (const record of [everything, ...records]) {
    const { document } = toCycloneDxVex(record, { ...options, releases: known });
    assert.equal(errors(JSON.parse(formatCycloneDx(document))), '', record.id);
  }
});
