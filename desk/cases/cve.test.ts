/** The pool of reserved CVE ids: cases take from it and give back; no id is ever two cases'. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Given, type Where } from '../../test/given-desk.ts';
import { givenMember, givenServer, type Told } from '../../test/given-server.ts';
import { addToPool, changeCase, openCase, poolOf, poolYears, readCase } from '../casefile/index.ts';
import { fileKeyService, openStore, type Store } from '../store/index.ts';
import type { WebError } from '../web/index.ts';
import { takeCve } from './cve-acts.ts';
import { cvesIn } from './cve-list.ts';
import { caseRoutes, poolRoutes } from './index.ts';

/** The desk's clock stands in this year. */
const YEAR = 2026;

async function opened(store: Store, title = 'Reads past the end'): Promise<string> {
  const { id } = await store.transaction((tx) =>
    openCase(tx, store.vault, { content: { title }, reporter: null }),
  );
  return id;
}

async function givenPool(t: TestContext, { given }: Where) {
  const desk = await given(t, () => new Date('2026-11-25T12:00:00Z'));
  const { store } = desk;
  const cna = await givenMember(store, 'cna');
  const triager = await givenMember(store, 'triager');
  const auditor = await givenMember(store, 'auditor');
  const id = await opened(store);
  const { ask } = givenServer(t, store, [...caseRoutes, ...poolRoutes(false)]);
  const form = (path: string, fields: Record<string, string>, as = cna): Promise<Told> =>
    ask('POST', path, { as, form: fields });
  const page = async (path: string, as = cna): Promise<Told> =>
    ask('GET', path, { as, headers: { accept: 'text/html' } });
  const file = async (of = id) =>
    (await store.transaction((tx) => readCase(tx, store.vault, of))) ?? assert.fail();
  const states = () =>
    store.transaction(async (tx) => {
      const ids = await poolOf(tx, store.vault, { year: YEAR, limit: 100, offset: 0 });
      return ids.map(({ cve, state, caseId }) => `${cve.slice(9)} ${state}${caseId === null ? '' : '!'}`);
    });
  return { desk, store, cna, triager, auditor, id, form, page, file, states };
}

