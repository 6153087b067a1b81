import assert from 'node:assert/strict';
import test from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { mutated } from '../../../test/mutations.ts';
import { sharedJson, withoutShared } from '../../../test/shared.ts';
import { rounds, seed } from '../../../test/sizes.ts';
import { FormatError } from '../errors.ts';
import {
  type CycloneDx,
  type CycloneDxComponent,
  cycloneDx,
  formatCycloneDx,
  parseCycloneDx,
} from './bom.ts';
import { cycloneDxSbom } from './sbom.ts';
import { cycloneDxStatements } from './statements.ts';

const example = cycloneDx('1.6', {
  serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
  metadata: {
    timestamp: '2026-05-01T10:00:00Z',
    component: { type: 'application', 'bom-ref': 'shop', name: 'shop', version: '1' },
  },
  components: [
    {
      type: 'library',
      'bom-ref': 'pkg:cpan/Example-Parser@1.3',
      name: 'Example-Parser',
      version: '1.3',
      purl: 'pkg:cpan/Example-Parser@1.3',
      components: [{ type: 'library', name: 'expat', group: 'libexpat', version: '2.4.1' }],
    },
    { type: 'library', 'bom-ref': 'test', name: 'Test-Only', scope: 'excluded' },
  ],
  dependencies: [
    { ref: 'shop', dependsOn: ['pkg:cpan/Example-Parser@1.3'] },
    { ref: 'pkg:cpan/Example-Parser@1.3' },
  ],
  vulnerabilities: [
    {
      id: 'CVE-2026-99990',
      source: { name: 'CVE', url: 'https://www.cve.org/' },
      references: [{ id: 'CPANSA-Example-Parser-2026-01', source: { name: 'CPANSA' } }],
      ratings: [
        {
          score: 5.3,
          severity: 'medium',
          method: 'CVSSv31',
          vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L',
        },
      ],
      cwes: [125],
      description: 'Reads past the end of its buffer.',
      recommendation: 'Update to 1.5.',
      advisories: [{ url: 'https://example.org/advisory' }],
      analysis: { state: 'not_affected', justification: 'code_not_reachable', detail: 'Never called.' },
      affects: [{ ref: 'pkg:cpan/Example-Parser@1.3' }],
    },
  ],
});

