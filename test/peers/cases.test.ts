/** Cases in a real browser: how it looks to axe, by keyboard, with script and without. */
import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import {
  addToPool,
  changeCase,
  PRODUCT_STATUSES,
  readCase,
  takeFromPool,
} from '../../desk/casefile/index.ts';
import { assertClean, DESKTOP, LOOKS, launch, shot, withPage as visit, withoutChromium } from '../browser.ts';
import { givenKey, scratch } from '../mail.ts';
import { firstMember, type RunningDesk, reported, runDesk, type State } from './desk-server.ts';

const directory = scratch();

describe('cases in Chromium', { skip: withoutChromium }, () => {
  let browser: Browser;
  let desk: RunningDesk;
  /** The browser of the first coordinator. */
  let member: State;
  let followed: { id: string; link: string };
  let triaged: { id: string; link: string };
  /** Of the file that came with it. */
  let patch: string;

  before(async () => {
    browser = await launch();
    desk = await runDesk();
    member = await firstMember(browser, desk);
    followed = await reported(desk);
    triaged = await reported(desk, { what: 'parse_header() reads too far' }, [
      { name: 'fix.patch', bytes: new TextEncoder().encode(PATCH) },
    ]);
    const [file] = await desk.store.transaction((tx) =>
      tx.db.selectFrom('files').select('id').where('case_id', '=', triaged.id).execute(),
    );
    patch = `files/${file?.id}/diff`;
    await filled(desk, triaged.id);
    for (let i = 0; i < 45; i++)
      await reported(desk, { where: `Other-Dist-${i}`, what: `Case number ${i} of those that fill a list` });
  });
  after(async () => {
    await browser?.close();
    await desk?.close();
  });

  const withPage = (
    options: BrowserContextOptions,
    use: (page: Page) => Promise<void>,
    expected?: RegExp,
  ): Promise<void> => visit(browser, { base: desk.base, options, expected }, use);

  const go = async (page: Page, path: string): Promise<void> => {
    await page.goto(`${desk.base}${path}`, { waitUntil: 'load' });
  };

  test('a case goes from the list through triage, by buttons alone and without script', () =>
    withPage({ viewport: DESKTOP, storageState: member, javaScriptEnabled: false }, async (page) => {
      await go(page, '/cases?q=parse_header');
      await page.getByRole('link', { name: 'parse_header() reads too far' }).click();
      await page.getByRole('button', { name: 'Take it on' }).click();
      await page.getByRole('group', { name: 'Have you an interest in it?' }).getByLabel('No').check();
      await page.getByLabel('Why', { exact: true }).first().fill('It reads past the end.');
      await page.getByRole('button', { name: 'Vote' }).click();
      await page.getByText('1 yes', { exact: true }).waitFor();
      await page.getByLabel('To', { exact: true }).selectOption({ label: 'The reporter' });
      await page.getByLabel('Message').fill('Thank you.\n\nWhich *version* was it?');
      await page.getByRole('button', { name: 'Say it' }).click();
      await page.locator('.thread em').getByText('version').waitFor();
      await page.locator('summary').getByText('Propose an end').click();
      await page.getByLabel('End, UTC').fill('2999-12-09T12:00:00Z');
      await page.locator('#embargo-why').fill('The default.');
      await page.getByRole('button', { name: 'Propose it' }).click();
      await page.locator('.case-bar').getByText('2999-12-09 12:00 UTC').waitFor();
    }));

  test('a member gives an OpenPGP key, without script', () =>
    withPage(
      { viewport: DESKTOP, storageState: member, javaScriptEnabled: false },
      async (page) => {
        await go(page, '/account');
        await page.getByRole('link', { name: 'Give an OpenPGP key' }).click();
        await page.getByLabel('Public key, armored').fill('no key');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await page.getByText('This is no OpenPGP public key.').waitFor();
        const { known } = await givenKey(directory, 'ada', new Date().toISOString());
        await page.getByLabel('Public key, armored').fill(known.armored);
        await page.getByRole('button', { name: 'Send me the code' }).click();
        await page.getByRole('heading', { name: 'Prove that you hold it' }).waitFor();
        await page.getByText('ada <ada@example.org>').waitFor();
        await page.getByLabel('Code of the letter').fill('aaaa-bbbb-cccc');
        await page.getByRole('button', { name: 'Use this key' }).click();
        await page.getByText('This is not the code of the last letter').waitFor();
      },
      /422/,
    ));

  for (const look of LOOKS)
    test(`every page is clean by axe, ${look.colorScheme}, ${look.viewport?.width} px`, async () => {
      await withPage({ ...look, storageState: member }, async (page) => {
        for (const path of memberPages()) await seen(page, path);
      });
      await withPage(look, async (page) => {
        await seen(page, '/report');
        await page.getByLabel('Where is it?').fill('Foo-Bar');
        await page.getByLabel('What is it?').fill('Something else');
        await page.getByRole('button', { name: 'Send the report' }).click();
        await page.getByRole('heading', { name: 'Thank you. The report is here.' }).waitFor();
        await assertClean(page);
        await shot(page, 'receipt');
        await page.goto(`${desk.base}${followed.link}`);
        await seen(page, '/my-report');
        await seen(page, '/my-report/key');
      });
      await withPage(look, (page) => seen(page, '/cases/none'), /404/);
    });

  function memberPages(): string[] {
    const { id } = triaged;
    return [
      '/',
      '/cases',
      '/cases?page=2',
      '/cases?q=nothing-like-it',
      ...['/account', '/account/key'],
      '/cve-ids',
      `/cases/${followed.id}`,
      `/cases/${id}`,
      ...[
        'details',
        'cvss',
        'cvss?version=3.1',
        'ssvc',
        'ssvc?table=triage',
        'products',
        'team',
        'draft',
        'ranges',
        patch,
      ].map((path) => `/cases/${id}/${path}`),
    ];
  }

  async function seen(page: Page, path: string): Promise<void> {
    await go(page, path);
    await assertClean(page);
    const name = path.replace(followed.id, 'report').replace(triaged.id, 'triage').replace(patch, 'patch');
    await shot(page, name.replace(/[^\w]+/g, '-'));
  }

  test('by keyboard alone: through the list, into a case, back', () =>
    withPage({ viewport: DESKTOP, storageState: member }, async (page) => {
      await go(page, '/cases');
      const focused = (): Promise<string> => page.evaluate("document.activeElement.textContent || ''");
      for (const key of ['j', 'j', 'k']) await page.keyboard.press(key);
      const titles = await page.locator('tr[data-case] th a').allTextContents();
      assert.equal(await focused(), titles[0]);
      await page.keyboard.press('x');
      assert.ok(await page.locator('tr[data-case] input').first().isChecked());
      await page.keyboard.press('Enter');
      await page.waitForURL(/cases\/\w+$/);
      await page.keyboard.press('j');
      assert.ok(await page.evaluate("document.activeElement.matches('.thread > li')"));
      for (const key of ['g', 'c']) await page.keyboard.press(key);
      await page.waitForURL(/cases$/);
      await page.keyboard.press('/');
      await page.keyboard.type('jk?x');
      assert.equal(await page.getByLabel('Words').inputValue(), 'jk?x');
      // Past the fields of the filter, to its button.
      for (let i = 0; i < 5; i++) await page.keyboard.press('Tab');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await assertClean(page);
      await page.getByLabel('Use these keys').uncheck();
      await page.keyboard.press('Escape');
      for (const key of ['g', 't']) await page.keyboard.press(key);
      assert.match(page.url(), /cases$/);
      await page.getByRole('button', { name: 'Keys' }).click();
      await page.getByLabel('Use these keys').check();
      await page.getByRole('button', { name: 'Close' }).click();
      for (const key of ['g', 't']) await page.keyboard.press(key);
      await page.waitForURL(`${desk.base}/`);
    }));

  test('a score follows what is chosen', () =>
    withPage({ viewport: DESKTOP, storageState: member }, async (page) => {
      await go(page, `/cases/${triaged.id}/cvss?version=3.1`);
      const metrics = {
        'Attack vector': 'Network',
        'Attack complexity': 'Low',
        'Privileges required': 'None',
      };
      const more = {
        'User interaction': 'None',
        Scope: 'Unchanged',
        Confidentiality: 'High',
        Integrity: 'High',
      };
      for (const [legend, label] of Object.entries({ ...metrics, ...more, Availability: 'High' }))
        await page.getByRole('group', { name: legend }).getByLabel(label).check();
      await page.getByText('9.8, critical').waitFor();
      await page.getByRole('group', { name: 'Availability' }).getByLabel('None').check();
      await page.getByText('9.1, critical').waitFor();
    }));

  test('ranges are drawn while they are typed, and by the button without script', async () => {
    for (const javaScriptEnabled of [true, false])
      await withPage({ viewport: DESKTOP, storageState: member, javaScriptEnabled }, async (page) => {
        await go(page, `/cases/${triaged.id}/ranges`);
        await page.getByLabel('Affected', { exact: true }).fill('>=1.10,<1.24');
        await page.getByLabel('Fixed', { exact: true }).fill('>=1.24');
        if (!javaScriptEnabled) await page.getByRole('button', { name: 'Draw it' }).click();
        const words = 'Foo-Bar: 1.00 not affected, 1.10 to 1.23 affected, 1.24 not affected';
        await page.getByRole('img', { name: words }).waitFor();
      });
  });

  test('several cases are labelled at once, and a filter is kept, without script', () =>
    withPage({ viewport: DESKTOP, storageState: member, javaScriptEnabled: false }, async (page) => {
      await go(page, '/cases?q=number&sort=changed');
      for (const i of [0, 1, 2]) await page.locator('tr[data-case] input').nth(i).check();
      await page.getByLabel('With the ticked cases').selectOption({ label: 'label them' });
      await page.getByLabel('Label', { exact: true }).fill('fuzzed');
      await page.getByRole('button', { name: 'Do it' }).click();
      await page.getByRole('heading', { name: '3 cases were done' }).waitFor();
      await go(page, '/cases?q=fuzzed');
      await page.getByText('3 of your cases.').waitFor();
      await page.getByText('Keep this filter').click();
      await page.getByLabel('Under which name?').fill('Fuzzed');
      await page.getByRole('button', { name: 'Keep it' }).click();
      await page.getByRole('link', { name: 'Fuzzed' }).waitFor();
    }));

  test('the end of an embargo stands in the reader’s own zone as well', () =>
    withPage(
      { viewport: DESKTOP, storageState: member, timezoneId: 'Asia/Tokyo', locale: 'en-GB' },
      async (page) => {
        await go(page, `/cases/${triaged.id}`);
        await page.getByText('(9 Dec 2999, 21:00:00 GMT+9)').waitFor();
      },
    ));

  test('what a page loads is small', () => {
    for (const name of ['cvss.js', 'keys.js', 'times.js'])
      assert.ok(desk.weight(name) < 20_000, `${desk.weight(name)}`);
  });

  test('the honeypot of the form is there for nobody who reads the page', () =>
    withPage({ viewport: DESKTOP }, async (page) => {
      await go(page, '/report');
      assert.equal(await page.locator('#website').isVisible(), false);
      assert.equal(await page.getByLabel('Leave this empty').count(), 1);
      assert.equal(await page.getByRole('textbox', { name: 'Leave this empty' }).count(), 0);
    }));

  test('what a case always shows stays in sight', () =>
    withPage({ viewport: DESKTOP, storageState: member }, async (page) => {
      await go(page, `/cases/${triaged.id}`);
      await page.evaluate('scrollTo(0, document.body.scrollHeight)');
      for (const words of ['TLP:AMBER+STRICT', '2999-12-09 12:00 UTC', 'Seen by Ada'])
        assert.ok(await page.locator('.case-bar').getByText(words).isVisible(), words);
      assert.ok(
        Number(await page.evaluate("document.querySelector('.case-bar').getBoundingClientRect().top")) >= 0,
      );
    }));
});

