import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { HOSTILE, line, malicious, site, withdrawn } from '../../test/site-models.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { type AdvisoryLine, atomFeed, FEED_ENTRIES, type Feed, jsonFeed } from './index.ts';

const feed: Feed = {
  title: 'Advisories of Example-Dist',
  folder: 'dist/Example-Dist/',
  advisories: [{ ...line, id: 'CPANSA-Old-2020-1', modified: '2020-01-01T00:00:00Z', reported: null }, line],
};

test('an Atom feed has what RFC 4287 asks for, newest change first', () => {
  const atom = atomFeed(site, feed);
  assert.match(
    atom,
    /^<\?xml version="1\.0" encoding="utf-8"\?>\n<feed xmlns="http:\/\/www\.w3\.org\/2005\/Atom"/,
  );
  assert.match(
    atom,
    /<link rel="self" [^>]*href="https:\/\/advisories\.example\.org\/cpan\/dist\/Example-Dist\.atom"\/>/,
  );
  const [head = '', ...entries] = atom.split('<entry>');
  for (const element of ['title', 'id', 'updated', 'author'])
    assert.ok(head.includes(`<${element}>`), element);
  assert.deepEqual(
    entries.map((entry) => /<id>(.*)<\/id>/.exec(entry)?.[1]),
    [
      'https://advisories.example.org/cpan/advisories/CPANSA-Example-Dist-2026-0001/',
      'https://advisories.example.org/cpan/advisories/CPANSA-Old-2020-1/',
    ],
  );
  for (const entry of entries)
    assert.match(entry, /<title>.+<\/title>\n.*<updated>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ<\/updated>/s);
  assert.match(head, /<updated>2026-11-22T06:00:00Z<\/updated>/);
});

test('a feed reader shows malicious releases as such', () => {
  const { items } = JSON.parse(jsonFeed(site, { ...feed, advisories: [malicious.line] }));
  assert.equal(items[0].title, `MALICIOUS, ${malicious.record.id}: ${malicious.record.summary}`);
  assert.match(items[0].content_text, /Malicious releases of Exemple-Dist\. Remove them/);
});

test('a JSON feed has what version 1.1 asks for', () => {
  const document = JSON.parse(jsonFeed(site, feed)) as Record<string, unknown> & {
    items: Record<string, unknown>[];
  };
  assert.equal(document.version, 'https://jsonfeed.org/version/1.1');
  assert.equal(document.feed_url, 'https://advisories.example.org/cpan/dist/Example-Dist.feed.json');
  assert.deepEqual(document.items[0], {
    id: 'https://advisories.example.org/cpan/advisories/CPANSA-Example-Dist-2026-0001/',
    url: 'https://advisories.example.org/cpan/advisories/CPANSA-Example-Dist-2026-0001/',
    title: 'CVE-2026-99991: Example::Dist follows symbolic links in its cache directory',
    content_text:
      'Example::Dist follows symbolic links in its cache directory. Affects Example-Dist. Severity: high. A release fixes it.',
    date_published: '2026-02-03T00:00:00Z',
    date_modified: '2026-11-22T06:00:00Z',
    tags: ['Example-Dist'],
  });
  assert.equal('date_published' in (document.items[1] ?? {}), false, 'nobody recorded when');
});

test('an entry keeps its id when the record changes, and its date moves', () => {
  const before = atomFeed(site, { ...feed, advisories: [line] });
  const after = atomFeed(site, {
    ...feed,
    advisories: [
      { ...line, summary: 'Other words', withdrawn: 'withdrawn', modified: '2026-12-01T00:00:00Z' },
    ],
  });
  const id = (text: string) => /<entry>.*?<id>(.*?)<\/id>/s.exec(text)?.[1];
  assert.equal(id(before), id(after));
  assert.match(after, /<updated>2026-12-01T00:00:00Z<\/updated>/);
  assert.match(after, /CVE-2026-99991 \(withdrawn\): Other words/);
});

test('a feed has the newest entries only, in an order of its own', () => {
  const many = Array.from(
    { length: 2 * FEED_ENTRIES },
    (_, i): AdvisoryLine => ({
      ...line,
      id: `CPANSA-X-2026-${i}`,
      modified: `2026-01-01T00:00:${String(i % 60).padStart(2, '0')}Z`,
    }),
  );
  const one = atomFeed(site, { ...feed, advisories: many });
  assert.equal(one.match(/<entry>/g)?.length, FEED_ENTRIES);
  assert.equal(atomFeed(site, { ...feed, advisories: many.toReversed() }), one);
  assert.match(atomFeed(site, { ...feed, advisories: [] }), /<updated>1970-01-01T00:00:00Z<\/updated>/);
});

test('whatever a text holds, the feed stays a feed', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constant(HOSTILE),
    fc.constant(']]><x>'),
  );
  fc.assert(
    fc.property(text, text, (summary, name) => {
      const advisories = [{ ...line, summary, distributions: [name], id: name }, withdrawn.line];
      const atom = atomFeed(site, { title: summary, folder: '', advisories });
      const names = new Set(Array.from(atom.matchAll(/<[/?]?([a-z]+)/g), ([, element]) => element));
      assert.deepEqual([...names].sort(), [
        'author',
        'category',
        'entry',
        'feed',
        'id',
        'link',
        'name',
        'published',
        'summary',
        'title',
        'updated',
        'xml',
      ]);
      assert.doesNotMatch(
        atom,
        /&(?!(?:amp|lt|gt|quot|apos|#\d+);)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/,
      );
      JSON.parse(jsonFeed(site, { title: summary, folder: '', advisories }));
    }),
    { numRuns: rounds(200, 20_000), seed },
  );
});
