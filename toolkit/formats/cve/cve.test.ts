import assert from 'node:assert/strict';
import test from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { mutated } from '../../../test/mutations.ts';
import { sharedJson, withoutShared } from '../../../test/shared.ts';
import { rounds, seed } from '../../../test/sizes.ts';
import { FormatError } from '../errors.ts';
import { formatCve, isCve, isRejectedCve, parseCve } from './cve.ts';
import { cveProblems } from './problems.ts';
import type { CveProduct, CvePublished, CveRejected } from './types.ts';

const orgId = '00000000-0000-4000-9000-000000000000';
const product: CveProduct = {
  vendor: 'EXAMPLE',
  product: 'Example::Parser',
  collectionURL: 'https://cpan.org/modules',
  packageName: 'Example-Parser',
  packageURL: 'pkg:cpan/Example-Parser',
  programFiles: ['lib/Example/Parser.pm'],
  programRoutines: [{ name: 'parse' }],
  defaultStatus: 'unaffected',
  versions: [
    {
      version: '0',
      lessThan: '2',
      status: 'affected',
      versionType: 'custom',
      changes: [{ at: '1.5', status: 'unaffected' }],
    },
    { version: '2.1', status: 'affected' },
  ],
};
const published: CvePublished = {
  dataType: 'CVE_RECORD',
  dataVersion: '5.2.0',
  cveMetadata: {
    cveId: 'CVE-2026-99990',
    assignerOrgId: orgId,
    assignerShortName: 'EXAMPLE',
    state: 'PUBLISHED',
    datePublished: '2026-05-01T10:00:00Z',
  },
  containers: {
    cna: {
      providerMetadata: { orgId, shortName: 'EXAMPLE' },
      title: 'Example::Parser versions before 2 for Perl read past the end of a buffer',
      datePublic: '2026-05-01T00:00:00Z',
      descriptions: [{ lang: 'en', value: 'A crafted document makes the parser read one byte too many.' }],
      affected: [product],
      problemTypes: [
        { descriptions: [{ lang: 'en', description: 'CWE-125', cweId: 'CWE-125', type: 'CWE' }] },
      ],
      references: [{ url: 'https://example.org/fix', tags: ['patch'] }],
      impacts: [{ capecId: 'CAPEC-540', descriptions: [{ lang: 'en', value: 'Overread Buffers' }] }],
      solutions: [{ lang: 'en', value: 'Upgrade to 2.' }],
      timeline: [{ time: '2026-04-01T00:00:00Z', lang: 'en', value: 'reported' }],
      credits: [{ lang: 'en', value: 'A. Finder', type: 'finder' }],
      source: { discovery: 'UNKNOWN' },
    },
  },
};
const rejected: CveRejected = {
  dataType: 'CVE_RECORD',
  dataVersion: '5.2.0',
  cveMetadata: { cveId: 'CVE-2026-99991', assignerOrgId: orgId, state: 'REJECTED' },
  containers: {
    cna: {
      providerMetadata: { orgId },
      rejectedReasons: [{ lang: 'en', value: 'Not a vulnerability.' }],
      replacedBy: ['CVE-2026-99990'],
    },
  },
};

test('a record is written with its members in order and read back', () => {
  for (const record of [published, rejected]) {
    assert.deepEqual(parseCve(formatCve(record), { file: 'a.json' }), record);
    assert.ok(isCve(record));
  }
  assert.ok(isRejectedCve(rejected) && !isRejectedCve(published));
  assert.ok(!isCve({ dataType: 'CVE' }) && !isCve(null) && !isCve('CVE_RECORD'));
  const { cna } = published.containers;
  const shuffled = Object.fromEntries(Object.entries({ ...cna, x_more: [1] }).reverse());
  const text = formatCve(parseCve({ ...published, containers: { cna: shuffled } }));
  assert.deepEqual(Object.keys(JSON.parse(text).containers.cna), [...Object.keys(cna), 'x_more']);
});

