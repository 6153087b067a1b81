import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { everything } from '../../test/exported.ts';
import { sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8 } from '../base/index.ts';
import { compareVersions } from '../cpan/index.ts';
import { formatOsv, type OsvRecord, osvAffects, parseOsv } from '../formats/index.ts';
import {
  type AdvisoryRecord,
  affects,
  decodeRecord,
  encodeRecord,
  fromOsv,
  importCpansa,
  importOsv,
  OSV_RULES,
  toOsv,
} from './index.ts';

const modified = '2026-05-06T07:08:09Z';
const record: AdvisoryRecord = {
  ...everything,
  aliases: ['CVE-2026-99990'],
  weaknesses: ['CWE-59'],
  affected: everything.affected.slice(0, 2),
  references: everything.references.slice(0, 2),
};

test('a record as an OSV document', () => {
  const releases = (name: string): string[] =>
    name === 'Example-XS' ? ['0', '0.5', '3', '4'] : ['v1.1.0', 'v1.3.0', 'v1.5.4', 'v1.6.5', '2.0'];
  const { document, losses } = toOsv(record, { modified, releases });
  assert.deepEqual(
    document.affected?.map(({ package: name, ranges, versions }) => ({
      name,
      events: ranges?.map(({ events }) => events),
      versions,
    })),
    [
      {
        name: { ecosystem: 'CPAN', name: 'Example-Dist', purl: 'pkg:cpan/Example-Dist' },
        events: [
          [{ introduced: 'v1.2.0' }, { fixed: 'v1.5.4' }],
          [{ introduced: 'v1.6.0' }, { fixed: 'v1.7.0' }],
          [{ introduced: '2.0' }, { last_affected: '2.0' }],
        ],
        versions: ['v1.3.0', 'v1.6.5', '2.0'],
      },
      {
        name: { ecosystem: 'CPAN', name: 'Example-XS', purl: 'pkg:cpan/Example-XS' },
        events: [[{ introduced: '0.5' }, { last_affected: '3' }]],
        versions: ['0.5', '3'],
      },
    ],
  );
  assert.deepEqual([document.aliases, document.related], [['CVE-2026-99990'], ['CVE-2026-99991']]);
  assert.deepEqual([document.published, document.modified], ['2026-02-03T00:00:00Z', modified]);
  assert.deepEqual(losses, [
    { path: 'affected[1]', text: 'begins after 0, which OSV cannot say; 0.5 stands as its beginning' },
  ]);
});

test('a record that was written comes back whole', () => {
  const withdrawn: AdvisoryRecord = {
    ...record,
    withdrawn: { on: '2026-04-01', kind: 'rejected', reason: 'no vulnerability' },
    flags: [{ rule: 'range-bare', at: 'x', found: '1' }],
    affected: [
      { distribution: 'A', ranges: [], fixed: [], cause: { kind: 'own' } },
      ...record.affected,
      { distribution: 'B', ranges: ['<1-RC1'], fixed: [], cause: { kind: 'own' } },
      { distribution: 'C', ranges: ['==1,==2'], fixed: [], cause: { kind: 'own' } },
    ],
  };
  const disputed = { ...record, disputed: { on: '2026-04-01', reason: 'a feature' } };
  for (const one of [record, withdrawn, disputed]) {
    const { document } = toOsv(one, { modified });
    assert.deepEqual(fromOsv(parseOsv(formatOsv(document))), one);
  }
});

test('events have the spelling of a release', () => {
  const entry = {
    distribution: 'A',
    ranges: ['>=1.1,<v1.500.0'],
    fixed: [],
    cause: { kind: 'own' as const },
  };
  const { document } = toOsv(
    { ...record, affected: [entry] },
    { modified, releases: () => ['1.10', '1.100', '1.5'] },
  );
  assert.deepEqual(document.affected?.[0]?.ranges, [
    { type: 'ECOSYSTEM', events: [{ introduced: '1.10' }, { fixed: '1.5' }] },
  ]);
  assert.deepEqual(fromOsv(document)?.affected, [entry]);
});

test('addresses are written as URIs and come back as they were', () => {
  const references = [{ type: 'patch' as const, url: 'https://example.org/DMA[1].patch' }];
  const { document } = toOsv({ ...record, references }, { modified });
  assert.deepEqual(document.references, [{ type: 'FIX', url: 'https://example.org/DMA%5B1%5D.patch' }]);
  assert.deepEqual(fromOsv(document)?.references, references);
});

test('what OSV cannot hold is said', () => {
  const one = {
    ...record,
    affected: [
      { distribution: 'A', ranges: ['1.2'], fixed: [], cause: { kind: 'own' as const } },
      { distribution: 'C', ranges: ['==1,==2'], fixed: [], cause: { kind: 'own' as const } },
      { distribution: 'D', ranges: ['>1'], fixed: [], cause: { kind: 'own' as const } },
    ],
    references: [{ type: 'web' as const, url: 'see Changes' }],
    'x-more': 1,
  };
  const { document, losses } = toOsv(one, { modified });
  assert.deepEqual(
    losses.map(({ path, text }) => `${path}: ${text}`),
    [
      'affected[0]: left out: OSV cannot say that it cannot be told whether a version is affected',
      'affected[1]: left out: nothing is affected, which OSV cannot say of a package',
      'affected[2]: begins after 1, which OSV cannot say; v1.0.0.1 stands as its beginning',
      'references[0].url: left out: it is no URI',
      'x-more: left out: OSV has no place for it',
    ],
  );
  assert.equal(document.affected?.length, 1);
  assert.ok(document.affected?.every(({ ranges }) => (ranges?.length ?? 0) > 0));
});