test('a document is written with its members in order and read back', () => {
  const shuffled = parseCycloneDx(JSON.stringify(Object.fromEntries(Object.entries(example).reverse())));
  assert.equal(formatCycloneDx(shuffled), formatCycloneDx(example));
  assert.deepEqual(parseCycloneDx(formatCycloneDx(example)), JSON.parse(JSON.stringify(example)));
  const nested = formatCycloneDx(
    cycloneDx('1.7', {
      components: [{ name: 'a', type: 'library', components: [{ name: 'b', type: 'file' }] }],
    }),
  );
  assert.match(
    nested,
    /"type": "library",\s+"name": "a",\s+"components": \[\s+\{\s+"type": "file",\s+"name": "b"/,
  );
});

test('every component is found, with what it needs', () => {
  const sbom = cycloneDxSbom(example);
  assert.deepEqual(sbom.roots, ['shop']);
  assert.deepEqual(
    sbom.components.map(({ ref, name, version, parent, included }) => [ref, name, version, parent, included]),
    [
      ['shop', 'shop', '1', null, true],
      ['pkg:cpan/Example-Parser@1.3', 'Example-Parser', '1.3', null, true],
      ['components[0].components[0]', 'libexpat/expat', '2.4.1', 'pkg:cpan/Example-Parser@1.3', true],
      ['test', 'Test-Only', null, null, false],
    ],
  );
  assert.deepEqual([...sbom.dependsOn], [['shop', ['pkg:cpan/Example-Parser@1.3']]]);
});

test('a ref given twice loses no component', () => {
  const twin: CycloneDxComponent = { type: 'library', 'bom-ref': 'x', name: 'X' };
  const { components } = cycloneDxSbom({
    ...example,
    metadata: {},
    components: [twin, { ...twin, name: 'Y' }],
  });
  assert.deepEqual(
    components.map(({ ref, name }) => [ref, name]),
    [
      ['x', 'X'],
      ['components[1]', 'Y'],
    ],
  );
});

test('an analysis is a statement', () => {
  assert.deepEqual(cycloneDxStatements(example), [
    {
      ids: ['CVE-2026-99990', 'CPANSA-Example-Parser-2026-01'],
      status: 'not_affected',
      stated: 'not_affected',
      justification: 'code_not_reachable',
      detail: 'Never called.',
      product: 'pkg:cpan/Example-Parser@1.3',
      purls: ['pkg:cpan/Example-Parser@1.3'],
      within: [],
      versions: [],
      path: 'vulnerabilities[0].affects[0]',
    },
  ]);
});

test('versions with statuses of their own are statements of their own', () => {
  const versions = [
    { version: '1.3' },
    { range: 'vers:cpan/>=1.5', status: 'unaffected' },
    { version: '1.4', status: 'unknown' },
  ];
  const link = 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg%3Acpan%2FExample-Parser';
  const bom: CycloneDx = {
    ...example,
    components: [],
    vulnerabilities: [{ id: 'X', affects: [{ ref: link, versions }] }],
  };
  const found = cycloneDxStatements(bom);
  assert.deepEqual(
    found.map(({ status, stated, versions, purls }) => [status, stated, versions, purls]),
    [
      ['affected', 'affected', [{ version: '1.3' }], ['pkg:cpan/Example-Parser']],
      ['not_affected', 'unaffected', [{ range: 'vers:cpan/>=1.5' }], ['pkg:cpan/Example-Parser']],
      ['under_investigation', 'unknown', [{ version: '1.4' }], ['pkg:cpan/Example-Parser']],
    ],
  );
});

test('the states of an analysis', () => {
  const cases = [
    ['resolved', 'fixed'],
    ['resolved_with_pedigree', 'fixed'],
    ['exploitable', 'affected'],
    ['in_triage', 'under_investigation'],
    ['false_positive', 'not_affected'],
    ['not_affected', 'not_affected'],
    ['a later word', 'affected'],
  ] as const;
  for (const [state, status] of cases) {
    const bom: CycloneDx = {
      ...example,
      vulnerabilities: [{ id: 'X', analysis: { state }, affects: [{ ref: 'shop' }] }],
    };
    assert.deepEqual(
      cycloneDxStatements(bom).map((s) => [s.stated, s.status]),
      [[state, status]],
    );
  }
});

test('versions 1.2 and later are read', () => {
  for (const specVersion of ['1.2', '1.3', '1.4', '1.5', '1.6', '1.7', '1.8', '1.10']) {
    assert.equal(parseCycloneDx({ bomFormat: 'CycloneDX', specVersion }).specVersion, specVersion);
  }
  for (const specVersion of ['1.0', '1.1', '2.0', '']) {
    assert.throws(() => parseCycloneDx({ bomFormat: 'CycloneDX', specVersion }), { code: 'foreign' });
  }
  assert.throws(() => parseCycloneDx({ spdxVersion: 'SPDX-2.3' }), { code: 'foreign' });
  assert.throws(() => parseCycloneDx([]), { code: 'foreign' });
});

test('components may be many or deep, within bounds', () => {
  const components = Array.from({ length: 200_000 }, (_, i) => ({ type: 'library', name: `C${i}` }));
  assert.equal(
    cycloneDxSbom(parseCycloneDx({ ...example, metadata: {}, components })).components.length,
    200_000,
  );
  let component: CycloneDxComponent = { type: 'library', name: 'innermost' };
  for (let i = 0; i < 100_000; i++) component = { type: 'library', name: 'x', components: [component] };
  assert.throws(() => parseCycloneDx({ ...example, components: [component] }), { code: 'bounds' });
});

for (const specVersion of ['1.6', '1.7'] as const) {
  const path = `metadata/cyclonedx/bom-${specVersion}.schema.json`;
  test(`what is written is valid by the schema of ${specVersion}`, { skip: withoutShared(path) }, () => {
    const ajv = new Ajv({
      strict: false,
      formats: { 'iri-reference': true, 'idn-email': true },
      logger: false,
    });
    addFormats.default(ajv);
    for (const other of ['spdx.schema', 'jsf-0.82.schema', 'cryptography-defs.schema']) {
      ajv.addSchema(sharedJson<object>(`metadata/cyclonedx/${other}.json`));
    }
    const validate = ajv.compile(sharedJson<object>(path));
    const { $schema: _, bomFormat: _b, specVersion: _s, ...members } = example;
    assert.ok(
      validate(JSON.parse(formatCycloneDx(cycloneDx(specVersion, members)))),
      JSON.stringify(validate.errors),
    );
  });
}

test('a damaged document is read or refused', () => {
  const total = fc.property(mutated(example), (document) => {
    try {
      const bom = parseCycloneDx(Object(document));
      cycloneDxSbom(bom);
      cycloneDxStatements(parseCycloneDx(formatCycloneDx(bom)));
    } catch (error) {
      assert.ok(error instanceof FormatError || (error as Error).name === 'JsonError', String(error));
    }
  });
  fc.assert(total, { seed, numRuns: rounds(500, 100_000) });
});
