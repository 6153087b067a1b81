import assert from 'node:assert/strict';
import test from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { mutated } from '../../../test/mutations.ts';
import { sharedJson, withoutShared } from '../../../test/shared.ts';
import { rounds, seed } from '../../../test/sizes.ts';
import { FormatError } from '../errors.ts';
import type { Sbom } from '../sbom.ts';
import { parseSpdx2, spdx2Sbom } from './spdx2.ts';
import { parseSpdx3, spdx3Sbom } from './spdx3.ts';

const purl = (referenceLocator: string): object => ({
  referenceCategory: 'PACKAGE-MANAGER',
  referenceType: 'purl',
  referenceLocator,
});

const example2 = {
  spdxVersion: 'SPDX-2.3',
  dataLicense: 'CC0-1.0',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'shop',
  documentNamespace: 'https://example.org/shop',
  creationInfo: { created: '2026-05-01T10:00:00Z', creators: ['Tool: example'] },
  packages: [
    { SPDXID: 'SPDXRef-shop', name: 'shop', downloadLocation: 'NOASSERTION' },
    {
      SPDXID: 'SPDXRef-parser',
      name: 'Example-Parser',
      versionInfo: '1.3',
      downloadLocation: 'NOASSERTION',
      externalRefs: [purl('pkg:cpan/Example-Parser@1.3'), purl('pkg:cpan/Example-Parser@1.3')],
    },
    { SPDXID: 'SPDXRef-expat', name: 'expat', versionInfo: '2.4.1', downloadLocation: 'NOASSERTION' },
    {
      SPDXID: 'SPDXRef-test',
      name: 'Test-Only',
      versionInfo: 'NOASSERTION',
      downloadLocation: 'NOASSERTION',
    },
  ],
  relationships: [
    { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-shop' },
    { spdxElementId: 'SPDXRef-shop', relationshipType: 'DEPENDS_ON', relatedSpdxElement: 'SPDXRef-parser' },
    {
      spdxElementId: 'SPDXRef-test',
      relationshipType: 'TEST_DEPENDENCY_OF',
      relatedSpdxElement: 'SPDXRef-shop',
    },
    { spdxElementId: 'SPDXRef-parser', relationshipType: 'CONTAINS', relatedSpdxElement: 'SPDXRef-expat' },
    { spdxElementId: 'SPDXRef-expat', relationshipType: 'DEPENDS_ON', relatedSpdxElement: 'NONE' },
  ],
};

const id = (name: string): string => `https://example.org/shop#${name}`;
const example3 = {
  '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
  '@graph': [
    { type: 'CreationInfo', '@id': '_:creation', specVersion: '3.0.1' },
    { type: 'SpdxDocument', spdxId: id('document'), rootElement: [id('bom')] },
    { type: 'software_Sbom', spdxId: id('bom'), rootElement: [id('shop')] },
    { type: 'software_Package', spdxId: id('shop'), name: 'shop' },
    {
      type: 'software_Package',
      spdxId: id('parser'),
      name: 'Example-Parser',
      software_packageVersion: '1.3',
      software_packageUrl: 'pkg:cpan/Example-Parser@1.3',
    },
    {
      type: 'software_Package',
      spdxId: id('expat'),
      name: 'expat',
      software_packageVersion: '2.4.1',
      externalIdentifier: [
        {
          type: 'ExternalIdentifier',
          externalIdentifierType: 'packageUrl',
          identifier: 'pkg:generic/expat@2.4.1',
        },
        {
          type: 'ExternalIdentifier',
          externalIdentifierType: 'cpe23',
          identifier: 'cpe:2.3:a:x:expat:2.4.1:*:*:*:*:*:*:*',
        },
      ],
    },
    { type: 'Relationship', from: id('shop'), relationshipType: 'dependsOn', to: [id('parser')] },
    { type: 'Relationship', from: id('parser'), relationshipType: 'contains', to: [id('expat')] },
  ],
};

const outline = ({ components }: Sbom): unknown[] =>
  components.map(({ ref, name, version, purls, parent }) => [
    ref.replace(/.*[#-]/, ''),
    name,
    version,
    purls,
    parent,
  ]);

test('every package of an SPDX 2 document is found, with what it needs', () => {
  const sbom = spdx2Sbom(parseSpdx2(JSON.stringify(example2)));
  assert.deepEqual(sbom.roots, ['SPDXRef-shop']);
  assert.deepEqual(outline(sbom), [
    ['shop', 'shop', null, [], null],
    ['parser', 'Example-Parser', '1.3', ['pkg:cpan/Example-Parser@1.3'], null],
    ['expat', 'expat', '2.4.1', [], 'SPDXRef-parser'],
    ['test', 'Test-Only', null, [], null],
  ]);
  assert.deepEqual([...sbom.dependsOn], [['SPDXRef-shop', ['SPDXRef-parser', 'SPDXRef-test']]]);
});

test('every package of an SPDX 3 document is found, with what it needs', () => {
  const sbom = spdx3Sbom(parseSpdx3(JSON.stringify(example3)));
  assert.deepEqual(sbom.roots, [id('shop')]);
  assert.deepEqual(outline(sbom), [
    ['shop', 'shop', null, [], null],
    ['parser', 'Example-Parser', '1.3', ['pkg:cpan/Example-Parser@1.3'], null],
    ['expat', 'expat', '2.4.1', ['pkg:generic/expat@2.4.1'], id('parser')],
  ]);
  assert.deepEqual([...sbom.dependsOn], [[id('shop'), [id('parser')]]]);
});

test('an id given twice loses no package', () => {
  const packages = [
    { SPDXID: 'a', name: 'A' },
    { SPDXID: 'a', name: 'B' },
  ];
  const sbom = spdx2Sbom(parseSpdx2({ spdxVersion: 'SPDX-2.2', packages }));
  assert.deepEqual(
    sbom.components.map(({ ref, name }) => [ref, name]),
    [
      ['a', 'A'],
      ['packages[1]', 'B'],
    ],
  );
});

test('other documents are named as such', () => {
  for (const value of [
    {},
    [],
    { spdxVersion: 'SPDX-3.0' },
    { '@context': 'https://openvex.dev/ns/v0.2.0' },
  ]) {
    assert.throws(() => parseSpdx2(value, { file: 'a.json' }), {
      code: 'foreign',
      message: /^a\.json: no SPDX/,
    });
    assert.throws(() => parseSpdx3(value, { file: 'a.json' }), {
      code: 'foreign',
      message: /^a\.json: no SPDX/,
    });
  }
  assert.throws(() => parseSpdx2({ ...example2, packages: [{ name: 'x' }] }), {
    code: 'shape',
    message: 'packages[0].SPDXID: expected a string, found nothing',
  });
});

const SCHEMA = 'metadata/spdx/spdx-2.3.schema.json';

test('the example of SPDX 2.3 is valid by its schema', { skip: withoutShared(SCHEMA) }, () => {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(sharedJson<object>(SCHEMA));
  const once = { ...example2, packages: example2.packages.map(({ externalRefs: _, ...rest }) => rest) };
  assert.ok(validate(once), JSON.stringify(validate.errors));
});

const damaged = fc.oneof(
  mutated(example2).map((document) => (): unknown => spdx2Sbom(parseSpdx2(Object(document)))),
  mutated(example3).map((document) => (): unknown => spdx3Sbom(parseSpdx3(Object(document)))),
  mutated(example3).map((document) => (): unknown => spdx3Sbom(parseSpdx3(JSON.stringify(document) ?? ''))),
);

test('a damaged document is read or refused', () => {
  const total = fc.property(damaged, (read) => {
    try {
      read();
    } catch (error) {
      assert.ok(error instanceof FormatError || (error as Error).name === 'JsonError', String(error));
    }
  });
  fc.assert(total, { seed, numRuns: rounds(500, 100_000) });
});
