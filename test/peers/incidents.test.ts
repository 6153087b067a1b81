/** Incidents in a real browser: by buttons alone and without script, and how they look to axe. */
import test, { after, before, describe } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
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
import { firstMember, type RunningDesk, reported, runDesk, type State } from './desk-server.ts';

describe('incidents in Chromium', { skip: withoutChromium }, () => {
  let browser: Browser;
  let desk: RunningDesk;
  let member: State;
  /** Of the one that the first test opens. */
  let path = '';

  before(async () => {
    browser = await launch();
    desk = await runDesk();
    member = await firstMember(browser, desk);
  });
  after(async () => {
    await browser?.close();
    await desk?.close();
  });

  const withPage = (
    options: BrowserContextOptions,
    use: (page: Page) => Promise<void>,
    expected?: RegExp,
  ): Promise<void> =>
    visit(browser, { base: desk.base, options: { storageState: member, ...options }, expected }, use);
  const go = (page: Page, to: string) => page.goto(`${desk.base}${to}`, { waitUntil: 'load' });

  test('one is opened, described and contained on a telephone, without script', () =>
    withPage({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
      await go(page, '/cases');
      await page.getByRole('link', { name: 'Open an incident' }).click();
      await page.getByLabel('In one sentence').fill('Foo-Bar 1.24 sends secrets away');
      await page.getByRole('button', { name: 'Open it' }).click();
      path = new URL(page.url()).pathname;
      await page.locator('summary').getByText('Describe it').click();
      await page.getByLabel('PAUSE id').fill('EXAMPLE');
      await page.getByLabel('First day').fill('2026-11-19');
      await page.getByLabel('Id of the record').fill('CPANSA-Foo-Bar-2026-0001');
      await page.getByRole('button', { name: 'Keep it' }).click();
      await page.getByRole('link', { name: 'Find what the account uploaded' }).click();
      await page.getByText('2 may be affected').waitFor();
      await page.getByRole('button', { name: 'Add those that are chosen' }).click();
      await page.getByLabel('Foo-Bar 1.24').check();
      await page.getByRole('button', { name: 'Say so' }).click();
      await page.locator('summary').getByText('Add one', { exact: true }).click();
      await page.getByLabel('Value').fill('hxxps://collect[.]example[.]net/e');
      await page.getByLabel('What', { exact: true }).selectOption('url');
      await page.getByLabel('Say it in the record').check();
      await page.getByRole('button', { name: 'Add it' }).last().click();
      await page.getByText('hxxps://collect[.]example[.]net/e').waitFor();
      await page.setInputFiles('#evidence-file', {
        ...{ name: 'Foo-Bar-1.24.tar.gz', mimeType: 'application/gzip' },
        buffer: Buffer.from('evidence'),
      });
      await page.getByLabel('Where it comes from').fill('CPAN, on the day');
      await page.getByRole('button', { name: 'Put it into the vault' }).click();
      await page.locator('summary').getByText('Freeze the account').click();
      await page
        .locator('form', { has: page.locator('#to-freeze-account') })
        .getByRole('button')
        .click();
      await page.getByText('letter: ready').waitFor();
    }));

  for (const look of LOOKS)
    test(`every page is clean by axe, ${look.colorScheme}, ${look.viewport?.width} px`, () =>
      withPage(look, async (page) => {
        const { id } = await reported(desk);
        const pages = [
          ['incident-new', '/incidents/new'],
          ['incident', path],
          ['incident-uploads', `${path}/uploads`],
          ['incident-case', path.replace('/incident', '')],
          ['incident-draft', path.replace('/incident', '/draft')],
          ['incident-begin', `/cases/${id}/incident/begin`],
        ] as const;
        for (const [name, to] of pages) {
          await go(page, to);
          await assertClean(page);
          await shot(page, name);
        }
      }));

  test('what is wrong stands beside its field', () =>
    withPage(
      { viewport: DESKTOP },
      async (page) => {
        await go(page, path);
        await page.locator('summary').getByText('Describe it').click();
        await page.getByLabel('First day').fill('monday');
        await page.getByRole('button', { name: 'Keep it' }).click();
        await page.locator('#since-problem').waitFor();
      },
      /422/,
    ));
});
