/** Who may do what, asked of every route as everybody. The table is testdata/rights.txt: read it when it changes. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ANONYMOUS, type Decision, decide, type Relation, rules } from '../../desk/access/index.ts';
import type { Store } from '../../desk/store/index.ts';
import type { Route } from '../../desk/web/index.ts';
import { databases } from '../given-desk.ts';
import { givenMember } from '../given-server.ts';
import { assertGolden } from '../golden.ts';
import {
  givenWorld,
  linked,
  memberOf,
  NOBODY,
  putInto,
  ROUTES,
  serving,
  sessionOf,
  signedIn,
  tokenOf,
  undoing,
  type Who,
  type World,
} from './given.ts';
import { bodyOf, pathOf, type Schema, valuesFor } from './values.ts';

const GOLDEN = new URL('testdata/rights.txt', import.meta.url).pathname;

interface Column {
  /** Over the column. */
  readonly name: string;
  readonly who: Who;
  /** What they have to do with the case that is asked for, and with the one of their own link. */
  readonly relation: Relation;
}

const ROLES = ['coordinator', 'cna', 'triager', 'auditor'] as const;
const PARTS = ['member', 'none', 'conflict'] as const;

async function memberColumns(store: Store, world: World, proved: boolean): Promise<Column[]> {
  const columns: Column[] = [];
  for (const role of ROLES)
    for (const relation of PARTS) {
      const who = await signedIn(store, role, { proved });
      await putInto(store, world.own.id, memberOf(who).id, relation);
      columns.push({ name: `${role} ${relation}`, who, relation });
    }
  return columns;
}

async function tokenColumns(store: Store, world: World): Promise<Column[]> {
  const member = memberOf(world.team.coordinator);
  const relation = 'member';
  const columns: Column[] = [];
  for (const scope of ['report', 'read', 'write'] as const)
    columns.push({ name: `token ${scope}`, who: await tokenOf(store, member, [scope]), relation });
  const all = await tokenOf(store, member, ['report', 'read', 'write']);
  const none = await tokenOf(store, await givenMember(store, 'coordinator'), ['report', 'read', 'write']);
  return [
    ...columns,
    { name: 'token all', who: all, relation },
    { name: 'token all, of none', who: none, relation: 'none' },
  ];
}

async function linkColumns(store: Store, { own, foreign, team }: World): Promise<Column[]> {
  const entering = await store.transaction(async (tx) => {
    await tx.db.updateTable('members').set({ state: 'active' }).execute();
    return memberOf(team.cna).id;
  });
  const of = (link: 'bootstrap' | 'invitation' | 'recovery' | 'organisation') =>
    linked(store, link, entering);
  return [
    { name: 'reporter', who: own.reporter, relation: 'reporter' },
    { name: 'reporter of another', who: foreign.reporter, relation: 'none' },
    { name: 'invited', who: own.invited, relation: 'invited' },
    { name: 'agreed', who: own.agreed, relation: 'participant' },
    { name: 'agreed to another', who: foreign.agreed, relation: 'none' },
    { name: 'bootstrap', who: await of('bootstrap'), relation: 'none' },
    { name: 'invitation', who: await of('invitation'), relation: 'none' },
    { name: 'recovery', who: await of('recovery'), relation: 'none' },
    { name: 'organisation', who: await of('organisation'), relation: 'none' },
  ];
}

/** Without a case in the path a link asks for its own, and nobody else for any. */
function relationFor({ path }: Route, { name, who, relation }: Column): Relation {
  if (path.includes(':case')) return relation;
  if (who.principal.kind !== 'link') return 'none';
  if (name.startsWith('reporter')) return 'reporter';
  return name.startsWith('agreed') ? 'participant' : relation;
}

function expected(route: Route, column: Column): Decision {
  const decisions = [column.who.principal, ANONYMOUS].map((principal) =>
    decide(principal, route.act, relationFor(route, column)),
  );
  return decisions.includes('yes') ? 'yes' : decisions.includes('prove') ? 'prove' : 'no';
}

/** Routes that tell whether their handler was reached. */
function watched(reached: Set<string>): Route[] {
  return ROUTES.map((route) => ({
    ...route,
    handle: async (asked) => {
      reached.add(`${route.method} ${route.path}`);
      return route.handle(asked);
    },
  }));
}

type Asking = (route: Route, column: Column) => Promise<Decision>;

