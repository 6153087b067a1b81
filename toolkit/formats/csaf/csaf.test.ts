import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { mutated } from '../../../test/mutations.ts';
import { sharedJson, sharedPath, withoutShared } from '../../../test/shared.ts';
import { rounds, seed } from '../../../test/sizes.ts';
import { FormatError } from '../errors.ts';
import { type Csaf, parseCsaf } from './csaf.ts';
import { csafProducts } from './products.ts';
import { csafStatements } from './statements.ts';

const product = (product_id: string, purl?: string): { product_id: string; name: string } => ({
  product_id,
  name: `Product ${product_id}`,
  ...(purl === undefined ? {} : { product_identification_helper: { purl } }),
});

const example: Csaf = {
  document: { category: 'csaf_vex', csaf_version: '2.0', title: 'Example' },
  product_tree: {
    branches: [
      {
        category: 'vendor',
        name: 'Example Shop',
        branches: [
          {
            category: 'product_name',
            name: 'Example-Parser',
            branches: [
              {
                category: 'product_version',
                name: '1.3',
                product: product('P13', 'pkg:cpan/Example-Parser@1.3'),
              },
              {
                category: 'product_version_range',
                name: 'vers:cpan/>=1.5',
                product: product('P15', 'pkg:cpan/Example-Parser'),
              },
            ],
          },
        ],
      },
    ],
    full_product_names: [product('SHOP', 'pkg:oci/shop@sha256:00')],
    product_groups: [{ group_id: 'G', product_ids: ['P13', 'IN'] }],
    relationships: [
      {
        category: 'default_component_of',
        product_reference: 'P13',
        relates_to_product_reference: 'SHOP',
        full_product_name: product('IN'),
      },
    ],
  },
  vulnerabilities: [
    {
      cve: 'CVE-2026-99990',
      ids: [{ system_name: 'CPANSA', text: 'CPANSA-Example-Parser-2026-01' }],
      product_status: { known_not_affected: ['IN'], known_affected: ['P13'], fixed: ['P15'] },
      flags: [{ label: 'vulnerable_code_not_present', product_ids: ['IN'] }],
      threats: [{ category: 'impact', details: 'The parser is not called.', product_ids: ['IN'] }],
      remediations: [{ category: 'vendor_fix', details: 'Update to 1.5.', group_ids: ['G'] }],
    },
  ],
};

test('a statement says which product, with what purl and where', () => {
  const common = {
    ids: ['CVE-2026-99990', 'CPANSA-Example-Parser-2026-01'],
    justification: null,
    detail: null,
    within: [],
  };
  assert.deepEqual(csafStatements(parseCsaf(JSON.stringify(example))), [
    {
      ...common,
      status: 'affected',
      stated: 'known_affected',
      detail: 'Update to 1.5.',
      product: 'P13',
      purls: ['pkg:cpan/Example-Parser@1.3'],
      versions: [{ version: '1.3' }],
      path: 'vulnerabilities[0].product_status.known_affected[0]',
    },
    {
      ...common,
      status: 'not_affected',
      stated: 'known_not_affected',
      justification: 'vulnerable_code_not_present',
      detail: 'The parser is not called.',
      product: 'IN',
      purls: ['pkg:cpan/Example-Parser@1.3'],
      within: ['pkg:oci/shop@sha256:00'],
      versions: [{ version: '1.3' }],
      path: 'vulnerabilities[0].product_status.known_not_affected[0]',
    },
    {
      ...common,
      status: 'fixed',
      stated: 'fixed',
      product: 'P15',
      purls: ['pkg:cpan/Example-Parser'],
      versions: [{ range: 'vers:cpan/>=1.5' }],
      path: 'vulnerabilities[0].product_status.fixed[0]',
    },
  ]);
});

