import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenMember, givenServer } from '../../test/given-server.ts';
import type { Scope } from '../access/index.ts';
import { enqueue } from '../jobs/index.ts';
import { DESK_KEY } from '../store/index.ts';
import { DeskMetrics, metricsRoute, metricsServer } from './index.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const instant = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();

for (const { name, skip, given } of databases)
  test(`figures of the process, and nothing else (${name})`, { skip }, async (t) => {
    const { store } = await given(t, () => new Date(NOW));
    let answered: number | null = null;
    const metrics = new DeskMetrics(() => answered);
    const text = () => store.transaction((tx) => metrics.text(tx));
    const lines = async () =>
      (await text()).split('\n').filter((line) => /^cpansec_desk_(?!resident)/.test(line));
    assert.deepEqual(await lines(), [
      ...['ready', 'leased', 'done', 'failed', 'uncertain', 'cancelled'].map(
        (state) => `cpansec_desk_outbox_jobs{state="${state}"} 0`,
      ),
      'cpansec_desk_outbox_oldest_seconds 0',
    ]);
    metrics.request({ method: 'GET', route: '/cases/:case', status: 404, milliseconds: 3 });
    for (const kind of ['mail', 'mail', 'clocks', 'CANARY of "somebody"']) metrics.failure(kind);
    answered = NOW - 5000;
    await store.transaction(async (tx) => {
      const job = { kind: 'mail.send', caseId: null, keyId: DESK_KEY, payload: { words: 'CANARY' } };
      for (const dueAt of [instant(-90), instant(-60), instant(60)])
        await enqueue(tx, store.vault, { ...job, dueAt });
      await tx.db
        .insertInto('ledger_heads')
        .values({ seq: 1, at: instant(-3600), note: 'x' })
        .execute();
    });
    const told = (await lines()).join('\n');
    for (const line of [
      'requests_total{route="/cases/:case",status="4xx"} 1',
      'request_seconds_count{route="/cases/:case"} 1',
      'failures_total{kind="mail"} 2',
      'failures_total{kind="clocks"} 1',
      'failures_total{kind="other"} 1',
      'outbox_jobs{state="ready"} 3',
      'outbox_oldest_seconds 90',
      'mailbox_answered_seconds 5',
      'ledger_head_seconds 3600',
    ])
      assert.ok(`${told}\n`.includes(`cpansec_desk_${line}\n`), `${line} in ${told}`);
    const all = await text();
    const page = readFileSync(new URL('../../docs/formats/desk-metrics.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+)` \| (\w+) \| (.*) \|$/gm)].map(([, figure, kind, what]) => [
      figure,
      what,
      kind,
    ]);
    const said = [...all.matchAll(/^# HELP (\w+) (.*)\n# TYPE \w+ (\w+)$/gm)].map(([, ...words]) => words);
    assert.deepEqual(rows, said, 'the page lists what there is');
    assert.doesNotMatch(all, /CANARY|somebody/);
    // As Prometheus reads it.
    for (const line of all.split('\n'))
      assert.match(
        line,
        /^(?:|# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[a-z]+="[^"\\]*"(?:,[a-z]+="[^"\\]*")*\})? [\d.e+-]+)$/,
      );
  });

const [sqlite = assert.fail()] = databases;

test('a token of its own scope reads them, and nothing is logged', async (t) => {
  const { store } = await sqlite.given(t);
  const as = await givenMember(store, 'auditor');
  const { ask } = givenServer(t, store, [metricsRoute(async () => 'x 1\n')]);
  const asked = async (scopes: Scope[] | null) =>
    (await ask('GET', '/metrics', { as: { ...as, scopes } })).status;
  const logged = () => store.transaction((tx) => tx.db.selectFrom('ledger').select('act').execute());
  assert.deepEqual(
    [await asked(['metrics']), await asked(['report', 'read', 'write']), await asked(null)],
    [200, 404, 404],
  );
  assert.equal((await ask('GET', '/metrics')).status, 404);
  const { body, headers } = await ask('GET', '/metrics', { as: { ...as, scopes: ['metrics'] } });
  assert.deepEqual([body, headers['content-type']], ['x 1\n', 'text/plain; version=0.0.4; charset=utf-8']);
  assert.deepEqual(await logged(), []);
});

test('a monitor on this machine reads them without a token', async (t) => {
  const { store } = await sqlite.given(t);
  const errors: unknown[] = [];
  let broken = false;
  const text = async () => (broken ? assert.fail('broken') : 'x 1\n');
  const server = metricsServer(store, text, (error) => void errors.push(error)).listen(0, '127.0.0.1');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const told = async (path: string, method = 'GET') => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return [answer.status, await answer.text()];
  };
  assert.deepEqual(await told('/metrics'), [200, 'x 1\n']);
  for (const [path, method] of [
    ['/', 'GET'],
    ['/metrics?x', 'GET'],
    ['/metrics', 'POST'],
    ['/cases', 'GET'],
  ] as const)
    assert.deepEqual(await told(path, method), [404, ''], path);
  broken = true;
  assert.deepEqual(await told('/metrics'), [500, '']);
  assert.equal(errors.length, 1);
});
