import assert from 'node:assert/strict';
import test from 'node:test';
import {
  advisory,
  affected,
  decisions,
  distribution,
  HOSTILE,
  line,
  malicious,
  site,
  statistics,
  unrated,
  withdrawn,
} from '../../test/site-models.ts';
import { everyPage } from '../../test/site-pages.ts';
import { badgeOf } from './badge.ts';
import {
  type AdvisoryPage,
  advisoryMarkdown,
  advisoryPage,
  aliasPage,
  distributionPages,
  homePage,
  letterPages,
  pathPart,
  recentPage,
  SiteError,
  searchPage,
  statusPages,
  yearPages,
} from './index.ts';

const KB60 = 60_000;

test('every page is a whole document with one h1, landmarks and a title of its own', () => {
  const titles = new Map<string, string>();
  for (const { path, html } of everyPage()) {
    assert.match(html, /^<!doctype html>\n<html lang="en">/, path);
    assert.equal(html.match(/<h1[ >]/g)?.length, 1, path);
    assert.match(html, /<header .*<nav .*<main .*<footer /s, path);
    const title = /<title>(.+)<\/title>/.exec(html)?.[1] ?? '';
    assert.equal(titles.get(title), undefined, `${path} and ${titles.get(title)} are both ${title}`);
    titles.set(title, path);
    assert.ok(html.length < KB60, `${path}: ${html.length}`);
  }
});

