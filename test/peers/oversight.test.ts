/** The desk as a whole in a real browser: numbers and policy, on both screens and in both schemes. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openCase, setPolicy } from '../../desk/casefile/index.ts';
import { caseRoutes } from '../../desk/cases/index.ts';
import { parsePolicy } from '../../desk/disclosure/index.ts';
import { oversightRoutes } from '../../desk/oversight/index.ts';
import { assertClean, LOOKS, launch, withoutChromium, withPage } from '../browser.ts';
import { databases } from '../given-desk.ts';
import { givenMember } from '../given-server.ts';
import { servePages } from './desk-pages.ts';

const where = databases[0] ?? assert.fail();

interface Served {
  readonly base: string;
  readonly caseId: string;
}

/** As a coordinator sees it, who is signed in. */
async function served(t: TestContext): Promise<Served> {
  const { store } = await where.given(t);
  const member = await givenMember(store, 'coordinator', true);
  const base = await servePages(t, { store, routes: [...caseRoutes, ...oversightRoutes], as: () => member });
  const policy = parsePolicy(
    '{"hold":{"planned":"28 days"},"contact":{"askHosts":"every-case"}}',
    'policy.json',
  );
  const content = { title: 'Reads too far', distribution: 'Foo-Bar' };
  const { id } = await store.transaction(async (tx) => {
    await setPolicy(tx, policy, 'policy.json');
    return openCase(tx, store.vault, { content, reporter: null });
  });
  return { base, caseId: id };
}

test('numbers, policy and the question to a host on every screen', { skip: withoutChromium }, async (t) => {
  const { base, caseId } = await served(t);
  const browser = await launch();
  t.after(() => browser.close());
  for (const options of LOOKS)
    await withPage(browser, { base, options }, async (page) => {
      await page.goto(`${base}/numbers`);
      await assertClean(page);
      await page.getByLabel('Period').selectOption('all');
      await page.getByRole('button', { name: 'Show' }).click();
      await page.getByRole('heading', { name: 'All time' }).waitFor();
      await page.goto(`${base}/policy`);
      await assertClean(page);
      await page.getByText(', set here; the usual one is 14 days').waitFor();
      await page.goto(`${base}/cases/${caseId}`);
      await page.getByText('Ask the host of the repository').click();
      await page.getByLabel('Address of the repository').fill('https://perl.example/x');
      await assertClean(page);
    });
});
