import assert from 'node:assert/strict';
import test from 'node:test';
import { downstream, everything, releases } from '../../test/exported.ts';
import { openVexValidator, withoutSchema } from '../../test/schemas.ts';
import { sharedText, withoutShared } from '../../test/shared.ts';
import { formatOpenVex } from '../formats/index.ts';
import { type AdvisoryRecord, importCpansa, type OpenVexOptions, toOpenVex } from './index.ts';

const options: OpenVexOptions = {
  id: 'https://example.org/vex/CPANSA-Example-Dist-2026-0001',
  author: 'Example Security Group',
  timestamp: '2026-02-03T00:00:00Z',
  updated: '2026-03-04T05:06:07Z',
  version: 2,
  releases,
};

test('a record as OpenVEX', () => {
  const { document } = toOpenVex(everything, options);
  assert.deepEqual(
    [document?.['@id'], document?.version, document?.last_updated],
    [options.id, 2, '2026-03-04T05:06:07Z'],
  );
  assert.deepEqual(
    document?.statements.map(({ vulnerability, status, products }) => [
      vulnerability.name,
      status,
      products?.map((one) => one['@id']).join(' '),
    ]),
    [
      [
        'CVE-2026-99990',
        'affected',
        'pkg:cpan/Example-Dist@v1.3.0 pkg:cpan/Example-Dist@v1.6.5 pkg:cpan/Example-Dist@2.0',
      ],
      ['CVE-2026-99990', 'fixed', 'pkg:cpan/Example-Dist@v1.5.4'],
      [
        'CVE-2026-99990',
        'not_affected',
        'pkg:cpan/Example-Dist@v1.1.0 pkg:cpan/Example-Dist@v1.8.0 pkg:cpan/Example-Dist@2.1',
      ],
      ['CVE-2026-99990', 'affected', 'pkg:cpan/Example-XS@0.5 pkg:cpan/Example-XS@3'],
      ['CVE-2026-99990', 'not_affected', 'pkg:cpan/Example-XS@0'],
      ['CVE-2026-99990', 'under_investigation', 'pkg:cpan/Example-Old'],
      ['CVE-2026-99991', 'affected', 'pkg:cpan/Example-XS@0.5 pkg:cpan/Example-XS@3'],
      ['CVE-2026-99991', 'not_affected', 'pkg:cpan/Example-XS@0'],
    ],
  );
  const [first, , third] = document?.statements ?? [];
  assert.deepEqual(first?.vulnerability.aliases, ['CPANSA-Example-Dist-2026-0001', 'GHSA-2222-3333-4444']);
  assert.equal(
    first?.action_statement,
    'Update Example-Dist to v1.5.4 or later below v1.6.0, or to v1.8.0 or later below 2, or to 2.1 or later. ' +
      'A patch is published. https://example.org/1.patch',
  );
  assert.equal(
    third?.impact_statement,
    'These versions are outside of those that the advisory names as affected.',
  );
});

test('without releases only single versions and all of them can be named', () => {
  const cause = { kind: 'own' as const };
  const record: AdvisoryRecord = {
    ...everything,
    affected: [
      { distribution: 'A', ranges: ['==1.5'], fixed: [], cause },
      { distribution: 'B', ranges: ['>=0'], fixed: [], cause },
      { distribution: 'C', ranges: ['<2'], fixed: ['>=2'], cause },
    ],
  };
  const { releases: _, ...unknown } = options;
  const { document, losses } = toOpenVex(record, unknown);
  assert.deepEqual(
    document?.statements.map(({ status, products }) => [status, products?.[0]?.['@id']]),
    [
      ['affected', 'pkg:cpan/A@1.5'],
      ['affected', 'pkg:cpan/B'],
    ],
  );
  assert.deepEqual(
    losses.filter(({ path }) => path === 'affected').map(({ text }) => text.replace(/.*known: /, '')),
    ['vers:cpan/>=0|!=1.5 is not_affected', 'vers:cpan/<2 is affected', 'vers:cpan/>=2 is fixed'],
  );
  const nothing = { ...record, affected: record.affected.slice(2) };
  assert.equal(toOpenVex(nothing, unknown).document, null);
});

test('products downstream are statements of their own day', {
  skip: withoutSchema.openVex,
}, () => {
  const { document, losses } = toOpenVex({ ...everything, products: downstream }, options);
  const { document: without } = toOpenVex(everything, options);
  const added = document?.statements.slice(without?.statements.length) ?? [];
  assert.deepEqual(
    added.map(({ vulnerability: _, products, ...one }) => ({ ...one, id: products?.[0]?.['@id'] })),
    [
      {
        id: 'pkg:deb/debian/libexample-dist-perl@1.5.4-1%2Bdeb13u1',
        timestamp: '2026-03-01T00:00:00Z',
        status: 'fixed',
      },
      {
        id: 'pkg:generic/example-appliance',
        timestamp: '2026-03-02T00:00:00Z',
        status: 'affected',
        action_statement: 'No fix is planned.',
      },
      {
        id: 'pkg:cpan/Example-App',
        timestamp: '2026-03-03T00:00:00Z',
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
      },
    ],
  );
  assert.ok(losses.some(({ path, text }) => path === 'products[3]' && /no package URL/.test(text)));
  assert.equal(openVexValidator()(JSON.parse(formatOpenVex(document ?? assert.fail()))), '');
  const rejected = { on: '2026-04-01', kind: 'rejected' as const, reason: 'no vulnerability' };
  const gone = toOpenVex({ ...everything, products: downstream, withdrawn: rejected }, options);
  assert.equal(gone.losses.filter(({ path }) => path.startsWith('products[')).length, downstream.length);
});

test('a rejected record says that nothing is affected, a withdrawn one nothing', () => {
  const rejected = { on: '2026-04-01', kind: 'rejected' as const, reason: 'no vulnerability' };
  const { document } = toOpenVex({ ...everything, withdrawn: rejected }, options);
  assert.deepEqual(
    document?.statements
      .slice(0, 3)
      .map((one) => [one.status, one.products?.[0]?.['@id'], one.impact_statement]),
    ['Example-Dist', 'Example-XS', 'Example-Old'].map((name) => [
      'not_affected',
      `pkg:cpan/${name}`,
      'The report was rejected: no vulnerability',
    ]),
  );
  const withdrawn = { ...rejected, kind: 'withdrawn' as const };
  assert.equal(toOpenVex({ ...everything, withdrawn }, options).document, null);
});

const DATABASE = 'cpansa/cpan-security-advisory.json';
test('the whole database is valid as OpenVEX', {
  skip: withoutShared(DATABASE) || withoutSchema.openVex,
}, () => {
  const errors = openVexValidator();
  const { records, releases } = importCpansa(sharedText(DATABASE));
  const known = (name: string): readonly string[] | null => releases.get(name)?.versions ?? null;
  for (const record of [everything, ...records]) {
    const { document } = toOpenVex(record, { ...options, releases: known });
    if (document === null) continue;
    assert.equal(errors(JSON.parse(formatOpenVex(document))), '', record.id);
  }
});
