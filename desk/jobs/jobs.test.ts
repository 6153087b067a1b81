import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { object, string } from 'cpansec/base';
import { databases, type Where } from '../../test/given-desk.ts';
import { DESK_KEY, fileKeyService, openStore, type Store, StoreError } from '../store/index.ts';
import { delayAfter } from './back-off.ts';
import { begin, claim } from './claim.ts';
import {
  cancel,
  countJobs,
  decide,
  enqueue,
  type Handlers,
  handler,
  JobError,
  type NewJob,
  type Outcome,
  reap,
  waitingJobs,
  workOne,
} from './index.ts';

const START = Date.parse('2026-11-25T12:00:00Z');
const code = (wanted: string) => (error: unknown) => error instanceof JobError && error.code === wanted;

/** A desk whose clock the test sets, with one kind of each sort that answers what the test says. */
async function desk(t: TestContext, given: Where['given']) {
  const clock = { now: START };
  const { store, ...more } = await given(t, () => new Date(clock.now));
  const did: string[] = [];
  const answers: (Outcome | Error)[] = [];
  const answer = async (text: string): Promise<Outcome> => {
    did.push(text);
    const next = answers.shift() ?? { state: 'done' };
    if (next instanceof Error) throw next;
    return next;
  };
  const payload = object({ text: string });
  const usual = { payload, tries: 3, lease: 60_000, backOff: { first: 1000, most: 10_000 } };
  const handlers: Handlers = {
    repeat: handler({ ...usual, run: ({ text }) => answer(text) }),
    once: handler({ ...usual, once: true, run: ({ text }) => answer(text) }),
  };
  const errors: unknown[] = [];
  const work = { store, handlers, onError: (error: unknown) => void errors.push(error) };
  const put = (job: Partial<NewJob>) =>
    store.transaction((tx) =>
      enqueue(tx, store.vault, {
        kind: 'repeat',
        caseId: null,
        keyId: DESK_KEY,
        payload: { text: 'x' },
        ...job,
      }),
    );
  const row = (id: string) =>
    store.transaction((tx) =>
      tx.db.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    );
  const state = async (id: string) => {
    const { state, problem } = await row(id);
    return problem === null ? state : `${state}: ${problem}`;
  };
  return { store, clock, did, answers, work, errors, put, row, state, ...more };
}

async function acts(store: Store): Promise<string[]> {
  const rows = await store.transaction((tx) =>
    tx.db.selectFrom('ledger').select(['actor', 'act']).orderBy('seq').execute(),
  );
  return rows.map(({ actor, act }) => `${actor} ${act}`);
}

