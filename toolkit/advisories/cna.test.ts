import assert from 'node:assert/strict';
import test from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { parse } from 'yaml';
import { sharedBytes, sharedJson, sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8 } from '../base/index.ts';
import { type CveCna, isRejectedCve, parseCve } from '../formats/index.ts';
import { unwrapped, wrapped } from './cna-text.ts';
import {
  AdvisoryError,
  type AdvisoryRecord,
  affects,
  type CnaOptions,
  cveOfCna,
  formatCnaYaml,
  fromCna,
  importCna,
  importCpansa,
  parseCnaYaml,
  toCna,
  toCve,
} from './index.ts';

const provider = { orgId: '00000000-0000-4000-9000-000000000000', shortName: 'EXAMPLE' };
const options: CnaOptions = { author: () => 'SOMEBODY', mainModule: (name) => name.replaceAll('-', '::') };

const yaml = `cpansec:
  cve: CVE-2026-99990
  distribution: Example-Dist
  module: Example::Dist
  author: SOMEBODY
  repo: https://example.org/dist.git
  affected:
    - < 1.10
    - v2.0.0 < v2.1.0
    - "3.05"
  title: |
    Example::Dist versions before 1.10 for Perl follow symbolic links
  description: |
    Example::Dist versions before 1.10 for Perl follow symbolic links in their
    cache directory.

    - here
    - there
  cwes:
    - CWE-59 Improper Link Resolution Before File Access ('Link Following')
  files:
    - lib/Example/Dist.pm
  routines:
    - cache
  solution: |
    Upgrade to 1.10.
  mitigation:
    - |
      Use no cache.
    - |
      Or a private one.
  credits:
    - type: finder
      value: A. Finder
  impacts:
    - CAPEC-132 Symlink Attack
  timeline:
    - time: 2026-01-02T00:00:00Z
      value: Reported
  references:
    - link: https://example.org/1
      name: The report
      tags:
        - issue-tracking
    - link: https://example.org/2
      tags:
        - advisory
`;

