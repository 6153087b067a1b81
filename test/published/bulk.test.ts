/** Lists and bundles of the tree: each names exactly the documents that are there, and programs of others read it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import type { OsvRecord } from 'cpansec/formats';
import { askPerl, withoutPerl, withoutProgram } from '../peers.ts';
import { type PublishedTree, trees } from './tree.ts';

/** OSV documents that are in bulk files: those that affect something. */
function affecting(tree: PublishedTree): string[] {
  const paths = tree.matching(/^osv\/CPAN\/.*\.json$/);
  return paths.filter((path) => (tree.json<OsvRecord>(path).affected ?? []).length > 0);
}

/** `instant,id` lines, newest first, that name every document of the bulk files. */
function checkModified(tree: PublishedTree, path: string, folder: string): void {
  const lines = tree.text(path).trimEnd().split('\n');
  assert.deepEqual(lines, lines.toSorted().reverse());
  const documents = affecting(tree).map((name) => tree.json<OsvRecord>(name));
  const expected = documents.map(({ id, modified }) => `${modified},${folder}${id}`);
  assert.deepEqual(lines.toSorted(), expected.toSorted());
}

for (const [name, published, skip] of trees) {
  test(`${name}: unzip reads all.zip, which holds exactly the documents beside it that affect something`, {
    skip: skip || withoutProgram('unzip', '-v'),
  }, async () => {
    const tree = await published();
    const zip = join(tree.directory, 'osv/CPAN/all.zip');
    assert.match(execFileSync('unzip', ['-t', zip], { encoding: 'utf8' }), /No errors detected/);
    const listed = execFileSync('unzip', ['-Z1', zip], { encoding: 'utf8' }).trimEnd().split('\n');
    assert.deepEqual(listed.map((file) => `osv/CPAN/${file}`).sort(), affecting(tree));
    const content = execFileSync('unzip', ['-p', zip], { encoding: 'utf8', maxBuffer: 1 << 30 });
    assert.equal(content, listed.map((file) => tree.text(`osv/CPAN/${file}`)).join(''));
  });

  test(`${name}: modified_id.csv and all.json are sorted and complete`, { skip }, async () => {
    const tree = await published();
    checkModified(tree, 'osv/CPAN/modified_id.csv', '');
    checkModified(tree, 'osv/modified_id.csv', 'CPAN/');
    const all = tree.json<OsvRecord[]>('osv/all.json');
    const each = all.map(({ id }) => tree.json<OsvRecord>(`osv/CPAN/${id}.json`));
    assert.equal(all.length, affecting(tree).length);
    assert.deepEqual(all, each);
    assert.equal(tree.text('osv/ecosystems.txt'), 'CPAN\n');
  });

  test(`${name}: the lists of CSAF name exactly its documents`, { skip }, async () => {
    const tree = await published();
    const documents = tree.matching(/^csaf\/white\/\d{4}\/.*\.json$/);
    const below = (path: string): string => path.slice('csaf/white/'.length);
    assert.deepEqual(tree.text('csaf/white/index.txt').trimEnd().split('\n'), documents.map(below));
    const changes = tree.text('csaf/white/changes.csv').trimEnd().split('\n');
    const dated = documents.map((path) => {
      const { document } = tree.json<{ document: { tracking: { current_release_date: string } } }>(path);
      return `"${below(path)}","${document.tracking.current_release_date}"`;
    });
    assert.deepEqual(changes.toSorted(), dated.toSorted());
    const instants = changes.map((line) => line.split(',')[1] ?? '');
    assert.deepEqual(instants, instants.toSorted().reverse());
  });

  test(`${name}: the ROLIE feed leads from provider-metadata to every document, hash and signature`, {
    skip,
  }, async () => {
    const tree = await published();
    const feed = tree.json<{ feed: { entry: readonly RolieEntry[] } }>(feedPath(tree));
    const linked = feed.feed.entry.flatMap(({ link, content }) => {
      assert.equal(content.src, link.find(({ rel }) => rel === 'self')?.href);
      return link.map(({ href }) => tree.pathOf(href));
    });
    const there = tree.matching(/^csaf\/white\/\d{4}\//);
    assert.deepEqual(linked.toSorted(), there);
  });

  test(`${name}: expat reads every feed, badge and map`, {
    skip: skip || withoutPerl('XML::Parser'),
  }, async () => {
    const tree = await published();
    const paths = tree.matching(/\.(?:atom|svg|xml)$/);
    const files = paths.map((path) => join(tree.directory, path));
    const program =
      'use XML::Parser; my $p = XML::Parser->new; while (<STDIN>) { chomp; eval { $p->parsefile($_); 1 } or print "$_: $@" }';
    assert.deepEqual(askPerl(program, files), ['']);
    console.log(`${name}: ${paths.length} XML files are well-formed`);
  });

  test(`${name}: feeds hold to their formats, and their entries lead to advisories`, { skip }, async () => {
    const tree = await published();
    for (const path of tree.matching(/feed\.json$/).filter((path) => !path.includes('csaf')))
      checkJsonFeed(tree, path);
    for (const path of tree.matching(/\.atom$/)) checkAtom(tree, path);
  });
}

interface RolieEntry {
  readonly link: readonly { readonly rel: string; readonly href: string }[];
  readonly content: { readonly src: string };
}

interface ProviderMetadata {
  readonly distributions: readonly {
    readonly rolie: { readonly feeds: readonly { readonly url: string }[] };
  }[];
}

/** Where the provider's metadata say that its feed is. */
function feedPath(tree: PublishedTree): string {
  const provider = tree.json<ProviderMetadata>('.well-known/csaf/provider-metadata.json');
  const urls = provider.distributions.flatMap(({ rolie }) => rolie.feeds.map(({ url }) => url));
  assert.equal(urls.length, 1);
  return tree.pathOf(urls[0] ?? '') ?? '';
}

interface JsonFeed {
  readonly version: string;
  readonly feed_url: string;
  readonly home_page_url: string;
  readonly items: readonly { readonly id: string; readonly url: string; readonly date_modified: string }[];
}

function checkJsonFeed(tree: PublishedTree, path: string): void {
  const feed = tree.json<JsonFeed>(path);
  assert.equal(feed.version, 'https://jsonfeed.org/version/1.1');
  assert.equal(tree.pathOf(feed.feed_url), path);
  checkEntries(
    tree,
    path,
    feed.home_page_url,
    feed.items.map(({ url }) => url),
  );
  assert.equal(new Set(feed.items.map(({ id }) => id)).size, feed.items.length, path);
}

/** RFC 4287, section 4.1: what each feed and entry must have, once. */
function checkAtom(tree: PublishedTree, path: string): void {
  const text = tree.text(path);
  const [head = '', ...entries] = text.split('<entry>');
  for (const part of [head, ...entries])
    for (const element of ['id', 'title', 'updated'])
      assert.equal(part.split(`<${element}>`).length, 2, `${path}: ${element} in ${part.slice(0, 200)}`);
  const links = (part: string, rel: string): string[] =>
    [...part.matchAll(new RegExp(`<link rel="${rel}"[^>]* href="([^"]*)"`, 'g'))].map(([, url = '']) =>
      url.replaceAll('&amp;', '&'),
    );
  assert.deepEqual(
    links(head, 'self').map((url) => tree.pathOf(url)),
    [path],
  );
  checkEntries(
    tree,
    path,
    links(head, 'alternate')[0] ?? '',
    entries.flatMap((entry) => links(entry, 'alternate')),
  );
}

function checkEntries(tree: PublishedTree, path: string, home: string, urls: readonly string[]): void {
  const there = new Set(tree.paths);
  for (const url of [home, ...urls]) assert.ok(there.has(tree.pathOf(url) ?? ''), `${path}: ${url}`);
}
