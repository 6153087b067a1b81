/** The clocks of one case end by acts of people, and what is told of an exploitation is taken away and never sent. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenMember, givenServer, type Told } from '../../test/given-server.ts';
import type { Principal } from '../access/index.ts';
import { openCase, readCase, setPolicy } from '../casefile/index.ts';
import { caseRoutes } from '../cases/index.ts';
import { DEFAULT_POLICY } from '../disclosure/index.ts';
import { clockRoutes } from './index.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');

async function given(t: TestContext, where: Where) {
  const { store } = await where.given(t, () => new Date(NOW));
  const cna = await givenMember(store, 'cna', true);
  const triager = await givenMember(store, 'triager');
  const content = { title: 'Reads past the end', distribution: 'Foo-Bar', weaknesses: ['CWE-125'] };
  const opening = { content, reporter: null, at: '2026-11-10T09:00:00Z' };
  const { id } = await store.transaction((tx) => openCase(tx, store.vault, opening));
  const { ask } = givenServer(t, store, [...caseRoutes, ...clockRoutes]);
  const post = (as: Principal, path: string, json: object): Promise<Told> =>
    ask('POST', `/cases/${id}/${path}`, { as, json });
  const get = (as: Principal, path: string): Promise<Told> =>
    ask('GET', `/cases/${id}/${path}`, { as, headers: { accept: 'text/html' } });
  const facts = async () =>
    ((await store.transaction((tx) => readCase(tx, store.vault, id))) ?? assert.fail()).facts;
  return { store, cna, triager, id, post, get, facts };
}

/** Of each clock that runs or ran: `id state`. */
const states = ({ status, body }: Told): string[] => {
  assert.equal(status, 200, body);
  const { clocks } = JSON.parse(body) as { clocks: { id: string; state: string }[] };
  return clocks.map(({ id, state }) => `${id} ${state}`);
};

for (const where of databases) {
  const { name, skip } = where;

  test(`what was done elsewhere is said, with its instant (${name})`, { skip }, async (t) => {
    const { triager, post, get, facts } = await given(t, where);
    const done = (clock: string, at?: string) =>
      post(triager, 'clocks/done', { clock, ...(at === undefined ? {} : { at }) });
    assert.match((await get(triager, 'clocks')).body, /late<\/span>.*acknowledge the report/s);
    assert.deepEqual(states(await done('acknowledge', '2026-11-11T09:00:00Z')), [
      'acknowledge met',
      'decide late',
      'contact late',
    ]);
    assert.equal((await done('acknowledge')).status, 404, 'it is done');
    assert.equal((await done('decide')).status, 409, 'another act ends it');
    assert.equal((await done('contact', '2026-11-26T09:00:00Z')).status, 422, 'yet to come');
    assert.equal((await done('contact', 'yesterday')).status, 422);
    assert.ok(states(await done('contact', '2026-11-16T09:00:00Z')).includes('alternates late'));
    await done('remind-1', '2026-11-20T09:00:00Z');
    await done('alternates');
    assert.equal((await post(triager, 'fixed', { version: '1.24' })).status, 200);
    const { reminded, alternates, fixAvailable } = await facts();
    assert.deepEqual(
      [reminded, alternates, fixAvailable],
      [['2026-11-20T09:00:00Z'], '2026-11-25T12:00:00Z', '2026-11-25T12:00:00Z'],
    );
  });

  test(`another address that is tried is another way (${name})`, { skip }, async (t) => {
    const { triager, post, facts } = await given(t, where);
    const tried = (address: string) =>
      post(triager, 'attempts', { channel: 'mail', address, outcome: 'sent' });
    await tried('one@example.org');
    await tried('one@example.org');
    assert.equal((await facts()).alternates, null);
    await tried('two@example.org');
    assert.equal((await facts()).alternates, '2026-11-25T12:00:00Z');
  });

  test(`an exploitation has its clocks, and a bundle of each stage with what is missing (${name})`, {
    skip,
  }, async (t) => {
    const { store, cna, triager, id, post, get, facts } = await given(t, where);
    const exploited = { ...DEFAULT_POLICY.exploited, applies: true };
    await store.transaction((tx) => setPolicy(tx, { ...DEFAULT_POLICY, exploited }, 'policy.json'));
    await post(cna, 'observe', { what: 'A' });
    const known = await facts();
    assert.deepEqual(
      [known.exploitedKnown, known.disclosed],
      ['2026-11-25T12:00:00Z', null],
      'attacks are no disclosure',
    );
    const said = {
      known: '2026-11-24T09:00:00Z',
      since: '2026-11-20T00:00:00Z',
      nature: 'A crafted header.',
    };
    assert.equal((await post(triager, 'exploitation', said)).status, 404);
    assert.equal((await post(cna, 'exploitation', { ...said, known: '2027-01-01T00:00:00Z' })).status, 422);
    assert.equal((await post(cna, 'exploitation', said)).status, 200);
    const page = await get(cna, 'exploitation');
    assert.match(page.body, /applies: the group is a steward/);
    assert.match(page.body, /A crafted header\.<\/textarea>/);
    const all = states(await post(cna, 'clocks/done', { clock: 'exploited-warning' }));
    assert.deepEqual(
      all.filter((one) => one.startsWith('exploited')),
      ['exploited-warning late', 'exploited-notification running'],
    );
    const bundle = JSON.parse((await get(cna, 'exploitation/notification.json')).body);
    assert.deepEqual(
      [bundle.stage, bundle.as, bundle.told.warning, bundle.unknown],
      [
        'notification',
        'steward',
        '2026-11-25T12:00:00Z',
        ['Member states in which the product is available', 'How sensitive this information is'],
      ],
    );
    assert.deepEqual(bundle.missing, [
      'The vulnerability',
      'Corrective or mitigating measures that were taken',
      'Measures that users can take',
    ]);
    const text = await get(cna, 'exploitation/final.txt');
    assert.match(String(text.headers['content-disposition']), /final\.txt/);
    assert.match(text.body, /The general nature of the exploit\n {4}A crafted header\./);
    assert.match(text.body, /Its severity\n {4}\(missing\)/);
    assert.equal((await get(cna, 'exploitation/other.json')).status, 404);
    assert.equal((await get(triager, 'exploitation/final.txt')).status, 404);
    assert.equal((await get({ ...cna, proved: false }, 'exploitation/final.txt')).status, 403);
    const acts = await store.transaction((tx) =>
      tx.db.selectFrom('ledger').select(['subject', 'detail']).where('act', '=', 'case.export').execute(),
    );
    assert.ok(
      acts.some(
        ({ subject, detail }) => subject === `case:${id}` && detail.includes('"exploitation":"final"'),
      ),
    );
  });
}
