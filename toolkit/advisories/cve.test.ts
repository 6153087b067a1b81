import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { mutated } from '../../test/mutations.ts';
import { sharedJson, sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8 } from '../base/index.ts';
import {
  type CveProduct,
  type CvePublished,
  type CveRecord,
  cveProblems,
  FormatError,
  formatCve,
  isRejectedCve,
  parseCve,
} from '../formats/index.ts';
import {
  type AdvisoryRecord,
  type AffectedEntry,
  affects,
  CVE_RULES,
  type CveOptions,
  decodeRecord,
  encodeRecord,
  fromCve,
  importCpansa,
  importCve,
  toCve,
} from './index.ts';

const options: CveOptions = {
  assigner: { orgId: '00000000-0000-4000-9000-000000000000', shortName: 'EXAMPLE' },
  published: '2026-05-01T00:00:00Z',
  modified: '2026-05-06T07:08:09Z',
  author: (name) => (name === 'Example-Dist' ? 'SOMEBODY' : null),
  mainModule: (name) => (name === 'Example-Dist' ? 'Example::Dist' : null),
};
const record: AdvisoryRecord = {
  format: 'cpansec-advisory/1',
  id: 'CPANSA-Example-Dist-2026-0001',
  aliases: ['CVE-2026-99990'],
  reported: '2026-02-03',
  summary: 'Example::Dist follows symbolic links',
  details: 'In its cache directory.',
  severity: {
    rating: 'critical',
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    source: 'reporter',
  },
  weaknesses: ['CWE-59'],
  affected: [
    {
      distribution: 'Example-Dist',
      ranges: ['>=v1.2.0,<v1.7.0', '==2'],
      fixed: ['>=v1.5.4,<v1.6.0'],
      cause: { kind: 'own' },
      modules: ['Example::Dist'],
    },
    {
      distribution: 'Example-XS',
      ranges: ['>0,<=3'],
      fixed: [],
      cause: { kind: 'embedded', library: 'libz', libraryVersion: '1.2' },
      aliases: ['CVE-2026-99991'],
    },
  ],
  references: [
    { type: 'fix', url: 'https://example.org/commit/1' },
    { type: 'advisory', url: 'https://example.org/1' },
  ],
  credits: [{ name: 'A. Developer', role: 'developer' }],
  history: [{ on: '2026-02-03', change: 'published' }],
};

function own(change: Partial<AffectedEntry>): AffectedEntry {
  return { distribution: 'Example-Dist', ranges: ['<2'], fixed: [], cause: { kind: 'own' }, ...change };
}

function published(document: CveRecord | undefined): CvePublished {
  assert.ok(document !== undefined && !isRejectedCve(document));
  return document;
}

test('a record as a CVE record', () => {
  const { documents, losses } = toCve(record, options);
  const { x_cpansec: _, ...cna } = published(documents[0]).containers.cna;
  assert.deepEqual(documents[0]?.cveMetadata, {
    cveId: 'CVE-2026-99990',
    assignerOrgId: options.assigner.orgId,
    assignerShortName: 'EXAMPLE',
    state: 'PUBLISHED',
    datePublished: options.published,
    dateUpdated: options.modified,
  });
  assert.deepEqual(cna, {
    providerMetadata: { ...options.assigner, dateUpdated: options.modified },
    title: 'Example::Dist follows symbolic links',
    datePublic: '2026-02-03T00:00:00Z',
    descriptions: [{ lang: 'en', value: 'In its cache directory.' }],
    affected: [
      {
        vendor: 'SOMEBODY',
        product: 'Example::Dist',
        collectionURL: 'https://cpan.org/modules',
        packageName: 'Example-Dist',
        packageURL: 'pkg:cpan/Example-Dist',
        modules: ['Example::Dist'],
        defaultStatus: 'unaffected',
        versions: [
          { version: 'v1.2.0', lessThan: 'v1.5.4', status: 'affected', versionType: 'custom' },
          { version: 'v1.6.0', lessThan: 'v1.7.0', status: 'affected', versionType: 'custom' },
          { version: '2', status: 'affected', versionType: 'custom' },
        ],
      },
      {
        collectionURL: 'https://cpan.org/modules',
        packageName: 'Example-XS',
        packageURL: 'pkg:cpan/Example-XS',
        defaultStatus: 'unaffected',
        versions: [
          { version: '0', status: 'unaffected', versionType: 'custom' },
          { version: '0', lessThanOrEqual: '3', status: 'affected', versionType: 'custom' },
        ],
      },
    ],
    problemTypes: [
      {
        descriptions: [
          {
            lang: 'en',
            description: "CWE-59 Improper Link Resolution Before File Access ('Link Following')",
            cweId: 'CWE-59',
            type: 'CWE',
          },
        ],
      },
    ],
    references: [{ url: 'https://example.org/commit/1', tags: ['patch'] }, { url: 'https://example.org/1' }],
    metrics: [
      {
        format: 'CVSS',
        scenarios: [{ lang: 'en', value: 'GENERAL' }],
        cvssV3_1: {
          version: '3.1',
          vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
          baseScore: 9.8,
          baseSeverity: 'CRITICAL',
        },
      },
    ],
    timeline: [{ time: '2026-02-03T00:00:00Z', lang: 'en', value: 'published' }],
    credits: [{ lang: 'en', value: 'A. Developer', type: 'remediation developer' }],
    source: { discovery: 'UNKNOWN' },
  });
  assert.deepEqual(losses, []);
});