function foreign(affected: object, more: object = {}): OsvRecord {
  const one = { package: { ecosystem: 'CPAN', name: 'Example-Dist' }, ...affected };
  return parseOsv(JSON.stringify({ id: 'OSV-1', modified, summary: 'x', affected: [one], ...more }));
}

const EVENTS: [affected: object, ranges: string[], fixed: string[], rules: string[]][] = [
  [
    { ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.5' }] }] },
    ['<1.5'],
    ['>=1.5'],
    [],
  ],
  [
    { ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '1' }, { last_affected: '1.5' }] }] },
    ['>=1,<=1.5'],
    [],
    [],
  ],
  [{ ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }] }, ['>=0'], [], []],
  [
    {
      ranges: [
        {
          type: 'ECOSYSTEM',
          events: [{ fixed: '3' }, { introduced: '2' }, { introduced: '0' }, { fixed: '1.10' }],
        },
      ],
    },
    ['<1.10', '>=2,<3'],
    ['>=1.10,<2', '>=3'],
    [],
  ],
  [{ ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '1' }, { limit: '2' }] }] }, ['>=1,<2'], [], []],
  [{ versions: ['1.0', '1.1'] }, ['==1.0', '==1.1'], [], []],
  [
    {
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2' }] }],
      versions: ['1.0', '2.5', '1-rc'],
    },
    ['<2', '==2.5'],
    ['>=2,<2.5'],
    ['osv-version-unreadable'],
  ],
  [
    { ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2' }] }], versions: ['2'] },
    ['<2', '==2'],
    [],
    [],
  ],
  [
    { ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.5.0' }] }] },
    ['<1.5.0'],
    ['>=1.5.0'],
    ['osv-range-semver'],
  ],
  [
    { ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.0-beta' }] }] },
    ['?1.0-beta'],
    [],
    ['osv-event-unreadable'],
  ],
  [
    { ranges: [{ type: 'GIT', repo: 'https://a.example', events: [{ introduced: '0' }] }] },
    [],
    [],
    ['osv-range-absent'],
  ],
  [{}, [], [], ['osv-range-absent']],
];
for (const [affected, ranges, fixed, rules] of EVENTS) {
  test(`OSV ${JSON.stringify(affected)} is ${ranges.join(' or ') || 'not to be told'}`, () => {
    const found = fromOsv(foreign(affected));
    assert.deepEqual([found?.affected[0]?.ranges, found?.affected[0]?.fixed], [ranges, fixed]);
    assert.deepEqual(
      (found?.flags ?? []).map(({ rule }) => rule),
      rules,
    );
  });
}

test('a document of another ecosystem is not ours', () => {
  assert.equal(fromOsv(foreign({ package: { ecosystem: 'npm', name: 'x' } })), null);
});

test('events that were changed beside our own ranges hold', () => {
  const { document } = toOsv(record, { modified });
  const [first, ...others] = document.affected ?? [];
  assert.ok(first);
  const changed = { ...first, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }] };
  const found = fromOsv({ ...document, affected: [changed, ...others] });
  assert.deepEqual(found?.affected[0]?.ranges, ['>=0']);
  assert.deepEqual(
    found?.flags?.map(({ rule }) => rule),
    ['osv-differs'],
  );
});

test('words of other databases are understood', () => {
  const more = {
    severity: [{ type: 'CVSS_V2', score: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' }],
    database_specific: { severity: 'MODERATE', cwe_ids: ['CWE-79'] },
    withdrawn: '2026-01-02T03:04:05Z',
    references: [{ type: 'INTRODUCED', url: 'https://a.example' }],
  };
  const found = fromOsv(foreign({ versions: ['1'] }, more));
  assert.deepEqual(found?.severity, { rating: 'medium' });
  assert.deepEqual(found?.weaknesses, ['CWE-79']);
  assert.deepEqual(found?.withdrawn, {
    on: '2026-01-02',
    kind: 'withdrawn',
    reason: 'withdrawn by its source',
  });
  assert.deepEqual(found?.references, [{ type: 'web', url: 'https://a.example' }]);
});

test('documents import as a set', () => {
  const file = (name: string, document: object): { name: string; bytes: Uint8Array } => ({
    name,
    bytes: encodeUtf8(JSON.stringify(document)),
  });
  const ours = toOsv(record, { modified }).document;
  const npm = {
    id: 'GHSA-1',
    modified: '2026-06-01T00:00:00.5Z',
    affected: [{ package: { ecosystem: 'npm', name: 'x' } }],
  };
  const { records, report, built } = importOsv([file('b.json', npm), file('a.json', ours)]);
  assert.deepEqual(records, [record]);
  assert.deepEqual(
    [report.rows, report.entries, report.perRule, built],
    [3, 2, { 'osv-package': 1 }, '2026-06-01T00:00:00Z'],
  );
  assert.throws(() => importOsv([file('c.json', ours), file('a.json', ours)]), {
    code: 'import-shape',
    message: 'c.json: id CPANSA-Example-Dist-2026-0001 is that of a.json, too',
  });
  assert.throws(() => importOsv([file('a.json', { id: 1 })]), {
    code: 'osv-shape',
    place: { file: 'a.json', path: 'id' },
  });
});

const number = fc.integer({ min: 0, max: 9 });
const version = fc.oneof(
  number.map(String),
  fc.tuple(number, number).map(([a, b]) => `${a}.${b}`),
  fc.tuple(number, number, number).map((parts) => `v${parts.join('.')}`),
);
const range = fc
  .array(
    fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), version).map((pair) => pair.join('')),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(','));

