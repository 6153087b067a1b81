/** The audit log's end becomes known once a day, and nothing else of it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { type DailyHead, headLogChore } from './index.ts';

for (const { name, skip, given } of databases)
  test(`once a day, as it was at midnight (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const told: DailyHead[] = [];
    const chore = headLogChore(store, async (head) => void told.push(head));
    const midnight = `${new Date().toISOString().slice(0, 10)}T00:00:00`;
    const sign = (seq: number, at: string): Promise<unknown> =>
      store.transaction((tx) =>
        tx.db
          .insertInto('ledger_heads')
          .values({ seq, at, note: `note ${seq}\n` })
          .execute(),
      );
    await sign(3, '2026-01-01T12:00:00.000Z');
    await sign(7, '2026-01-02T12:00:00.000Z');
    await sign(9, `${midnight}.000Z`);
    await chore.run();
    await chore.run();
    assert.deepEqual(told, [{ note: 'note 7\n', at: `${midnight}Z` }]);
  });