test('each CVE id has a document about the entries that have it', () => {
  const { documents } = toCve(record, options);
  assert.deepEqual(
    documents.map((one) => [
      one.cveMetadata.cveId,
      published(one).containers.cna.affected.map(({ packageName }) => packageName),
    ]),
    [
      ['CVE-2026-99990', ['Example-Dist', 'Example-XS']],
      ['CVE-2026-99991', ['Example-XS']],
    ],
  );
});

test('entries of one distribution are one product', () => {
  const affected = [
    own({ ranges: ['<1.2'] }),
    own({ ranges: ['>=1,<=2'], fixed: ['==1.5'] }),
    own({ ranges: ['>3'] }),
  ];
  const [product] = published(toCve({ ...record, affected }, options).documents[0]).containers.cna.affected;
  assert.deepEqual(product?.versions, [
    { version: '0', lessThan: '1.5', status: 'affected', versionType: 'custom' },
    { version: '1.5', status: 'unaffected', versionType: 'custom' },
    { version: '1.5', lessThanOrEqual: '2', status: 'affected', versionType: 'custom' },
    { version: '3', status: 'unaffected', versionType: 'custom' },
    { version: '3', lessThan: '*', status: 'affected', versionType: 'custom' },
  ]);
});

test('what cannot be told is unknown', () => {
  const cases: [
    ranges: string[],
    fixed: string[],
    product: Pick<CveProduct, 'defaultStatus' | 'versions'>,
  ][] = [
    [[], [], { defaultStatus: 'unknown' }],
    [['1.2'], [], { defaultStatus: 'unknown' }],
    [
      ['<2', '1.2-rc'],
      ['>=3'],
      {
        defaultStatus: 'unknown',
        versions: [
          { version: '0', lessThan: '2', status: 'affected', versionType: 'custom' },
          { version: '3', lessThan: '*', status: 'unaffected', versionType: 'custom' },
        ],
      },
    ],
    [
      ['<2'],
      ['>=1.5-rc'],
      {
        defaultStatus: 'unknown',
        versions: [{ version: '2', lessThan: '*', status: 'unaffected', versionType: 'custom' }],
      },
    ],
    [['==1,==2'], [], { defaultStatus: 'unaffected' }],
  ];
  for (const [ranges, fixed, expected] of cases) {
    const { documents } = toCve({ ...record, affected: [own({ ranges, fixed })] }, options);
    const [product] = published(documents[0]).containers.cna.affected;
    assert.deepEqual({ ...product, ...expected }, product, ranges.join(' or '));
  }
});

/** All documents of a record, as files that are imported together. */
function back({ documents }: { documents: readonly CveRecord[] }): AdvisoryRecord[] {
  const files = documents.map((document) => ({
    name: `${document.cveMetadata.cveId}.json`,
    bytes: encodeUtf8(formatCve(document)),
  }));
  return importCve(files).records;
}

test('a record that was written comes back whole', () => {
  const flagged: AdvisoryRecord = {
    ...record,
    flags: [{ rule: 'range-bare', at: 'x', found: '1' }],
    withdrawn: { on: '2026-04-01', kind: 'withdrawn', reason: 'a copy' },
    affected: [own({ ranges: [] }), ...record.affected, own({ distribution: 'B', ranges: ['<1-RC1'] })],
  };
  const rejected: AdvisoryRecord = {
    ...record,
    withdrawn: { on: '2026-04-01', kind: 'rejected', reason: 'no vulnerability' },
  };
  const { details: _, severity: __, credits: ___, ...bare } = record;
  for (const one of [record, flagged, rejected, { ...bare, reported: null }])
    assert.deepEqual(back(toCve(one, options)), [one]);
});

test('a rejected record says why', () => {
  const withdrawn = { on: '2026-04-01', kind: 'rejected' as const, reason: 'no vulnerability' };
  const [document] = toCve({ ...record, withdrawn }, options).documents;
  assert.ok(document !== undefined && isRejectedCve(document));
  assert.equal(document.cveMetadata.dateRejected, '2026-04-01T00:00:00Z');
  assert.deepEqual(document.containers.cna.rejectedReasons, [{ lang: 'en', value: 'no vulnerability' }]);
  const changed = structuredClone(document);
  changed.containers.cna.rejectedReasons = [{ lang: 'en', value: 'a duplicate' }];
  assert.deepEqual(fromCve(changed)?.withdrawn, { ...withdrawn, reason: 'a duplicate' });
  delete changed.containers.cna.x_cpansec;
  assert.equal(fromCve(changed), null);
});