for (const { name, skip, given } of databases) {
  test(`a job is done once, when it is due and not before (${name})`, { skip }, async (t) => {
    const { store, clock, did, work, put, state } = await desk(t, given);
    const id = await put({ dueAt: '2026-11-25T13:00:00.000Z', payload: { text: 'later' } });
    assert.equal(await workOne(work), false);
    clock.now = Date.parse('2026-11-25T12:59:59.999Z');
    assert.equal(await workOne(work), false);
    clock.now += 1;
    assert.equal(await workOne(work), true);
    assert.equal(await workOne(work), false);
    assert.deepEqual(did, ['later']);
    assert.equal(await state(id), 'done');
    assert.deepEqual(await acts(store), ['desk job.done']);
  });

  test(`how a job ends (${name})`, { skip }, async (t) => {
    const { answers, work, put, state, errors } = await desk(t, given);
    const cases: [kind: string, answer: Outcome | Error, wanted: string][] = [
      ['repeat', { state: 'done' }, 'done'],
      ['repeat', { state: 'retry', problem: 'busy' }, 'ready: busy'],
      ['repeat', { state: 'failed', problem: 'refused' }, 'failed: refused'],
      ['repeat', new RangeError('thrown'), 'ready: internal'],
      ['once', { state: 'done' }, 'done'],
      ['once', { state: 'retry', problem: 'busy' }, 'ready: busy'],
      ['once', { state: 'uncertain', problem: 'no-answer' }, 'uncertain: no-answer'],
      ['once', new RangeError('thrown'), 'uncertain: internal'],
      ['once', { state: 'failed', problem: '550 secret words of the other side' }, 'failed: unnamed'],
    ];
    for (const [kind, answer, wanted] of cases) {
      answers.push(answer);
      const id = await put({ kind });
      await workOne(work);
      assert.equal(await state(id), wanted, `${kind} ${JSON.stringify(answer)}`);
    }
    assert.equal(errors.length, 2);
    const payload = await put({ payload: { words: 1 } });
    await workOne(work);
    assert.equal(await state(payload), 'failed: payload');
  });

  test(`it is tried again, later each time, and then failed until a person decides (${name})`, {
    skip,
  }, async (t) => {
    const { store, clock, did, answers, work, put, row, state } = await desk(t, given);
    answers.push(...Array<Outcome>(4).fill({ state: 'retry', problem: 'busy' }));
    const id = await put({});
    for (const attempt of [1, 2]) {
      assert.equal(await workOne(work), true);
      const due = clock.now + delayAfter(attempt, id, { first: 1000, most: 10_000 });
      assert.equal((await row(id)).due_at, new Date(due).toISOString());
      assert.equal(await workOne(work), false);
      clock.now = due;
    }
    assert.equal(await workOne(work), true);
    assert.equal(await state(id), 'failed: busy');
    const [waiting] = await store.transaction((tx) => waitingJobs(tx, 10));
    assert.equal(waiting?.id, id);
    await store.transaction((tx) => decide(tx, id, 'again', 'member:a'));
    assert.equal(await workOne(work), true);
    assert.equal(await state(id), 'ready: busy');
    assert.equal(did.length, 4);
    assert.deepEqual(await acts(store), ['desk job.failed', 'member:a job.decided']);
  });

  test(`what may have happened is never done again by itself (${name})`, { skip }, async (t) => {
    const { store, clock, did, work, put, row, state } = await desk(t, given);
    const id = await put({ kind: 'once' });
    // A process takes it, begins, and ends there.
    await store.transaction(async (tx) => {
      const taken = (await claim(tx, new Map([['once', 60_000]]))) ?? assert.fail();
      assert.equal(await begin(tx, taken), true);
    });
    assert.equal(await workOne(work), false);
    clock.now += 60_000;
    assert.equal(await store.transaction(reap), 1);
    assert.equal(await state(id), 'uncertain: interrupted');
    assert.equal(await workOne(work), false);
    assert.notEqual((await row(id)).begun_at, null);
    await store.transaction((tx) => decide(tx, id, 'done', 'member:a'));
    assert.deepEqual([did, await state(id)], [[], 'done']);
    await assert.rejects(
      store.transaction((tx) => decide(tx, id, 'again', 'member:a')),
      code('not-waiting'),
    );
    assert.deepEqual(await acts(store), ['desk job.uncertain', 'member:a job.decided']);
  });

  test(`a worker that comes back late is heard, unless somebody has decided (${name})`, {
    skip,
  }, async (t) => {
    const { store, clock, work, put, state } = await desk(t, given);
    for (const [decided, wanted] of [
      [false, 'done'],
      [true, 'ready'],
    ] as const) {
      const id = await put({ kind: 'once', dueAt: new Date(clock.now).toISOString() });
      const slow = handler({
        payload: object({}),
        once: true,
        lease: 60_000,
        async run() {
          clock.now += 61_000;
          assert.equal(await store.transaction(reap), 1);
          if (decided) await store.transaction((tx) => decide(tx, id, 'again', 'member:a'));
          return { state: 'done' };
        },
      });
      await workOne({ ...work, handlers: { once: slow } });
      assert.equal(await state(id), wanted);
    }
  });

  test(`a claim that was lost before it began may not begin (${name})`, { skip }, async (t) => {
    const { store, clock, did, work, put, state } = await desk(t, given);
    const id = await put({ kind: 'once' });
    const leases = new Map([['once', 60_000]]);
    const first = (await store.transaction((tx) => claim(tx, leases))) ?? assert.fail();
    clock.now += 61_000;
    await store.transaction(reap);
    assert.equal(await store.transaction((tx) => begin(tx, first)), false);
    const second = (await store.transaction((tx) => claim(tx, leases))) ?? assert.fail();
    assert.equal(await store.transaction((tx) => begin(tx, first)), false);
    assert.equal(await store.transaction((tx) => begin(tx, second)), true);
    assert.deepEqual([await workOne(work), did, await state(id)], [false, [], 'leased']);
  });

  test(`a job whose process ends each time fails (${name})`, { skip }, async (t) => {
    const { store, clock, did, work, put, state } = await desk(t, given);
    const id = await put({});
    for (let i = 0; i < 3; i++) {
      await store.transaction((tx) => claim(tx, new Map([['repeat', 60_000]])));
      clock.now += 60_000;
      await store.transaction(reap);
    }
    await workOne(work);
    assert.deepEqual([did, await state(id)], [[], 'failed: interrupted']);
  });

  test(`without its key a job is cancelled, and its payload is nowhere in clear (${name})`, {
    skip,
  }, async (t) => {
    const { store, did, work, put, row, state } = await desk(t, given);
    const keyId = await store.transaction((tx) => store.vault.create(tx, 'case'));
    const id = await put({ keyId, caseId: 'c', payload: { text: 'canary' } });
    assert.ok(!Buffer.from((await row(id)).sealed).includes('canary'));
    await store.transaction((tx) => store.vault.destroy(tx, keyId));
    await workOne(work);
    assert.deepEqual([did, await state(id)], [[], 'cancelled: key-destroyed']);
    await assert.rejects(put({ keyId }), StoreError);
  });

  test(`a job is there with its act or not at all, and can be withdrawn (${name})`, { skip }, async (t) => {
    const { store, work, put, state } = await desk(t, given);
    const job = { kind: 'repeat', caseId: null, keyId: DESK_KEY, payload: { text: 'x' } };
    const failing = store.transaction(async (tx) => {
      await enqueue(tx, store.vault, job);
      throw new RangeError('the act failed');
    });
    await assert.rejects(failing, RangeError);
    assert.equal(await workOne(work), false);
    const id = await put({});
    assert.equal(await store.transaction((tx) => cancel(tx, id)), true);
    assert.equal(await store.transaction((tx) => cancel(tx, id)), false);
    assert.deepEqual([await workOne(work), await state(id)], [false, 'cancelled: withdrawn']);
    await assert.rejects(put({ kind: 'No Word' }), code('kind'));
    await assert.rejects(put({ payload: 'x'.repeat(300_000) }), code('too-large'));
  });

  test(`four workers do 500 jobs, each once (${name})`, { skip }, async (t) => {
    const { store, address, masterKey, put } = await desk(t, given);
    for (let n = 0; n < 500; n += 50)
      await store.transaction(async (tx) => {
        for (let i = n; i < n + 50; i++)
          await enqueue(tx, store.vault, {
            kind: i % 2 === 0 ? 'once' : 'repeat',
            caseId: null,
            keyId: DESK_KEY,
            payload: { text: String(i) },
            dueAt: '2026-11-25T12:00:00.000Z',
          });
      });
    await put({ kind: 'other' });
    const did: string[] = [];
    const worker = async (): Promise<void> => {
      const own = await openStore(address, fileKeyService(masterKey), { now: () => new Date(START) });
      const run = async ({ text }: { text: string }): Promise<Outcome> => {
        did.push(text);
        return {
          state: 'done',
          also: async (tx) =>
            void (await tx.db.insertInto('settings').values({ name: text, value: '1' }).execute()),
        };
      };
      const payload = object({ text: string });
      const handlers = { once: handler({ payload, once: true, run }), repeat: handler({ payload, run }) };
      const onError = (error: unknown) => assert.ifError(error);
      while (await workOne({ store: own, handlers, onError }));
      await own.close();
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
    assert.equal(did.length, 500);
    assert.equal(new Set(did).size, 500);
    const counts = await store.transaction(countJobs);
    assert.deepEqual(counts, { ready: 1, leased: 0, done: 500, failed: 0, uncertain: 0, cancelled: 0 });
    const settings = await store.transaction((tx) => tx.db.selectFrom('settings').select('name').execute());
    assert.equal(settings.length, 500);
  });
}

test('the pause doubles up to its end, and differs by the job', () => {
  const backOff = { first: 1000, most: 60_000 };
  for (const [attempt, plain] of [
    [1, 1000],
    [2, 2000],
    [6, 32_000],
    [7, 60_000],
    [5000, 60_000],
  ] as const)
    for (const id of ['a', 'b', 'c']) {
      const delay = delayAfter(attempt, id, backOff);
      assert.equal(delay, delayAfter(attempt, id, backOff));
      assert.ok(delay >= plain * 0.75 && delay <= plain * 1.25, `${attempt} ${id} ${delay}`);
    }
  assert.notEqual(delayAfter(3, 'a', backOff), delayAfter(3, 'b', backOff));
});
