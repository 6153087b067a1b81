import assert from 'node:assert/strict';
import test from 'node:test';
import { weaknesses } from '@secvisogram/csaf-validator-lib/cwe.js';
import fc from 'fast-check';
import { csafProblems } from '../../../test/csaf-validator.ts';
import { mutated } from '../../../test/mutations.ts';
import { csafValidators, withoutSchema } from '../../../test/schemas.ts';
import { rounds, seed } from '../../../test/sizes.ts';
import { cweName } from '../cwe.ts';
import { FormatError } from '../errors.ts';
import { type CsafAdvisory, formatCsaf } from './advisory.ts';
import { parseCsaf } from './csaf.ts';
import { csafFileName, csafPath, csafPlace, formatCsafChanges, formatCsafIndex } from './directory.ts';
import { type CsafProvider, formatCsafProvider } from './provider.ts';
import { formatRolieFeed, formatRolieService, rolieEntry, rolieFeed, rolieService } from './rolie.ts';

const publisher = {
  category: 'coordinator',
  name: 'Example Security Group',
  namespace: 'https://example.org',
} as const;

function advisory(id: string, first = '2026-02-03T00:00:00Z', current = first): CsafAdvisory {
  return {
    document: {
      category: 'csaf_base',
      csaf_version: '2.0',
      title: `Advisory ${id}`,
      publisher,
      notes: [{ category: 'summary', text: 'Something is wrong.' }],
      tracking: {
        id,
        status: 'final',
        version: '1',
        initial_release_date: first,
        current_release_date: current,
        revision_history: [{ number: '1', date: first, summary: 'Published' }],
      },
    },
  };
}

test('a document is written with its members sorted and read back', async () => {
  const one = advisory('A');
  const shuffled = Object.fromEntries(Object.entries(one.document).reverse());
  assert.equal(formatCsaf(parseCsaf({ document: shuffled })), formatCsaf(one));
  assert.deepEqual(Object.keys(JSON.parse(formatCsaf(one)).document), Object.keys(one.document).sort());
  assert.deepEqual(parseCsaf(formatCsaf(one)), one);
  assert.deepEqual(await csafProblems(one), []);
});

test('a damaged document that is read can be written', () => {
  const total = fc.property(mutated(advisory('A')), (document) => {
    try {
      const csaf = parseCsaf(Object(document));
      assert.deepEqual(parseCsaf(formatCsaf(csaf)), csaf);
    } catch (error) {
      assert.ok(error instanceof FormatError || (error as Error).name === 'JsonError', String(error));
    }
  });
  fc.assert(total, { seed, numRuns: rounds(500, 50_000) });
});

test('a document is named after its id', () => {
  const names = [
    ['CPANSA-Example-Dist-2026-0001', 'cpansa-example-dist-2026-0001.json'],
    ['Example Company - 2019-YH3234', 'example_company_-_2019-yh3234.json'],
    ['RHBA-2019:0024', 'rhba-2019_0024.json'],
    ['2022_#01-A', '2022_01-a.json'],
    ['C++/Ünicode', 'c++_nicode.json'],
  ] as const;
  for (const [id, name] of names) assert.equal(csafFileName(id), name);
  const allowed = fc.property(fc.string(), (id) => {
    assert.match(csafFileName(id), /^(?:[+\-a-z0-9]|_(?!_))*\.json$/);
  });
  fc.assert(allowed, { seed, numRuns: rounds(200, 20_000) });
});

const documents = [
  advisory('B', '2025-12-31T23:59:59Z', '2026-02-03T00:00:00Z'),
  advisory('A', '2026-02-03T00:00:00Z', '2026-02-03T01:00:00+01:00'),
  advisory('C', '2026-01-01T00:00:00Z', '2026-04-01T10:09:07Z'),
];

