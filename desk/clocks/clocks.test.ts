/** What is late over the cases of a member, and the same as a calendar that tells nothing of them. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenMember, givenServer } from '../../test/given-server.ts';
import { closeCase, openCase, readCase, wantAmendment } from '../casefile/index.ts';
import { clockRoutes } from './index.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const ago = (days: number): string => new Date(NOW - days * 86_400_000).toISOString().replace('.000Z', 'Z');
const PAGE = { headers: { accept: 'text/html' } };

async function given(t: TestContext, where: Where) {
  const clock = { now: NOW };
  const { store } = await where.given(t, () => new Date(clock.now));
  const { vault } = store;
  const member = await givenMember(store, 'cna', true);
  const opened = (title: string, days: number): Promise<string> =>
    store.transaction(async (tx) => {
      const content = { title, distribution: 'CANARY-Dist' };
      return (await openCase(tx, vault, { content, reporter: null, at: ago(days) })).id;
    });
  const other = await givenMember(store, 'triager');
  return { ...{ clock, store, vault, member, other, opened }, ...givenServer(t, store, clockRoutes) };
}

interface Late {
  readonly kinds: readonly { readonly kind: string; readonly late: number; readonly soon: number }[];
  readonly clocks: readonly { readonly id: string; readonly title: string; readonly late: boolean }[];
}

for (const where of databases) {
  const { name, skip } = where;

  test(`the oldest promise stands first, of every case that a member sees (${name})`, { skip }, async (t) => {
    const { store, vault, member, other, opened, ask } = await given(t, where);
    const old = await opened('CANARY old', 8);
    await opened('CANARY new', 1);
    await store.transaction((tx) =>
      tx.db
        .updateTable('case_members')
        .set({ part: 'conflict' })
        .where('case_id', '=', old)
        .where('member_id', '=', other.id)
        .execute(),
    );
    const late = async (as = member, query = ''): Promise<Late> =>
      JSON.parse((await ask('GET', `/late${query}`, { as })).body) as Late;
    const all = await late();
    assert.deepEqual(
      all.clocks.map((one) => `${one.title.slice(7)} ${one.id} ${one.late ? 'late' : 'soon'}`),
      [
        'old acknowledge late',
        'old decide late',
        'old contact late',
        'new acknowledge soon',
        'new decide soon',
        'new contact soon',
      ],
    );
    assert.deepEqual(all.kinds[0], { kind: 'acknowledge', late: 1, soon: 1 });
    assert.equal((await late(member, '?clock=contact')).clocks.length, 2);
    assert.equal((await late(member, '?clock=odd')).clocks.length, 6);
    assert.equal((await late(other)).clocks.length, 3, 'not those that they have an interest in');
    const page = (await ask('GET', '/late', { as: member, ...PAGE })).body;
    assert.match(page, /3 late\. 3 due within 7 days/);
    assert.match(page, /contact\.within: 7 days from the report/);
    await store.transaction(async (tx) => {
      const file = (await readCase(tx, vault, old)) ?? assert.fail();
      const { file: closed } = await closeCase(tx, vault, file, { outcome: 'spam', by: 'desk' });
      await wantAmendment(tx, vault, closed, { kind: 'reject', cve: 'CVE-2026-0001', why: 'Not used.' });
    });
    const closed = await late();
    assert.equal(
      closed.clocks.filter(({ title }) => title === 'CANARY old').length,
      1,
      'what outlives the case',
    );
    assert.equal(closed.kinds.find(({ kind }) => kind === 'reject')?.soon, 1);
  });

  test(`a calendar tells references, kinds and links, to whoever has its address (${name})`, {
    skip,
  }, async (t) => {
    const { clock, store, member, opened, ask } = await given(t, where);
    const id = await opened('CANARY title', 1);
    const made = await ask('POST', '/calendar', { as: member, json: {} });
    const { pathname } = new URL(JSON.parse(made.body).address);
    assert.match(pathname, /^\/calendar\/[\w-]{43}\.ics$/);
    const read = (headers = {}) => ask('GET', pathname, { headers });
    const { status, body, headers } = await read();
    assert.deepEqual([status, headers['content-type']], [200, 'text/calendar; charset=utf-8']);
    assert.doesNotMatch(body, /CANARY/);
    const unfolded = body.replaceAll('\r\n ', '');
    assert.equal(unfolded.match(/BEGIN:VEVENT/g)?.length, 3);
    assert.ok(unfolded.includes(`URL:https://desk.example.org/cases/${id}\r\n`));
    assert.ok(unfolded.includes(`UID:contact.${id}@desk.example.org\r\n`));
    assert.match(unfolded, /SUMMARY:[A-Z0-9-]{9}: first mail to the maintainers\r\n/);
    const known = { 'if-none-match': String(headers.etag) };
    clock.now += 60_000;
    const again = await read(known);
    assert.deepEqual([again.status, again.body], [304, '']);
    await opened('CANARY another', 0);
    assert.equal((await read(known)).status, 200);
    const acts = await store.transaction((tx) =>
      tx.db.selectFrom('ledger').select('actor').where('act', '=', 'calendar.read').execute(),
    );
    assert.equal(acts.length, 2, 'what a program has already stands once in the log');
    const second = new URL(
      JSON.parse((await ask('POST', '/calendar', { as: member, json: {} })).body).address,
    );
    assert.equal((await read()).status, 404, 'another address ends it');
    assert.equal((await ask('GET', second.pathname)).status, 200);
    assert.match((await ask('GET', '/calendar', { as: member, ...PAGE })).body, /holds until/);
    await ask('POST', '/calendar/end', { as: member, json: {} });
    assert.equal((await ask('GET', second.pathname)).status, 404);
    assert.equal((await ask('GET', '/calendar/x.ics')).status, 404);
  });

  test(`who left the team has no calendar (${name})`, { skip }, async (t) => {
    const { store, member, ask } = await given(t, where);
    const made = await ask('POST', '/calendar', { as: member, json: {} });
    const { pathname } = new URL(JSON.parse(made.body).address);
    for (const change of [{ role: 'auditor' }, { state: 'suspended' }] as const) {
      assert.equal((await ask('GET', pathname)).status, 200);
      const before = { role: 'cna', state: 'active' } as const;
      const set = (to: typeof change | typeof before) =>
        store.transaction((tx) => tx.db.updateTable('members').set(to).where('id', '=', member.id).execute());
      await set(change);
      assert.equal((await ask('GET', pathname)).status, 404, JSON.stringify(change));
      await set(before);
    }
    const lacks = await ask('POST', '/calendar', { as: { ...member, proved: false }, json: {} });
    assert.equal(lacks.status, 403);
  });
}