test('events say of every version what the ranges say', () => {
  const property = fc.property(fc.array(range, { minLength: 1, maxLength: 3 }), version, (ranges, asked) => {
    const entry = { distribution: 'A', ranges, fixed: [], cause: { kind: 'own' as const } };
    const { document } = toOsv({ ...record, affected: [entry] }, { modified });
    const [affected] = document.affected ?? [];
    if (affected === undefined) return assert.equal(affects(entry, asked), false);
    assert.equal(osvAffects(affected, asked, compareVersions), affects(entry, asked));
    const { database_specific: _, ...bare } = affected;
    const [read] = fromOsv({ ...document, affected: [bare], database_specific: {} })?.affected ?? [];
    assert.ok(read);
    assert.equal(
      affects(read, asked),
      affects(entry, asked),
      `${ranges.join(' or ')} as ${read.ranges.join(' or ')}`,
    );
  });
  fc.assert(property, { seed, numRuns: rounds(500, 50_000) });
});

test('whatever a document says, the record can be written', () => {
  const text = fc.oneof(fc.string({ maxLength: 8 }), version, fc.constantFrom('*', '0', 'CPAN'));
  const event = fc.oneof(
    ...['introduced', 'fixed', 'last_affected', 'limit'].map((kind) => text.map((at) => ({ [kind]: at }))),
  );
  const ranges = fc.array(
    fc.record({ type: fc.constantFrom('ECOSYSTEM', 'GIT', 'SEMVER'), events: fc.array(event) }),
    { maxLength: 3 },
  );
  const affected = fc.record(
    {
      package: fc.record({ ecosystem: fc.constantFrom('CPAN', 'CPAN:x', 'npm'), name: text }),
      ranges,
      versions: fc.array(text),
      database_specific: fc.dictionary(
        fc.constantFrom('ranges', 'fixed', 'cause', 'aliases'),
        fc.jsonValue({ maxDepth: 2 }),
      ),
    },
    { requiredKeys: ['package'] },
  );
  const document = fc.record(
    {
      id: text,
      modified: text,
      published: text,
      withdrawn: text,
      aliases: fc.array(text),
      related: fc.array(text),
      severity: fc.array(fc.record({ type: text, score: text })),
      affected: fc.array(affected, { maxLength: 3 }),
      references: fc.array(fc.record({ type: text, url: text })),
      credits: fc.array(fc.record({ name: text, type: text })),
      database_specific: fc.dictionary(
        fc.constantFrom('history', 'flags', 'undecided', 'withdrawn', 'patches'),
        fc.jsonValue({ maxDepth: 3 }),
      ),
    },
    { requiredKeys: ['id', 'modified', 'affected'] },
  );
  const property = fc.property(document, (one) => {
    const found = fromOsv(parseOsv(JSON.stringify(one)));
    if (found !== null) assert.equal(encodeRecord(decodeRecord(encodeRecord(found))), encodeRecord(found));
  });
  fc.assert(property, { seed, numRuns: rounds(500, 50_000) });
});

test('the rules are the table of their page', () => {
  const page = readFileSync(new URL('../../docs/formats/osv.md', import.meta.url), 'utf8');
  const table = [...page.matchAll(/^\| `(osv-[a-z-]+)` \| (flag|note) \| (.*) \|$/gm)].map(
    ([, ...cells]) => cells,
  );
  assert.deepEqual(
    table,
    Object.entries(OSV_RULES).map(([rule, [level, meaning]]) => [rule, level, meaning]),
  );
});

const DATABASE = 'cpansa/cpan-security-advisory.json';
test('the whole database goes out and comes back', { skip: withoutShared(DATABASE) }, () => {
  const { records, releases } = importCpansa(sharedText(DATABASE));
  for (const one of records) {
    const { document } = toOsv(one, { modified, releases: (name) => releases.get(name)?.versions ?? null });
    const back = fromOsv(document);
    assert.ok(back);
    assert.equal(encodeRecord(back), encodeRecord(one));
  }
});
