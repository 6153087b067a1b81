/** Products downstream of a case: how each stands, who said so, and what of it the advisory says. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenMember, givenServer, type Told } from '../../test/given-server.ts';
import { openCase, readCase } from '../casefile/index.ts';
import { draftOf } from './draft.ts';
import { caseRoutes } from './index.ts';
import { MAX_CASE_PRODUCTS, sayProduct } from './products.ts';

async function givenCase(t: TestContext, { given }: Where) {
  const { store } = await given(t);
  const triager = await givenMember(store, 'triager');
  const content = { title: 'Reads past the end', distribution: 'Foo-Bar' };
  const { id } = await store.transaction((tx) => openCase(tx, store.vault, { content, reporter: null }));
  await store.transaction((tx) =>
    openCase(tx, store.vault, { content: { title: 'Another' }, reporter: null }),
  );
  const { ask } = givenServer(t, store, caseRoutes);
  const file = async () => (await store.transaction((tx) => readCase(tx, store.vault, id))) ?? assert.fail();
  const form = (path: string, fields: Record<string, string>): Promise<Told> =>
    ask('POST', `/cases/${id}/${path}`, { as: triager, form: fields });
  const page = async (path: string): Promise<string> =>
    (await ask('GET', path, { as: triager, headers: { accept: 'text/html' } })).body;
  return { store, triager, id, file, form, page };
}

const DEBIAN = {
  name: 'libfoo-bar-perl in Debian 13',
  purl: 'pkg:deb/debian/libfoo-bar-perl',
  by: 'The Debian Perl Group',
  on: '2026-11-20',
};

for (const where of databases) {
  const { name, skip } = where;

  test(`how a product stands is said, changed and forgotten (${name})`, { skip }, async (t) => {
    const { file, form, page, id } = await givenCase(t, where);
    const said = { ...DEBIAN, status: 'under_investigation', note: 'They look <b>into</b> it.' };
    assert.equal((await form('products', said)).status, 303);
    const shown = await page(`/cases/${id}`);
    assert.match(shown, /libfoo-bar-perl in Debian 13.*under investigation.*The Debian Perl Group/s);
    assert.match(shown, /They look &lt;b>into/);
    const [one] = (await file()).content.products;
    assert.match(await page(`/cases/${id}/products?product=${one?.id}`), /value="2026-11-20"/);
    const fixed = { ...DEBIAN, product: `${one?.id}`, status: 'fixed', version: '1.24-1', justification: '' };
    assert.equal((await form('products', fixed)).status, 303);
    assert.deepEqual((await file()).content.products, [
      {
        ...DEBIAN,
        id: one?.id,
        status: 'fixed',
        justification: null,
        version: '1.24-1',
        note: '',
        published: false,
      },
    ]);
    assert.equal((await form('products', { ...fixed, product: 'none' })).status, 404);
    assert.equal((await form('products/forget', { product: `${one?.id}` })).status, 303);
    assert.equal((await form('products/forget', { product: `${one?.id}` })).status, 404);
    assert.deepEqual((await file()).content.products, []);
  });

  test(`what is wrong with a product stands beside it (${name})`, { skip }, async (t) => {
    const { form, file, store, triager, id } = await givenCase(t, where);
    const table: [more: Record<string, string>, words: RegExp][] = [
      [{ status: 'not_affected' }, /id="justification-problem">Say why/],
      [{ status: 'not_affected', justification: 'never mind' }, /justification-problem/],
      [{ status: 'fixed' }, /id="version-problem">Say in which version/],
      [{ purl: 'deb/debian/x' }, /id="purl-problem"/],
      [{ purl: 'pkg:deb/debian/x@1.0' }, /id="purl-problem">Without a version/],
      [{ on: '2026-02-30' }, /id="on-problem"/],
      [{ on: 'yesterday!' }, /id="on-problem"/],
    ];
    for (const [more, words] of table) {
      const told = await form('products', { ...DEBIAN, status: 'affected', ...more });
      assert.equal(told.status, 422);
      assert.match(told.body, words);
      assert.match(told.body, /value="The Debian Perl Group"/);
    }
    assert.equal((await form('products', { ...DEBIAN, status: 'odd' })).status, 422);
    assert.deepEqual((await file()).content.products, []);
    const product = { ...DEBIAN, justification: null, version: null, note: '', published: false } as const;
    await assert.rejects(
      store.transaction(async (tx) => {
        const by = { tx, vault: store.vault, caseId: id, member: triager.id };
        for (let i = 0; i <= MAX_CASE_PRODUCTS; i++)
          await sayProduct(by, null, { ...product, status: 'affected' });
      }),
      /at most/,
    );
  });

  test(`cases are found by the status and the name of a product (${name})`, { skip }, async (t) => {
    const { form, page, store } = await givenCase(t, where);
    await form('products', { ...DEBIAN, status: 'no_fix_planned' });
    const counted = async (query: string): Promise<string> =>
      /(\d+|None) of your cases/.exec(await page(`/cases?${query}`))?.[1] ?? '';
    const table: [query: string, found: string][] = [
      ['', '2'],
      ['product=no_fix_planned', '1'],
      ['product=affected', 'None'],
      ['product=no_fix_planned&q=libfoo-bar-perl', '1'],
      ['q=product%3Dno_fix_planned', 'None'],
      ['product=odd', '2'],
    ];
    for (const [query, found] of table) assert.equal(await counted(query), found, query);
    assert.match(await page('/cases?product=no_fix_planned'), /value="no_fix_planned" selected/);
    const clear = await store.transaction(async (tx) =>
      JSON.stringify(await tx.db.selectFrom('words').selectAll().execute()),
    );
    assert.doesNotMatch(clear, /no_fix|libfoo/);
  });

  test(`the advisory says of a product what somebody chose, and no more (${name})`, { skip }, async (t) => {
    const { form, file } = await givenCase(t, where);
    await form('products', { ...DEBIAN, status: 'affected', note: 'private words' });
    const chosen = { status: 'no_fix_planned', publish: 'yes', note: 'private words' };
    await form('products', { ...DEBIAN, name: 'Example', purl: '', ...chosen });
    const justification = 'vulnerable_code_not_present';
    await form('products', { ...DEBIAN, status: 'not_affected', justification, publish: 'yes' });
    const draft = draftOf(await file());
    assert.deepEqual(draft.products, [
      { name: 'Example', status: 'affected', noFixPlanned: true, on: '2026-11-20' },
      { name: DEBIAN.name, purl: DEBIAN.purl, status: 'not_affected', justification, on: '2026-11-20' },
    ]);
    assert.doesNotMatch(JSON.stringify(draft), /private words|Debian Perl Group/);
  });
}
