/** The site in a real browser: what it loads, how it looks to axe, by keyboard, and without script. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { formatProof } from '../../toolkit/transparency/index.ts';
import {
  assertClean,
  DESKTOP,
  LOOKS,
  launch,
  PHONE,
  shot,
  withPage as visit,
  withoutChromium,
} from '../browser.ts';
import { log, type SmallSite, serveSmallSite } from './site-server.ts';

const assets = fileURLToPath(new URL('../../desk/dist', import.meta.url));

describe('the site in Chromium', { skip: withoutChromium }, () => {
  let browser: Browser;
  let small: SmallSite;

  before(async () => {
    small = await serveSmallSite(assets);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    small?.server.close();
  });

  const withPage = (
    options: BrowserContextOptions,
    use: (page: Page) => Promise<void>,
    expected?: RegExp,
  ): Promise<void> => visit(browser, { base: small.site.base, options, expected }, use);

  function addressOf(path: string): string {
    return small.site.base.replace(/\/cpan$/, path);
  }

  async function go(page: Page, path: string): Promise<void> {
    await page.goto(addressOf(`/cpan/${path}`), { waitUntil: 'load' });
  }

  for (const look of LOOKS)
    test(`every page is clean by axe, ${look.colorScheme}, ${look.viewport?.width} px`, () =>
      withPage(look, async (page) => {
        for (const path of small.pages) {
          await page.goto(addressOf(path), { waitUntil: 'load' });
          await assertClean(page);
        }
      }));

  test('the keyboard reaches the content first, then everything in its order', () =>
    withPage({ viewport: DESKTOP }, async (page) => {
      await go(page, 'advisories/CPANSA-Example-Dist-2026-0001/');
      const focused = (): Promise<string> =>
        page.evaluate('(document.activeElement.textContent || document.activeElement.id).trim()');
      const walk: string[] = [];
      for (let i = 0; i < 11; i++) {
        await page.keyboard.press('Tab');
        walk.push(await focused());
      }
      assert.deepEqual(walk, [
        'Skip to the content',
        'Example Advisories',
        'Advisories',
        'Distributions',
        'Audit',
        'Verify',
        'Statistics',
        'Data',
        'q-head',
        'Search',
        'CVSS score 7.8',
      ]);
      await go(page, '');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      assert.equal(await focused(), 'q', 'the skip link leads past the navigation');
    }));

  test('what has the focus shows it', () =>
    withPage({ viewport: DESKTOP }, async (page) => {
      await go(page, '');
      for (let i = 0; i < 8; i++) {
        await page.keyboard.press('Tab');
        const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
        assert.equal(outline, 'solid', await page.evaluate('document.activeElement.outerHTML'));
      }
    }));

  test('a search finds while one types, and its address can be shared', () =>
    withPage({ viewport: PHONE }, async (page) => {
      await go(page, '');
      await page.fill('#q', 'example::dist');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/search/?q=example%3A%3Adist');
      await page.getByRole('link', { name: 'Example-Dist', exact: true }).waitFor();
      await page.fill('#q', 'symb');
      await page.getByText('1 result for').waitFor();
      assert.match(page.url(), /\?q=symb$/);
      await page.fill('#q', '<img src=x onerror=alert(1)>');
      await page.getByText('Nothing found for').waitFor();
    }));

  test('an address that is none is searched for', () =>
    withPage(
      { viewport: DESKTOP },
      async (page) => {
        await go(page, 'dist/Example%3A%3ADist/');
        await page.getByRole('link', { name: 'Example-Dist', exact: true }).waitFor();
        assert.equal(await page.inputValue('#q'), 'Example::Dist');
      },
      /status of 404/,
    ));

  test('the page of an advisory tells whether my version is affected, and shows where it stands', () =>
    withPage({ viewport: DESKTOP }, async (page) => {
      await go(page, 'advisories/CPANSA-Example-Dist-2026-0001/');
      const answer = page.getByRole('status');
      for (const [version, words] of [
        ['1.45', 'Example-Dist 1.45 is affected. The next release that fixes it is 1.51.'],
        ['1.51', 'Example-Dist 1.51 is not affected by this advisory.'],
        ['x', 'x is no version that Perl can read.'],
      ] as const) {
        await page.fill('#own-version', version);
        assert.equal(await answer.textContent(), words);
      }
      await page.fill('#own-version', '1.45');
      await page.getByText('your version, 1.45').waitFor();
    }));

  test('an audit reads what is pasted and what is chosen, and sends nothing', () =>
    withPage({ viewport: DESKTOP }, async (page) => {
      await go(page, 'audit/');
      const before = small.requests.length;
      await page.fill('#text', "requires 'Example::Dist', '== 1.20';\nrequires Foo();\n");
      await page.click('text=Check it here');
      await page.getByRole('heading', { name: '1 advisory in 1 of 1 distribution' }).waitFor();
      assert.ok(await page.getByText('Could not tell').isVisible());
      assert.equal(await page.evaluate('document.activeElement.id'), 'result');
      const list = {
        name: 'list.txt',
        mimeType: 'text/plain',
        buffer: Buffer.from('pkg:cpan/Example-Dist@1.70\n'),
      };
      await page.setInputFiles('#file', list);
      await page.getByRole('heading', { name: 'No known vulnerabilities in 1 distribution.' }).waitFor();
      const asked = small.requests.slice(before);
      assert.ok(
        asked.every((url) => /^\/cpan\/(?:manifest\.json$|objects\/|assets\/)/.test(url)),
        asked.join(' '),
      );
      await page.setInputFiles('#file', { ...list, name: 'x.xml', buffer: Buffer.from('<bom/>') });
      await page.getByText('a bill of materials is read as JSON').waitFor();
    }));

  const file = (name: string, text: string) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(text),
  });
  const proof = async (): Promise<string> => {
    const { reader, checkpoint, note } = await log.view();
    const { entry } = await reader.entry(0, checkpoint);
    const hashes = await reader.inclusionProof(0, checkpoint);
    return formatProof({ extra: entry, index: 0, hashes, checkpoint: note });
  };

  const FOO = 'authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz';
  const PROVED = 'Foo-1.0.tar.gz.tlog-proof';

  type Given = Parameters<Page['setInputFiles']>[1];
  /** What is asked for, but for programs, while these files are verified and say that. */
  async function verified(page: Page, files: Given, answer: string): Promise<string[]> {
    const before = small.requests.length;
    await page.setInputFiles('#files', files);
    await page.getByText(answer).waitFor();
    return small.requests.slice(before).filter((url) => !url.startsWith('/cpan/assets/'));
  }

  for (const look of LOOKS)
    test(`a file is verified, and nothing is sent, ${look.colorScheme}, ${look.viewport?.width} px`, () =>
      withPage(
        look,
        async (page) => {
          const good = await proof();
          const foo = file('Foo-1.0.tar.gz', 'foo');
          const proved = (text: string, name = PROVED) => [foo, file(name, text)];
          const other = FOO.replace('EXAMPLE', 'EXAMPLE2');
          const cases: [files: ReturnType<typeof file>[], path: string, answer: string, asks: boolean][] = [
            [[foo], '', `what the log has at ${FOO}, for everyone`, true],
            [[foo], other, 'Could not be verified. The log names no such file.', true],
            [[file('Foo-1.0.tar.gz', 'evil')], '', 'Could not be verified.', true],
            [[file('Foo-2.0.tar.gz', 'foo')], '', 'Could not be verified.', true],
            [[file('Foo-2.0.tar.gz', 'foo')], FOO, 'This is what was logged.', true],
            [[file('New-1.0.tar.gz', 'new')], '', 'Could not be verified. The log names no file', true],
            [proved(good), '', 'These bytes were logged.', false],
            [proved(good), `https://cpan.example.org/${FOO}`, 'This is what was logged.', false],
            [proved(good, 'x.tlog-proof'), 'E/EX/EXAMPLE/Foo-1.0.tar.gz', 'This is what was logged.', false],
            [proved(good), other, 'This is another file.', false],
            [[file('Foo-1.0.tar.gz', 'evil'), file(PROVED, good)], '', 'This is not proved', false],
            [[file('Bar-1.0.tar.gz', 'bar'), file(PROVED, good)], '', 'is of another file', false],
            [proved(good.replace('index 0', 'index 1')), FOO, 'This is not proved', false],
            [proved(good.slice(0, 300)), FOO, 'This is not proved', false],
            [proved(good.replaceAll('example.org/log', 'example.org/2')), FOO, 'of another log', false],
            [
              proved(good.replace(/\u2014 two.*\n/, '')),
              FOO,
              'Could not be verified. proof: no quorum',
              false,
            ],
          ];
          for (const [i, [files, path, answer, asks]] of cases.entries()) {
            await go(page, 'verify/');
            await page.fill('#path', path);
            const [policy, ...asked] = await verified(page, files, answer);
            assert.equal(policy, '/cpan/log/policy');
            assert.equal(asked.length > 0, asks, asked.join(' '));
            assert.ok(
              asked.every((url) => /^\/cpan\/log\/(?:checkpoint$|tile\/|lookup\/)/.test(url)),
              asked.join(' '),
            );
            await assertClean(page);
            await shot(page, `verify-${i}`);
          }
        },
        /status of 404/,
      ));

  test('the path of a proof counts when somebody says that the file is from there', () =>
    withPage(
      { viewport: PHONE },
      async (page) => {
        await go(page, 'verify/');
        await page.fill('#path', 'from a friend');
        await verified(
          page,
          [file('Foo-1.0.tar.gz', 'foo'), file(PROVED, await proof())],
          'This is no path on CPAN',
        );
        assert.equal(await page.evaluate('document.activeElement.id'), 'path');
        await assertClean(page);
        await page.fill('#path', '');
        await page.keyboard.press('Enter');
        await page.getByText('These bytes were logged.').waitFor();
        await page.getByRole('button', { name: `I have it from ${FOO}` }).click();
        await page.getByText('This is what was logged.').waitFor();
        assert.equal(await page.evaluate('document.activeElement.id'), 'result');
        assert.equal(await page.inputValue('#path'), FOO);
        await verified(page, [file('Bar-1.0.tar.gz', 'foo')], 'Could not be verified.');
        assert.equal(await page.inputValue('#path'), '', 'what was said of one file is not said of the next');
      },
      /status of 404/,
    ));

  test('files that cannot be verified say why', () =>
    withPage({ viewport: DESKTOP }, async (page) => {
      const proved = file(PROVED, await proof());
      const foo = file('Foo-1.0.tar.gz', 'foo');
      const cases: [files: ReturnType<typeof file>[], path: string, words: string][] = [
        [[], '', 'choose the file first'],
        [[proved], '', 'a proof alone proves nothing'],
        [[foo, file('Bar-1.0.tar.gz', 'bar')], FOO, 'a path is of one file'],
        [
          [foo, file('Bar-1.0.tar.gz', 'bar'), file('x.tlog-proof', '')],
          '',
          'x.tlog-proof is of none of these',
        ],
        [[foo, file(PROVED, 'x'.repeat(2_000_001))], '', 'is too long to be a proof'],
      ];
      for (const [files, path, words] of cases) {
        await go(page, 'verify/');
        await page.fill('#path', path);
        await page.setInputFiles('#files', files);
        if (files.length === 0) await page.getByRole('button', { name: 'Verify' }).click();
        await page.getByText(words).waitFor();
      }
    }));

  test('a dropped directory is refused, a large file read piece by piece, and left for what is chosen next', () =>
    withPage(
      { viewport: DESKTOP },
      async (page) => {
        const scratch = mkdtempSync(join(tmpdir(), 'cpansec-verify-'));
        try {
          const large = join(scratch, 'large');
          writeFileSync(large, '');
          truncateSync(large, 32 * 1024 * 1024);
          await go(page, 'verify/');
          await drop(page, scratch);
          await page.getByText('cannot be read: it is a directory').waitFor();
          await drop(page, large);
          await page.getByText('83ee47245398adee79bd9c0a8bc57b821e92aba10f5f9ade8a5d1fae4d8c4302').waitFor();
          await drop(page, large);
          await verified(page, [file('Foo-1.0.tar.gz', 'foo')], 'This is what was logged.');
          assert.equal(await page.getByRole('heading', { name: 'large' }).count(), 0);
        } finally {
          rmSync(scratch, { recursive: true });
        }
      },
      /status of 404/,
    ));

  async function drop(page: Page, path: string): Promise<void> {
    const devtools = await page.context().newCDPSession(page);
    const { x = 0, y = 0 } = (await page.locator('#files').boundingBox()) ?? {};
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await devtools.send('Input.dispatchDragEvent', { type, x: x + 9, y: y + 9, data });
  }

  test('a file is verified by keyboard, and the answer gets the focus', () =>
    withPage({ viewport: DESKTOP }, async (page) => {
      await go(page, 'verify/');
      await page.focus('#files');
      const chooser = page.waitForEvent('filechooser');
      await page.keyboard.press('Space');
      await (await chooser).setFiles([file('Foo-1.0.tar.gz', 'foo')]);
      await page.getByText('This is what was logged.').waitFor();
      assert.equal(await page.evaluate('document.activeElement.id'), 'result');
    }));

  test('what a browser lacks, and a site, is told', async () => {
    const lacking: [lack: string, words: string][] = [
      ['crypto.subtle.importKey = () => Promise.reject(new Error("no"))', 'this browser knows no Ed25519'],
      [
        'Object.defineProperty(crypto, "subtle", { value: undefined })',
        'on pages that are reached by https only',
      ],
    ];
    for (const [lack, words] of lacking)
      await withPage({ viewport: PHONE }, async (page) => {
        await page.addInitScript(lack);
        await go(page, 'verify/');
        await page.setInputFiles('#files', [file('Foo-1.0.tar.gz', 'foo')]);
        await page.getByText(words).waitFor();
        await assertClean(page);
        await shot(page, `verify-lacks-${lacking.findIndex(([one]) => one === lack)}`);
      });
  });

  test('without script every page can be read, and says what it cannot do', () =>
    withPage({ viewport: DESKTOP, javaScriptEnabled: false }, async (page) => {
      for (const path of small.pages) {
        await page.goto(addressOf(path), { waitUntil: 'load' });
        assert.ok(await page.locator('h1').isVisible(), path);
      }
      await go(page, 'search/?q=x');
      assert.ok(await page.getByText('Without script, find what you look for').isVisible());
      await go(page, 'audit/');
      assert.ok(await page.getByText('Without script this page cannot check anything').isVisible());
      await go(page, 'verify/');
      assert.ok(await page.getByText('perl verify-proof.pl Foo-1.0.tar.gz').isVisible());
    }));

  test('an alias leads to its advisory, with script and without', async () => {
    for (const javaScriptEnabled of [true, false])
      await withPage({ javaScriptEnabled }, async (page) => {
        await go(page, 'CVE-2026-99991/');
        await page.waitForURL('**/advisories/CPANSA-Example-Dist-2026-0001/');
      });
  });

  test('what a page loads is small', () => {
    const sizeOf = (name: string): number =>
      gzipSync(readFileSync(`${assets}/${small.site.assets[name]}`)).length;
    for (const name of ['search.js', 'version.js', 'audit.js', 'verify.js', 'style.css'])
      assert.ok(sizeOf(name) < 20_000, `${name}: ${sizeOf(name)}`);
    for (const name of ['audit', 'verify'])
      assert.ok(sizeOf(`${name}-file.js`) + sizeOf(`${name}.js`) < 100_000, `${sizeOf(`${name}-file.js`)}`);
  });
});
