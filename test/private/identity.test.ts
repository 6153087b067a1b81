/** Rights never follow from an address or a name, and nobody's name is told to who may not know it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../given-desk.ts';
import { type Ask, givenWorld, memberOf, NOBODY, putInto, signedIn, type Who } from './given.ts';

const { given } = databases[0] ?? assert.fail();

const ADDRESSES: readonly (readonly [address: string, status: number])[] = [
  ['ada@example.org', 200],
  ['ADA@EXAMPLE.ORG', 200],
  ['ada@xn--exmple-cua.org', 200],
  [`${'a'.repeat(64)}@example.org`, 200],
  [`${'a'.repeat(65)}@example.org`, 422],
  [`a@${'b.'.repeat(130)}org`, 422],
  ['ada@exаmple.org', 422],
  ['ada@example.org\0.evil.example', 422],
  ['ada@example.org\r\nBcc: eve@evil.example', 422],
  ['a\u0001da@example.org', 422],
  ['\u202eada@example.org', 422],
  ['ada@example.org,eve@evil.example', 422],
  ['"Ada <ada@example.org>" <eve@evil.example>', 422],
  ['ada@localhost', 422],
  ['ada@@example.org', 422],
];

test('an address is one that mail can be sent to, or refused, wherever one is typed', async (t) => {
  const { store } = await given(t);
  const { ask, team, own } = await givenWorld(t, store);
  const forms: [who: Who, path: string, rest: object][] = [
    [NOBODY, '/report', { where: 'Foo-Bar', what: 'words' }],
    [team.coordinator, '/people/invite', { name: 'Bob', role: 'triager' }],
    [team.coordinator, `/cases/${own.id}/participants`, { name: 'Bob', role: 'observer' }],
  ];
  for (const [who, path, rest] of forms)
    for (const [address, status] of ADDRESSES) {
      await store.transaction((tx) => tx.db.deleteFrom('limits').execute());
      const told = await ask(who, 'POST', path, { json: { ...rest, address } });
      assert.equal(told.status, status, `${path} ${JSON.stringify(address)}: ${told.body.slice(0, 200)}`);
    }
});

async function reporter(ask: Ask, json: object): Promise<Who> {
  const told = await ask(NOBODY, 'POST', '/report', { json: { where: 'Foo-Bar', what: 'words', ...json } });
  const { receipt } = JSON.parse(told.body) as { receipt: { link: string } };
  const { headers } = await ask(NOBODY, 'GET', new URL(receipt.link).pathname);
  return { ...NOBODY, headers: { cookie: String(headers['set-cookie']).split(';')[0] ?? '' } };
}

test('whoever reports under the name and address of a member is a reporter', async (t) => {
  const { store } = await given(t);
  const { ask, team, own } = await givenWorld(t, store);
  const known = { name: 'Ada', address: 'ada@example.org' };
  await ask(team.coordinator, 'POST', '/people/invite', { json: { ...known, role: 'coordinator' } });
  const eve = await reporter(ask, { creditName: known.name, address: known.address });
  for (const path of ['/cases', `/cases/${own.id}`, '/people', '/account', '/my-part'])
    assert.equal((await ask(eve, 'GET', path)).status, 404, path);
  // Known or not, the answer is made of the same words.
  const words = async (address: string): Promise<string> => {
    const { body } = await ask(NOBODY, 'POST', '/report', { json: { where: 'Foo', what: 'words', address } });
    return body.replace(/[A-Z0-9]{4}-[A-Z0-9]{4}|\/l\/[\w-]+/g, '');
  };
  assert.equal(await words(known.address), await words('nobody@example.org'));
});

test('what a reporter is called is told to nobody who may not know it, whatever they ask for', async (t) => {
  const { store } = await given(t);
  const { ask, own } = await givenWorld(t, store);
  const wish = { credit: 'by-name', creditName: 'Zqfinder Name' };
  assert.equal((await ask(own.reporter, 'POST', '/my-report/credit', { json: wish })).status, 200);
  assert.match((await ask(own.reporter, 'GET', '/my-report')).body, /Zqfinder Name/);
  for (const [role, told] of [
    ['triager', false],
    ['cna', false],
    ['coordinator', true],
  ] as const) {
    const member = await signedIn(store, role, { proved: true });
    await putInto(store, own.id, memberOf(member).id, 'member');
    const { body } = await ask(member, 'GET', `/cases/${own.id}`);
    assert.equal(body.includes('Zqfinder'), told, role);
    const deed = await ask(member, 'POST', `/cases/${own.id}/tasks`, { json: { text: 'Look.' } });
    assert.doesNotMatch(deed.body, /Zqfinder/, `${role}: an act reads no identity`);
    assert.doesNotMatch((await ask(member, 'GET', `/cases/${own.id}/export`)).body, /Zqfinder/);
    const page = await ask(member, 'GET', `/cases/${own.id}`, { headers: { accept: 'text/html' } });
    assert.match(page.body, told ? /Zqfinder Name/ : /reporter \w{4}</);
    const acts = await store.transaction((tx) => {
      const of = tx.db
        .selectFrom('ledger')
        .select('detail')
        .where('actor', '=', `member:${memberOf(member).id}`);
      return of.where('act', '=', 'case.read').execute();
    });
    assert.equal(acts.filter(({ detail }) => detail === '{"identities":1}').length, told ? 2 : 0, role);
  }
});

test('the vote of somebody who has an interest does not count', async (t) => {
  const { store } = await given(t);
  const { ask, team } = await givenWorld(t, store);
  await reporter(ask, {});
  const { case_id: id } = await store.transaction((tx) =>
    tx.db.selectFrom('reports').select('case_id').orderBy('received_at', 'desc').executeTakeFirstOrThrow(),
  );
  const act = (who: Who, name: string, json: object = {}) =>
    ask(who, 'POST', `/cases/${id}/${name}`, { json });
  await act(team.cna, 'take');
  for (const who of [team.cna, team.coordinator])
    await act(who, 'vote', { vote: 'yes', interest: 'no', why: 'It is.' });
  await act(team.coordinator, 'conflict', { why: 'It is mine.' });
  const told = await act(team.cna, 'accept');
  assert.match(JSON.parse(told.body).message, /1 of 2 members say yes/);
});

test('a party, a proposal and a group of another case are nothing here', async (t) => {
  const { store } = await given(t);
  const { ask, team, own, foreign } = await givenWorld(t, store);
  const model = async (id: string) =>
    JSON.parse((await ask(team.cna, 'GET', `/cases/${id}`)).body) as {
      participants: { party: string; role: string }[];
      embargo: { proposals: { id: string }[] };
    };
  const extend = { end: '2999-11-01T12:00:00Z', why: 'Sooner.' };
  assert.equal((await ask(foreign.agreed, 'POST', '/my-part/extend', { json: extend })).status, 200);
  const other = await model(foreign.id);
  const party = other.participants.find(({ role }) => role === 'maintainer')?.party ?? assert.fail();
  const proposal = other.embargo.proposals[0]?.id ?? assert.fail();
  const table: [name: string, json: object, status: number][] = [
    ['participants', { name: 'Eve', role: 'maintainer', party }, 409],
    ['participants', { name: 'Eve', role: 'maintainer', party: 'words of mine' }, 409],
    ['embargo/answer', { proposal, answer: 'yes' }, 409],
    ['messages', { audience: `maintainers:${party}`, text: 'words' }, 422],
  ];
  for (const [name, json, status] of table) {
    const told = await ask(team.coordinator, 'POST', `/cases/${own.id}/${name}`, { json });
    assert.equal(told.status, status, `${name}: ${told.body}`);
  }
});