/** What comes of asking: whether the handler was reached, and if not, with which answer. */
function asking(t: TestContext, world: World): Asking {
  const reached = new Set<string>();
  const { ask } = serving(t, undoing(world.store), watched(reached));
  return async (route, { name, who }) => {
    reached.clear();
    const url = pathOf(route, valuesFor(route, world));
    const told = await ask(who, route.method, url, route.method === 'POST' ? { json: bodyOf(route) } : {});
    const what = `${route.method} ${url} as ${name}: ${told.status} ${told.body.slice(0, 200)}`;
    assert.ok(told.status < 500, what);
    if (reached.size > 0) return 'yes';
    assert.ok(told.status === 404 || (told.status === 403 && JSON.parse(told.body).error === 'prove'), what);
    return told.status === 404 ? 'no' : 'prove';
  };
}

/** Names from top to bottom, then a line for each route. */
function table(
  columns: readonly Column[],
  rows: readonly (readonly [route: Route, cells: Decision[]])[],
): string {
  // Of a fixed width, so that a longer name changes one line.
  const [width, acts] = [46, 20];
  const legend = columns.map(({ name }, i) => `${'  '.repeat(i)}${name}`);
  const pad = ' '.repeat(width + acts);
  const head = legend.map((line, i) => `${pad}${'| '.repeat(i)}${line.trim()}`);
  const mark = { yes: 'y', prove: 'p', no: '·' } as const;
  const lines = rows.map(
    ([{ method, path, act }, cells]) =>
      `${method.padEnd(5)} ${path}`.padEnd(width) +
      act.padEnd(acts) +
      cells.map((cell) => mark[cell]).join(' '),
  );
  return `y: may   p: after a passkey   ·: nothing there\n\n${[...head, ...lines].join('\n')}\n`;
}

const { given } = databases[0] ?? assert.fail();

test('everybody may do what the table of rights says, and nothing else', async (t) => {
  const { store } = await given(t);
  const world = await givenWorld(t, store);
  const columns: Column[] = [
    { name: 'anonymous', who: NOBODY, relation: 'none' },
    ...(await memberColumns(store, world, false)),
    ...(await tokenColumns(store, world)),
    ...(await linkColumns(store, world)),
  ];
  const ask = asking(t, world);
  const rows: (readonly [Route, Decision[]])[] = [];
  for (const route of ROUTES) {
    const cells: Decision[] = [];
    for (const column of columns) {
      const found = await ask(route, column);
      assert.equal(found, expected(route, column), `${route.method} ${route.path} as ${column.name}`);
      cells.push(found);
    }
    rows.push([route, cells]);
  }
  assertGolden(GOLDEN, table(columns, rows));
});

test('whoever has just used a passkey may do what asked for it, and no more', async (t) => {
  const { store } = await given(t);
  const world = await givenWorld(t, store);
  const columns = await memberColumns(store, world, true);
  const ask = asking(t, world);
  for (const route of ROUTES.filter(({ act }) => rules[act].proof === true))
    for (const column of columns)
      assert.equal(
        await ask(route, column),
        expected(route, column),
        `${route.method} ${route.path} as ${column.name}`,
      );
});

test('a link beside a session adds its own case and takes nothing away', async (t) => {
  const { store } = await given(t);
  const world = await givenWorld(t, store);
  const triager = await givenMember(store, 'triager');
  const session = await sessionOf(store, triager);
  const both = { cookie: `${session.headers.cookie}; ${world.own.agreed.headers.cookie}` };
  const who: Who = { ...session, headers: both };
  const status = async (path: string): Promise<number> => (await world.ask(who, 'GET', path)).status;
  assert.deepEqual(
    [await status('/my-part'), await status('/cases'), await status(`/cases/${world.own.id}`)],
    [200, 200, 404],
  );
});

test('every route says what it takes and what it gives', () => {
  const acts = new Set(Object.keys(rules));
  const seen = new Set<string>();
  for (const route of ROUTES) {
    const name = `${route.method} ${route.path}`;
    assert.ok(!seen.has(name), `${name} is there twice`);
    seen.add(name);
    assert.ok(acts.has(route.act), `${name}: act ${route.act}`);
    assert.equal((route.model as Schema).type, 'object', `${name} gives an object`);
    const named = [...route.path.matchAll(/:(\w+)/g)].map(([, one]) => one);
    const declared = Object.keys((route.params as Schema | undefined)?.properties ?? {});
    assert.deepEqual(declared.sort(), named.sort(), `${name}: parameters`);
    assert.ok(route.method === 'POST' || route.body === undefined, `${name}: a GET with a body`);
    assert.ok(
      (route.maxBody ?? 0) < 1_000_000 || route.limit !== undefined,
      `${name} takes much and is not counted`,
    );
    assert.ok(rules[route.act].case === undefined || route.path.includes(':case'), `${name}: which case?`);
  }
});

test('a GET changes nothing: no act of a GET is one of writing alone', () => {
  const reads = new Set(ROUTES.filter(({ method }) => method === 'GET').map(({ act }) => act));
  for (const act of reads) assert.notEqual(rules[act].scope, 'write', act);
});