test('what CVE cannot hold is said', () => {
  const cases: [change: Partial<AdvisoryRecord>, losses: string[], documents: number][] = [
    [{ aliases: [], affected: [own({})] }, ['aliases: no document: no CVE id'], 0],
    [
      { aliases: [], affected: [own({}), own({ aliases: ['CVE-2026-99991'] })] },
      ['affected[0]: left out: it has no CVE id'],
      1,
    ],
    [{ affected: [] }, ['affected: no document for CVE-2026-99990: nothing is affected'], 0],
    [
      { affected: [own({})], references: [] },
      ['references: no document for CVE-2026-99990: it needs a reference'],
      0,
    ],
    [
      {
        affected: [own({})],
        summary: 'x'.repeat(257),
        details: 'y'.repeat(4097),
        reported: '1066-10-14',
        weaknesses: ['79'],
        severity: { vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' },
        references: [...record.references, { type: 'web', url: 'not an address' }],
        credits: [{ name: '', role: 'other' }],
        history: [{ on: '2026-02-30', change: 'x' }],
        withdrawn: { on: '2026-04-01', kind: 'withdrawn', reason: 'a copy' },
      },
      [
        'withdrawn: CVE has no word for it but rejected: the document says what was affected',
        'summary: cut to 256 characters, which is all that CVE takes',
        'reported: left out: CVE takes no such day',
        'details: cut to 4096 characters, which is all that CVE takes',
        'weaknesses[0]: left out: no CWE id',
        'references[2].url: left out: it is no URI',
        'severity.vector: left out: neither CVSS 3.1 nor 4.0',
        'credits[0]: left out: nobody is named',
        'history[0]: left out: CVE takes no such day, or nothing is said',
      ],
      1,
    ],
  ];
  for (const [change, expected, count] of cases) {
    const { documents, losses } = toCve({ ...record, ...change }, options);
    const said = losses.map(({ path, text }) => `${path}: ${text}`);
    assert.deepEqual([said.sort(), documents.length], [expected.sort(), count]);
    for (const document of documents) assert.deepEqual(cveProblems(document), []);
  }
});

/** A record of somebody else about one product. */
function foreign(product: object, cna: object = {}): CveRecord {
  const { containers: _, ...head } = published(toCve(record, options).documents[0]);
  return parseCve({
    ...head,
    containers: {
      cna: {
        providerMetadata: { orgId: options.assigner.orgId, shortName: 'OTHER' },
        descriptions: [{ lang: 'en', value: 'Something of the kind.' }],
        affected: [{ collectionURL: 'https://cpan.org/modules', packageName: 'Example-Dist', ...product }],
        references: [{ url: 'https://example.org/1' }],
        ...cna,
      },
    },
  });
}

const unaffected = { defaultStatus: 'unaffected' };
const affected = (version: string, more: object = {}): object => ({ version, status: 'affected', ...more });
const custom = { versionType: 'custom' };
const VERSIONS: [product: object, ranges: string[], fixed: string[], rules: string[]][] = [
  [{ ...unaffected, versions: [affected('0', { lessThan: '1.5', ...custom })] }, ['<1.5'], ['>=1.5'], []],
  [
    { ...unaffected, versions: [affected('1', { lessThanOrEqual: '1.5', ...custom })] },
    ['>=1,<=1.5'],
    [],
    [],
  ],
  [{ ...unaffected, versions: [affected('1.05')] }, ['==1.05'], [], []],
  [{ ...unaffected, versions: [affected('0')] }, ['==0'], [], []],
  [{ ...unaffected, versions: [affected('0', { lessThan: '*', ...custom })] }, ['>=0'], [], []],
  [{ ...unaffected, versions: [affected('1.2', { lessThanOrEqual: '*', ...custom })] }, ['>=1.2'], [], []],
  [{ ...unaffected, versions: [affected('1', { lessThan: '1.*', ...custom })] }, ['>=1,<2'], [], []],
  [
    { ...unaffected, versions: [affected('v1.2', { lessThan: 'v1.2.*', ...custom })] },
    ['>=v1.2,<v1.3'],
    [],
    [],
  ],
  [
    { ...unaffected, versions: [affected('1.2', { lessThan: '1.2.*', ...custom })] },
    ['?unknown'],
    ['<1.2'],
    ['cve-version-unreadable', 'cve-status-unknown'],
  ],
  [
    { ...unaffected, versions: [affected('1.2', { lessThan: '1.10', ...custom })] },
    ['<0'],
    [],
    ['cve-range-empty'],
  ],
  [
    {
      ...unaffected,
      versions: [
        affected('1', {
          lessThan: '4',
          ...custom,
          changes: [
            { at: '3', status: 'affected' },
            { at: '2', status: 'unaffected' },
          ],
        }),
      ],
    },
    ['>=1,<2', '>=3,<4'],
    ['>=2,<3', '>=4'],
    [],
  ],
  [
    {
      ...unaffected,
      versions: [{ version: '1.5', status: 'unaffected' }, affected('1', { lessThan: '2', ...custom })],
    },
    ['>=1,<1.5', '>1.5,<2'],
    ['>=2'],
    [],
  ],
  [
    { ...unaffected, versions: [affected('1', { lessThan: '2', ...custom }), affected('2')] },
    ['>=1,<=2'],
    [],
    [],
  ],
  [
    {
      defaultStatus: 'affected',
      versions: [{ version: '2', status: 'unaffected', lessThan: '*', ...custom }],
    },
    ['<2'],
    [],
    [],
  ],
  [{ defaultStatus: 'affected' }, ['>=0'], [], []],
  [{ ...unaffected }, ['<0'], [], []],
  [
    { versions: [affected('0', { lessThan: '2', ...custom })] },
    ['<2', '?unknown'],
    [],
    ['cve-status-unknown'],
  ],
  [
    {
      defaultStatus: 'unknown',
      versions: [
        affected('1', { lessThan: '2', ...custom }),
        { version: '2', lessThan: '*', status: 'unaffected', ...custom },
      ],
    },
    ['>=1,<2', '?unknown'],
    ['>=2'],
    ['cve-status-unknown'],
  ],
  [{ ...unaffected, versions: [affected('*')] }, ['>=0'], [], ['cve-every-version']],
  [
    { ...unaffected, versions: [affected('0', { lessThan: '1.5.0', versionType: 'semver' })] },
    ['<1.5.0'],
    ['>=1.5.0'],
    ['cve-version-type'],
  ],
  [
    { ...unaffected, versions: [affected('c0ffee', { lessThan: 'f00d', versionType: 'git' })] },
    ['?unknown'],
    [],
    ['cve-version-git', 'cve-status-unknown'],
  ],
  [
    { ...unaffected, versions: [affected('n/a')] },
    ['?unknown'],
    [],
    ['cve-version-unreadable', 'cve-status-unknown'],
  ],
  [
    { ...unaffected, versions: [{ version: '2-RC', status: 'unaffected' }, affected('1')] },
    ['==1'],
    [],
    ['cve-version-unreadable'],
  ],
  [
    { ...unaffected, versions: [affected('unspecified', { lessThan: '2', ...custom })] },
    ['?unknown'],
    ['>=2'],
    ['cve-version-unreadable', 'cve-status-unknown'],
  ],
  [
    { ...unaffected, versions: [affected('1', { lessThan: '2-RC', ...custom })] },
    ['?unknown'],
    ['<1'],
    ['cve-version-unreadable', 'cve-status-unknown'],
  ],
  [
    { ...unaffected, versions: [affected('1', { lessThan: '2', lessThanOrEqual: '3', ...custom })] },
    ['>=1,<=3'],
    [],
    ['cve-two-ends'],
  ],
  [
    { ...unaffected, versions: [affected('1', { changes: [{ at: '2', status: 'unaffected' }] })] },
    ['==1'],
    [],
    ['cve-changes'],
  ],
];
for (const [product, ranges, fixed, rules] of VERSIONS) {
  test(`CVE ${JSON.stringify(product)} is ${ranges.join(' or ')}`, () => {
    const found = fromCve(foreign(product));
    assert.deepEqual([found?.affected[0]?.ranges, found?.affected[0]?.fixed], [ranges, fixed]);
    assert.deepEqual(
      (found?.flags ?? []).map(({ rule }) => rule),
      rules,
    );
  });
}

test('products of CPAN are told by collection, package URL, or as perl', () => {
  const none = { collectionURL: undefined, packageName: undefined };
  const cases: [product: object, distribution: string | null, rules: string[]][] = [
    [{}, 'Example-Dist', []],
    [{ collectionURL: 'https://metacpan.org' }, 'Example-Dist', []],
    [{ collectionURL: 'https://metacpan.org.example/' }, null, []],
    [{ ...none, packageURL: 'pkg:cpan/Example-Dist' }, 'Example-Dist', []],
    [{ ...none, packageURL: 'pkg:cpan/SOMEBODY/Example-Dist' }, 'Example-Dist', []],
    [{ ...none, packageURL: 'pkg:npm/example' }, null, []],
    [{ ...none, vendor: 'Perl', product: 'perl' }, 'perl', []],
    [{ ...none, vendor: 'n/a', product: 'n/a' }, null, []],
    [{ packageName: 'Example::Dist' }, 'Example-Dist', ['cve-package-module']],
    [{ packageName: 'Example Dist' }, 'Example_Dist', ['cve-distribution']],
    [{ packageURL: 'pkg:cpan/Example-Dist@1' }, 'Example-Dist', ['cve-purl']],
    [{ packageURL: 'pkg:cpan/Other-Dist' }, 'Example-Dist', ['cve-purl']],
    [{ packageURL: 'Example-Dist' }, 'Example-Dist', ['cve-purl']],
  ];
  for (const [product, distribution, rules] of cases) {
    const found = fromCve(foreign({ ...unaffected, ...product }));
    assert.equal(found?.affected[0]?.distribution ?? null, distribution, JSON.stringify(product));
    assert.deepEqual(
      (found?.flags ?? []).map(({ rule }) => rule),
      rules,
    );
  }
});

test('members that were changed beside ours hold', () => {
  const document = published(toCve(record, options).documents[0]);
  const { cna } = document.containers;
  const changed = (change: object): AdvisoryRecord | null =>
    fromCve({ ...document, containers: { cna: { ...cna, ...change } } });
  const rules = (one: AdvisoryRecord | null): string[] => (one?.flags ?? []).map(({ rule }) => rule);
  const [first, ...others] = cna.affected;
  const ranges = changed({ affected: [{ ...first, versions: [affected('0')] }, ...others] });
  assert.deepEqual([ranges?.affected[0]?.ranges, rules(ranges)], [['==0'], ['cve-differs']]);
  const references = changed({ references: [{ url: 'https://example.org/2' }] });
  assert.deepEqual(
    [references?.references, rules(references)],
    [[{ type: 'web', url: 'https://example.org/2' }], ['cve-differs']],
  );
  const metrics = changed({ metrics: undefined });
  assert.deepEqual([metrics?.severity, rules(metrics)], [undefined, ['cve-differs']]);
  const title = changed({ title: 'Another' });
  assert.deepEqual([title?.summary, title?.id, rules(title)], ['Another', record.id, []]);
  const odd = changed({ x_cpansec: { format: 'cpansec-advisory/1', members: { aliases: 1 } } });
  assert.deepEqual([odd?.id, rules(odd)], ['CVE-2026-99990', ['cve-own']]);
  const other = changed({ x_cpansec: { format: 'cpansec-advisory/1', members: { id: 'CPANSA-X-2026-1' } } });
  assert.deepEqual([other?.id, rules(other)], ['CVE-2026-99990', ['cve-own']]);
});

test('what has no place in a record stays in the source row and goes out again', () => {
  const product = {
    ...unaffected,
    vendor: 'SOMEBODY',
    repo: 'https://example.org/dist.git',
    programFiles: ['lib/Example/Dist.pm'],
    versions: [affected('1.05'), affected('0', { lessThan: '1', versionType: 'semver' })],
  };
  const cna = {
    title: 'Example::Dist trusts its input',
    datePublic: '2026-02-03T04:05:06Z',
    problemTypes: [
      { descriptions: [{ lang: 'en', description: 'CWE-20 Improper Input Validation', cweId: 'CWE-20' }] },
    ],
    solutions: [{ lang: 'en', value: 'Upgrade.' }],
    timeline: [{ time: '2026-01-02T03:04:05Z', lang: 'en', value: 'reported' }],
    references: [{ url: 'https://example.org/1', name: 'One', tags: ['vendor-advisory'] }],
    credits: [{ lang: 'en', value: 'A. Tool', type: 'tool' }],
    tags: ['disputed'],
    x_more: 1,
  };
  const document = published(foreign(product, cna));
  const found = fromCve(document);
  assert.ok(found);
  assert.deepEqual(found.weaknesses, ['CWE-20']);
  const { source } = found.affected[0] ?? {};
  assert.deepEqual(source?.affected, ['affected 1.05', 'affected 0 < 1']);
  const { assigner } = options;
  const again = published(toCve(found, { assigner }).documents[0]).containers.cna;
  const { providerMetadata: _, ...expected } = document.containers.cna;
  const { providerMetadata: __, source: discovery, ...written } = again;
  assert.deepEqual(written, {
    ...expected,
    affected: [{ ...expected.affected[0], packageURL: 'pkg:cpan/Example-Dist' }],
  });
  assert.deepEqual(discovery, { discovery: 'UNKNOWN' });
  const edited = {
    ...found,
    weaknesses: ['CWE-79'],
    affected: found.affected.map((one) => ({ ...one, ranges: ['<3'], fixed: [] })),
  };
  const after = published(toCve(edited, options).documents[0]).containers.cna;
  assert.deepEqual(after.problemTypes?.[0]?.descriptions[0]?.cweId, 'CWE-79');
  assert.deepEqual(after.affected[0]?.versions, [affected('0', { lessThan: '3', ...custom })]);
  assert.deepEqual([after.affected[0]?.vendor, after.solutions], ['SOMEBODY', cna.solutions]);
});

test('records import as a set', () => {
  const file = (name: string, document: object): { name: string; bytes: Uint8Array } => ({
    name,
    bytes: encodeUtf8(JSON.stringify(document)),
  });
  const [first, second] = toCve(record, options).documents;
  assert.ok(first && second);
  const other = foreign({ collectionURL: 'https://www.npmjs.com/' });
  other.cveMetadata.cveId = 'CVE-2026-99992';
  other.cveMetadata.dateUpdated = '2026-06-01T00:00:00.5Z';
  const files = [file('b.json', first), file('a.json', other), file('c.json', second)];
  const { records, report, built } = importCve(files);
  assert.deepEqual(records, [record]);
  assert.deepEqual(
    [report.rows, report.entries, report.perRule, built],
    [4, 2, { 'cve-product': 1 }, '2026-06-01T00:00:00Z'],
  );
  assert.throws(() => importCve([file('a.json', first), file('c.json', first)]), { code: 'import-shape' });
  assert.throws(() => importCve([file('a.json', { ...first, containers: {} })]), {
    code: 'cve-shape',
    place: { file: 'a.json', path: 'containers.cna' },
  });
  const changed = structuredClone(published(second));
  changed.containers.cna.title = 'Another';
  const [joined] = importCve([file('a.json', first), file('b.json', changed)]).records;
  assert.deepEqual([joined?.summary, joined?.affected], [record.summary, record.affected]);
  assert.deepEqual(
    joined?.flags?.map(({ rule }) => rule),
    ['cve-documents-differ'],
  );
});

const number = fc.integer({ min: 0, max: 9 });
const version = fc.oneof(
  number.map(String),
  fc.tuple(number, number).map(([a, b]) => `${a}.${b}`),
  fc.tuple(number, number, number).map((parts) => `v${parts.join('.')}`),
);
const range = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .array(
        fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), version).map((pair) => pair.join('')),
        { minLength: 1, maxLength: 3 },
      )
      .map((parts) => parts.join(',')),
  },
  { weight: 1, arbitrary: fc.constant('1.0-rc') },
);
const entry: fc.Arbitrary<AffectedEntry> = fc.record({
  distribution: fc.constantFrom('A', 'B-C', 'perl', 'Odd+Name'),
  ranges: fc.array(range, { maxLength: 3 }),
  fixed: fc.array(range, { maxLength: 2 }),
  cause: fc.constantFrom({ kind: 'own' as const }, { kind: 'embedded' as const, library: 'zlib' }),
});
const CVES = ['CVE-2026-99990', 'CVE-2026-99991', 'CVE-2026-99992'];
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', 'x'.repeat(300), 'y '.repeat(3000)),
);
const day = fc.constantFrom('2026-01-02', '2026-02-30', '1066-10-14');
/** Null is for a member that is not there. */
const aRecord: fc.Arbitrary<AdvisoryRecord> = fc
  .record({
    id: fc.constantFrom('CPANSA-A-2026-1', 'CVE-2026-99990'),
    aliases: fc.subarray(['CVE-2026-99993', 'CVE-2026-99994', 'GHSA-2345-6789-cfgh']),
    reported: fc.option(day),
    summary: text,
    details: fc.option(text, { nil: undefined }),
    severity: fc.constantFrom(
      undefined,
      { rating: 'low' as const },
      { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
      { vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:L/SA:N', source: 'x' },
      { vector: 'CVSS:3.0/AV:N' },
    ),
    weaknesses: fc.option(fc.subarray(['CWE-79', 'CWE-20', 'odd']), { nil: undefined }),
    affected: fc.array(
      fc
        .tuple(entry, fc.subarray(CVES))
        .map(([one, aliases]) => (aliases.length === 0 ? one : { ...one, aliases })),
      { maxLength: 4 },
    ),
    references: fc.array(
      fc.record({
        type: fc.constantFrom(
          'advisory',
          'article',
          'discussion',
          'evidence',
          'fix',
          'patch',
          'report',
          'web',
        ),
        url: fc.constantFrom(
          'https://example.org/1',
          'https://example.org/1.patch',
          'https://nvd.nist.gov/vuln/detail/CVE-2026-99990',
          'https://www.openwall.com/lists/oss-security/1',
          'not an address',
          'https://example.org/<1> [2]',
        ),
      }),
      { maxLength: 4 },
    ) as fc.Arbitrary<AdvisoryRecord['references']>, // fast-check widens the words
    credits: fc.option(
      fc.array(fc.record({ name: text, role: fc.constantFrom('finder', 'developer', 'other') })),
      {
        nil: undefined,
      },
    ) as fc.Arbitrary<AdvisoryRecord['credits']>, // the same
    withdrawn: fc.constantFrom(
      undefined,
      { on: '2026-03-04', kind: 'withdrawn' as const, reason: 'a copy' },
      { on: '2026-03-04', kind: 'rejected' as const, reason: '' },
    ),
    history: fc.array(fc.record({ on: day, change: text }), { maxLength: 2 }),
    flags: fc.constantFrom(undefined, [{ rule: 'range-bare', at: 'x', found: '1' }]),
    'x-more': fc.constantFrom(undefined, 1, { a: [null] }),
  })
  .map((one) => decodeRecord(JSON.stringify({ format: 'cpansec-advisory/1', ...one })));

test('whatever is in a record, what was written comes back', () => {
  const property = fc.property(aRecord, (one) => {
    const { documents, losses } = toCve(one, options);
    for (const document of documents) assert.deepEqual(cveProblems(document), []);
    const left = new Set(
      losses.filter(({ text: why }) => /^left out: it has no/.test(why)).map(({ path }) => path),
    );
    if (documents.length === 0) assert.ok(losses.some(({ text: why }) => why.startsWith('no document')));
    else {
      const kept = one.affected.filter((_, i) => !left.has(`affected[${i}]`));
      assert.deepEqual(back({ documents }), [{ ...one, affected: kept }]);
    }
  });
  fc.assert(property, { seed, numRuns: rounds(500, 50_000) });
});

/** What entries of one distribution say together. */
function judged(entries: readonly AffectedEntry[], distribution: string, asked: string): boolean | null {
  const answers = entries
    .filter((one) => one.distribution === distribution)
    .map((one) => affects(one, asked));
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}

/** As somebody else would read it. */
function withoutOurs(document: CveRecord): AdvisoryRecord {
  const { x_cpansec: _, ...cna } = published(document).containers.cna;
  const found = fromCve(parseCve({ ...document, containers: { cna } }));
  assert.ok(found);
  return found;
}

test('versions say of every version what the ranges say', () => {
  const property = fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), version, (entries, asked) => {
    const [document] = toCve({ ...record, affected: entries }, options).documents;
    assert.ok(document);
    const read = withoutOurs(document).affected;
    for (const { distribution } of entries)
      assert.equal(judged(read, distribution, asked), judged(entries, distribution, asked));
  });
  fc.assert(property, { seed, numRuns: rounds(500, 50_000) });
});

