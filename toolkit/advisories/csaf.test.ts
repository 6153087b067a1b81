import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { csafProblems } from '../../test/csaf-validator.ts';
import { csafOptions, downstream, everything } from '../../test/exported.ts';
import { sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed, soaking } from '../../test/sizes.ts';
import { formatCsaf } from '../formats/index.ts';
import {
  type AdvisoryRecord,
  type CsafOptions,
  type CsafResult,
  decodeRecord,
  importCpansa,
  toCsaf,
  toCsafVex,
} from './index.ts';

type Export = (record: AdvisoryRecord, options: CsafOptions) => CsafResult;

/** Written, checked by the standard's validator, and read again. */
async function valid(record: AdvisoryRecord, options: CsafOptions, write: Export): Promise<CsafResult> {
  const result = write(record, options);
  assert.deepEqual(await csafProblems(JSON.parse(formatCsaf(result.document))), [], record.id);
  return result;
}

const own = { kind: 'own' as const };

test('the validator finds what is wrong', async () => {
  const { document } = toCsaf(everything, csafOptions);
  const [vulnerability] = document.vulnerabilities ?? [];
  assert.ok(vulnerability);
  const wrong = { ...document, vulnerabilities: [{ ...vulnerability, product_status: { fixed: ['X'] } }] };
  assert.match((await csafProblems(wrong)).join('\n'), /mandatoryTest_6_1_1: /);
});

test('an advisory names ranges, and what to do about them', async () => {
  const { document } = await valid(everything, csafOptions, toCsaf);
  const [first, second, ...more] = document.vulnerabilities ?? [];
  assert.equal(more.length, 0);
  assert.deepEqual(first?.product_status, {
    known_affected: [
      'Example-Dist@vers:cpan/>=v1.2.0|<v1.5.4|>=v1.6.0|<v1.7.0|2',
      'Example-XS@vers:cpan/>0|<=3',
    ],
    under_investigation: ['Example-Old@vers:all/*'],
    fixed: ['Example-Dist@vers:cpan/>=v1.5.4|<v1.6.0'],
    known_not_affected: ['Example-Dist@vers:cpan/<v1.2.0|>=v1.7.0|!=2', 'Example-XS@vers:cpan/0|>3'],
  });
  assert.deepEqual(
    first?.remediations?.map(({ category, details, url }) => [category, details, url]),
    [
      [
        'vendor_fix',
        'Update Example-Dist to v1.5.4 or later below v1.6.0, or to v1.8.0 or later below 2, or to 2.1 or later.',
        undefined,
      ],
      ['mitigation', 'A patch is published.', 'https://example.org/1.patch'],
      ['mitigation', 'A patch is published.', 'https://example.org/1.patch'],
    ],
  );
  assert.deepEqual([first?.cve, second?.cve], ['CVE-2026-99990', 'CVE-2026-99991']);
  assert.deepEqual(first?.ids, [
    { system_name: 'CPANSA', text: 'CPANSA-Example-Dist-2026-0001' },
    { system_name: 'GHSA', text: 'GHSA-2222-3333-4444' },
  ]);
  assert.equal(second?.ids, undefined);
  assert.deepEqual(second?.product_status.known_affected, ['Example-XS@vers:cpan/>0|<=3']);
});

test('products downstream stand beside the distributions, in both profiles', async () => {
  const record = { ...everything, products: downstream };
  for (const write of [toCsaf, toCsafVex]) {
    const { document, losses } = await valid(record, csafOptions, write);
    assert.ok(!losses.some(({ path }) => path.startsWith('products')));
    assert.deepEqual(
      document.product_tree?.full_product_names?.map(({ name }) => name),
      [
        'libexample-dist-perl in Debian 13 1.5.4-1+deb13u1',
        'Example Appliance',
        'Example-App',
        'Example Cloud',
      ],
    );
    const [first, second] = document.vulnerabilities ?? [];
    assert.ok(first !== undefined);
    const status = Object.entries({ ...first.product_status }).flatMap(([name, ids = []]) =>
      ids.filter((id) => id.startsWith('downstream')).map((id) => `${id} ${name}`),
    );
    assert.deepEqual(status.sort(), [
      'downstream-1 fixed',
      'downstream-2 known_affected',
      'downstream-3 known_not_affected',
      'downstream-4 under_investigation',
    ]);
    assert.deepEqual(first.flags, [
      { label: 'vulnerable_code_not_in_execute_path', product_ids: ['downstream-3'] },
    ]);
    assert.deepEqual(first.remediations?.at(-1), {
      category: 'no_fix_planned',
      details: 'No fix is planned.',
      product_ids: ['downstream-2'],
    });
    assert.ok(!JSON.stringify(second).includes('downstream'));
  }
});