test('the files of a folder', () => {
  assert.deepEqual(documents.map(csafPath), ['2025/b.json', '2026/a.json', '2026/c.json']);
  assert.equal(formatCsafIndex(documents.map(csafPlace)), '2025/b.json\n2026/a.json\n2026/c.json\n');
  assert.equal(
    formatCsafChanges(documents.map(csafPlace)),
    '"2026/c.json","2026-04-01T10:09:07Z"\n' +
      '"2025/b.json","2026-02-03T00:00:00Z"\n' +
      '"2026/a.json","2026-02-03T01:00:00+01:00"\n',
  );
  assert.deepEqual([formatCsafIndex([]), formatCsafChanges([])], ['', '']);
});

const feed = rolieFeed({
  id: 'example-csaf-feed-tlp-white',
  title: 'Example advisories (TLP:WHITE)',
  url: 'https://example.org/csaf/feed-tlp-white.json',
  updated: '2026-04-01T10:09:07Z',
  entries: documents.map((one) =>
    rolieEntry(one, `https://example.org/csaf/${csafPath(one)}`, { hashes: ['sha512'], signature: true }),
  ),
});

test('a ROLIE feed lists documents with what lies beside them, the latest first', () => {
  assert.deepEqual(
    feed.feed.entry.map(({ id }) => id),
    ['C', 'A', 'B'],
  );
  assert.deepEqual(JSON.parse(formatRolieFeed(feed)).feed.entry[0], {
    id: 'C',
    title: 'Advisory C',
    link: [
      { rel: 'self', href: 'https://example.org/csaf/2026/c.json' },
      { rel: 'hash', href: 'https://example.org/csaf/2026/c.json.sha512' },
      { rel: 'signature', href: 'https://example.org/csaf/2026/c.json.asc' },
    ],
    published: '2026-01-01T00:00:00Z',
    updated: '2026-04-01T10:09:07Z',
    summary: { content: 'Something is wrong.' },
    content: { type: 'application/json', src: 'https://example.org/csaf/2026/c.json' },
    format: { schema: 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json', version: '2.0' },
  });
  assert.deepEqual(feed.feed.link, [{ rel: 'self', href: 'https://example.org/csaf/feed-tlp-white.json' }]);
});

test('a ROLIE service document names the feeds', () => {
  const service = rolieService('Public CSAF feeds', [
    { title: feed.feed.title, url: 'https://example.org/csaf/feed-tlp-white.json' },
  ]);
  assert.deepEqual(JSON.parse(formatRolieService(service)), {
    service: {
      workspace: [
        {
          title: 'Public CSAF feeds',
          collection: [
            {
              title: 'Example advisories (TLP:WHITE)',
              href: 'https://example.org/csaf/feed-tlp-white.json',
              categories: {
                category: [{ scheme: 'urn:ietf:params:rolie:category:information-type', term: 'csaf' }],
              },
            },
          ],
        },
      ],
    },
  });
});

const provider: CsafProvider = {
  canonical_url: 'https://example.org/.well-known/csaf/provider-metadata.json',
  last_updated: '2026-04-01T10:09:07Z',
  metadata_version: '2.0',
  role: 'csaf_trusted_provider',
  publisher,
  list_on_CSAF_aggregators: true,
  mirror_on_CSAF_aggregators: true,
  distributions: [
    { directory_url: 'https://example.org/csaf/' },
    { rolie: { feeds: [{ tlp_label: 'WHITE', url: 'https://example.org/csaf/feed-tlp-white.json' }] } },
  ],
  public_openpgp_keys: [{ fingerprint: 'A'.repeat(40), url: 'https://example.org/csaf/openpgp/key.asc' }],
};

test('the metadata of a provider is valid by its schema', { skip: withoutSchema.csaf }, () => {
  assert.equal(csafValidators().provider(JSON.parse(formatCsafProvider(provider))), '');
});

test('weaknesses have the names that CWE gives them', () => {
  const known = weaknesses.filter(({ id }) => cweName(id) !== null);
  assert.ok(known.length > 100);
  for (const { id, name } of known) assert.equal(cweName(id), name);
  assert.equal(cweName('CWE-79')?.endsWith("('Cross-site Scripting')"), true);
  assert.equal(cweName('CWE-0'), null);
});
