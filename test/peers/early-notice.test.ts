/** Organisations and early notice in a real browser: a coordinator tells one, and it says how it stands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Principal } from '../../desk/access/index.ts';
import { changeCase, happen, openCase } from '../../desk/casefile/index.ts';
import { caseRoutes, partRoutes, statementRoutes } from '../../desk/cases/index.ts';
import { contactOf, contactsOf, organisationRoutes } from '../../desk/organisations/index.ts';
import type { Store } from '../../desk/store/index.ts';
import { assertClean, LOOKS, launch, withoutChromium, withPage } from '../browser.ts';
import { databases } from '../given-desk.ts';
import { givenMember } from '../given-server.ts';
import { picture, servePages } from './desk-pages.ts';

const where = databases[0] ?? assert.fail();

/** Under an embargo, with a CVE id. */
function givenCase(store: Store): Promise<string> {
  return store.transaction(async (tx) => {
    const { vault } = store;
    const content = {
      title: 'Reads past the end',
      distribution: 'Foo-Bar',
      summary: 'A header without an end is read on.',
    };
    let file = await openCase(tx, vault, { content, reporter: null });
    const end = new Date(Date.parse(tx.now) + 10 * 86_400_000).toISOString().replace(/\.\d+Z/, 'Z');
    const by = 'member:m';
    for (const happening of [
      { type: 'phase', step: 'TRIAGE', by },
      { type: 'manage', participant: 'team', step: 'VALIDATE', by },
      { type: 'manage', participant: 'team', step: 'ACCEPT', by },
      { type: 'phase', step: 'COORDINATE', by },
      { type: 'default-embargo', proposal: 'p', end, why: 'The default.', by },
    ] as const)
      file = (await happen(tx, vault, file, happening)).file;
    return (await changeCase(tx, vault, file, {})).id;
  });
}

test('an organisation is told, and says how it stands, on every screen', {
  skip: withoutChromium,
}, async (t) => {
  const { store } = await where.given(t);
  const member = await givenMember(store, 'coordinator', true);
  let as: Principal = member;
  const routes = [...caseRoutes, ...organisationRoutes, ...partRoutes, ...statementRoutes];
  const base = await servePages(t, { store, routes, as: () => as });
  const browser = await launch();
  t.after(() => browser.close());
  for (const [i, options] of LOOKS.entries())
    await withPage(browser, { base, options }, async (page) => {
      as = member;
      const caseId = await givenCase(store);
      await page.goto(`${base}/organisations`);
      await page.getByLabel('Name').fill(`Example Linux ${i}`);
      await assertClean(page);
      await page.getByRole('button', { name: 'Add it' }).click();
      await page.getByRole('heading', { name: `Example Linux ${i}` }).waitFor();
      await page.locator('#contact-name').fill('Ada');
      await page.getByLabel('Address').fill('ada@example.org');
      await page.getByRole('button', { name: 'Write to them' }).click();
      await page.getByText('has not signed').waitFor();
      await assertClean(page);
      await picture(page, 'organisation');
      const organisation = page.url().replace(/.*\//, '');
      await page.goto(`${base}/organisations`);
      await picture(page, 'organisations');

      const contact = await store.transaction(
        async (tx) => (await contactsOf(tx, store.vault, organisation))[0]?.id ?? '',
      );
      as = { kind: 'link', link: 'organisation', subject: contact, caseId: null };
      await page.goto(`${base}/my-organisation`);
      await assertClean(page);
      await picture(page, 'my-organisation');
      await page.getByRole('button', { name: 'I sign it' }).click();
      await page.getByText('You signed it,').waitFor();
      await assertClean(page);

      as = member;
      await page.goto(`${base}/cases/${caseId}/early-notice`);
      await page.getByLabel(`Example Linux ${i}`).check();
      await assertClean(page);
      await page.getByRole('button', { name: 'Tell them' }).click();
      await page.getByText('The proof:').waitFor();

      const row = await store.transaction((tx) =>
        tx.db
          .selectFrom('early_notices')
          .select('participant_id')
          .where('case_id', '=', caseId)
          .executeTakeFirstOrThrow(),
      );
      as = { kind: 'link', link: 'participant', subject: row.participant_id, caseId };
      await page.goto(`${base}/my-part`);
      await page.getByRole('button', { name: 'I accept' }).click();
      await page.getByRole('link', { name: 'Say how your packages stand' }).click();
      await page.getByLabel('Product').fill('libfoo-bar-perl');
      await page.getByLabel('Status').selectOption('affected');
      await page.getByRole('button', { name: 'Say it' }).click();
      await page.getByText('The group has not yet looked at it.').waitFor();
      await assertClean(page);
      await picture(page, 'statement');

      as = member;
      await page.goto(`${base}/cases/${caseId}/early-notice`);
      await assertClean(page);
      await picture(page, 'early-notice');
      await page.getByRole('button', { name: 'Take it over' }).click();
      await page.getByText('It is a product of the case.').waitFor();
      const { agreement } = await store.transaction((tx) => contactOf(tx, store.vault, contact));
      assert.equal(agreement, '1.1');
    });
});