test('an advisory holds the facts of the record', async () => {
  const { document: csaf, losses } = await valid(everything, csafOptions, toCsaf);
  const { document, vulnerabilities } = csaf;
  assert.equal(document.title, 'CPANSA-Example-Dist-2026-0001: Example::Dist follows symbolic links');
  assert.deepEqual(document.references?.[0], {
    category: 'self',
    summary: 'This document',
    url: 'https://example.org/csaf/2026/cpansa-example-dist-2026-0001.json',
  });
  assert.deepEqual(document.acknowledgments, [{ names: ['A. Finder'], summary: 'finder' }]);
  assert.deepEqual(document.aggregate_severity, { text: 'critical' });
  assert.equal(document.tracking.version, '2');
  const [first] = vulnerabilities ?? [];
  assert.deepEqual(first?.cwe, {
    id: 'CWE-59',
    name: "Improper Link Resolution Before File Access ('Link Following')",
  });
  assert.deepEqual(first?.scores?.[0]?.cvss_v3, {
    version: '3.1',
    vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    baseScore: 9.8,
    baseSeverity: 'CRITICAL',
  });
  assert.deepEqual(
    first?.notes.map(({ text }) => text),
    [
      'In its cache directory.',
      'In Example-Dist it is in Example::Dist.',
      'In Example-XS it is in libexample 1.2, which the distribution carries.',
    ],
  );
  assert.deepEqual(
    losses.map(({ path, text }) => `${path}: ${text}`),
    [
      'severity.source: left out: CSAF does not say who rated',
      'history: left out: the document has a revision history of its own',
      'weaknesses[1]: left out: its name is not known here',
      'weaknesses[2]: left out: CSAF 2.0 holds one',
      'references[2].url: left out: it is no URI',
    ],
  );
});

test('VEX lists releases where they are known, under an id of its own', async () => {
  const { document } = await valid(everything, csafOptions, toCsafVex);
  assert.equal(document.document.tracking.id, 'CPANSA-Example-Dist-2026-0001-VEX');
  assert.deepEqual(document.vulnerabilities?.[0]?.product_status, {
    known_affected: ['v1.3.0', 'v1.6.5', '2.0']
      .map((version) => `Example-Dist@${version}`)
      .concat(['Example-XS@0.5', 'Example-XS@3']),
    under_investigation: ['Example-Old@vers:all/*'],
    fixed: ['Example-Dist@v1.5.4'],
    known_not_affected: ['Example-Dist@v1.1.0', 'Example-Dist@v1.8.0', 'Example-Dist@2.1', 'Example-XS@0'],
  });
  const [vendor] = document.product_tree?.branches ?? [];
  assert.deepEqual(vendor?.branches?.[0]?.branches?.[0], {
    category: 'product_version',
    name: 'v1.1.0',
    product: {
      product_id: 'Example-Dist@v1.1.0',
      name: 'Example-Dist v1.1.0',
      product_identification_helper: { purl: 'pkg:cpan/Example-Dist@v1.1.0' },
    },
  });
});

test('a single version is spelled as it was released', async () => {
  const affected = [{ distribution: 'A', ranges: ['==1.1'], fixed: [], cause: own }];
  const options = { ...csafOptions, releases: () => ['1.10', '1.2'] };
  const { document } = await valid({ ...everything, affected }, options, toCsaf);
  assert.deepEqual(document.vulnerabilities?.[0]?.product_status.known_affected, ['A@1.10']);
});

