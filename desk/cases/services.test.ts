/** CVE Services fill the pool and take back what was given up: once, whatever happens on the way. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type CveServer, cveServer } from '../../test/cve-services.ts';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenMember, givenServer, type Told } from '../../test/given-server.ts';
import type { Principal } from '../access/index.ts';
import { addToPool, giveBackCve, openCase, poolOf, takeFromPool } from '../casefile/index.ts';
import { cveServices } from '../cve/index.ts';
import { workOne } from '../jobs/index.ts';
import type { Store } from '../store/index.ts';
import { cveChore, cveHandlers, poolRoutes } from './index.ts';

const YEAR = 2026;

interface Given {
  readonly store: Store;
  readonly service: CveServer;
  readonly form: (path: string, fields: Record<string, string>, as?: Principal) => Promise<Told>;
  readonly page: () => Promise<string>;
  /** Does all that is due, a day later each time. */
  readonly work: () => Promise<void>;
  readonly look: () => Promise<void>;
  readonly states: () => Promise<string[]>;
}

async function given(t: TestContext, where: Where): Promise<Given> {
  // The service's clock is the true one; the desk's stands at its beginning, and goes on when work is done.
  let ms = Date.now();
  const { store } = await where.given(t, () => new Date(ms));
  const service = await cveServer();
  t.after(() => service.close());
  const { base, org, user, key } = service;
  const services = cveServices({ base, org, user, key: async () => key, fetch, timeout: 400 });
  const cna = await givenMember(store, 'cna', true);
  const { ask } = givenServer(t, store, poolRoutes(true));
  const handlers = cveHandlers(store, services);
  return {
    store,
    service,
    form: (path, fields, as = cna) => ask('POST', path, { as, form: fields }),
    page: async () =>
      (await ask('GET', `/cve-ids?year=${YEAR}`, { as: cna, headers: { accept: 'text/html' } })).body,
    work: async () => {
      while (await workOne({ store, handlers, onError: (error) => assert.fail(String(error)) }));
      ms += 86_400_000;
    },
    look: async () => void (await cveChore(store, services).run()),
    states: () =>
      store.transaction(async (tx) => {
        const ids = await poolOf(tx, store.vault, { year: YEAR, limit: 100, offset: 0 });
        return ids.map(({ cve, state }) => `${cve.slice(9)} ${state}`);
      }),
  };
}

const want = { amount: '3', year: String(YEAR) };
const three = ['90000 free', '90001 free', '90002 free'];

for (const where of databases) {
  const { name, skip } = where;

  test(`ids are reserved and stand in the pool (${name})`, { skip }, async (t) => {
    const { service, form, page, work, look, states } = await given(t, where);
    assert.match(await page(), /How many ids may still be reserved is not known yet/);
    await look();
    assert.match(await page(), /1000 ids may still be reserved/);
    assert.equal((await form('/cve-ids/reserve', want)).status, 303);
    assert.match(await page(), /Ids are being reserved/);
    const again = await form('/cve-ids/reserve', want);
    assert.equal(again.status, 409);
    assert.match(again.body, /being reserved already/);
    assert.deepEqual(
      service.requests.filter((request) => request.startsWith('POST')),
      [],
    );
    await work();
    assert.deepEqual(await states(), three);
    assert.match(await page(), /997 ids may still be reserved/);
  });

  for (const fault of ['lost', 'short', 'silent', 'cut', 500] as const)
    test(`an answer that is ${fault} loses no id and reserves none twice (${name})`, { skip }, async (t) => {
      const { service, form, work, states } = await given(t, where);
      await form('/cve-ids/reserve', want);
      // Whether there are ids of an earlier attempt; then the reservation.
      service.faults.push(null, fault);
      await work();
      await work();
      assert.deepEqual(await states(), three);
      assert.equal(service.ids.size, 3);
    });

  test(`what the service refuses waits for a person (${name})`, { skip }, async (t) => {
    const { service, form, page, work, states } = await given(t, where);
    service.quotas.set('example', 2);
    await form('/cve-ids/reserve', want);
    await work();
    assert.deepEqual(await states(), []);
    assert.match(await page(), /One request was not done: <a href="\/outbox">/);
  });

  test(`an id that was given up is rejected, and no other (${name})`, { skip }, async (t) => {
    const { store, service, form, page, work, states } = await given(t, where);
    await form('/cve-ids/reserve', want);
    await work();
    await retire(store);
    assert.deepEqual(await states(), ['90000 retired', '90001 free', '90002 free']);
    assert.match(await page(), /Reject<span[^>]*> CVE-2026-90000</);
    assert.equal((await form('/cve-ids/reject', { cve: 'CVE-2026-90001' })).status, 409);
    service.faults.push(null, 'lost');
    assert.equal((await form('/cve-ids/reject', { cve: 'CVE-2026-90000' })).status, 303);
    assert.match(await page(), /One id is being rejected/);
    await work();
    assert.deepEqual(await states(), ['90000 rejected', '90001 free', '90002 free']);
    assert.equal(service.ids.get('CVE-2026-90000')?.state, 'REJECTED');
    assert.equal((await form('/cve-ids/reject', { cve: 'CVE-2026-90000' })).status, 409);
  });

  test(`it is asked with a passkey, by the CNA, and in words (${name})`, { skip }, async (t) => {
    const { store, service, form } = await given(t, where);
    const unproved = await givenMember(store, 'cna');
    for (const [path, fields] of [
      ['/cve-ids/reserve', want],
      ['/cve-ids/reject', { cve: 'CVE-2026-90000' }],
    ] as const) {
      assert.equal((await form(path, fields, unproved)).status, 403);
      assert.equal((await form(path, fields, await givenMember(store, 'triager', true))).status, 404);
    }
    for (const [fields, problem] of [
      [{ ...want, amount: '0' }, /A number from 1 to 200/],
      [{ ...want, amount: '201' }, /A number from 1 to 200/],
      [{ ...want, year: '26' }, /A year from 1999 on/],
    ] as const) {
      const { status, body } = await form('/cve-ids/reserve', fields);
      assert.equal(status, 422);
      assert.match(body, problem);
      assert.match(body, new RegExp(`value="${fields.amount}"`), 'what was typed is there');
    }
    assert.deepEqual(service.requests, []);
  });

  test(`a desk without CVE Services says so (${name})`, { skip }, async (t) => {
    const { store } = await where.given(t);
    const as = await givenMember(store, 'cna', true);
    const { ask } = givenServer(t, store, poolRoutes(false));
    const { body } = await ask('GET', '/cve-ids', { as, headers: { accept: 'text/html' } });
    assert.doesNotMatch(body, /Reserve them/);
    assert.equal((await ask('POST', '/cve-ids/reserve', { as, form: want })).status, 409);
    await store.transaction((tx) => addToPool(tx, ['CVE-2026-90000']));
    assert.equal((await ask('POST', '/cve-ids/reject', { as, form: { cve: 'CVE-2026-90000' } })).status, 409);
  });
}

/** A case takes the lowest id and gives it up after somebody outside heard of it. */
async function retire(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    const { id } = await openCase(tx, store.vault, { content: { title: 'Reads too far' }, reporter: null });
    const cve = await takeFromPool(tx, store.vault, { caseId: id, year: YEAR });
    await giveBackCve(tx, store.vault, { cve: cve ?? '', caseId: id, again: false });
  });
}
