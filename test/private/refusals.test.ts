/** What is refused to whoever is known stands in the audit log, and a loop of refusals does not fill it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '../../desk/store/index.ts';
import { databases } from '../given-desk.ts';
import { givenWorld, memberOf, NOBODY, signedIn, tokenOf } from './given.ts';

for (const { name, skip, given } of databases)
  test(`a refused act says who, what and which case, and nothing else (${name})`, { skip }, async (t) => {
    let now = Date.parse('2026-11-25T12:00:00Z');
    const { store } = await given(t, () => new Date(now));
    const { ask, own, team } = await givenWorld(t, store);
    const outsider = await signedIn(store, 'triager');
    const member = memberOf(outsider);
    const refused = async (actor = `member:${member.id}`) => {
      const rows = await store.transaction((tx) =>
        tx.db.selectFrom('ledger').selectAll().where('act', '=', 'refused').orderBy('seq').execute(),
      );
      return rows.filter((row) => row.actor === actor).map(({ subject, detail }) => [subject, detail]);
    };
    const table: [method: 'GET' | 'POST', path: string, act: string, subject: string][] = [
      ['GET', `/cases/${own.id}`, 'case.read', `case:${own.id}`],
      ['GET', `/cases/${newId()}`, 'case.read', ''],
      ['GET', '/cases/secret-words', 'case.read', ''],
      ['POST', `/cases/${own.id}/messages`, 'case.message', `case:${own.id}`],
      ['GET', '/outbox', 'outbox.read', ''],
      ['GET', '/my-report', 'report.follow', ''],
    ];
    for (const [method, path] of table)
      assert.equal(
        (await ask(outsider, method, path, method === 'POST' ? { json: { text: 'secret-words' } } : {}))
          .status,
        404,
      );
    assert.deepEqual(
      await refused(),
      table.map(([, , act, subject], i) => [subject, JSON.stringify({ act, count: i + 1 })]),
    );
    for (let i = table.length; i < 45; i++) await ask(outsider, 'GET', `/cases/${own.id}`);
    const counts = async () => (await refused()).map(([, detail = '']) => JSON.parse(detail).count as number);
    assert.deepEqual(await counts(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 40]);
    now += 3_600_000;
    await ask(outsider, 'GET', `/cases/${own.id}`);
    assert.equal((await counts()).at(-1), 1, 'another hour');

    await ask(await tokenOf(store, member, ['read']), 'GET', `/cases/${own.id}`);
    assert.equal((await counts()).at(-1), 2, 'a program of theirs');
    await ask(own.agreed, 'GET', '/my-report');
    const { principal } = own.agreed;
    const actor = principal.kind === 'link' ? `participant:${principal.subject}` : assert.fail();
    assert.deepEqual(await refused(actor), [[`case:${own.id}`, '{"act":"report.follow","count":1}']]);
    const before = await refused('anonymous');
    for (const who of [NOBODY, { ...NOBODY, headers: { cookie: '__Host-session=none' } }])
      await ask(who, 'GET', `/cases/${own.id}`);
    assert.deepEqual(await refused('anonymous'), before, 'nobody knows who');
    assert.equal((await ask(team.cna, 'GET', `/cases/${own.id}`)).status, 200);
    assert.deepEqual(await refused(`member:${memberOf(team.cna).id}`), []);
    await ask(team.cna, 'GET', `/cases/${own.id}/files/${newId()}`);
    assert.deepEqual(await refused(`member:${memberOf(team.cna).id}`), [
      [`case:${own.id}`, '{"act":"case.file","count":1}'],
    ]);
  });