for (const where of databases) {
  const { name, skip } = where;

  test(`ids are put in as a list and as a range, and a case takes the lowest (${name})`, {
    skip,
  }, async (t) => {
    const { form, page, file, states, id } = await givenPool(t, where);
    const empty = await form(`/cases/${id}/cve/take`, {});
    assert.equal(empty.status, 409);
    assert.match(empty.body, /No id of 2026 is free/);
    assert.match((await page('/cve-ids')).body, /No id of 2026\s+is free, and the policy wants 10/);
    const ids = 'CVE-2026-10001 to CVE-2026-10003\ncve-2026-9999, CVE-2025-5000';
    assert.equal((await form('/cve-ids', { ids })).status, 303);
    assert.equal((await form('/cve-ids', { ids })).status, 303, 'what is there stays');
    assert.deepEqual(await states(), ['9999 free', '10001 free', '10002 free', '10003 free']);
    assert.equal((await form(`/cases/${id}/cve/take`, { year: '2026' })).status, 303);
    assert.equal((await file()).state.cve, 'CVE-2026-9999');
    assert.deepEqual(await states(), ['9999 taken!', '10001 free', '10002 free', '10003 free']);
    assert.equal((await form(`/cases/${id}/cve/take`, {})).status, 409, 'it has one');
    assert.deepEqual(await states(), ['9999 taken!', '10001 free', '10002 free', '10003 free']);
    assert.match((await page('/cve-ids?year=2025')).body, /CVE-2025-5000/);
    assert.equal((await form('/cve-ids/drop', { cve: 'CVE-2026-9999' })).status, 409, 'it is taken');
    assert.equal((await form('/cve-ids/drop', { cve: 'CVE-2026-10003' })).status, 303);
    assert.deepEqual(await states(), ['9999 taken!', '10001 free', '10002 free']);
  });

  test(`the year is that of the first public report (${name})`, { skip }, async (t) => {
    const { store, form, file, page, id } = await givenPool(t, where);
    await form('/cve-ids', { ids: 'CVE-2024-4000\nCVE-2026-4000' });
    const known = await file();
    await store.transaction((tx) =>
      changeCase(tx, store.vault, known, { facts: { disclosed: '2024-12-31T23:00:00Z' } }),
    );
    assert.equal((await form(`/cases/${id}/cve/take`, {})).status, 303);
    assert.equal((await file()).state.cve, 'CVE-2024-4000');
    const other = await opened(store);
    assert.equal((await form(`/cases/${other}/cve/take`, { year: '2024' })).status, 409);
    assert.equal((await form(`/cases/${other}/cve/take`, { year: '24' })).status, 422);
    assert.equal((await page('/cve-ids?year=24')).status, 422);
  });

  test(`an id is given back, and goes to another case unless somebody heard of it (${name})`, {
    skip,
  }, async (t) => {
    const { store, form, file, states, page, id } = await givenPool(t, where);
    await form('/cve-ids', { ids: 'CVE-2026-1000\nCVE-2026-1001' });
    assert.equal((await form(`/cases/${id}/cve/give-back`, { why: 'x' })).status, 409, 'it has none');
    await form(`/cases/${id}/cve/take`, {});
    assert.equal((await form(`/cases/${id}/cve/give-back`, { why: 'No vulnerability.' })).status, 303);
    assert.equal((await file()).state.cve, null);
    assert.deepEqual(await states(), ['1000 free', '1001 free']);
    await form(`/cases/${id}/cve/take`, {});
    const now = await file();
    await store.transaction((tx) =>
      changeCase(tx, store.vault, now, { facts: { contacted: '2026-11-25T12:00:00Z' } }),
    );
    assert.equal((await form(`/cases/${id}/cve/give-back`, { why: 'Not one.' })).status, 303);
    assert.deepEqual(await states(), ['1000 retired', '1001 free']);
    assert.match((await page('/cve-ids')).body, /given up: reject it/);
    const noted = await form(`/cases/${id}/reserve`, { cve: 'CVE-2026-1000' });
    assert.equal(noted.status, 409);
    assert.match(noted.body, /is or was another case/);
    assert.equal((await file()).state.cve, null);
  });

  test(`an id that was noted by hand is the case's, in the pool as well (${name})`, { skip }, async (t) => {
    const { store, form, states, id } = await givenPool(t, where);
    await form('/cve-ids', { ids: 'CVE-2026-1000' });
    const other = await opened(store);
    assert.equal((await form(`/cases/${id}/reserve`, { cve: 'CVE-2026-1000' })).status, 303);
    assert.equal((await form(`/cases/${other}/reserve`, { cve: 'CVE-2026-1000' })).status, 409);
    assert.equal((await form(`/cases/${other}/reserve`, { cve: 'CVE-2026-77777' })).status, 303);
    assert.deepEqual(await states(), ['1000 taken!', '77777 taken!']);
  });

  test(`an id goes on with the case that another one is merged into (${name})`, { skip }, async (t) => {
    const { store, form, file, states, page, id } = await givenPool(t, where);
    await form('/cve-ids', { ids: 'CVE-2026-1000\nCVE-2026-1001' });
    await form(`/cases/${id}/cve/take`, {});
    const into = await opened(store);
    assert.equal((await form(`/cases/${id}/merge`, { into })).status, 303);
    assert.equal((await file(into)).state.cve, 'CVE-2026-1000');
    assert.match((await page('/cve-ids')).body, new RegExp(`href="/cases/${into}"`));
    // What the merged case gives back is no longer its own.
    assert.equal((await form(`/cases/${id}/cve/give-back`, { why: 'It is merged.' })).status, 303);
    assert.deepEqual(await states(), ['1000 taken!', '1001 free']);
    assert.equal((await form(`/cases/${into}/cve/give-back`, { why: 'None.' })).status, 303);
    assert.deepEqual(await states(), ['1000 free', '1001 free']);
  });

  test(`the pool is for the CNA, and a case that is not yours is not told (${name})`, { skip }, async (t) => {
    const { store, form, page, triager, auditor, id } = await givenPool(t, where);
    await form('/cve-ids', { ids: 'CVE-2026-1000' });
    await form(`/cases/${id}/cve/take`, {});
    for (const as of [triager, auditor]) {
      assert.equal((await page('/cve-ids', as)).status, 404);
      assert.equal((await form('/cve-ids', { ids: 'CVE-2026-1001' }, as)).status, 404);
      assert.equal((await form(`/cases/${id}/cve/take`, {}, as)).status, 404);
      assert.equal((await form(`/cases/${id}/cve/give-back`, { why: 'x' }, as)).status, 404);
    }
    const own = (await page('/cve-ids')).body;
    assert.ok(own.includes(`/cases/${id}`));
    const outside = await givenMember(store, 'cna');
    const { body } = await page('/cve-ids', outside);
    assert.match(body, /CVE-2026-1000.*taken/s);
    assert.ok(!body.includes(id));
    const clear = await store.transaction(async (tx) =>
      JSON.stringify(await tx.db.selectFrom('cve_ids').selectAll().execute(), (_, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
      ),
    );
    assert.ok(!clear.includes(id), 'which case has an id is sealed');
  });

  test(`two desks on one database never give out the same id (${name})`, { skip }, async (t) => {
    const { desk, store, cna } = await givenPool(t, where);
    const stores = [store, await another(t, desk)];
    const cases: string[] = [];
    for (let i = 0; i < 24; i++) cases.push(await opened(store, `Case ${i}`));
    const ids = Array.from({ length: 20 }, (_, i) => `CVE-2026-${2000 + i}`);
    await store.transaction((tx) => addToPool(tx, ids));
    const taking = cases.map((caseId, i) => {
      const at = stores[i % 2] ?? store;
      return at.transaction((tx) => takeCve({ tx, vault: at.vault, caseId, member: cna.id }, YEAR));
    });
    const done = await Promise.allSettled(taking);
    assert.equal(done.filter(({ status }) => status === 'fulfilled').length, ids.length);
    const reasons = done.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    for (const reason of reasons) assert.match(reason, /No id of 2026 is free/);
    const held = await store.transaction((tx) =>
      Promise.all(cases.map(async (id) => (await readCase(tx, store.vault, id))?.state.cve ?? null)),
    );
    assert.deepEqual(
      held.filter((cve) => cve !== null).sort(),
      ids,
      'each id has one case, and none is left',
    );
    const [year] = await store.transaction((tx) => poolYears(tx));
    assert.deepEqual(year, { year: YEAR, free: 0, taken: 20, retired: 0, rejected: 0 });
  });
}

async function another(t: TestContext, { address, masterKey }: Given): Promise<Store> {
  const store = await openStore(address, fileKeyService(masterKey));
  t.after(() => store.close());
  return store;
}

test('what is no list of ids is refused, with the part that is wrong', () => {
  assert.deepEqual(cvesIn(' CVE-2026-0998 to CVE-2026-1001 '), [
    'CVE-2026-0998',
    'CVE-2026-0999',
    'CVE-2026-1000',
    'CVE-2026-1001',
  ]);
  assert.deepEqual(cvesIn('CVE-2026-1000..CVE-2026-1001,\n\nCVE-1999-0001'), [
    'CVE-2026-1000',
    'CVE-2026-1001',
    'CVE-1999-0001',
  ]);
  const table: [text: string, problem: RegExp][] = [
    ['', /No id/],
    [' ,\n', /No id/],
    ['CVE-26-1000', /is no CVE id/],
    ['CVE-2026-00012', /is no CVE id/],
    ['CVE-2026-1000 to', /is no CVE id/],
    ['CVE-2026-1000 to CVE-2026-1002 to CVE-2026-1004', /no id and no range/],
    ['CVE-2026-1001 to CVE-2026-1000', /ends before it begins/],
    ['CVE-2025-1000 to CVE-2026-1001', /ends before it begins/],
    ['CVE-2026-1000 to CVE-2026-999999999999999', /At most 2000/],
    [Array.from({ length: 2001 }, (_, i) => `CVE-2026-${10_000 + i}`).join('\n'), /At most 2000/],
    ['<b>', /<b> is no CVE id/],
  ];
  for (const [text, problem] of table)
    assert.throws(
      () => cvesIn(text),
      (error: WebError) => problem.test(error.fields.ids ?? ''),
      text.slice(0, 60),
    );
});
