import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenPeople } from '../../test/given-people.ts';
import { StoreError, type Transaction } from '../store/index.ts';
import { WebError } from '../web/index.ts';
import {
  changePerson,
  createPerson,
  endLinks,
  erasePerson,
  exportPerson,
  invite,
  LINK_TIMES,
  linkOf,
  makeLink,
  memberOf,
  readPerson,
  typedPerson,
  useLink,
} from './index.ts';

const refused = (error: unknown) => error instanceof WebError && error.code === 'refused';
const gone = (error: unknown) => error instanceof WebError && error.code === 'not-found';

test('names and addresses that are none are refused, field by field', () => {
  const table: [name: string, address: string, wrong: string[]][] = [
    ['Ada', 'ada@example.org', []],
    [' Zoë Ünal ', ' zoe.u+desk@mail.example.org ', []],
    ['', 'ada@example.org', ['name']],
    ['A\u202eda', 'ada@example.org', ['name']],
    ['A\nda', 'ada@example.org', ['name']],
    ['Ada', 'ada', ['address']],
    ['Ada', 'ada@example', ['address']],
    ['Ada', 'ada@example.org\r\nBcc: eve@example.org', ['address']],
    ['Ada', 'ada@example.org, eve@example.org', ['address']],
    ['Ada', '"ada"@example.org', ['address']],
    ['', '', ['name', 'address']],
  ];
  for (const [name, address, wrong] of table) {
    const found = (() => {
      try {
        typedPerson({ name, address });
        return {};
      } catch (error) {
        return error instanceof WebError ? error.fields : assert.fail(String(error));
      }
    })();
    assert.deepEqual(Object.keys(found), wrong, JSON.stringify([name, address]));
  }
});