test('what is no record is refused with its path', () => {
  const cases: [text: string, error: object][] = [
    ['[]', { code: 'foreign' }],
    ['{"dataType":"CVE"}', { code: 'foreign', message: /^a\.json: no CVE record/ }],
    [
      '{"dataType":"CVE_RECORD"}',
      { code: 'shape', message: 'a.json at cveMetadata: expected an object, found nothing' },
    ],
    [
      JSON.stringify({ ...published, dataVersion: '4.0' }),
      { code: 'foreign', message: 'a.json: CVE record of version 4.0, not 5' },
    ],
    [
      JSON.stringify(published).replace('"affected"}', '"odd"}'),
      { code: 'shape', message: /^a\.json at containers\.cna\.affected\[0\]\.versions\[1\]\.status: / },
    ],
    [JSON.stringify(rejected).replace('"rejectedReasons"', '"reasons"'), { code: 'shape' }],
    ['{"dataType":', { code: 'json-syntax' }],
  ];
  for (const [text, error] of cases) assert.throws(() => parseCve(text, { file: 'a.json' }), error, text);
});

function withProduct(change: object): CvePublished {
  const { cna } = published.containers;
  return { ...published, containers: { cna: { ...cna, affected: [{ ...product, ...change }] } } };
}
function withCna(change: object): CvePublished {
  return { ...published, containers: { cna: { ...published.containers.cna, ...change } } };
}

test('what the schema does not tell is told', () => {
  const range = { version: '1', status: 'affected', lessThan: '2', versionType: 'custom' };
  const cases: [record: CvePublished | CveRejected, path: string, text: string][] = [
    [
      withProduct({ packageURL: 'pkg:cpan/Example-Parser@1' }),
      'affected[0].packageURL',
      'a package URL with a version: "pkg:cpan/Example-Parser@1"',
    ],
    [
      withProduct({ packageURL: 'pkg:cpan/Example-Parser?vers=vers%3Acpan%2F1' }),
      'affected[0].packageURL',
      'a package URL with a version: "pkg:cpan/Example-Parser?vers=vers%3Acpan%2F1"',
    ],
    [
      withProduct({ packageURL: 'cpan/Example-Parser' }),
      'affected[0].packageURL',
      'no package URL: "cpan/Example-Parser": it does not start with "pkg:"',
    ],
    [
      withProduct({ versions: [{ ...range, lessThanOrEqual: '2' }] }),
      'affected[0].versions[0]',
      'both lessThan and lessThanOrEqual',
    ],
    [
      withProduct({ versions: [{ ...range, versionType: undefined }] }),
      'affected[0].versions[0]',
      'a range without versionType',
    ],
    [
      withProduct({ versions: [{ version: '1', status: 'affected', changes: [] }] }),
      'affected[0].versions[0]',
      'changes without an end',
    ],
    [withCna({ descriptions: [{ lang: 'de', value: 'x' }] }), 'descriptions', 'nothing in English'],
    [withCna({ affected: [] }), 'affected', 'nothing is affected'],
    [withCna({ references: [] }), 'references', 'no reference'],
    [
      {
        ...rejected,
        containers: { cna: { ...rejected.containers.cna, rejectedReasons: [{ lang: 'eng', value: 'x' }] } },
      },
      'rejectedReasons',
      'nothing in English',
    ],
  ];
  for (const [record, path, text] of cases)
    assert.deepEqual(cveProblems(record), [{ path: `containers.cna.${path}`, text }]);
  assert.deepEqual([cveProblems(published), cveProblems(rejected)], [[], []]);
});

const SCHEMA = 'schemas/cve/CVE_Record_Format_5.2.0_bundled.derived.json';
test('what is written is valid by the schema', { skip: withoutShared(SCHEMA) }, () => {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(sharedJson<object>(SCHEMA));
  for (const record of [published, rejected])
    assert.ok(validate(JSON.parse(formatCve(record))), JSON.stringify(validate.errors));
  assert.ok(!validate(withCna({ references: [] })));
});

const REAL = ['CVE-2025-40906', 'CVE-2025-40916', 'CVE-2025-40933'];
for (const id of REAL) {
  const path = `cna/${id}.source.json`;
  test(`${id} is read and written back whole`, { skip: withoutShared(path) }, () => {
    const record = sharedJson<object>(path);
    assert.deepEqual(JSON.parse(formatCve(parseCve(record))), record);
    assert.deepEqual(cveProblems(parseCve(record)), []);
  });
}

test('a damaged record is read or refused', () => {
  const documents = fc.oneof(mutated(published), mutated(rejected));
  const total = fc.property(documents, fc.boolean(), (document, asText) => {
    try {
      cveProblems(parseCve(asText ? (JSON.stringify(document) ?? '') : Object(document)));
    } catch (error) {
      assert.ok(error instanceof FormatError || (error as Error).name === 'JsonError', String(error));
    }
  });
  fc.assert(total, { seed, numRuns: rounds(1000, 200_000) });
});
