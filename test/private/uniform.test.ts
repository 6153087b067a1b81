/** What is not there, what is no id, what is another's and what is no more: one answer, for one amount of work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KyselyPlugin } from 'kysely';
import { readCase, shredCase } from '../../desk/casefile/index.ts';
import { newId, type Store, type Transaction } from '../../desk/store/index.ts';
import type { Route } from '../../desk/web/index.ts';
import { databases } from '../given-desk.ts';
import {
  givenCase,
  givenWorld,
  memberOf,
  NOBODY,
  putInto,
  ROUTES,
  serving,
  signedIn,
  type Told,
  undoing,
  type Who,
  type World,
} from './given.ts';
import { bodyOf, pathOf, valuesFor } from './values.ts';

const { given } = databases[0] ?? assert.fail();

/** Counts what is asked of the database. */
function counting(store: Store): { readonly store: Store; readonly asked: string[] } {
  const asked: string[] = [];
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      asked.push(node.kind);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const counted: Store = {
    ...store,
    transaction: (work) =>
      store.transaction((tx: Transaction) => work({ ...tx, db: tx.db.withPlugin(plugin) })),
  };
  return { store: counted, asked };
}

/** All that somebody is told, but what they themselves asked for. */
function told({ status, body, headers }: Told, url: string): string {
  // A page says again what was asked for, and is as much longer.
  const { date: _, 'content-length': __, ...rest } = headers;
  return JSON.stringify([status, rest, body.replaceAll(encodeURIComponent(url), 'URL')]);
}

async function shred(store: Store, id: string): Promise<void> {
  await store.transaction(async (tx) => {
    const file = (await readCase(tx, store.vault, id)) ?? assert.fail();
    await shredCase(tx, store.vault, file);
  });
}

/** Cases of others, by what became of them. */
async function othersCases(store: Store, { ask, team, foreign }: World): Promise<Record<string, string>> {
  const merged = await givenCase(store, ask, team, { what: 'The same once more', cve: 'CVE-2999-0004' });
  const into = await ask(team.coordinator, 'POST', `/cases/${merged.id}/merge`, {
    json: { into: foreign.id },
  });
  assert.equal(into.status, 200, into.body);
  const destroyed = await givenCase(store, ask, team, { what: 'Gone', cve: 'CVE-2999-0005' });
  await shred(store, destroyed.id);
  return {
    another: foreign.id,
    merged: merged.id,
    destroyed: destroyed.id,
    unknown: newId(),
    'no id': 'x',
    'of upper case': foreign.id.toUpperCase(),
    traversal: '../../people',
    'a character of code 0': `${foreign.id.slice(0, 25)}\0`,
    'metacharacters of SQL': "' OR 1=1 --",
    long: 'a'.repeat(199),
    'no text': '%F0%28',
  };
}

const pages: readonly Record<string, string>[] = [{}, { accept: 'text/html' }];

test('of a case that is not theirs nobody learns whether there is one', async (t) => {
  const { store } = await given(t);
  const world = await givenWorld(t, store);
  const cases = await othersCases(store, world);
  const counted = counting(undoing(store));
  const { ask } = serving(t, counted.store);
  const strangers: [name: string, who: Who][] = [
    ['nobody', NOBODY],
    ['the reporter of another case', world.own.reporter],
    ['a participant of another case', world.own.agreed],
  ];
  for (const role of ['cna', 'triager', 'auditor'] as const)
    strangers.push([role, await signedIn(store, role, { proved: true })]);
  const routes = ROUTES.filter(({ path }) => path.includes(':case'));
  assert.ok(routes.length > 15);
  for (const route of routes)
    for (const [name, who] of strangers)
      for (const headers of pages) {
        const answers = new Map<string, string>();
        for (const [what, id] of Object.entries(cases)) {
          const url = pathOf(route, { ...valuesFor(route, world), case: id });
          counted.asked.length = 0;
          const sent = route.method === 'POST' ? { json: bodyOf(route), headers } : { headers };
          const answer = await ask(who, route.method, url, sent);
          assert.equal(answer.status, 404, `${route.method} ${url} as ${name}`);
          const work = counted.asked.join();
          answers.set(`${told(answer, route.method === 'GET' ? url : '/')} ${work}`, what);
        }
        assert.equal(answers.size, 1, `${route.method} ${route.path} as ${name}: ${[...answers].join('\n')}`);
      }
});