/** The algorithm of the schema's own description, for versions that are numbers. */
function statusByTheSchema({ versions = [], defaultStatus = 'unknown' }: CveProduct, asked: number): string {
  for (const one of versions) {
    const { lessThan, lessThanOrEqual, changes = [] } = one;
    const ends = lessThan !== undefined || lessThanOrEqual !== undefined;
    if (!ends && Number(one.version) === asked) return one.status;
    const inside =
      Number(one.version) <= asked &&
      ((lessThan !== undefined && (lessThan === '*' || asked < Number(lessThan))) ||
        (lessThanOrEqual !== undefined && (lessThanOrEqual === '*' || asked <= Number(lessThanOrEqual))));
    if (ends && inside) return changes.filter(({ at }) => Number(at) <= asked).at(-1)?.status ?? one.status;
  }
  return defaultStatus;
}

test('products are read by the algorithm of the schema', () => {
  const digit = number.map(String);
  const status = fc.constantFrom('affected', 'unaffected', 'unknown');
  const changes = fc
    .uniqueArray(fc.record({ at: digit, status }), { selector: ({ at }) => at, maxLength: 3 })
    .map((list) => list.sort((a, b) => Number(a.at) - Number(b.at)));
  const end = fc.oneof(digit, fc.constant('*'));
  const versions = fc.array(
    fc.oneof(
      fc.record({ version: digit, status }),
      fc.record({ version: digit, status, lessThan: end, changes }),
      fc.record({ version: digit, status, lessThanOrEqual: end }),
    ),
    { maxLength: 5 },
  );
  const property = fc.property(
    versions,
    fc.option(status, { nil: undefined }),
    number,
    (list, defaultStatus, asked) => {
      const product = { versions: list, defaultStatus };
      const document = published(foreign(product));
      const found = fromCve(document)?.affected[0];
      const [read] = document.containers.cna.affected;
      assert.ok(found && read);
      const answers = { affected: true, unaffected: false, unknown: null };
      const expected = statusByTheSchema(read, asked);
      assert.equal(affects(found, String(asked)), answers[expected as keyof typeof answers]); // one of the three
    },
  );
  fc.assert(property, { seed, numRuns: rounds(1000, 100_000) });
});

