/** Two who do the same at once, two processes on one database, and a clock that goes back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileKeyService, openStore, type Store } from '../../desk/store/index.ts';
import { databases } from '../given-desk.ts';
import {
  type Ask,
  givenCase,
  memberOf,
  NOBODY,
  type Sending,
  serving,
  sessionOf,
  signedIn,
  type Team,
  type Told,
  upload,
  type Who,
} from './given.ts';
import { whole } from './whole.ts';

async function givenTeam(store: Store): Promise<Team> {
  return {
    coordinator: await signedIn(store, 'coordinator', { proved: true }),
    cna: await signedIn(store, 'cna', { proved: true }),
  };
}

const REPORT = { where: 'Foo-Bar', what: 'Reads past the end' };

interface Fresh {
  readonly id: string;
  readonly reporter: Who;
}

async function reported(ask: Ask, what = REPORT.what): Promise<Fresh> {
  const told = await ask(NOBODY, 'POST', '/report', { json: { ...REPORT, what } });
  assert.equal(told.status, 200, told.body);
  const { receipt } = JSON.parse(told.body) as { receipt: { link: string } };
  const opened = await ask(NOBODY, 'GET', new URL(receipt.link).pathname);
  const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
  return { id: '', reporter: { headers: { cookie }, principal: { kind: 'anonymous' } } };
}

async function newest(store: Store): Promise<string> {
  const row = await store.transaction((tx) =>
    tx.db.selectFrom('reports').select('case_id').orderBy('received_at', 'desc').executeTakeFirstOrThrow(),
  );
  return row.case_id;
}

const statuses = (told: readonly Told[]): number[] => told.map(({ status }) => status).sort();

for (const where of databases) {
  const { name, skip, given } = where;

  test(`of two who do the same at once one does it, and the other is told (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const { ask } = serving(t, store);
    const { coordinator, cna } = await givenTeam(store);
    await reported(ask);
    const id = await newest(store);
    const both = async (path: string, sending: Sending = { json: {} }): Promise<number[]> =>
      statuses(
        await Promise.all([coordinator, cna].map((who) => ask(who, 'POST', `/cases/${id}/${path}`, sending))),
      );
    const one = [200, 409];
    assert.deepEqual(await both('take'), one, 'take');
    const vote = { json: { vote: 'yes', interest: 'no', why: 'It is.' } };
    assert.deepEqual(await both('vote', vote), [200, 200], 'both may vote');
    assert.deepEqual(await both('accept'), one, 'accept');
    const embargo = { json: { end: '2999-12-09T12:00:00Z', why: 'The default.' } };
    assert.deepEqual(await both('embargo', embargo), one, 'embargo');
    assert.deepEqual(await both('reserve', { json: { cve: 'CVE-2999-0001' } }), one, 'reserve');
    const { revision } = JSON.parse((await ask(cna, 'GET', `/cases/${id}`)).body) as { revision: number };
    const details = { json: { revision, title: 'Another title' } };
    assert.deepEqual(await both('details', details), one, 'details');
    assert.deepEqual(await both('files', upload('a.txt', 'a')), [200, 200], 'files');
    assert.deepEqual(await both('observe', { json: { what: 'P' } }), one, 'observe');
    const close = { json: { outcome: 'not-a-vulnerability', why: 'No.' } };
    assert.deepEqual(await both('close', close), one, 'close');
    await whole(store);
  });

  test(`two cases merged into each other at once are one (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const { ask } = serving(t, store);
    const team = await givenTeam(store);
    const ids: string[] = [];
    for (const what of ['One', 'The other']) {
      await reported(ask, what);
      ids.push(await newest(store));
    }
    const [a = '', b = ''] = ids;
    const told = await Promise.all([
      ask(team.coordinator, 'POST', `/cases/${a}/merge`, { json: { into: b } }),
      ask(team.cna, 'POST', `/cases/${b}/merge`, { json: { into: a } }),
    ]);
    assert.deepEqual(statuses(told), [200, 409], told.map(({ body }) => body).join());
    const phases = await store.transaction((tx) => tx.db.selectFrom('cases').select('phase').execute());
    assert.deepEqual(phases.map(({ phase }) => phase).sort(), ['closed', 'report']);
    await whole(store);
  });

  test(`a case never loses its last member, whoever leaves at once (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const { ask } = serving(t, store);
    const { coordinator, cna } = await givenTeam(store);
    for (const second of ['conflict', 'restrict']) {
      await reported(ask, second);
      const id = await newest(store);
      const leaves = (who: Who) =>
        ask(who, 'POST', `/cases/${id}/conflict`, { json: { why: 'It is mine.' } });
      const told = await Promise.all([
        leaves(coordinator),
        second === 'conflict'
          ? leaves(cna)
          : ask(coordinator, 'POST', `/cases/${id}/restrict`, { json: { members: [] } }),
      ]);
      const [done, refused] = statuses(told);
      assert.equal(done, 200, second);
      // Whoever has left by then sees no case.
      assert.ok(refused === 409 || refused === 404, `${second}: ${refused}`);
      const left = await store.transaction((tx) =>
        tx.db
          .selectFrom('case_members')
          .select('member_id')
          .where('case_id', '=', id)
          .where('part', '=', 'member')
          .execute(),
      );
      assert.ok(left.length > 0, second);
    }
  });

  test(`a reporter who withdraws twice, a participant who agrees twice (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const { ask } = serving(t, store);
    const team = await givenTeam(store);
    const { reporter } = await reported(ask);
    const withdraw = () => ask(reporter, 'POST', '/my-report/withdraw');
    assert.deepEqual(statuses(await Promise.all([withdraw(), withdraw()])), [200, 409]);
    const { invited } = await givenCase(store, ask, team);
    const agree = () => ask(invited, 'POST', '/my-part/accept');
    const told = statuses(await Promise.all([agree(), agree()]));
    assert.ok(told[0] === 200 && (told[1] === 200 || told[1] === 409), told.join());
    await whole(store);
  });

  test(`two processes are one desk: sessions, limits, conflicts (${name})`, { skip }, async (t) => {
    const { store, address, masterKey } = await given(t);
    const second = await openStore(address, fileKeyService(masterKey));
    t.after(() => second.close());
    const [here, there] = [serving(t, store).ask, serving(t, second).ask];
    const { coordinator, cna } = await givenTeam(store);
    assert.deepEqual(
      [await here(coordinator, 'GET', '/account'), await there(coordinator, 'GET', '/account')].map(
        ({ status }) => status,
      ),
      [200, 200],
    );
    await reported(here);
    const id = await newest(store);
    const edit = (ask: Ask, who: Who) =>
      ask(who, 'POST', `/cases/${id}/details`, { json: { revision: 1, title: 'Mine' } });
    assert.deepEqual(statuses(await Promise.all([edit(here, coordinator), edit(there, cna)])), [200, 409]);
    await Promise.all(
      [here, there].flatMap((ask) =>
        [coordinator, cna].map((who) =>
          ask(who, 'POST', `/cases/${id}/messages`, { json: { audience: 'team', text: 'Hello' } }),
        ),
      ),
    );
    await there(coordinator, 'POST', '/sign-out');
    assert.equal((await here(coordinator, 'GET', '/account')).status, 404, 'signed out in both');
    // A bucket of ten, of which nine are left.
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 === 0 ? here : there)(NOBODY, 'POST', '/report', { json: REPORT, address: '192.0.2.7' }),
      ),
    );
    assert.deepEqual(statuses(many), [...Array(10).fill(200), ...Array(10).fill(429)]);
    await whole(store);
  });

  test(`a clock that goes back holds nobody up and breaks nothing (${name})`, { skip }, async (t) => {
    let now = Date.parse('2026-11-25T12:00:00Z');
    const { store } = await given(t, () => new Date(now));
    const { ask } = serving(t, store);
    const team = await givenTeam(store);
    const { coordinator } = team;
    const before = await givenCase(store, ask, team);
    while ((await ask(NOBODY, 'POST', '/report', { json: REPORT })).status === 200);
    now -= 3 * 86_400_000;
    const session = await sessionOf(store, memberOf(coordinator), true);
    const cases = `/cases/${before.id}`;
    const say = { audience: 'reporter', text: 'Hello' };
    const acts: [path: string, who: Who, json: object][] = [
      [`${cases}/messages`, session, say],
      [`${cases}/tasks`, session, { text: 'Look' }],
      [`${cases}/attempts`, session, { channel: 'mail', address: 'a@example.org', outcome: 'sent' }],
      ['/my-part/accept', before.invited, {}],
      ['/my-part/message', before.agreed, { text: 'Hello' }],
      ['/my-part/answer', before.agreed, { answer: 'affected' }],
      ['/my-report/message', before.reporter, { text: 'Hello' }],
      [`${cases}/observe`, session, { what: 'P' }],
    ];
    for (const [path, who, json] of acts) {
      const told = await ask(who, 'POST', path, { json });
      assert.equal(told.status, 200, `${path}: ${told.body}`);
    }
    for (const path of ['/', '/cases', cases, '/account'])
      assert.equal((await ask(session, 'GET', path)).status, 200, path);
    assert.equal((await ask(NOBODY, 'POST', '/report', { json: REPORT })).status, 429, 'still too many');
    now += 61_000;
    assert.equal((await ask(NOBODY, 'POST', '/report', { json: REPORT })).status, 200, 'a minute later');
    now += 30 * 86_400_000;
    const later = await sessionOf(store, memberOf(coordinator), true);
    for (const path of ['/', '/cases', cases])
      assert.equal((await ask(later, 'GET', path)).status, 200, path);
    await whole(store);
  });
}

const { given } = databases[0] ?? assert.fail();

test('a limit is for one client: an address of IPv4, a network of IPv6, whatever a header says', async (t) => {
  const { store } = await given(t);
  const { ask } = serving(t, store);
  const tries = async (addresses: readonly string[], headers = {}): Promise<number> => {
    const told: number[] = [];
    for (const address of addresses)
      told.push((await ask(NOBODY, 'POST', '/report', { json: REPORT, address, headers })).status);
    return told.filter((status) => status === 200).length;
  };
  assert.equal(await tries(Array(12).fill('192.0.2.1')), 10);
  assert.equal(await tries(['192.0.2.2']), 1, 'another client');
  const network = Array.from({ length: 12 }, (_, i) => `2001:db8:0:1::${i + 1}`);
  assert.equal(await tries(network), 10, 'addresses of one subscriber');
  assert.equal(await tries(['2001:db8:0:2::1']), 1, 'another subscriber');
  // Behind a proxy all are one client: no header is believed, so that nobody chooses whom they are counted as.
  assert.equal(
    await tries(['192.0.2.1'], { 'x-forwarded-for': '198.51.100.1', forwarded: 'for=198.51.100.1' }),
    0,
  );
  const buckets = await store.transaction((tx) => tx.db.selectFrom('limits').select('bucket').execute());
  assert.equal(buckets.length, 4);
});

test('buckets that are full again are forgotten', async (t) => {
  let now = Date.parse('2026-11-25T12:00:00Z');
  const { store } = await given(t, () => new Date(now));
  const { ask } = serving(t, store);
  for (let i = 0; i < 20; i++)
    await ask(NOBODY, 'POST', '/report', { json: REPORT, address: `192.0.2.${i}` });
  now += 2 * 3_600_000;
  await ask(NOBODY, 'POST', '/report', { json: REPORT, address: '198.51.100.1' });
  const buckets = await store.transaction((tx) => tx.db.selectFrom('limits').select('bucket').execute());
  assert.equal(buckets.length, 1);
});