test('a document as a CVE record', () => {
  const { cveMetadata, containers } = cveOfCna(parseCnaYaml(yaml), provider);
  assert.equal(cveMetadata.cveId, 'CVE-2026-99990');
  assert.deepEqual(containers.cna, {
    providerMetadata: provider,
    title: 'Example::Dist versions before 1.10 for Perl follow symbolic links',
    descriptions: [
      {
        lang: 'en',
        value:
          'Example::Dist versions before 1.10 for Perl follow symbolic links in their cache directory.\n\n- here\n- there',
      },
    ],
    affected: [
      {
        vendor: 'SOMEBODY',
        product: 'Example::Dist',
        collectionURL: 'https://cpan.org/modules',
        packageName: 'Example-Dist',
        repo: 'https://example.org/dist.git',
        programFiles: ['lib/Example/Dist.pm'],
        programRoutines: [{ name: 'cache' }],
        defaultStatus: 'unaffected',
        versions: [
          { version: '0', lessThan: '1.10', status: 'affected', versionType: 'custom' },
          { version: 'v2.0.0', lessThan: 'v2.1.0', status: 'affected', versionType: 'custom' },
          { version: '3.05', status: 'affected', versionType: 'custom' },
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
    references: [
      { url: 'https://example.org/1', name: 'The report', tags: ['issue-tracking'] },
      { url: 'https://example.org/2', tags: ['x_advisory'] },
    ],
    impacts: [{ capecId: 'CAPEC-132', descriptions: [{ lang: 'en', value: 'CAPEC-132 Symlink Attack' }] }],
    solutions: [{ lang: 'en', value: 'Upgrade to 1.10.' }],
    workarounds: [
      { lang: 'en', value: 'Use no cache.' },
      { lang: 'en', value: 'Or a private one.' },
    ],
    timeline: [{ time: '2026-01-02T00:00:00Z', lang: 'en', value: 'Reported' }],
    credits: [{ lang: 'en', value: 'A. Finder', type: 'finder' }],
    source: { discovery: 'UNKNOWN' },
  });
});

test('a document is read as a record and comes back as the same text', () => {
  const record = fromCna(parseCnaYaml(yaml));
  assert.ok(record);
  assert.equal(record.flags, undefined);
  assert.deepEqual(record.affected[0]?.ranges, ['<1.10', '>=v2.0.0,<v2.1.0', '==3.05']);
  const { documents, losses } = toCna(record, {});
  assert.deepEqual(losses, []);
  assert.deepEqual(documents.map(formatCnaYaml), [yaml]);
});

const record: AdvisoryRecord = {
  format: 'cpansec-advisory/1',
  id: 'CPANSA-Example-Dist-2026-0001',
  aliases: ['CVE-2026-99990', 'GHSA-2345-6789-cfgh'],
  reported: '2026-02-03',
  summary: 'Example::Dist follows symbolic links',
  severity: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
  affected: [{ distribution: 'Example-Dist', ranges: ['>1,<2'], fixed: [], cause: { kind: 'own' } }],
  references: [{ type: 'fix', url: 'https://example.org/commit/1' }],
  history: [{ on: '2026-02-03', change: 'published' }],
};

test('what the YAML cannot hold is said', () => {
  const own = { distribution: 'Example-Dist', ranges: ['<2'], fixed: [], cause: { kind: 'own' as const } };
  const none = (what: string): string => `affected: no document for CVE-2026-99990: it needs ${what}`;
  const simple = {
    ...record,
    id: 'CVE-2026-99990',
    aliases: [],
    history: [],
    reported: null,
    affected: [own],
  };
  delete simple.severity;
  const cases: [change: Partial<AdvisoryRecord>, options: CnaOptions, losses: string[], documents: number][] =
    [
      [{}, options, [], 1],
      [{}, {}, [none('a PAUSE id'), none('a main module')], 0],
      [
        { affected: [{ ...own, ranges: ['<2', '1-RC'] }] },
        options,
        [
          'affected: YAML of cna-tool cannot say that it cannot be told whether a version is affected',
          none('versions that are affected'),
        ],
        0,
      ],
      [
        { affected: [own, { ...own, distribution: 'Other' }] },
        options,
        ['affected: Other left out: YAML of cna-tool has one distribution'],
        1,
      ],
      [
        { withdrawn: { on: '2026-04-01', kind: 'rejected', reason: 'none' } },
        options,
        [
          'withdrawn: left out: YAML of cna-tool has no place for it',
          'withdrawn: no document for CVE-2026-99990: it is rejected',
        ],
        0,
      ],
      [
        { summary: 'It ends.', weaknesses: ['CWE-99999'] },
        options,
        ['summary: comes back otherwise', 'weaknesses: left out: YAML of cna-tool has no place for it'],
        1,
      ],
      [
        record,
        options,
        [
          'affected: begins after 1, which YAML of cna-tool cannot say; 1 stands as its beginning',
          'aliases[1]: left out: YAML of cna-tool has no place for it',
          'history: left out: YAML of cna-tool has no place for it',
          'id: left out: YAML of cna-tool has no place for it',
          'reported: left out: YAML of cna-tool has no place for it',
          'severity: left out: YAML of cna-tool has no place for it',
        ],
        1,
      ],
    ];
  for (const [change, known, expected, count] of cases) {
    const { documents, losses } = toCna({ ...simple, ...change }, known);
    assert.deepEqual(
      [losses.map(({ path, text }) => `${path}: ${text}`).sort(), documents.length],
      [expected.sort(), count],
    );
  }
});

test('documents import as a set', () => {
  const { records, report, built } = importCna([
    { name: 'b.yaml', bytes: encodeUtf8(yaml) },
    { name: 'a.yaml', bytes: encodeUtf8(yaml.replace('99990', '99991').replace('< 1.10', '< TODO')) },
  ]);
  assert.deepEqual(
    records.map(({ id, affected }) => [id, affected[0] === undefined ? null : affects(affected[0], '3.5')]),
    [
      ['CVE-2026-99990', false],
      ['CVE-2026-99991', null],
    ],
  );
  assert.deepEqual([report.rows, report.entries, built], [2, 2, null]);
  assert.deepEqual(report.perRule, { 'cve-status-unknown': 1, 'cve-version-unreadable': 1 });
});

const UNREAD: [what: string, text: string, place: object][] = [
  ['no YAML', 'a: [1', { line: 1 }],
  ['a key twice', 'cpansec:\n  cve: 1\n  cve: 2\n', { line: 3 }],
  ['a text', 'a text\n', { path: '' }],
  ['another document', 'distribution: A\n', { path: 'cpansec' }],
  ['nothing where something must be', yaml.replace('SOMEBODY', '~'), { path: 'cpansec.author' }],
  ['a million brackets', `cpansec: ${'['.repeat(1_000_000)}`, {}],
  ['too large', `cpansec: ${'x'.repeat(1024 * 1024)}`, {}],
];
for (const [what, text, place] of UNREAD) {
  test(`a file that cannot be read is refused: ${what}`, () => {
    assert.throws(() => importCna([{ name: 'a.yaml', bytes: encodeUtf8(text) }]), {
      code: 'cna-shape',
      place: { file: 'a.yaml', ...place },
    });
  });
}

test('lines are broken so that they are put together again', () => {
  assert.equal(unwrapped('a\nb  \nc\n\n\n \nd\r\ne\n'), 'a b c\n\nd e');
  assert.equal(unwrapped('a\n  b\n\n1. c\n2. d\n'), 'a\n  b\n\n1. c\n2. d');
  const text = fc.string({ unit: fc.constantFrom('a', 'word', ' ', '\n', '- ', '\t') });
  const property = fc.property(text, (found) => {
    const once = unwrapped(found);
    assert.equal(unwrapped(once), once);
    assert.equal(unwrapped(wrapped(once)), once);
  });
  fc.assert(property, { seed, numRuns: rounds(1000, 100_000) });
});

test('any text is read or refused', () => {
  const parts = fc.constantFrom(
    ...yaml.split('\n').map((line) => `${line}\n`),
    '- ',
    ': ',
    '[',
    '"',
    '&a ',
    '*a',
    '~',
  );
  const property = fc.property(fc.array(fc.oneof(parts, fc.string()), { maxLength: 60 }), (texts) => {
    try {
      fromCna(parseCnaYaml(texts.join('')));
    } catch (error) {
      assert.ok(error instanceof AdvisoryError, String(error));
    }
  });
  fc.assert(property, { seed, numRuns: rounds(300, 30_000) });
});

const TEXTS = [
  '~',
  'null',
  '',
  '1.10',
  'a: b',
  '- c',
  '#',
  'x'.repeat(100),
  'two\n\nparagraphs',
  '"',
  "it's",
  'ü',
];
test('whatever a text is, it comes back from the YAML', () => {
  const text = fc.constantFrom(...TEXTS);
  const property = fc.property(text, text, fc.array(text, { maxLength: 2 }), (a, b, list) => {
    const cna = {
      ...parseCnaYaml(yaml),
      title: a,
      solution: b,
      mitigation: list,
      files: list,
      credits: [{ type: b, value: a }],
    };
    const back = parseCnaYaml(formatCnaYaml(cna));
    assert.deepEqual(cveOfCna(back, provider), cveOfCna(cna, provider));
  });
  fc.assert(property, { seed, numRuns: rounds(200, 20_000) });
});

const SCHEMA = 'schemas/cpansa/cpansec-cna-schema-01.yaml';
const DATABASE = 'cpansa/cpan-security-advisory.json';
test('the whole database goes out valid by the schema of the tool and is answered alike', {
  skip: withoutShared(DATABASE) || withoutShared(SCHEMA),
}, () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(parse(sharedText(SCHEMA)));
  assert.ok(validate(parse(yaml)), JSON.stringify(validate.errors));
  const { records, releases } = importCpansa(sharedText(DATABASE));
  let count = 0;
  for (const one of records) {
    const { documents, losses } = toCna(one, options);
    for (const document of documents) {
      const text = formatCnaYaml(document);
      assert.ok(validate(parse(text)), `${one.id}: ${JSON.stringify(validate.errors)}\n${text}`);
      count++;
      if (losses.some(({ text: why }) => /begins after|has one distribution/.test(why))) continue;
      const back = fromCna(parseCnaYaml(text));
      const { cve, distribution } = document;
      const about = one.affected.filter(({ aliases = [] }) => [...one.aliases, ...aliases].includes(cve));
      for (const asked of releases.get(distribution)?.versions ?? [])
        assert.equal(
          back?.affected.some((entry) => affects(entry, asked) === true),
          about.some((entry) => affects(entry, asked) === true),
          `${one.id} ${asked}`,
        );
    }
  }
  assert.equal(count, 905);
});

/** Facts of a container, apart from how its texts are marked up and its weaknesses grouped. */
function facts(cna: CveCna): object {
  const words = (text = ''): string => text.replace(/\s+/g, ' ').replace(/\.$/, '').trim();
  const [{ packageURL: _, ...product } = {}] = cna.affected;
  return {
    title: words(cna.title),
    description: words(cna.descriptions[0]?.value),
    product,
    weaknesses: (cna.problemTypes ?? []).flatMap(({ descriptions }) =>
      descriptions.map(({ cweId }) => cweId),
    ),
    references: cna.references,
    solution: words(cna.solutions?.map(({ value }) => value).join(' ')),
    source: cna.source,
  };
}

const PAIRS: [id: string, inJsonAlone: string[]][] = [
  ['CVE-2025-40906', ['CWE-122', 'CWE-190']],
  ['CVE-2025-40916', []],
  ['CVE-2025-40933', []],
];
for (const [id, inJsonAlone] of PAIRS) {
  test(`the YAML of ${id} makes the CVE record of the tool`, {
    skip: withoutShared(`cna/${id}.yaml`),
  }, () => {
    const record = fromCna(parseCnaYaml(sharedBytes(`cna/${id}.yaml`), `${id}.yaml`));
    assert.ok(record);
    const [ours] = toCve(record, { assigner: provider }).documents;
    const theirs = parseCve(sharedJson<object>(`cna/${id}.source.json`));
    assert.ok(ours !== undefined && !isRejectedCve(ours) && !isRejectedCve(theirs));
    const expected = facts(theirs.containers.cna);
    assert.deepEqual(facts(ours.containers.cna), { ...expected, ...without(expected, inJsonAlone) });
    assert.deepEqual(toCna(record, {}).losses, []);
  });
}

function without(found: object, ids: readonly string[]): object {
  const { weaknesses } = found as { weaknesses: string[] }; // of `facts`
  return { weaknesses: weaknesses.filter((id) => !ids.includes(id)) };
}