test('the vendor is who maintains a distribution, where that is known', async () => {
  const maintainer = (name: string): string | null => (name === 'Example-XS' ? 'EXAMPLE' : null);
  const { document } = await valid(everything, { ...csafOptions, maintainer }, toCsaf);
  assert.deepEqual(
    document.product_tree?.branches?.map(({ name, branches }) => [name, branches?.map((one) => one.name)]),
    [
      ['CPAN', ['Example-Dist', 'Example-Old']],
      ['EXAMPLE', ['Example-XS']],
    ],
  );
});

const REMEDIES: [what: string, ranges: string[], fixed: string[], released: string[] | null, text: string][] =
  [
    ['a fixed release', ['<1.5'], ['>=1.5'], null, 'Update A to 1.5 or later.'],
    ['one release that is fixed', ['<1.5'], ['==1.5'], null, 'Update A to 1.5 or later.'],
    ['an upper end without a release', ['<1.5'], [], ['1.4'], 'Update A to 1.5 or later.'],
    [
      'the first release above a closed end',
      ['<=1.5'],
      [],
      ['1.5', '1.6', '1.7'],
      'Update A to 1.6 or later.',
    ],
    ['a closed end and no release above', ['<=1.5'], [], ['1.5'], 'No fixed release of A is known.'],
    ['a closed end and no releases known', ['<=1.5'], [], null, 'No fixed release of A is known.'],
    ['every version', ['>=0'], [], ['1'], 'No fixed release of A is known.'],
    ['single versions', ['==1', '==2'], [], ['1', '2', '2.1'], 'Update A to 2.1 or later.'],
    [
      'a fix between branches',
      ['<2.2', '>=3,<3.1'],
      ['==2.2', '>=3.1'],
      null,
      'Update A to 2.2 or later below 3, or to 3.1 or later.',
    ],
  ];
for (const [what, ranges, fixed, released, text] of REMEDIES) {
  test(`what to do: ${what}`, async () => {
    const affected = [{ distribution: 'A', ranges, fixed, cause: own }];
    const record = { ...everything, affected, references: [] };
    const { document } = await valid(record, { ...csafOptions, releases: () => released }, toCsafVex);
    assert.equal(document.vulnerabilities?.[0]?.remediations?.[0]?.details, text);
  });
}

test('a rejected record says that nothing is affected, a withdrawn one nothing', async () => {
  const rejected = { on: '2026-04-01', kind: 'rejected' as const, reason: 'no vulnerability' };
  const draft = { ...csafOptions, tracking: { ...csafOptions.tracking, status: 'interim' as const } };
  for (const write of [toCsaf, toCsafVex]) {
    const { document } = await valid({ ...everything, withdrawn: rejected }, draft, write);
    assert.equal(document.document.tracking.status, 'final');
    assert.equal(document.document.notes?.[1]?.text, 'Rejected on 2026-04-01: no vulnerability');
    for (const { product_status } of document.vulnerabilities ?? []) {
      assert.deepEqual(Object.keys(product_status), ['known_not_affected']);
    }
    const gone = await valid({ ...everything, withdrawn: { ...rejected, kind: 'withdrawn' } }, draft, write);
    assert.equal(gone.document.document.category, 'csaf_base');
    assert.equal(gone.document.vulnerabilities, undefined);
  }
});

test('what 2.0 cannot hold is said', async () => {
  const vectors = [
    [
      'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:L/SA:N',
      'left out: CSAF 2.0 cannot hold CVSS 4.0',
    ],
    ['AV:N/AC:L/Au:N/C:P/I:P/A:P', 'left out: no vector of CVSS 3.1'],
  ] as const;
  for (const [vector, text] of vectors) {
    const one = { ...everything, severity: { vector }, 'x-more': 1 };
    const { document, losses } = await valid(one, csafOptions, toCsaf);
    assert.equal(document.vulnerabilities?.[0]?.scores, undefined);
    assert.equal(losses.find(({ path }) => path === 'severity.vector')?.text, text);
    assert.equal(losses.find(({ path }) => path === 'x-more')?.text, 'left out: CSAF has no place for it');
  }
});

