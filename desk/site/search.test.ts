import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { advisory, line, unrated, withdrawn } from '../../test/site-models.ts';
import { rounds, seed } from '../../test/sizes.ts';
import {
  openSearch,
  SEARCH_HEAD_PATH,
  SEARCH_SHARDS,
  type SearchDocument,
  type SearchHit,
  searchHead,
  searchShard,
  searchShardPath,
  shardsOfDocument,
} from './index.ts';

const documents: SearchDocument[] = [
  {
    kind: 'distribution',
    name: 'Example-Dist',
    modules: ['Example::Dist', 'Example::Dist::Cache'],
    advisories: 2,
  },
  { kind: 'distribution', name: 'Example-Distant', modules: ['Example::Distant'], advisories: 0 },
  { kind: 'distribution', name: 'DBI', modules: ['DBI'], advisories: 1 },
  ...[advisory.line, withdrawn.line, unrated.line].map((one) => ({ kind: 'advisory' as const, line: one })),
];

/** An index in memory, and what was read of it. */
function indexOf(all: readonly SearchDocument[]): { search: ReturnType<typeof openSearch>; reads: string[] } {
  const files = new Map([[SEARCH_HEAD_PATH, searchHead()]]);
  for (let i = 0; i < SEARCH_SHARDS; i++) files.set(searchShardPath(i), searchShard(i, all));
  const reads: string[] = [];
  const search = openSearch(async (path) => {
    reads.push(path);
    const text = files.get(path);
    return text === undefined ? null : JSON.parse(text);
  });
  return { search, reads };
}

function nameOf(hit: SearchHit): string {
  return hit.kind === 'distribution' ? hit.name : hit.id;
}

const OWN = line.id;
const QUESTIONS: readonly (readonly [query: string, ...hits: string[]])[] = [
  ['Example-Dist', 'Example-Dist', 'Example-Distant', OWN],
  ['example::dist', 'Example-Dist', 'Example-Distant', OWN],
  ['Example::Dist::Cache', 'Example-Dist'],
  ['pkg:cpan/Example-Dist@1.0', 'Example-Dist', 'Example-Distant', OWN],
  ['pkg:cpan/EXAMPLE/DBI@1.643?x=y', 'DBI'],
  ['dbi', 'DBI'],
  ['CVE-2026-99991', OWN],
  ['cve-2026-9999', OWN, withdrawn.line.id],
  ['CPANSA-Example-Dist-2026-0001', OWN],
  ['GHSA-xxxx-yyyy-zzzz', OWN],
  ['symbolic', OWN],
  ['symb', OWN],
  ['cache links', OWN],
  ['follows symbolic links in its cache', OWN],
  ['symbolic environment'],
  ['nothing-of-that-name'],
  [''],
  ['   '],
  ['—'],
];

test('questions of people, the best answer first', async () => {
  const { search } = indexOf(documents);
  for (const [query, ...hits] of QUESTIONS) {
    const found = await search.find(query);
    assert.deepEqual(found.hits.map(nameOf).slice(0, Math.max(hits.length, 1)), hits, query);
  }
});

test('a limit is said to be one', async () => {
  const { search } = indexOf(documents);
  const { hits, more } = await search.find('example', 2);
  assert.deepEqual([hits.length, more], [2, true]);
  assert.equal((await search.find('dbi')).more, false);
});

test('a question reads the head and a shard for each word, once', async () => {
  const { search, reads } = indexOf(documents);
  await search.find('symbolic');
  await search.find('symbols');
  assert.equal(reads.length, 2);
  await search.find(Array.from({ length: 100 }, (_, i) => `word${i}x${i}`).join(' '));
  assert.ok(reads.length <= 2 + 9, `${reads.length}`);
});

test('what cannot be read is no empty answer', async () => {
  await assert.rejects(
    openSearch(async () => ({ format: 'other/1' })).find('x'),
    /not of format cpansec-search\/1/,
  );
  await assert.rejects(openSearch(async () => Promise.reject(new Error('offline'))).find('x'), /offline/);
});

const word = fc.stringMatching(/^[A-Za-z]{1,8}$/);
const someDocument: fc.Arbitrary<SearchDocument> = fc.oneof(
  fc.record({
    kind: fc.constant('distribution' as const),
    name: fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('-')),
    modules: fc.array(word, { maxLength: 3 }),
    advisories: fc.nat(9),
  }),
  fc.record({
    kind: fc.constant('advisory' as const),
    line: fc.record({
      id: fc.tuple(word, fc.nat(9999)).map(([name, n]) => `CPANSA-${name}-2026-${n}`),
      aliases: fc.array(
        fc.nat(99_999).map((n) => `CVE-2026-${n}`),
        { maxLength: 2 },
      ),
      summary: fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
      distributions: fc.array(word, { minLength: 1, maxLength: 2 }),
      reported: fc.constantFrom(null, '2026-01-01'),
    }),
  }),
);

test('a shard alone is the same whichever other documents are given, in whichever order', () => {
  fc.assert(
    fc.property(fc.array(someDocument, { maxLength: 12 }), fc.nat(SEARCH_SHARDS - 1), (all, number) => {
      const own = all.filter((document) => shardsOfDocument(document).includes(number));
      const unique = new Map(own.map((document) => [JSON.stringify(document), document]));
      const text = searchShard(number, unique.values());
      assert.equal(searchShard(number, [...unique.values()].toReversed()), text);
    }),
    { numRuns: rounds(100, 5000), seed },
  );
});

test('every document is found by each of its names', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(someDocument, { minLength: 1, maxLength: 8, selector: keyOf }),
      async (all) => {
        const { search } = indexOf(all);
        for (const document of all) {
          const names =
            document.kind === 'distribution'
              ? [document.name, ...document.modules]
              : [document.line.id, ...document.line.aliases];
          for (const name of names) {
            const { hits } = await search.find(name, 1000);
            assert.ok(hits.map(nameOf).includes(keyOf(document)), `${name}: ${hits.map(nameOf)}`);
          }
        }
      },
    ),
    { numRuns: rounds(20, 1000), seed },
  );
});

function keyOf(document: SearchDocument): string {
  return document.kind === 'distribution' ? document.name : document.line.id;
}
