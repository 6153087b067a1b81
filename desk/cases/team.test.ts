/** Coordinators say who of the team sees a case, by a page that works without script. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenCase, memberOf, serving, signedIn, type Who } from '../../test/private/given.ts';

const idOf = (who: Who): string => memberOf(who).id;

for (const { name, skip, given } of databases)
  test(`a case is kept to some of the team, and others are asked in (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const { ask } = serving(t, store);
    const coordinator = await signedIn(store, 'coordinator', { proved: true });
    const cna = await signedIn(store, 'cna', { proved: true });
    const triager = await signedIn(store, 'triager', { proved: true });
    await signedIn(store, 'auditor', { proved: true });
    const { id } = await givenCase(store, ask, { coordinator, cna });
    const page = (who: Who) =>
      ask(who, 'GET', `/cases/${id}/team`, { headers: { accept: 'application/json' } });
    const others = async (): Promise<string[]> => {
      const { status, body } = await page(coordinator);
      assert.equal(status, 200, body);
      return (JSON.parse(body) as { others: { id: string }[] }).others.map((one) => one.id);
    };
    const sends = async (path: string, form: Record<string, string>) => {
      const { status, body } = await ask(coordinator, 'POST', `/cases/${id}/${path}`, {
        payload: `${new URLSearchParams(form)}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
      });
      assert.equal(status, 303, body);
    };
    const sees = async (who: Who) => (await ask(who, 'GET', `/cases/${id}`)).status;

    assert.deepEqual(await others(), [], 'whoever is of the team is of the case');
    await sends('restrict', { members: idOf(cna) });
    assert.deepEqual([await sees(coordinator), await sees(cna), await sees(triager)], [200, 200, 404]);
    assert.deepEqual(await others(), [idOf(triager)], 'and no auditor');
    assert.equal((await page(cna)).status, 404);

    await sends('members', { member: idOf(triager) });
    assert.equal(await sees(triager), 200);
    assert.deepEqual(await others(), []);
    await ask(triager, 'POST', `/cases/${id}/conflict`, { json: { why: 'I wrote it.' } });
    assert.deepEqual([await sees(triager), await others()], [404, [idOf(triager)]]);

    await sends('restrict', {});
    assert.deepEqual([await sees(coordinator), await sees(cna)], [200, 404]);
  });