test('whatever a document says, the record can be written', () => {
  const odd = fc.oneof(fc.string({ maxLength: 8 }), version, fc.constantFrom('*', '0', '1.*', 'n/a'));
  const status = fc.constantFrom('affected', 'unaffected', 'unknown');
  const product = fc.record(
    {
      collectionURL: fc.constantFrom('https://cpan.org/modules', 'https://example.org'),
      packageName: odd,
      packageURL: fc.oneof(odd, fc.constant('pkg:cpan/A')),
      defaultStatus: status,
      versions: fc.array(
        fc.record(
          {
            version: odd,
            status,
            lessThan: odd,
            lessThanOrEqual: odd,
            versionType: fc.constantFrom('custom', 'semver', 'git'),
            changes: fc.array(fc.record({ at: odd, status }), { maxLength: 2 }),
          },
          { requiredKeys: ['version', 'status'] },
        ),
        { maxLength: 4 },
      ),
    },
    { requiredKeys: ['collectionURL', 'packageName'] },
  );
  const cna = fc.record(
    {
      title: odd,
      datePublic: odd,
      descriptions: fc.array(fc.record({ lang: fc.constantFrom('en', 'de'), value: odd }), { minLength: 1 }),
      affected: fc.array(product, { minLength: 1, maxLength: 3 }),
      references: fc.array(fc.record({ url: odd, tags: fc.array(odd) }), { minLength: 1 }),
      credits: fc.array(fc.record({ lang: odd, value: odd, type: odd })),
      x_cpansec: fc.record({
        format: fc.constant('cpansec-advisory/1'),
        members: fc.dictionary(
          fc.constantFrom('aliases', 'history', 'flags', 'withdrawn', 'summary', 'references'),
          fc.jsonValue({ maxDepth: 3 }),
        ),
        entries: fc.dictionary(fc.constantFrom('0', '1', 'x'), entry, { maxKeys: 2 }),
      }),
    },
    { requiredKeys: ['descriptions', 'affected', 'references'] },
  );
  const property = fc.property(cna, (one) => {
    const document = published(foreign({}, JSON.parse(JSON.stringify(one))));
    const found = fromCve(document);
    if (found === null) return;
    assert.equal(encodeRecord(decodeRecord(encodeRecord(found))), encodeRecord(found));
    const again = toCve(found, options).documents;
    assert.deepEqual(back({ documents: again }).length, again.length > 0 ? 1 : 0);
  });
  fc.assert(property, { seed, numRuns: rounds(500, 50_000) });
});

