/** Every page of the trees: its weight, its parts, and that every link leads to something. */
import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { type PublishedTree, trees } from './tree.ts';

const KB60 = 60_000;

interface PublishedPage {
  readonly path: string;
  readonly html: string;
}

/** What links, assets, forms and redirects of a page lead to; texts stand between quotes, escaped. */
function targetsOf(html: string): string[] {
  const links = html.matchAll(/ (?:href|src|action|data-from)="([^"]*)"/g);
  const refreshes = html.matchAll(/http-equiv="refresh" content="0;\s*url=([^"]*)"/gi);
  const own = html.matchAll(/<meta property="og:url" content="([^"]*)"/g);
  return [...links, ...refreshes, ...own].map(([, target = '']) => unescaped(target));
}

function unescaped(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** Where a redirect leads; null for a page of its own. */
function redirectOf({ html }: PublishedPage): string | null {
  return /http-equiv="refresh" content="0;\s*url=([^"]*)"/i.exec(html)?.[1] ?? null;
}

/** Where a list goes on. */
const FURTHER = /^(?:.*\/)?(?:\d{1,3}|(?<=^dist\/[^/]+\/)(?:advisories|versions))\/index\.html$/;

/** What is wrong with a page, by rule. */
const RULES: Readonly<Record<string, (page: PublishedPage) => readonly string[]>> = {
  'is under 60 KB': ({ html }) => {
    const size = Buffer.byteLength(html);
    return size < KB60 ? [] : [`${size} bytes`];
  },
  'has one h1': ({ html }) => {
    const count = html.match(/<h1[ >]/g)?.length ?? 0;
    return count === 1 ? [] : [`${count}`];
  },
  'has a title and a description': ({ html }) =>
    /<title>[^<]+<\/title>/.test(html) && /<meta name="description" content="[^"]+"/.test(html)
      ? []
      : ['none'],
  'loads nothing from elsewhere': ({ html }) =>
    [...html.matchAll(/<(?:script|img|link rel="(?:icon|stylesheet)"|iframe|object|embed|source)\b[^>]*>/g)]
      .map(([tag]) => tag)
      .filter((tag) => / (?:src|href)="(?:[a-z]+:)?\/\//i.test(tag)),
  'has no script or style of its own': ({ html }) =>
    html.match(
      /<style| style="| on[a-z]+="|(?:href|src|action)="javascript:|<script(?! type="(?:module" src|application\/ld\+json"))/gi,
    ) ?? [],
};

for (const [name, published, skip] of trees)
  describe(`${name}: pages`, { skip }, () => {
    let read: Promise<{ tree: PublishedTree; pages: PublishedPage[] }> | undefined;
    const pagesOf = (): NonNullable<typeof read> => {
      read ??= published().then((tree) => ({
        tree,
        pages: tree.matching(/\.html$/).map((path) => ({ path, html: tree.text(path) })),
      }));
      return read;
    };

    for (const [rule, check] of Object.entries(RULES))
      test(`every page ${rule}`, async () => {
        const { pages } = await pagesOf();
        const faults = pages.flatMap((page) => check(page).map((fault) => `${page.path}: ${fault}`));
        assert.deepEqual(faults.slice(0, 10), []);
      });

    test('every link, asset and machine format leads to a file of the tree', async () => {
      const { tree, pages } = await pagesOf();
      const there = new Set(tree.paths);
      const dead = new Set<string>();
      let links = 0;
      for (const { path, html } of pages)
        for (const target of targetsOf(html)) {
          const found = tree.pathOf(target);
          if (found !== null && target.startsWith('#')) continue;
          if (found === null) {
            if (!/^(?:https?:|mailto:|ftp:)/.test(target))
              dead.add(`${target} in ${path} leads out of the site`);
            // The log stands beside the tree and in no manifest.
          } else if (!there.has(found) && !found.startsWith('log/')) dead.add(`${target} in ${path}`);
          links++;
        }
      assert.deepEqual([...dead].slice(0, 20), []);
      const sizes = pages.map((page) => ({ ...page, size: Buffer.byteLength(page.html) }));
      const [largest] = sizes.toSorted((a, b) => b.size - a.size);
      console.log(
        `${name}: ${pages.length} pages, ${links} links; largest ${largest?.path} ${largest?.size} bytes`,
      );
    });

    test('an alias leads to its advisory, and back', async () => {
      const { tree, pages } = await pagesOf();
      const there = new Set(tree.paths);
      const redirects = pages.flatMap((page) => redirectOf(page) ?? []);
      assert.ok(redirects.length > 300);
      for (const one of redirects) assert.match(tree.pathOf(one) ?? '', /^advisories\/[^/]+\/index\.html$/);
      for (const path of tree.matching(/^advisories\/[^/]+\.json$/)) {
        const record = tree.json<{ id: string; aliases?: string[] }>(path);
        if (!/^advisories\/[^/]+?(?<!\.(?:osv|cve|csaf|openvex|cdx))\.json$/.test(path)) continue;
        for (const alias of [record.id, ...(record.aliases ?? [])].filter((one) => /^[\w-]{6,}$/.test(one)))
          assert.ok(there.has(`${alias}/index.html`), `${alias} of ${path}`);
      }
    });

    test('the map of the site names every page but those that lead elsewhere or go on with a list', async () => {
      const { tree, pages } = await pagesOf();
      const maps = tree.matching(/^sitemap.*\.xml$/).map((path) => tree.text(path));
      const named = maps.flatMap((text) =>
        [...text.matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, url = '']) => tree.pathOf(unescaped(url))),
      );
      const own = pages.filter(
        (page) =>
          redirectOf(page) === null && !page.html.includes('content="noindex"') && !FURTHER.test(page.path),
      );
      assert.deepEqual(
        named.toSorted(),
        own.map(({ path }) => path),
      );
    });

    test('titles tell pages apart', async () => {
      const { pages } = await pagesOf();
      const byTitle = new Map<string, string>();
      const same: string[] = [];
      // CPANSA has this vulnerability of this distribution twice.
      const TWICE = /^CVE-2019-17362 in Net-Dropbear/;
      for (const page of pages.filter((one) => redirectOf(one) === null)) {
        const title = /<title>([^<]*)/.exec(page.html)?.[1] ?? '';
        const other = byTitle.get(title);
        if (other !== undefined && !TWICE.test(title)) same.push(`${page.path} and ${other}: ${title}`);
        byTitle.set(title, page.path);
      }
      assert.deepEqual(same.slice(0, 10), []);
    });
  });
