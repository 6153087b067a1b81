import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenMember, givenServer } from '../../test/given-server.ts';
import { setPolicy } from '../casefile/index.ts';
import { DEFAULT_POLICY, parsePolicy } from '../disclosure/index.ts';
import { oversightRoutes } from './index.ts';

for (const { name, skip, given } of databases)
  test(`members read the policy in force, and where it comes from (${name})`, { skip }, async (t) => {
    const { store } = await given(t, () => new Date('2026-11-25T12:00:00.000Z'));
    const { ask } = givenServer(t, store, oversightRoutes);
    const read = async (role: 'triager' | 'auditor'): Promise<string> => {
      const as = await givenMember(store, role);
      return (await ask('GET', '/policy', { as, headers: { accept: 'text/html' } })).body;
    };
    assert.equal((await ask('GET', '/policy')).status, 404);
    assert.match(await read('auditor'), /Every setting is the usual one\..*the defaults hold/s);
    const policy = parsePolicy('{"hold":{"planned":"28 days"}}', 'policy.json');
    await store.transaction((tx) => setPolicy(tx, policy, 'policy.json'));
    const page = await read('triager');
    assert.match(page, /1 setting is set here\./);
    assert.match(page, /From the file <code>policy\.json<\/code>.*2026-11-25 12:00/s);
    assert.match(
      page,
      /From the mail to the maintainers to the planned disclosure.*<strong>28 days<\/strong>, set here; the usual one is 14 days/s,
    );
    // What is set again as it is usual is not set.
    await store.transaction((tx) => setPolicy(tx, DEFAULT_POLICY, 'policy.json'));
    assert.match(await read('triager'), /Every setting is the usual one\./);
  });
