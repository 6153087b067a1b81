/** Clocks and what follows a publication in a real browser: by buttons alone and without script, and how it looks to axe. */
import test, { after, before, describe } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { assertClean, LOOKS, launch, PHONE, shot, withPage as visit, withoutChromium } from '../browser.ts';
import { firstMember, type RunningDesk, reported, runDesk, type State } from './desk-server.ts';

describe('clocks and follow-up in Chromium', { skip: withoutChromium }, () => {
  let browser: Browser;
  let desk: RunningDesk;
  let member: State;
  /** Of the case that the first test makes public. */
  let path = '';

  before(async () => {
    browser = await launch();
    desk = await runDesk();
    member = await firstMember(browser, desk);
    path = `/cases/${(await reported(desk)).id}`;
  });
  after(async () => {
    await browser?.close();
    await desk?.close();
  });

  const withPage = (options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> =>
    visit(browser, { base: desk.base, options: { storageState: member, ...options } }, use);
  const go = (page: Page, to: string) => page.goto(`${desk.base}${to}`, { waitUntil: 'load' });

  test('a dispute is noted, answered and decided on a telephone, without script', () =>
    withPage({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
      await go(page, path);
      await page.locator('summary').getByText('It became known').click();
      await page.getByRole('button', { name: 'Note it; the embargo ends' }).click();
      await page.getByRole('link', { name: 'Disputes and corrections' }).click();
      await page.getByLabel('Who', { exact: true }).selectOption('third-party');
      await page.getByLabel('What is wrong, as they say').fill('It is how it is meant to be.');
      await page.getByRole('button', { name: 'Note it' }).last().click();
      await page.getByRole('button', { name: 'Acknowledge it' }).click();
      await page.locator('summary').getByText('Decide it').click();
      await page.getByLabel('What is decided').selectOption('mark');
      await page.getByLabel('Why', { exact: true }).first().fill('We read it, and disagree.');
      await page.getByLabel('What the record says').fill('Its vendor calls it a feature');
      await page.getByRole('button', { name: 'Decide it' }).click();
      await page.getByText('It says since').waitFor();
      await page.getByRole('button', { name: 'It is done' }).click();
      await page.getByText(', done').waitFor();
    }));

  for (const look of LOOKS)
    test(`every page is clean by axe, ${look.colorScheme}, ${look.viewport?.width} px`, () =>
      withPage(look, async (page) => {
        for (const [name, to] of [
          ['late', '/late'],
          ['calendar', '/calendar'],
          ['lessons', '/lessons'],
          ['clocks', `${path}/clocks`],
          ['exploitation', `${path}/exploitation`],
          ['disputes', `${path}/disputes`],
          ['credits', `${path}/credits`],
          ['follow-up', `${path}/follow-up`],
        ] as const) {
          await go(page, to);
          await assertClean(page);
          await shot(page, name);
        }
      }));
});
