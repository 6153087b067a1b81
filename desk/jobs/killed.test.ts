/** Processes that are killed under load: nothing that was acknowledged is lost, nothing happens twice. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { nodeSha256 } from 'cpansec/io';
import { databases, type Given } from '../../test/given-desk.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { Verifier } from '../ledger/index.ts';
import type { OutboxState, Store } from '../store/index.ts';
import { reap } from './index.ts';

const KILLS = rounds(6, 100);

/** Jobs that a process said it had committed: text by id. */
type Acknowledged = Map<string, string>;

function started({ address, masterKey }: Given, effects: string, name: string, said: Acknowledged) {
  const script = new URL('testdata/worker.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions=source', script, address, masterKey, effects, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) said.set(line.slice(0, 26), line.slice(27));
  });
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

/** Kills a process at a random moment of its work, and starts another, again and again. */
async function killLoop(t: TestContext, given: Given, effects: string): Promise<Acknowledged> {
  const said: Acknowledged = new Map();
  let random = seed;
  for (let n = 0; n < KILLS; n++) {
    const child = started(given, effects, `p${n}`, said);
    t.after(() => void child.kill('SIGKILL'));
    const before = said.size;
    while (said.size < before + 10) await wait(5);
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    await wait(random % 150);
    await killed(child);
  }
  return said;
}

async function rows(store: Store) {
  return store.transaction((tx) =>
    tx.db.selectFrom('outbox').select(['id', 'kind', 'state', 'problem']).execute(),
  );
}

for (const { name, skip, given } of databases)
  test(`${KILLS} processes are killed at work (${name})`, { skip }, async (t) => {
    const desk = await given(t);
    const home = mkdtempSync(join(tmpdir(), 'cpansec-jobs-'));
    t.after(() => rmSync(home, { recursive: true, force: true }));
    const effects = join(home, 'effects');
    writeFileSync(effects, '');
    const said = await killLoop(t, desk, effects);
    await wait(2100);
    await desk.store.transaction(reap);

    const all = await rows(desk.store);
    const stateOf = new Map<string, OutboxState>(all.map(({ id, state }) => [id, state]));
    const happened = new Map<string, number>();
    for (const line of readFileSync(effects, 'utf8').split('\n').slice(0, -1))
      happened.set(line, (happened.get(line) ?? 0) + 1);
    for (const [text, times] of happened) if (text.startsWith('once')) assert.equal(times, 1, text);
    for (const [id, text] of said) {
      const state = stateOf.get(id);
      assert.ok(state === 'ready' || state === 'done' || state === 'uncertain', `${text}: ${state}`);
      if (state === 'done') assert.ok(happened.has(text), `${text} is done and did not happen`);
      if (state === 'ready' && text.startsWith('once')) assert.ok(!happened.has(text), `${text} would again`);
    }
    for (const { kind, state, problem } of all)
      if (state === 'uncertain') assert.deepEqual([kind, problem], ['once', 'interrupted']);
    assert.ok(all.some(({ state }) => state === 'done'));

    const verifier = new Verifier(nodeSha256);
    const entries = await desk.store.transaction((tx) =>
      tx.db.selectFrom('ledger').selectAll().orderBy('seq').execute(),
    );
    for (const entry of entries)
      assert.equal(verifier.follow({ ...entry, detail: JSON.parse(entry.detail) }), null);
    const uncertain = all.filter(({ state }) => state === 'uncertain').length;
    t.diagnostic(`${KILLS} kills, ${said.size} acknowledged, ${happened.size} done, ${uncertain} uncertain`);
  });
