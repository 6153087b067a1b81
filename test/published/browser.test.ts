/** The published trees in a real browser: the whole of CPANSA as it is served, hostile records as they look. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { createServer } from '@cpansec/desk/api';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import {
  assertClean,
  DESKTOP,
  LOOKS,
  launch,
  PHONE,
  withPage as visit,
  withoutChromium,
} from '../browser.ts';
import { exactFindings, lockPath, withoutLocks } from '../locks.ts';
import { sharedPath } from '../shared.ts';
import { cpansaTree, ownTree, type PublishedTree, withoutCpansa } from './tree.ts';

/** Pages of every kind, those with most on them first. */
const PAGES: readonly string[] = [
  '',
  'advisories/CPANSA-Mojolicious-2024-58134/',
  'advisories/CPANSA-CryptX-2025-40914/',
  'dist/DBD-SQLite/',
  'dist/perl/',
  'dist/App-cpanminus/',
  'CVE-2016-1238/',
  'advisories/',
  'advisories/recent/',
  'advisories/year/2026/',
  'dist/',
  'dist/letter/C/',
  'stats/',
  'status/',
  'data/',
  'audit/',
  'verify/',
  'search/',
  'patches/',
];

describe('CPANSA, published and served', { skip: withoutChromium || withoutCpansa }, () => {
  let browser: Browser;
  let api: Awaited<ReturnType<typeof createServer>>;
  let base = '';

  before(async () => {
    const { directory } = await cpansaTree();
    api = await createServer({ tree: directory, rate: null, log: { level: 'silent' } });
    base = await api.listen({ port: 0, host: '127.0.0.1' });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await api?.close();
  });

  const withPage = (
    options: BrowserContextOptions,
    use: (page: Page) => Promise<void>,
    expected?: RegExp,
  ): Promise<void> => visit(browser, { base, options, expected }, use);

  for (const look of LOOKS)
    test(`pages are clean by axe, ${look.colorScheme}, ${look.viewport?.width} px`, () =>
      withPage(look, async (page) => {
        for (const path of PAGES) {
          const response = await page.goto(`${base}/${path}`, { waitUntil: 'load' });
          assert.equal(response?.status(), 200, path);
          await assertClean(page);
        }
      }));

  test('a distribution that nobody knows is searched for', () =>
    withPage(
      { viewport: PHONE },
      async (page) => {
        const response = await page.goto(`${base}/dist/DBD-SQLit/`, { waitUntil: 'load' });
        assert.equal(response?.status(), 404);
        await page.getByRole('link', { name: 'DBD-SQLite', exact: true }).waitFor();
        await assertClean(page);
      },
      /status of 404/,
    ));

  for (const javaScriptEnabled of [true, false])
    test(`a search finds ${javaScriptEnabled ? 'with' : 'without'} script`, () =>
      withPage({ viewport: DESKTOP, javaScriptEnabled }, async (page) => {
        for (const [question, answer] of [
          ['LWP::UserAgent', 'libwww-perl'],
          ['DBD::SQLite', 'DBD-SQLite'],
          ['pkg:cpan/Mojolicious@9.10', 'Mojolicious'],
        ] as const) {
          await page.goto(`${base}/`, { waitUntil: 'load' });
          await page.fill('#q', question);
          await page.keyboard.press('Enter');
          await page.waitForURL('**/search/?q=*');
          await page.getByRole('link', { name: answer, exact: true }).first().waitFor();
        }
        await page.goto(`${base}/search/?q=CVE-2024-58134`, { waitUntil: 'load' });
        await page.locator('a[href="/advisories/CPANSA-Mojolicious-2024-58134/"]').first().waitFor();
      }));

  test(
    'a real lock file is dropped on the audit page: the findings are those of its golden',
    {
      skip: withoutLocks,
    },
    () =>
      withPage({ viewport: DESKTOP }, async (page) => {
        const name = 'metacpan-web';
        await page.goto(`${base}/audit/`, { waitUntil: 'load' });
        await page.setInputFiles('#file', {
          name: 'cpanfile.snapshot',
          mimeType: 'text/plain',
          buffer: readFileSync(sharedPath(lockPath(name))),
        });
        const findings = Object.entries(exactFindings(name));
        const ids = new Set(findings.flatMap(([, { ids }]) => ids));
        await page.getByRole('heading', { name: `in ${findings.length} of ` }).waitFor();
        const links = await page
          .locator('main a[href^="/advisories/"]')
          .evaluateAll((all) =>
            all.map((link) => decodeURIComponent(link.getAttribute('href') ?? '').split('/')[2] ?? ''),
          );
        assert.deepEqual([...new Set(links)].sort(), [...ids].sort());
        await assertClean(page);
      }),
  );
});

describe('hostile records, published', { skip: withoutChromium }, () => {
  let browser: Browser;
  let tree: PublishedTree;

  before(async () => {
    tree = await ownTree();
    browser = await launch();
  });
  after(() => browser?.close());

  /** Answers from the directory, as a plain web server at the site's own address would. */
  async function serve(page: Page): Promise<void> {
    const there = new Set(tree.paths);
    await page.route('**/*', (route) => {
      const path = tree.pathOf(route.request().url()) ?? '';
      return there.has(path)
        ? route.fulfill({ path: join(tree.directory, path) })
        : route.fulfill({ status: 404, body: '' });
    });
  }

  for (const javaScriptEnabled of [true, false])
    test(`markup of a record is text, ${javaScriptEnabled ? 'with' : 'without'} script`, () =>
      visit(
        browser,
        { base: tree.config.base, options: { viewport: PHONE, javaScriptEnabled } },
        async (page) => {
          await serve(page);
          const paths = tree.matching(/(?:9990[45]|Example-(?:Hostile|%22)|%22%3E).*\/index\.html$/);
          assert.ok(paths.length >= 6);
          for (const path of paths) {
            await page.goto(`${tree.config.base}/${path.replaceAll('%', '%25')}`, { waitUntil: 'load' });
            const strange = page.locator(
              'main img:not([src^="/cpan/badge/"]), main b, main script, [onclick], [onerror], a[href^="javascript:"]',
            );
            // A page that leads elsewhere is left while it is looked at: so until there is one again.
            const heading = page.locator('h1');
            for (let tries = 0; tries < 50 && (await heading.count()) !== 1; tries++)
              await page.waitForTimeout(100);
            assert.equal(await heading.count(), 1, path);
            assert.equal(await strange.count(), 0, path);
            if (javaScriptEnabled) await assertClean(page);
          }
        },
      ));
});