test('two names of the CVE programme are two vulnerabilities', async () => {
  const aliases = ['CVE-2026-99990', 'CVE-2026-99992'];
  const { document } = await valid({ ...everything, aliases }, csafOptions, toCsaf);
  assert.deepEqual(
    document.vulnerabilities?.map(({ cve, ids }) => [cve, ids?.map(({ text }) => text)]),
    [
      ['CVE-2026-99990', ['CPANSA-Example-Dist-2026-0001']],
      ['CVE-2026-99992', ['CPANSA-Example-Dist-2026-0001']],
      ['CVE-2026-99991', undefined],
    ],
  );
});

test('empty texts and odd dates do not break a document', async () => {
  const bare: AdvisoryRecord = {
    ...everything,
    summary: '',
    details: '',
    reported: '2026-13-45',
    credits: [{ name: '', role: 'other' }],
    affected: [],
  };
  for (const record of [bare, { ...bare, affected: everything.affected }]) {
    for (const write of [toCsaf, toCsafVex]) await valid(record, csafOptions, write);
  }
});

test('whatever a record says, its documents are valid', async () => {
  const text = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('', ' ', '\n', 'CVE-2026-99990'));
  const name = fc.stringMatching(/^[!-~]{1,12}$/);
  const range = fc.constantFrom('<1', '>=1,<2', '==1', '>1', '!=1', '>=0', '<0', 'odd');
  const record: fc.Arbitrary<AdvisoryRecord> = fc.record(
    {
      format: fc.constant(everything.format),
      id: name,
      aliases: fc.array(fc.oneof(name, fc.constantFrom('CVE-2026-99990', 'CVE-2026-99991')), {
        maxLength: 3,
      }),
      reported: fc.constantFrom(null, '2026-02-03', '2026-02-30'),
      summary: text,
      details: text,
      severity: fc.constantFrom({}, { vector: 'x' }, { ...everything.severity }),
      weaknesses: fc.array(fc.constantFrom('CWE-79', 'CWE-0', 'x'), { maxLength: 2 }),
      affected: fc.array(
        fc.record({
          distribution: fc.constantFrom('A', 'B'),
          ranges: fc.array(range, { maxLength: 2 }),
          fixed: fc.array(range, { maxLength: 2 }),
          cause: fc.oneof(
            fc.constant(own),
            text.map((library) => ({ kind: 'embedded' as const, library })),
          ),
          aliases: fc.array(fc.oneof(name, fc.constant('CVE-2026-99991')), { maxLength: 2 }),
        }),
        { maxLength: 3 },
      ),
      references: fc.array(
        fc.record({
          type: fc.constantFrom('patch', 'web'),
          url: text.map((part) => `https://a.example/${part}`),
        }),
        { maxLength: 2 },
      ),
      credits: fc.array(fc.record({ name: text, role: fc.constant('finder' as const) }), { maxLength: 2 }),
      withdrawn: fc.record({
        on: fc.constant('2026-04-01'),
        kind: fc.constantFrom('withdrawn', 'rejected'),
        reason: text,
      }),
      history: fc.constant([]),
    },
    { requiredKeys: ['format', 'id', 'aliases', 'reported', 'summary', 'affected', 'references', 'history'] },
  );
  const property = fc.asyncProperty(record, async (one) => {
    for (const write of [toCsaf, toCsafVex]) await valid(one, csafOptions, write);
  });
  await fc.assert(property, { seed, numRuns: rounds(200, 5000) });
});

const advisories = new URL('../../data/advisories/', import.meta.url);
test('our own advisories are valid as CSAF', async () => {
  for (const file of readdirSync(advisories)) {
    const record = decodeRecord(readFileSync(new URL(file, advisories), 'utf8'), file);
    for (const write of [toCsaf, toCsafVex]) await valid(record, csafOptions, write);
  }
});

const DATABASE = 'cpansa/cpan-security-advisory.json';
test('the whole database is valid as CSAF', { skip: withoutShared(DATABASE) }, async () => {
  const { records, releases } = importCpansa(sharedText(DATABASE));
  const options = { ...csafOptions, releases: (name: string) => releases.get(name)?.versions ?? null };
  const sample = records.filter((_, i) => soaking || i % 10 === 0);
  for (const record of sample) for (const write of [toCsaf, toCsafVex]) await valid(record, options, write);
});