/** What a case has when it was decided and others have it in what they make. */
async function filled({ store }: RunningDesk, id: string): Promise<void> {
  const product = { justification: null, version: null, by: 'Its maker', on: '2026-11-25', note: '' };
  await store.transaction(async (tx) => {
    const file = (await readCase(tx, store.vault, id)) ?? assert.fail();
    const products = PRODUCT_STATUSES.map((status, i) => ({
      ...product,
      ...{ id: `p${i}`, name: `libfoo-bar-perl ${i}`, purl: null, status, published: i === 0 },
    }));
    const answers = { 'ssvc:E:1.1.0': 'A', 'ssvc:A:2.0.0': 'Y' };
    const ssvc = [{ table: 'cisa' as const, answers, at: '2026-11-25T12:00:00Z', published: false }];
    await changeCase(tx, store.vault, file, { content: { products, ssvc } });
    const year = tx.now.slice(0, 4);
    await addToPool(tx, [`CVE-${year}-1000`, `CVE-${year}-1001`, 'CVE-2024-1000']);
    await takeFromPool(tx, store.vault, { caseId: id, year: Number(year) });
  });
}

const PATCH = `--- a/lib/Foo/Bar.pm
+++ b/lib/Foo/Bar.pm
@@ -1,3 +1,3 @@
 sub parse_header {
-    read_on();
+    read_on() if has_end();
 }
`;