for (const where of databases) {
  const { name, skip } = where;

  test(`a person is sealed, given and destroyed (${name})`, { skip }, async (t) => {
    const { store } = await where.given(t);
    const { vault } = store;
    const work = <T>(act: (tx: Transaction) => Promise<T>) => store.transaction(act);
    const id = await work((tx) => createPerson(tx, vault, { name: 'Grace', address: null }));
    const row = await work((tx) => tx.db.selectFrom('persons').selectAll().executeTakeFirstOrThrow());
    assert.doesNotMatch(Buffer.from(row.sealed).toString('latin1'), /Grace/);
    assert.deepEqual(await work((tx) => readPerson(tx, vault, id)), { name: 'Grace', address: null });
    const changed = { name: 'Grace', address: 'grace@example.org' };
    await work((tx) => changePerson(tx, vault, id, () => changed));
    const given = await work((tx) => exportPerson(tx, vault, id));
    assert.deepEqual(given, {
      person: { id, ...changed },
      memberships: [],
      participations: [],
      reports: [],
      contactOf: [],
      signatures: [],
      acts: [],
    });
    await work((tx) => erasePerson(tx, vault, id));
    assert.equal(await work((tx) => readPerson(tx, vault, id)), null);
    const destroyed = (error: unknown) => error instanceof StoreError && error.code === 'destroyed';
    await assert.rejects(
      work((tx) => vault.open(tx, row.key_id, `persons.sealed/${id}`, row.sealed)),
      destroyed,
    );
    await assert.rejects(
      work((tx) => erasePerson(tx, vault, id)),
      gone,
    );
    await assert.rejects(
      work((tx) => exportPerson(tx, vault, id)),
      gone,
    );
  });

  test(`a link is good once, until its end, and looks the same in any other case (${name})`, {
    skip,
  }, async (t) => {
    let now = Date.parse('2026-11-25T12:00:00Z');
    const { store } = await where.given(t, () => new Date(now));
    const work = <T>(act: (tx: Transaction) => Promise<T>) => store.transaction(act);
    const make = () => work((tx) => makeLink(tx, { kind: 'invitation', subject: 's', seconds: 60 }));
    const secret = await make();
    const link = { kind: 'invitation', subject: 's', caseId: null, endsAt: '2026-11-25T12:01:00.000Z' };
    assert.deepEqual(await work((tx) => linkOf(tx, secret)), link);
    const rows = await work((tx) => tx.db.selectFrom('links').selectAll().execute());
    assert.ok(!JSON.stringify(rows).includes(secret));
    assert.equal(await work((tx) => useLink(tx, 'recovery', 's')), false);
    assert.equal(await work((tx) => useLink(tx, 'invitation', 's')), true);
    assert.equal(await work((tx) => useLink(tx, 'invitation', 's')), false);
    const ended = await make();
    now += 60_000;
    const taken = await make();
    await work((tx) => endLinks(tx, ['invitation'], 's'));
    for (const one of [secret, ended, taken, 'never', ''])
      assert.equal(await work((tx) => linkOf(tx, one)), null);
  });

  test(`coordinators invite, change, suspend and let go; others do not (${name})`, { skip }, async (t) => {
    const { first, member, visitor } = await givenPeople(t, where);
    const ada = await first();
    const bob = await member(ada, 'triager');
    const list = async (by = ada) => (await by.get('/people')).body.members as Record<string, unknown>[];
    assert.deepEqual((await list(bob))[0]?.address, undefined);
    const change = (path: string, body: object, by = ada) => by.post(`/people/${bob.id}/${path}`, body);
    const table: [name: string, told: Promise<{ status: number }>, status: number][] = [
      ['a triager changes a role', change('role', { role: 'coordinator' }, bob), 404],
      [
        'a triager invites',
        bob.post('/people/invite', { name: 'E', address: 'e@example.org', role: 'cna' }),
        404,
      ],
      ['nobody invites', visitor().post('/people/invite', { name: 'E', address: 'e@example.org' }), 404],
      ['nobody lists', visitor().get('/people'), 404],
    ];
    for (const [what, told, status] of table) assert.equal((await told).status, status, what);
    assert.equal((await change('role', { role: 'admin' })).status, 422);
    assert.equal((await change('role', { role: 'cna' })).status, 200);
    assert.equal((await change('state', { state: 'suspended' })).status, 200);
    assert.equal((await bob.get('/people')).status, 404);
    assert.equal((await bob.use('/sign-in')).status, 422);
    assert.equal((await change('state', { state: 'active' })).status, 200);
    assert.equal((await bob.get('/people')).status, 404, 'the old session is gone for good');
    assert.equal((await bob.use('/sign-in')).status, 200);
    assert.equal((await change('sessions', {})).status, 200);
    assert.equal((await bob.get('/people')).status, 404);
    assert.equal((await change('state', { state: 'left' })).status, 200);
    assert.equal((await change('state', { state: 'active' })).status, 409);
    assert.equal((await change('role', { role: 'cna' })).status, 409);
    assert.equal((await bob.use('/sign-in')).status, 422);
    assert.equal((await ada.post(`/people/${'0'.repeat(26)}/state`, { state: 'left' })).status, 404);
  });

  test(`the last coordinator stays, also when two go at the same time (${name})`, { skip }, async (t) => {
    const { first, member } = await givenPeople(t, where);
    const ada = await first();
    const go = (by: typeof ada, what: string, body: object) => by.post(`/people/${by.id}/${what}`, body);
    assert.equal((await go(ada, 'state', { state: 'left' })).status, 409);
    assert.equal((await go(ada, 'state', { state: 'suspended' })).status, 409);
    assert.equal((await go(ada, 'role', { role: 'auditor' })).status, 409);
    await ada.post('/people/invite', { name: 'Only invited', address: 'x@example.org', role: 'coordinator' });
    assert.equal((await go(ada, 'state', { state: 'left' })).status, 409);
    const bob = await member(ada, 'coordinator');
    const both = await Promise.all([
      go(ada, 'state', { state: 'left' }),
      go(bob, 'role', { role: 'triager' }),
    ]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
  });

  test(`an invitation can be made anew, and the old link ends (${name})`, { skip }, async (t) => {
    const { first, visitor } = await givenPeople(t, where);
    const ada = await first();
    const { body } = await ada.post('/people/invite', {
      name: 'Bob',
      address: 'bob@example.org',
      role: 'triager',
    });
    const made = body.made as { member: string; link: string };
    const again = await ada.post(`/people/${made.member}/link`);
    assert.equal((await visitor().get(new URL(made.link).pathname)).status, 404);
    await visitor().enter(String(again.body.link));
    assert.equal((await ada.post(`/people/${made.member}/link`)).status, 409);
  });

  test(`what is held about a member is given whole, and goes when they have left (${name})`, {
    skip,
  }, async (t) => {
    const { first, member, store } = await givenPeople(t, where);
    const ada = await first();
    const bob = await member(ada, 'triager');
    await bob.post('/account/tokens', { name: 'scanner', scopes: ['report'], days: 1 });
    const { person } = await store.transaction((tx) => memberOf(tx, bob.id));
    const text = JSON.stringify(await store.transaction((tx) => exportPerson(tx, store.vault, person)));
    for (const word of ['"Bob"', '"bob@example.org"', '"triager"', '"Key"', '"scanner"', '"token.own"'])
      assert.ok(text.includes(word), word);
    await assert.rejects(
      store.transaction((tx) => erasePerson(tx, store.vault, person)),
      refused,
    );
    await ada.post(`/people/${bob.id}/state`, { state: 'left' });
    await store.transaction((tx) => erasePerson(tx, store.vault, person));
    const { body } = await ada.get('/people');
    assert.equal((body.members as { name: string }[])[1]?.name, 'Somebody who was erased');
  });

  test(`an address is never a reason to let somebody in (${name})`, { skip }, async (t) => {
    const { first, store } = await givenPeople(t, where);
    const ada = await first();
    const invitation = { name: 'Eve', address: 'ada@example.org', role: 'auditor' } as const;
    const { member } = await store.transaction((tx) => invite(tx, store.vault, invitation, LINK_TIMES));
    const { state, role } = await store.transaction((tx) => memberOf(tx, member));
    assert.deepEqual([state, role], ['invited', 'auditor']);
    const { body } = await ada.get(`/people/${member}`);
    assert.equal(body.passkeys, 0);
  });
}
