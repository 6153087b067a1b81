/** Many cases: filters that are kept, and one thing done with several. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenMember, givenServer } from '../../test/given-server.ts';
import { openCase, readCase } from '../casefile/index.ts';
import { exportPerson, memberOf } from '../people/index.ts';
import { reference } from '../reports/index.ts';
import { caseRoutes } from './index.ts';

interface Result {
  readonly done: readonly { readonly id: string }[];
  readonly refused: readonly { readonly id: string; readonly why: string }[];
}

for (const { name, skip, given } of databases) {
  test(`a filter is kept for whoever keeps it, sealed (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const ada = await givenMember(store, 'triager');
    const bob = await givenMember(store, 'triager');
    const { ask } = givenServer(t, store, caseRoutes);
    const views = async (as: typeof ada) =>
      (
        JSON.parse((await ask('GET', '/cases', { as })).body) as {
          views: { id: string; name: string; href: string }[];
        }
      ).views;
    const keep = (json: object) => ask('POST', '/views', { as: ada, json });
    await keep({ name: ' Headers ', q: 'parse_header', phase: 'triage' });
    await keep({ name: 'All', phase: 'all', sort: 'changed' });
    await keep({ name: 'Headers', q: 'header' });
    const kept = await views(ada);
    assert.deepEqual(
      kept.map((view) => [view.name, view.href]),
      [
        ['All', '/cases?phase=all&sort=changed'],
        ['Headers', '/cases?q=header'],
      ],
    );
    assert.deepEqual(await views(bob), []);
    const row = await store.transaction((tx) =>
      tx.db.selectFrom('views').select('sealed').executeTakeFirst(),
    );
    assert.doesNotMatch(Buffer.from(row?.sealed ?? []).toString('latin1'), /Headers|cases/);
    const page = await ask('GET', '/cases?phase=all&sort=changed', {
      as: ada,
      headers: { accept: 'text/html' },
    });
    assert.match(page.body, /<a href="\/cases\?phase=all&amp;sort=changed" aria-current="page">All<\/a>/);
    const person = await store.transaction(async (tx) =>
      exportPerson(tx, store.vault, (await memberOf(tx, ada.id)).person),
    );
    assert.match(JSON.stringify(person), /Headers/);
    await ask('POST', '/views/delete', { as: bob, json: { view: kept[0]?.id } });
    assert.equal((await views(ada)).length, 2);
    await ask('POST', '/views/delete', { as: ada, json: { view: kept[0]?.id } });
    assert.deepEqual(
      (await views(ada)).map((view) => view.name),
      ['Headers'],
    );
    for (const json of [{ name: ' ' }, { name: 'x'.repeat(61) }])
      assert.equal((await keep(json)).status, 422);
  });

  test(`each of many cases is done whole, or refused and as it was (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const cna = await givenMember(store, 'cna');
    const open = (title: string) =>
      store.transaction(
        async (tx) => (await openCase(tx, store.vault, { content: { title }, reporter: null })).id,
      );
    const [one, two, three] = [await open('One'), await open('Two'), await open('Three')];
    const late = await givenMember(store, 'triager');
    const hers = await open('Four');
    const { ask } = givenServer(t, store, caseRoutes);
    const bulk = async (as: typeof cna, json: object): Promise<Result> =>
      JSON.parse((await ask('POST', '/cases/bulk', { as, json })).body);
    const file = (id: string) => store.transaction((tx) => readCase(tx, store.vault, id));

    const taken = await bulk(cna, { act: 'take', case: [one, two, one, 'none'] });
    assert.deepEqual(
      taken.done.map(({ id }) => id),
      [one, two],
    );
    assert.deepEqual(
      taken.refused.map(({ why }) => why),
      ['There is no such case among yours.'],
    );
    // Of two that are taken on again neither changes, and the third one is.
    const again = await bulk(cna, { act: 'take', case: [one, three, two] });
    assert.deepEqual(
      again.done.map(({ id }) => id),
      [three],
    );
    assert.deepEqual(
      again.refused.map(({ id }) => id),
      [one, two],
    );

    const before = await file(one);
    assert.equal((await bulk(cna, { act: 'label', case: [one, two], label: 'fuzzed' })).done.length, 2);
    assert.deepEqual((await file(one))?.content.labels, ['fuzzed']);
    assert.equal((await file(one))?.revision, (before?.revision ?? 0) + 1);

    assert.equal((await bulk(late, { act: 'spam', case: [one, hers], why: 'x' })).done.length, 0);
    assert.equal((await file(hers))?.state.phase, 'report');
    assert.equal((await bulk(cna, { act: 'spam', case: [three], why: 'An advertisement.' })).done.length, 1);
    const merged = await bulk(cna, { act: 'duplicate', case: [two, one], of: reference(one) });
    assert.deepEqual([merged.done.map(({ id }) => id), merged.refused.map(({ id }) => id)], [[two], [one]]);
    assert.equal((await file(two))?.mergedInto, one);
    const wrong: [json: object, field: string][] = [
      [{ act: 'spam', case: [one] }, 'why'],
      [{ act: 'label', case: [one], label: ' ' }, 'label'],
      [{ act: 'duplicate', case: [one], of: 'K7MQ' }, 'of'],
      [{ act: 'duplicate', case: [one], of: '%%%%%%%%' }, 'of'],
    ];
    for (const [json, field] of wrong) {
      const told = await ask('POST', '/cases/bulk', { as: cna, json });
      assert.deepEqual([told.status, Object.keys(JSON.parse(told.body).fields)], [422, [field]]);
    }
    const acts = await store.transaction((tx) =>
      tx.db
        .selectFrom('ledger')
        .select(['act', 'subject', 'detail'])
        .where('detail', 'like', '%"bulk"%')
        .execute(),
    );
    const refused = acts.filter(({ detail }) => detail.includes('"done":false'));
    assert.deepEqual(
      refused.map(({ act }) => act),
      ['case.triage', 'case.triage', 'case.merge'],
    );
  });

  test(`cases are assigned one by one, and all that fit a filter at once (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const ada = await givenMember(store, 'triager');
    const bob = await givenMember(store, 'coordinator');
    const many = 45;
    const ids = await store.transaction(async (tx) => {
      const made: string[] = [];
      for (let i = 0; i < many; i += 1)
        made.push(
          (await openCase(tx, store.vault, { content: { title: `Scanner ${i}` }, reporter: null })).id,
        );
      await openCase(tx, store.vault, { content: { title: 'By hand' }, reporter: null });
      return made;
    });
    const { ask } = givenServer(t, store, caseRoutes);
    const bulk = (json: object) => ask('POST', '/cases/bulk', { as: ada, json });
    const done = async (json: object): Promise<number> =>
      (JSON.parse((await bulk(json)).body) as Result).done.length;
    const total = async (as: typeof ada, query: string): Promise<number> =>
      JSON.parse((await ask('GET', `/cases?${query}`, { as })).body).total;

    const page = await ask('GET', '/cases?q=scanner', { as: ada, headers: { accept: 'text/html' } });
    assert.match(page.body, /all 45 that fit the filter/);
    assert.equal(await done({ act: 'take', all: 'yes', q: 'scanner' }), many);
    assert.equal(await done({ act: 'assign', all: 'yes', q: 'scanner', to: 'me' }), many);
    assert.deepEqual(
      [await total(ada, 'mine=yes'), await total(bob, 'mine=yes'), await total(ada, 'mine=yes&q=hand')],
      [many, 0, 0],
    );
    assert.equal(await done({ act: 'assign', case: ids.slice(0, 5), to: 'Coordinator' }), 5);
    assert.deepEqual([await total(ada, 'mine=yes'), await total(bob, 'mine=yes')], [many - 5, 5]);
    const told = await bulk({ act: 'assign', case: ids, to: 'Nobody of That Name' });
    assert.deepEqual([told.status, Object.keys(JSON.parse(told.body).fields)], [422, ['to']]);
    const tooMany = Array.from({ length: 501 }, (_, i) => `case${i}`);
    assert.equal((await bulk({ act: 'take', case: tooMany })).status, 422);

    const [first = ''] = ids;
    const assign = (to: string) => ask('POST', `/cases/${first}/assign`, { as: ada, json: { to } });
    assert.equal((await assign(ada.id)).status, 200);
    assert.equal((await assign(ada.id)).status, 409);
    assert.equal((await assign('stranger')).status, 409);
    assert.equal(await total(bob, 'mine=yes'), 4);
    assert.equal((await assign('')).status, 200);
    assert.equal(await total(ada, 'mine=yes'), many - 5);
    const shown = await ask('GET', `/cases/${first}`, { as: ada, headers: { accept: 'text/html' } });
    assert.match(shown.body, /nobody yet/);
  });
}