test('a damaged record is read or refused', () => {
  const [document] = toCve(record, options).documents;
  const property = fc.property(mutated(document), (one) => {
    try {
      const found = fromCve(parseCve(Object(one)));
      if (found !== null) decodeRecord(encodeRecord(found));
    } catch (error) {
      assert.ok(error instanceof FormatError, String(error));
    }
  });
  fc.assert(property, { seed, numRuns: rounds(1000, 100_000) });
});

test('a product of very many versions is read soon', () => {
  const versions = Array.from({ length: 20_000 }, (_, i) => affected(`${i}.${i % 7}`));
  const started = performance.now();
  const found = fromCve(foreign({ ...unaffected, versions }));
  assert.equal(found?.affected[0]?.ranges.length, 20_000);
  assert.ok(performance.now() - started < 10_000);
});

test('the rules are the table of their page', () => {
  const page = readFileSync(new URL('../../docs/formats/cve.md', import.meta.url), 'utf8');
  const table = [...page.matchAll(/^\| `(cve-[a-z-]+)` \| (flag|note) \| (.*) \|$/gm)].map(
    ([, ...cells]) => cells,
  );
  assert.deepEqual(
    table,
    Object.entries(CVE_RULES).map(([rule, [level, meaning]]) => [rule, level, meaning]),
  );
});

