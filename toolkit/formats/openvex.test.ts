import assert from 'node:assert/strict';
import test from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { mutated } from '../../test/mutations.ts';
import { sharedJson, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { FormatError } from './errors.ts';
import { formatOpenVex, OPENVEX_CONTEXT, type OpenVex, openVexStatements, parseOpenVex } from './openvex.ts';

const example: OpenVex = {
  '@context': OPENVEX_CONTEXT,
  '@id': 'https://example.org/vex/1',
  author: 'Example Shop',
  timestamp: '2026-05-01T10:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2026-99990', aliases: ['CPANSA-Example-Parser-2026-01'] },
      products: [
        { '@id': 'pkg:cpan/Example-Parser@1.3' },
        {
          '@id': 'https://example.org/shop',
          identifiers: { purl: 'pkg:oci/shop@sha256:00' },
          subcomponents: [{ identifiers: { purl: 'pkg:cpan/Example-Parser@1.4' } }],
        },
      ],
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
    },
    {
      vulnerability: { name: 'CVE-2026-99991' },
      products: [{ '@id': 'pkg:cpan/Example-Parser@1.3' }],
      status: 'affected',
      action_statement: 'Update to 1.5.',
    },
  ],
};

test('a document is written with its members in order and read back', () => {
  const shuffled = parseOpenVex(JSON.stringify(Object.fromEntries(Object.entries(example).reverse())));
  assert.equal(formatOpenVex(shuffled), formatOpenVex(example));
  assert.deepEqual(parseOpenVex(formatOpenVex(example)), example);
});

test('each product, or subcomponent in it, has a statement of its own', () => {
  const statements = openVexStatements(example);
  const ids = ['CVE-2026-99990', 'CPANSA-Example-Parser-2026-01'];
  const justified = { ids, status: 'not_affected', stated: 'not_affected', versions: [], detail: null };
  assert.deepEqual(statements, [
    {
      ...justified,
      justification: 'vulnerable_code_not_in_execute_path',
      product: 'pkg:cpan/Example-Parser@1.3',
      purls: ['pkg:cpan/Example-Parser@1.3'],
      within: [],
      path: 'statements[0].products[0]',
    },
    {
      ...justified,
      justification: 'vulnerable_code_not_in_execute_path',
      product: 'pkg:cpan/Example-Parser@1.4',
      purls: ['pkg:cpan/Example-Parser@1.4'],
      within: ['pkg:oci/shop@sha256:00'],
      path: 'statements[0].products[1].subcomponents[0]',
    },
    {
      ids: ['CVE-2026-99991'],
      status: 'affected',
      stated: 'affected',
      justification: null,
      detail: 'Update to 1.5.',
      product: 'pkg:cpan/Example-Parser@1.3',
      purls: ['pkg:cpan/Example-Parser@1.3'],
      within: [],
      versions: [],
      path: 'statements[1].products[0]',
    },
  ]);
});

test('a status comes with what the standard asks for', () => {
  const [, affected] = example.statements;
  assert.ok(affected);
  const { action_statement: _, ...bare } = affected;
  const cases: [statements: OpenVex['statements'], message: string][] = [
    [[bare], 'statements[0]: affected without action_statement'],
    [
      [affected, { ...bare, status: 'not_affected' }],
      'statements[1]: not_affected without justification or impact_statement',
    ],
  ];
  for (const [statements, message] of cases) {
    assert.throws(() => formatOpenVex({ ...example, statements }), { code: 'shape', message });
  }
});

test('other documents are named as such', () => {
  const foreign: [source: object, error: object][] = [
    [{}, { code: 'foreign' }],
    [[], { code: 'foreign' }],
    [{ ...example, '@context': 'https://openvex.dev/ns/v1.0.0' }, { code: 'foreign' }],
    [
      { '@context': OPENVEX_CONTEXT },
      { code: 'shape', message: 'v.json at ["@id"]: expected a string, found nothing' },
    ],
  ];
  for (const [source, error] of foreign) assert.throws(() => parseOpenVex(source, { file: 'v.json' }), error);
});

const SCHEMA = 'schemas/openvex/openvex_json_schema.json';

test('what is written is valid by the schema', { skip: withoutShared(SCHEMA) }, () => {
  const ajv = new Ajv2020({ strict: false, formats: { iri: true } });
  addFormats.default(ajv);
  const validate = ajv.compile(sharedJson<object>(SCHEMA));
  assert.ok(validate(JSON.parse(formatOpenVex(example))), JSON.stringify(validate.errors));
});

test('a damaged document is read or refused', () => {
  const total = fc.property(mutated(example), (document) => {
    try {
      formatOpenVex(parseOpenVex(Object(document)));
      openVexStatements(parseOpenVex(JSON.stringify(document) ?? ''));
    } catch (error) {
      assert.ok(error instanceof FormatError || (error as Error).name === 'JsonError', String(error));
    }
  });
  fc.assert(total, { seed, numRuns: rounds(500, 100_000) });
});
