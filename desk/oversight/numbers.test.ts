import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenMember, givenServer } from '../../test/given-server.ts';
import { changeCase, closeCase, fillTimes, happen, openCase, readCase, TEAM } from '../casefile/index.ts';
import type { Dispute } from '../disclosure/index.ts';
import { newId, type Transaction } from '../store/index.ts';
import { quantile } from './count.ts';
import { oversightRoutes } from './index.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const ago = (days: number): string => new Date(NOW - days * 86_400_000).toISOString().replace('.000Z', 'Z');

const DISPUTE: Dispute = {
  ...{ id: 'd', from: 'third-party', participant: null, person: null, claim: 'No.' },
  ...{ received: ago(1), acknowledged: null, answered: null, ended: null },
};

test('quantiles are values that were there', () => {
  const table: [values: number[], median: number | null, p90: number | null][] = [
    [[], null, null],
    [[3], 3, 3],
    [[2, 1], 1, 2],
    [[5, 1, 3], 3, 5],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5, 9],
    [[0.04, 0.26], 0, 0.3],
  ];
  for (const [values, median, p90] of table)
    assert.deepEqual([quantile(values, 0.5), quantile(values, 0.9)], [median, p90], values.join());
});

interface Model {
  readonly open: number;
  readonly late: number;
  readonly embargoed: number;
  readonly states: readonly { readonly what: string; readonly count: number }[];
  readonly times: readonly { readonly what: string }[];
}

for (const { name, skip, given } of databases)
  test(`numbers are counted of what stands in clear (${name})`, { skip }, async (t) => {
    const { store } = await given(t, () => new Date(NOW));
    const { vault } = store;
    const as = await givenMember(store, 'auditor');
    const { ask } = givenServer(t, store, oversightRoutes);
    const content = { title: 'CANARY', distribution: 'Foo-Bar' };
    const opened = async (tx: Transaction, days: number) => {
      const file = await openCase(tx, vault, { content, reporter: null, at: ago(days) });
      return (await readCase(tx, vault, file.id)) ?? assert.fail();
    };
    await store.transaction(async (tx) => {
      await changeCase(tx, vault, await opened(tx, 20), {
        facts: {
          acknowledged: ago(19),
          contacted: ago(15),
          disputes: [DISPUTE],
        },
      });
      await changeCase(tx, vault, await opened(tx, 10), {
        facts: { acknowledged: ago(7), contacted: ago(5), disclosed: ago(2) },
      });
      const old = await changeCase(tx, vault, await opened(tx, 400), { facts: { acknowledged: ago(300) } });
      await closeCase(tx, vault, old, { outcome: 'spam', by: 'desk' });
      // Under an embargo that was put off.
      const held = await opened(tx, 3);
      const by = 'desk';
      const propose = (end: number) =>
        ({ type: 'propose', participant: 'p', proposal: newId(), end: ago(-end), why: 'x', by }) as const;
      const join = { type: 'join', participant: 'p', roles: ['maintainer'], party: 'm', by } as const;
      let file = (await happen(tx, vault, held, join)).file;
      for (const end of [14, 30]) {
        const proposal = propose(end);
        file = (await happen(tx, vault, file, proposal)).file;
        const accept = { type: 'accept', participant: TEAM, proposal: proposal.proposal, by } as const;
        file = (await happen(tx, vault, file, accept)).file;
      }
    });
    const read = async (days: string) =>
      JSON.parse((await ask('GET', `/numbers?days=${days}`, { as })).body) as Model;
    const year = await read('365');
    assert.deepEqual([year.open, year.late, year.embargoed], [3, 3, 1]);
    assert.deepEqual(
      year.states.filter(({ count }) => count > 0).map(({ what, count }) => `${what} ${count}`),
      ['report 3', 'closed 1'],
    );
    assert.deepEqual(year.times, [
      { what: 'acknowledgement', count: 2, median: 1, p90: 3, waiting: 1 },
      { what: 'first contact', count: 2, median: 5, p90: 5, waiting: 1 },
      { what: 'fix', count: 0, median: null, p90: null, waiting: 3 },
      { what: 'disclosure', count: 1, median: 8, p90: 8, waiting: 2 },
    ]);
    assert.deepEqual((await read('all')).times[0], {
      ...{ what: 'acknowledgement', count: 3, median: 3, p90: 100, waiting: 1 },
    });
    const csv = await ask('GET', '/numbers.csv', { as });
    assert.match(String(csv.headers['content-type']), /^text\/csv/);
    assert.match(csv.body, /^measure,what,count,median days,90th percentile days,waiting\r\n/);
    assert.match(csv.body, /\r\ntime to,first contact,2,5,5,1\r\n/);
    assert.match(csv.body, /\r\nextensions,cases,1,,,\r\nextensions,all,1,,,\r\ndisputes,cases,1,,,\r\n/);
    assert.match(csv.body, /\r\nage of open cases,up to a month,1,,,\r\n/);
    const page = await ask('GET', '/numbers', { as, headers: { accept: 'text/html' } });
    assert.doesNotMatch(csv.body + page.body, /CANARY|Foo/);
    assert.equal((await ask('GET', '/numbers?days=1', { as })).status, 422);
    assert.equal((await ask('GET', '/numbers')).status, 404);
    // Rows of before are filled in, and nothing else of them changes.
    const rows = () =>
      store.transaction((tx) => tx.db.selectFrom('cases').selectAll().orderBy('id').execute());
    const whole = await rows();
    await store.transaction((tx) =>
      tx.db.updateTable('cases').set({ extensions: null, acknowledged_at: null }).execute(),
    );
    await fillTimes(store);
    assert.deepEqual(
      (await rows()).map((row) => ({ ...row, extensions: 0 })),
      whole.map((row) => ({ ...row, extensions: 0 })),
    );
  });