test('a document that contradicts itself is refused with the place', () => {
  const tree = example.product_tree;
  const part = {
    category: 'installed_on',
    relates_to_product_reference: 'A',
    full_product_name: product('B'),
  };
  const cases: [csaf: Csaf, message: string][] = [
    [
      { ...example, product_tree: { full_product_names: [product('A'), product('A')] } },
      'product_tree.full_product_names[1].product_id: product "A" is defined twice',
    ],
    [
      { ...example, product_tree: { ...tree, relationships: [{ ...part, product_reference: 'B' }] } },
      'product_tree.relationships[0].full_product_name: product "B" is a part of itself',
    ],
    [
      { ...example, product_tree: { ...tree, relationships: [{ ...part, product_reference: 'P13' }] } },
      'product_tree.relationships[0].full_product_name: no product "A" is defined',
    ],
    [
      { ...example, vulnerabilities: [{ product_status: { fixed: ['SHOP', 'X'] } }] },
      'vulnerabilities[0].product_status.fixed[1]: no product "X" is defined',
    ],
    [
      { ...example, vulnerabilities: [{ product_status: { fixed: ['SHOP'], known_affected: ['SHOP'] } }] },
      'vulnerabilities[0].product_status.fixed[0]: product "SHOP" is also known_affected',
    ],
  ];
  for (const [csaf, message] of cases) {
    assert.throws(() => csafStatements(parseCsaf(csaf)), { code: 'reference', message });
  }
});

test('other documents are named as such', () => {
  for (const value of [{}, [], { document: null }, { document: { csaf_version: '3.0' } }]) {
    assert.throws(() => parseCsaf(value, { file: 'a.json' }), {
      code: 'foreign',
      message: /^a\.json: no CSAF/,
    });
  }
});

test('a tree may be wide', () => {
  const branches = Array.from({ length: 200_000 }, (_, i) => ({
    category: 'product_version',
    name: String(i),
    product: product(`P${i}`),
  }));
  assert.equal(csafProducts(parseCsaf({ ...example, product_tree: { branches } })).size, 200_000);
});

test('groups cannot grow out of hand', () => {
  const product_ids = Array.from({ length: 10_000 }, (_, i) => `P${i}`);
  const group_ids = Array.from({ length: 1000 }, () => 'G');
  const hostile: Csaf = {
    ...example,
    product_tree: { product_groups: [{ group_id: 'G', product_ids }] },
    vulnerabilities: [{ flags: [{ label: 'x', group_ids }] }],
  };
  assert.throws(() => csafStatements(parseCsaf(hostile)), { code: 'bounds' });
});

const DATA = 'schemas/csaf/2.0-validator-data';

test("the standard's 2.0 validator documents are read", { skip: withoutShared(DATA) }, () => {
  const files = globSync('**/oasis_csaf_tc-*.json', { cwd: sharedPath(DATA) });
  const counts = { documents: 0, statements: 0, refused: 0 };
  for (const file of files) {
    const csaf = parseCsaf(sharedJson<object>(`${DATA}/${file}`), { file });
    counts.documents++;
    try {
      csafProducts(csaf);
      counts.statements += csafStatements(csaf).length;
    } catch (error) {
      assert.ok(error instanceof FormatError, `${file}: ${error}`);
      // Tests 6.1.1 to 6.1.6: undefined, repeated, circular and contradicting products.
      assert.match(file, /6-1-0[1-6]-|TEMPLATE/, `${file}: ${error.message}`);
      counts.refused++;
    }
  }
  assert.ok(counts.documents > 200 && counts.statements > 80 && counts.refused > 5, JSON.stringify(counts));
});

test('a damaged document is read or refused', () => {
  const total = fc.property(mutated(example), (document) => {
    try {
      csafStatements(parseCsaf(Object(document)));
      csafStatements(parseCsaf(JSON.stringify(document) ?? ''));
    } catch (error) {
      assert.ok(error instanceof FormatError || (error as Error).name === 'JsonError', String(error));
    }
  });
  fc.assert(total, { seed, numRuns: rounds(500, 100_000) });
});
