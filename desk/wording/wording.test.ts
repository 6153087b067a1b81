import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenMember, givenServer } from '../../test/given-server.ts';
import { TEXT_NAMES, TEXTS, WEAKNESS_TEMPLATES } from '../texts/index.ts';
import { textTemplates, weaknessTemplates, wordingRoutes } from './index.ts';

const OWN = 'Subject: {{ids}} is out\n\n{{#each}}\n{{id}}: {{advisory}}\n{{/each}}\n';

for (const { name, skip, given } of databases) {
  test(`a text is written in the group's own words, and in ours again (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const { ask } = givenServer(t, store, wordingRoutes);
    const as = await givenMember(store, 'cna', true);
    const templates = () => store.transaction(textTemplates);
    assert.deepEqual(await templates(), {});
    const form = { template: OWN.replaceAll('\n', '\r\n'), revision: '0' };
    const shown = await ask('POST', '/texts/maintainer/show', { as, form });
    assert.match(shown.body, /Subject: CVE-1900-1234 is out/);
    assert.match(shown.body, /Subject: CVE-1900-1234 and CVE-1900-1235 is out/);
    assert.deepEqual(await templates(), {});
    assert.equal((await ask('POST', '/texts/maintainer', { as, form })).status, 303);
    assert.deepEqual(await templates(), { maintainer: OWN });
    assert.match((await ask('GET', '/texts', { as, headers: { accept: 'text/html' } })).body, /by cna, /);
    // Whoever edited what was there before is told, and what they typed stays.
    const late = await ask('POST', '/texts/maintainer', { as, form: { ...form, template: `${OWN}\nMore.` } });
    assert.equal(late.status, 422);
    assert.match(late.body, /Somebody changed it meanwhile.*More\./s);
    assert.equal((await ask('POST', '/texts/maintainer/reset', { as, form: { revision: '1' } })).status, 303);
    assert.deepEqual(await templates(), {});
    const acts = await store.transaction((tx) =>
      tx.db.selectFrom('ledger').select(['act', 'detail']).execute(),
    );
    assert.deepEqual(
      acts.filter(({ act }) => act === 'text.change').map(({ detail }) => JSON.parse(detail)),
      [
        { text: 'maintainer', revision: 1, own: true },
        { text: 'maintainer', revision: 2, own: false },
      ],
    );
  });

  test(`a template that does not work is not kept, and nobody else changes one (${name})`, {
    skip,
  }, async (t) => {
    const { store } = await given(t);
    const { ask } = givenServer(t, store, wordingRoutes);
    const as = await givenMember(store, 'coordinator', true);
    const bad: [template: string, problem: RegExp][] = [
      [
        'Subject: x\r\nBcc: a@example.org\r\n\r\n{{#each}}\r\n{{id}} {{advisory}}\r\n{{/each}}',
        /an empty line follows/,
      ],
      ['Subject: {{ids}}\n\nhello', /{{id}} is not used/],
      ['Subject: \u202e{{ids}}\n\n{{#each}}\n{{id}} {{advisory}}\n{{/each}}', /breaks a header/],
    ];
    for (const [template, problem] of bad) {
      const told = await ask('POST', '/texts/maintainer', { as, form: { template, revision: '0' } });
      assert.equal(told.status, 422);
      assert.match(told.body, problem);
    }
    assert.equal((await ask('GET', '/texts/nothing', { as })).status, 404);
    assert.equal((await ask('GET', '/texts/toString', { as })).status, 404);
    const form = { template: OWN, revision: '0' };
    for (const [role, proved, status] of [
      ['triager', true, 404],
      ['auditor', true, 404],
      ['cna', false, 403],
    ] as const) {
      const told = await ask('POST', '/texts/maintainer', {
        as: await givenMember(store, role, proved),
        form,
      });
      assert.equal(told.status, status, role);
    }
    assert.deepEqual(await store.transaction(textTemplates), {});
  });

  test(`every text is shown as it reads, and can be kept as it is (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const { ask } = givenServer(t, store, wordingRoutes);
    const as = await givenMember(store, 'coordinator', true);
    for (const text of TEXT_NAMES) {
      const page = await ask('GET', `/texts/${text}`, { as, headers: { accept: 'text/html' } });
      assert.match(
        page.body,
        /One advisory.*The lint finds nothing\..*Two in one.*The lint finds nothing\./s,
        text,
      );
      const { template } = TEXTS[text];
      assert.equal(
        (await ask('POST', `/texts/${text}`, { as, json: { template, revision: 0 } })).status,
        200,
      );
    }
    const templates = await store.transaction(textTemplates);
    assert.deepEqual(Object.keys(templates).sort(), [...TEXT_NAMES].sort());
  });

  test(`a draft by weakness is kept in other words (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const { ask } = givenServer(t, store, wordingRoutes);
    const as = await givenMember(store, 'coordinator', true);
    const template = 'Title: {{module}} versions {{versions}} for Perl guess\n\nTODO: Why?\n';
    const kept = async () => (await store.transaction(weaknessTemplates)).get('CWE-338');
    assert.equal(await kept(), WEAKNESS_TEMPLATES['CWE-338']);
    const bad = await ask('POST', '/weaknesses/CWE-338', { as, form: { template: 'hello', revision: '0' } });
    assert.match(bad.body, /the first line is &quot;Title: &quot;/);
    assert.equal(
      (await ask('POST', '/weaknesses/CWE-338', { as, form: { template, revision: '0' } })).status,
      303,
    );
    assert.equal(await kept(), template);
    assert.match(
      (await ask('GET', '/weaknesses/CWE-338', { as })).body,
      /Foo::Bar versions TODO for Perl guess/,
    );
    assert.deepEqual(await store.transaction(textTemplates), {});
    assert.equal((await ask('GET', '/weaknesses/CWE-1', { as })).status, 404);
  });
}