test('links lead below the path of the site, and assets too', () => {
  for (const { path, html } of everyPage())
    for (const [, target = ''] of html.matchAll(/(?:href|src|action)="([^"]*)"/g))
      assert.match(target, /^(?:\/cpan\/|https:\/\/|mailto:|#)/, `${path}: ${target}`);
});

test('nothing is inline but data', () => {
  for (const { path, html } of everyPage()) {
    assert.doesNotMatch(html, / style="| on[a-z]+="|<style|javascript:/i, path);
    for (const [tag] of html.matchAll(/<script[^>]*>/g))
      assert.match(tag, /type="application\/ld\+json"|type="module" src="\/cpan\/assets\//, path);
  }
});

test('malicious releases are told as such, on the page, as text and in lists', () => {
  const { html } = advisoryPage(site, malicious);
  assert.match(html, /Malicious releases of Exemple-Dist \(every version\): remove them\./);
  assert.match(html, /Remove it now/);
  assert.match(html, /hxxps:\/\/collect\[\.\]example\[\.\]net\/e/);
  assert.doesNotMatch(html, /collect\.example|Severity|no release fixes it/);
  const text = advisoryMarkdown(site, malicious);
  assert.match(text, /## Indicators\n\n- domain collect\\\[\.\\\]example/);
  assert.doesNotMatch(text, /collect\.example|Severity|no release fixes it/);
  const { html: list } = recentPage(site, [malicious.line]);
  assert.match(list, /malicious<\/span>/);
  assert.doesNotMatch(list, /not rated|no fixed release/);
});

const RELEASE = { version: '1.0', date: null, author: null, unknown: false };
test('a distribution whose newest release is malicious says so, and its badge too', () => {
  const model = {
    ...distribution,
    advisories: [malicious.line],
    releases: [{ ...RELEASE, open: [malicious.record.id] }],
    lowestSafe: null,
  };
  const [page] = distributionPages(site, model);
  assert.match(page?.html ?? '', /The newest release, 1\.0, is malicious: do not install it/);
  assert.deepEqual(badgeOf(model), { label: 'security', message: '1.0 is malicious', color: 'red' });
});

test('what comes from outside is text, wherever it stands', () => {
  for (const { path, html } of everyPage(HOSTILE)) {
    assert.doesNotMatch(html, /<script>|<img src=x|[\u202e\u0000]/, path);
    assert.equal(html.match(/<h1[ >]/g)?.length, 1, path);
  }
});

const DETAILS: readonly (readonly [markdown: string, html: RegExp, never: RegExp])[] = [
  ['<b onclick=x>bold</b>', /&lt;b onclick=x&gt;bold/, /<b /],
  ['[x](javascript:alert(1))', /\[x\]\(javascript/, /href="javascript/],
  ['[x](data:text/html,y)', /\[x\]\(data/, /href="data/],
  ['![x](https://example.org/pixel.png)', /pixel\.png/, /<img src="https/],
  ['# Title', /<h3>Title<\/h3>/, /<h1>Title/],
  ['[x](https://example.org/ "a\\"b")', /title="a&quot;b"/, /title="a"b/],
  ['``` "><script>\nx\n```', /<code class="language-&quot;&gt;&lt;script&gt;">/, /<script>/],
];

test('details are CommonMark that can do nothing', () => {
  for (const [details, html, never] of DETAILS) {
    const page = advisoryPage(site, { ...advisory, record: { ...advisory.record, details } });
    assert.match(page.html, html, details);
    assert.doesNotMatch(page.html, never, details);
  }
});

test('however many rows were imported, and however long they are, their pages are small', () => {
  const [one] = decisions;
  assert.ok(one);
  const long = { path: 'references', ours: '<"&\'é'.repeat(100), theirs: 'x'.repeat(1000) };
  const rows = Array.from({ length: 20_000 }, (_, i) => ({
    ...one,
    row: `CPANSA-Example-Dist-2026-${i}`,
    differences: i < 300 ? Array.from({ length: 12 }, () => long) : one.differences,
  }));
  const pages = statusPages(site, rows);
  for (const { path, html } of pages) assert.ok(Buffer.byteLength(html) < KB60, `${path}: ${html.length}`);
  const shown = pages.flatMap(({ html }) => html.match(/CPANSA-Example-Dist-2026-\d+(?=<\/a>)/g) ?? []);
  assert.deepEqual(
    shown,
    rows.map(({ row }) => row),
  );
});

const ANSWERS: readonly (readonly [model: AdvisoryPage, sentence: string])[] = [
  [
    advisory,
    'Affects Example-Dist: from 1.02 to before 1.51 and from 1.60 to before 1.70; fixed in 1.51 and 1.70.',
  ],
  [unrated, 'Affects Example-XS: every version; no release fixes it.'],
  [withdrawn, 'This advisory was withdrawn on 2026-05-01 and no longer counts.'],
];

test('an advisory answers first', () => {
  for (const [model, sentence] of ANSWERS) {
    const { html } = advisoryPage(site, model);
    assert.ok(html.includes(sentence), sentence);
    assert.ok(advisoryMarkdown(site, model).includes(sentence.replaceAll('_', '\\_')), sentence);
  }
});

test('a rating that nobody gave is said to be none', () => {
  assert.match(
    advisoryPage(site, unrated).html,
    /not rated<\/span><span class="quiet"> Nobody has given it a rating/,
  );
  assert.match(advisoryMarkdown(site, unrated), /Severity: not rated/);
});

test('a vector is scored and spelled out, and shown where it does not parse', () => {
  const html = (vector: string) =>
    advisoryPage(site, { ...advisory, record: { ...advisory.record, severity: { vector } } }).html;
  assert.match(
    html('CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H'),
    /CVSS score 7\.8<\/summary>.*attack vector local, attack complexity low, privileges required low, user interaction none, scope unchanged, confidentiality high/,
  );
  assert.match(html('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N'), /CVSS score 9\.3/);
  assert.match(html('AV:N/constructor:x'), /<code> AV:N\/constructor:x<\/code>/);
});

test('many references are folded, those that help first', () => {
  const references = [
    ...Array.from({ length: 70 }, (_, i) => ({ type: 'web' as const, url: `https://example.org/${i}` })),
    { type: 'fix' as const, url: 'https://example.org/fix' },
  ];
  const { html } = advisoryPage(site, { ...advisory, record: { ...advisory.record, references } });
  assert.ok(html.indexOf('https://example.org/fix') < html.indexOf('https://example.org/0'));
  assert.match(html, /<summary>48 more<\/summary>/);
  assert.match(html, /11 more are in the machine formats below/);
});

test('affected releases are linked where their author is known', () => {
  assert.match(
    advisoryPage(site, advisory).html,
    /<a href="https:\/\/metacpan\.org\/release\/EXAMPLE\/Example-Dist-1\.02">1\.02<\/a>/,
  );
});

test('a withdrawn advisory is struck and says why', () => {
  const { html } = advisoryPage(site, withdrawn);
  assert.match(html, /<h1 class="struck">/);
  assert.match(html, /The environment is that of the user alone/);
  assert.doesNotMatch(html, /version-question/);
});

test('an advisory for hundreds of releases in many distributions fits its page', () => {
  const versions = Array.from({ length: 400 }, (_, i) => `1.${String(i).padStart(3, '0')}`);
  const many = Array.from({ length: 30 }, (_, n) => ({
    ...affected,
    distribution: `Example-Dist-${n}`,
    releases: versions.map((version, i) => ({
      version,
      date: null,
      author: null,
      affected: i % 3 !== 0 && i < 200,
    })),
  }));
  const { html } = advisoryPage(site, { ...advisory, affected: many });
  assert.ok(html.length < KB60, `${html.length}`);
});

test('an alias of one leads there, of several lists them, of a folder is none', () => {
  const one = aliasPage(site, { alias: 'CVE-2026-99991', advisories: [line] });
  assert.equal(one?.path, 'CVE-2026-99991/index.html');
  assert.match(
    one?.html ?? '',
    /http-equiv="refresh" content="0; url=\/cpan\/advisories\/CPANSA-Example-Dist-2026-0001\/"/,
  );
  const two = aliasPage(site, { alias: 'CVE-2026-99991', advisories: [line, withdrawn.line] });
  assert.doesNotMatch(two?.html ?? '', /http-equiv="refresh"/);
  assert.match(two?.html ?? '', /2 advisories have this name/);
  for (const alias of ['dist', 'Advisories', 'assets', 'search'])
    assert.equal(aliasPage(site, { alias, advisories: [line] }), null, alias);
});

const DISTRIBUTIONS = [
  [{}, 'Use 1.70 or newer: no advisory is known for it, nor for any release above it.'],
  [{ lowestSafe: '1.71' }, 'Use 1.71, the newest: no advisory is known for it.'],
  [{ advisories: [] }, 'No advisory is known for Example-Dist.'],
  [{ advisories: [], covered: false }, 'it may have some'],
  [{ lowestSafe: null }, 'No release of Example-Dist is known to be safe.'],
  [{ releases: [], lowestSafe: null }, 'Which releases of Example-Dist there are is not known here.'],
] as const;

test('a distribution says first what to use', () => {
  for (const [changes, sentence] of DISTRIBUTIONS) {
    const [page] = distributionPages(site, { ...distribution, ...changes });
    assert.ok(page?.html.includes(sentence), sentence);
  }
});

test('neighbours that nothing tells apart share a row, and a row says what changes', () => {
  const [page] = distributionPages(site, distribution);
  const rows = page?.html.match(/<tr><th scope="row".*?<\/tr>/gs)?.map((row) => row.replace(/<[^>]+>/g, '|'));
  assert.deepEqual(
    rows?.map((row) =>
      row
        .split('|')
        .filter((cell) => cell !== '' && cell !== ' ')
        .join(' '),
    ),
    [
      '1.70 – 1.71 2020-01-11 nothing fixes  CVE-2026-99991',
      '1.60 2020-09-11 1 first affected by  CVE-2026-99991',
      '1.51 2020-08-11 nothing fixes  CVE-2026-99991',
      '1.02 – 1.50 2020-03-11 1 first affected by  CVE-2026-99991',
      '1.01 2020-02-11 nothing',
      '1.00 2020-01-11 could not tell',
    ],
  );
});

test('a distribution with hundreds of advisories and releases has pages that fit', () => {
  const advisories = Array.from({ length: 300 }, (_, i) => ({
    ...line,
    id: `CPANSA-perl-2026-${i}`,
    aliases: [],
  }));
  const releases = Array.from({ length: 500 }, (_, i) => ({
    version: `5.${500 - i}`,
    date: '2026-01-01',
    author: 'EXAMPLE',
    open: advisories.filter((_, n) => (n * 7) % 500 > i).map(({ id }) => id),
    unknown: false,
  }));
  const pages = distributionPages(site, { ...distribution, advisories, releases });
  assert.ok(pages.length > 3);
  for (const { path, html } of pages) assert.ok(html.length < KB60, `${path}: ${html.length}`);
});

test('long lists are paged', () => {
  const lines = Array.from({ length: 200 }, (_, i) => ({ ...line, id: `CPANSA-X-2026-${i}` }));
  const pages = yearPages(site, { year: '2026', advisories: lines });
  assert.deepEqual(
    pages.map(({ path }) => path),
    [
      'advisories/year/2026/index.html',
      'advisories/year/2026/2/index.html',
      'advisories/year/2026/3/index.html',
    ],
  );
  for (const { html } of [...pages, recentPage(site, lines)]) assert.ok(html.length < KB60, `${html.length}`);
  const distributions = Array.from({ length: 900 }, (_, i) => ({
    distribution: `Example-Dist-${i}`,
    advisories: i % 3,
  }));
  const letters = letterPages(site, { letter: 'E', distributions });
  assert.equal(letters.length, 3);
  for (const { html } of letters) assert.ok(html.length < KB60, `${html.length}`);
});

test('names that are no plain path are percent-encoded in it, and again in links', () => {
  assert.equal(pathPart('Example-Dist'), 'Example-Dist');
  assert.equal(pathPart('.hidden/é'), '%2Ehidden%2F%C3%A9');
  const odd = recentPage(site, [{ ...line, id: 'a/../b' }]);
  assert.match(odd.html, /href="\/cpan\/advisories\/a%252F..%252Fb\/"/);
});

test('an asset that is not there is no page', () => {
  assert.throws(
    () => homePage({ ...site, assets: {} }, { latest: [], statistics }),
    (error) => error instanceof SiteError && error.code === 'asset',
  );
});

test('a search by a server shows what it was asked', () => {
  const answer = { query: '"><b>', hits: [], more: false };
  const { html } = searchPage(site, answer);
  assert.match(html, /value="&quot;>&lt;b>"|value="&quot;&gt;&lt;b&gt;"/);
  assert.match(html, /Nothing found for/);
});