const SCHEMA = 'schemas/cve/CVE_Record_Format_5.2.0_bundled.derived.json';
function bySchema(): (document: object) => string {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(sharedJson<object>(SCHEMA));
  return (document) => (validate(document) ? '' : JSON.stringify(validate.errors));
}

test('whatever is in a record, documents are valid', { skip: withoutShared(SCHEMA) }, () => {
  const errors = bySchema();
  const property = fc.property(aRecord, (one) => {
    for (const document of toCve(one, options).documents) assert.equal(errors(document), '');
  });
  fc.assert(property, { seed, numRuns: rounds(300, 30_000) });
});

const DATABASE = 'cpansa/cpan-security-advisory.json';
test('the whole database goes out valid, comes back whole and is answered alike', {
  skip: withoutShared(DATABASE) || withoutShared(SCHEMA),
}, () => {
  const errors = bySchema();
  const { records, releases } = importCpansa(sharedText(DATABASE));
  const mainModule = (name: string): string | null => releases.get(name)?.mainModule ?? null;
  let count = 0;
  for (const one of records) {
    const { documents } = toCve(one, { ...options, mainModule });
    for (const document of documents) {
      assert.equal(errors(document), '', one.id);
      const read = withoutOurs(document).affected;
      const about = one.affected.filter(({ aliases = [] }) =>
        [...one.aliases, ...aliases].includes(document.cveMetadata.cveId),
      );
      for (const { distribution } of about)
        for (const asked of releases.get(distribution)?.versions ?? [])
          assert.equal(judged(read, distribution, asked), judged(about, distribution, asked), one.id);
    }
    if (documents.length === 0) continue;
    count += documents.length;
    const affected = one.affected.filter(({ aliases = [] }) =>
      documents.some(({ cveMetadata }) => [...one.aliases, ...aliases].includes(cveMetadata.cveId)),
    );
    assert.deepEqual(back({ documents }).map(encodeRecord), [encodeRecord({ ...one, affected })]);
  }
  assert.equal(count, 909);
});