/** Parameters besides the case: what is not there and what is another's. */
async function wrong(store: Store, { foreign, own }: World, name: string): Promise<string[]> {
  if (name === 'member') return [newId(), 'x', "'", 'a\0', own.id];
  if (name === 'secret') return [newId(), 'x', 'a\0', 'A'.repeat(43)];
  const spent = await store.transaction((tx) => tx.db.selectFrom('files').select('id').execute());
  assert.ok(spent.length > 3);
  return [newId(), 'x', "'", 'a\0', ...Object.values(foreign.files), own.id];
}

test('of a file, a member or a link that is not theirs neither', async (t) => {
  const { store } = await given(t);
  const world = await givenWorld(t, store);
  const { ask } = serving(t, undoing(store));
  const as = ({ path }: Route): Who => {
    if (path.startsWith('/my-report')) return world.own.reporter;
    return path.startsWith('/my-part') ? world.own.agreed : world.team.coordinator;
  };
  let asked = 0;
  for (const route of ROUTES)
    for (const [, name = ''] of route.path.matchAll(/:(\w+)/g)) {
      if (name === 'case') continue;
      const answers = new Set<string>();
      const others = route.path.startsWith('/my-') ? [world.own.files.team] : [];
      for (const value of [...(await wrong(store, world, name)), ...others]) {
        const url = pathOf(route, { ...valuesFor(route, world), [name]: value });
        const sent = route.method === 'POST' ? { json: bodyOf(route) } : {};
        const answer = await ask(as(route), route.method, url, sent);
        assert.equal(answer.status, 404, `${route.method} ${url}: ${answer.body}`);
        answers.add(told(answer, url));
        asked++;
      }
      assert.equal(answers.size, 1, `${route.method} ${route.path}: ${[...answers].join('\n')}`);
    }
  assert.ok(asked > 40, `${asked}`);
});

test('a member whose case was destroyed is told what everybody is, and keeps the others', async (t) => {
  const { store } = await given(t);
  const { ask, team, own, foreign } = await givenWorld(t, store);
  await shred(store, own.id);
  const gone = await ask(team.coordinator, 'GET', `/cases/${own.id}`);
  const never = await ask(team.coordinator, 'GET', `/cases/${newId()}`);
  assert.deepEqual([gone.status, gone.body], [never.status, never.body]);
  for (const path of ['/my-report', '/my-part'])
    for (const who of [own.reporter, own.agreed])
      assert.deepEqual((await ask(who, 'GET', path)).body, never.body, path);
  const list = JSON.parse((await ask(team.coordinator, 'GET', '/cases')).body) as { lines: { id: string }[] };
  assert.deepEqual(
    list.lines.map(({ id }) => id),
    [foreign.id],
  );
  assert.equal((await ask(team.coordinator, 'GET', '/')).status, 200);
  assert.equal((await ask(team.coordinator, 'GET', `/cases/${foreign.id}`)).status, 200);
});

test('what a case can be found by goes with its key, also when the key is destroyed a second time', async (t) => {
  const { store } = await given(t);
  const { own } = await givenWorld(t, store);
  const words = () =>
    store.transaction((tx) =>
      tx.db.selectFrom('words').select('token').where('case_id', '=', own.id).execute(),
    );
  assert.ok((await words()).length > 0);
  await store.transaction(async (tx) => {
    const { key_id } = await tx.db
      .selectFrom('cases')
      .select('key_id')
      .where('id', '=', own.id)
      .executeTakeFirstOrThrow();
    await store.vault.destroy(tx, key_id);
  });
  assert.deepEqual(await words(), []);
});

test('a member who may not read a case may not be told from it by what a search finds', async (t) => {
  const { store } = await given(t);
  const { ask, own } = await givenWorld(t, store);
  const outsider = await signedIn(store, 'triager');
  const search = async (q: string) =>
    (await ask(outsider, 'GET', `/cases?q=${encodeURIComponent(q)}`)).body.replace(JSON.stringify(q), 'Q');
  const [there, nowhere] = [await search('parse_header'), await search('nothing_at_all')];
  assert.equal(there, nowhere);
  for (const q of ['%', '_', "'", '" OR 1=1', '\\', '*', 'a OR b', 'NEAR(a)', '🐪', 'x'.repeat(200)])
    assert.match(await search(q), /"lines":\[\],"total":0/, q);
  await putInto(store, own.id, memberOf(outsider).id, 'conflict');
  assert.equal(await search('parse_header'), nowhere);
});
