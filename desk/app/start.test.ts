import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { databases } from '../../test/given-desk.ts';
import { fileHeadSigner, readHeads } from '../store/index.ts';
import { startDesk } from './index.ts';

for (const { name, skip, given } of databases)
  test(`a desk signs its audit log, with mail or without (${name})`, { skip }, async (t) => {
    const { store, masterKey } = await given(t);
    const heads = await fileHeadSigner(join(dirname(masterKey), 'ledger.key'), 'desk.example.org/ledger');
    const about = { store, origin: 'https://desk.example.org', name: 'Desk' };
    const warned: string[] = [];
    const desk = await startDesk({
      ...about,
      assets: { names: {}, files: new Map() },
      mail: null,
      heads,
      log: () => {},
      warn: (words) => void warned.push(words),
    });
    t.after(() => desk.stop());
    assert.match(desk.bootstrap ?? '', /^https:\/\/desk\.example\.org\/l\//);
    for (let tries = 0; (await readHeads(store)).length === 0; tries++) {
      assert.ok(tries < 500, `no head; ${warned.join()}`);
      await wait(20);
    }
    assert.match((await readHeads(store))[0] ?? '', /^desk\.example\.org\/ledger\n/);
  });