const REAL: [id: string, distribution: string, range: string, weaknesses: string[]][] = [
  ['CVE-2025-40906', 'BSON-XS', '<=0.8.4', ['CWE-122', 'CWE-190', 'CWE-1104', 'CWE-1395']],
  ['CVE-2025-40916', 'Mojolicious-Plugin-CaptchaPNG', '==1.05', ['CWE-338', 'CWE-804']],
  ['CVE-2025-40933', 'Apache-AuthAny', '>=0.19,<=0.201', ['CWE-338', 'CWE-340']],
];
for (const [id, distribution, expected, weaknesses] of REAL) {
  const path = `cna/${id}.source.json`;
  test(`${id} imports exactly and goes out again`, { skip: withoutShared(path) }, () => {
    const document = published(parseCve(sharedJson<object>(path)));
    const found = fromCve(document);
    assert.ok(found);
    assert.deepEqual(
      found.affected.map((one) => [one.distribution, one.ranges, one.fixed]),
      [[distribution, [expected], []]],
    );
    assert.deepEqual([found.id, found.weaknesses, found.flags], [id, weaknesses, undefined]);
    const { cna } = published(toCve(found, { assigner: options.assigner }).documents[0]).containers;
    const { providerMetadata: _, ...written } = cna;
    const { providerMetadata: __, ...read } = document.containers.cna;
    const [product] = read.affected;
    assert.deepEqual(written, {
      ...read,
      affected: [{ ...product, packageURL: `pkg:cpan/${distribution}` }],
    });
  });
}
