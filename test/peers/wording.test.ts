/** The texts of a publication in a real browser: read, tried and kept, on both screens and in both schemes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCase } from '../../desk/casefile/index.ts';
import { caseRoutes } from '../../desk/cases/index.ts';
import { textTemplates, wordingRoutes } from '../../desk/wording/index.ts';
import { assertClean, LOOKS, launch, withoutChromium, withPage } from '../browser.ts';
import { databases } from '../given-desk.ts';
import { givenMember } from '../given-server.ts';
import { picture, servePages } from './desk-pages.ts';

const where = databases[0] ?? assert.fail();

test('a text is tried and kept on every screen', { skip: withoutChromium }, async (t) => {
  const { store } = await where.given(t);
  const member = await givenMember(store, 'coordinator', true);
  const base = await servePages(t, { store, routes: wordingRoutes, as: () => member });
  const browser = await launch();
  t.after(() => browser.close());
  for (const [i, options] of LOOKS.entries())
    await withPage(browser, { base, options, expected: /422/ }, async (page) => {
      await page.goto(`${base}/texts`);
      await assertClean(page);
      await picture(page, 'texts');
      await page.getByRole('link', { name: 'short-post' }).click();
      await assertClean(page);
      await picture(page, 'text');
      const area = page.getByLabel('Template');
      await area.fill('{{ids}}: {{about}} {{page}}');
      await page.getByRole('button', { name: 'Keep it' }).click();
      await page.getByText('{{distributions}} is not used').waitFor();
      await assertClean(page);
      await picture(page, 'text-refused');
      await area.fill(`{{ids}} in {{distributions}}: {{about}} {{page}} ${i}`);
      await page.getByRole('button', { name: 'Show how it reads' }).click();
      await page.getByText('CVE-1900-1234 in Foo-Bar: Foo::Bar versions').waitFor();
      await page.getByRole('button', { name: 'Keep it' }).click();
      await page.getByText('In force: by coordinator').waitFor();
      const { 'short-post': kept } = await store.transaction(textTemplates);
      assert.equal(kept, `{{ids}} in {{distributions}}: {{about}} {{page}} ${i}`);
      await page.getByRole('button', { name: 'Take the usual words again' }).click();
      await page.getByText('the usual ones again, by coordinator').waitFor();
    });
});

test('a draft begins from the template of a weakness on every screen', {
  skip: withoutChromium,
}, async (t) => {
  const { store } = await where.given(t);
  const member = await givenMember(store, 'coordinator', true);
  const content = { title: 'Reads past the end', distribution: 'Foo-Bar', weaknesses: ['CWE-125'] };
  const { id } = await store.transaction((tx) => openCase(tx, store.vault, { content, reporter: null }));
  const base = await servePages(t, { store, routes: [...caseRoutes, ...wordingRoutes], as: () => member });
  const browser = await launch();
  t.after(() => browser.close());
  for (const options of LOOKS)
    await withPage(browser, { base, options }, async (page) => {
      await page.goto(`${base}/weaknesses/CWE-125`);
      await assertClean(page);
      await page.goto(`${base}/cases/${id}/details`);
      await page.getByRole('link', { name: 'Begin a draft' }).click();
      await assertClean(page);
      await picture(page, 'begin');
      await page.getByRole('button', { name: 'Begin' }).click();
      await assertClean(page);
      await picture(page, 'begun');
      assert.match(await page.getByLabel('Title').inputValue(), /^Foo::Bar versions TODO for Perl read past/);
    });
});
