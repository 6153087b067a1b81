/** Whatever is sent, the desk answers with words of its own, and nothing of it becomes more than was declared. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Asked, Route } from '../../desk/web/index.ts';
import { databases } from '../given-desk.ts';
import {
  givenWorld,
  linked,
  memberOf,
  NOBODY,
  ORIGIN,
  ROUTES,
  type Sending,
  serving,
  signedIn,
  undoing,
  upload,
  type Who,
  type World,
} from './given.ts';
import { bodyOf, pathOf, type Schema, valuesFor } from './values.ts';

const POSTS = ROUTES.filter(({ method }) => method === 'POST');
const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
const PAGE = { accept: 'text/html' };

/** Somebody who may do it. */
async function allowed(world: World): Promise<(route: Route) => Who> {
  const entering = await linked(world.store, 'invitation', memberOf(world.team.cna).id);
  return ({ path }) => {
    if (path.startsWith('/my-report')) return world.own.reporter;
    if (path.startsWith('/my-part')) return world.own.agreed;
    if (path.startsWith('/welcome')) return entering;
    return path === '/report' ? NOBODY : world.team.coordinator;
  };
}

interface Given {
  readonly world: World;
  /** With a handler that tells what it was given. */
  readonly seen: Asked<unknown, unknown, unknown>[];
  send(route: Route, sending: Sending): Promise<{ readonly status: number; readonly body: string }>;
}

async function givenHostile(t: TestContext, where: (typeof databases)[number]): Promise<Given> {
  const { store } = await where.given(t);
  const world = await givenWorld(t, store);
  const as = await allowed(world);
  const seen: Given['seen'] = [];
  const watched = ROUTES.map((route) => ({
    ...route,
    handle: async (asked: Parameters<Route['handle']>[0]) => {
      seen.push(asked);
      return route.handle(asked);
    },
  }));
  const { ask } = serving(t, undoing(store), watched);
  return {
    world,
    seen,
    send: (route, sending) => ask(as(route), route.method, pathOf(route, valuesFor(route, world)), sending),
  };
}

const DEEP = 'DEEP';
const LISTS = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

/** What no field of a body should be. */
const VALUES: readonly (readonly [what: string, value: unknown])[] = [
  ['lists in lists', DEEP],
  ['null', null],
  ['a list', []],
  ['an object', {}],
  ['an object that is no text', { toString: 1, valueOf: 1 }],
  ['a number beyond all', 1e308],
  ['a number below all', -1e308],
  ['a long number', '9'.repeat(400)],
  ['half a character', '\ud800'],
  ['a character of code 0', 'a\0b'],
  ['a long text', 'x'.repeat(200_000)],
  ['the name of a prototype', '__proto__'],
  ['SQL', "'; DROP TABLE cases; --"],
  ['a new line', 'a\r\nSet-Cookie: session=x'],
];

for (const where of databases) {
  const { name, skip } = where;

  test(`a field that is something else is refused, or taken as words (${name})`, { skip }, async (t) => {
    const { send } = await givenHostile(t, where);
    for (const route of POSTS)
      for (const field of Object.keys((route.body as Schema | undefined)?.properties ?? {}))
        for (const [what, value] of VALUES) {
          const body = JSON.stringify({ ...bodyOf(route), [field]: value }).replace(`"${DEEP}"`, LISTS);
          for (const headers of [JSON_TYPE, { ...JSON_TYPE, ...PAGE }]) {
            const { status, body: told } = await send(route, { payload: body, headers });
            assert.ok(status < 500, `${route.path} ${field} is ${what}: ${status} ${told.slice(0, 300)}`);
          }
        }
  });

  test(`parameters and queries that are something else (${name})`, { skip }, async (t) => {
    const { world } = await givenHostile(t, where);
    const { ask } = serving(t, undoing(world.store));
    const bad = ['%00', '%ff', '%c0%af', "'", '%25', '..%2f', '[]=1', '__proto__=1', 'a&a&a', '='];
    for (const { path, query } of ROUTES.filter(({ method }) => method === 'GET')) {
      const names = ['q', 'page', ...Object.keys((query as Schema | undefined)?.properties ?? {})];
      for (const one of bad)
        for (const field of names) {
          const url = `${path.replace(/:\w+/g, 'x')}?${field}=${one}&${one}`;
          const { status } = await ask(world.team.coordinator, 'GET', url, { headers: PAGE });
          assert.ok(status < 500, `${url}: ${status}`);
        }
    }
    for (const path of [
      '/cases/%00',
      '/people/%00',
      '/my-part/files/%00',
      '/l/%00',
      '/%00',
      '//',
      '/cases/%',
    ])
      assert.ok((await ask(world.team.coordinator, 'GET', path)).status < 500, path);
  });
}

const { given } = databases[0] ?? assert.fail();

test('bodies that are broken, bombs, or of another kind', async (t) => {
  const { world, send } = await givenHostile(t, databases[0] ?? assert.fail());
  const route = POSTS.find(({ path }) => path === '/report') ?? assert.fail();
  const parts = (n: number): string =>
    Array.from(
      { length: n },
      (_, i) => `--b\r\nContent-Disposition: form-data; name="f${i}"\r\n\r\nx\r\n`,
    ).join('');
  const multipart = { 'content-type': 'multipart/form-data; boundary=b' };
  const good = JSON.stringify(bodyOf(route));
  const table: [what: string, payload: string | Buffer, headers: Record<string, string>, status: number][] = [
    ['good', good, JSON_TYPE, 200],
    ['nothing', '', JSON_TYPE, 422],
    ['cut off', good.slice(0, -1), JSON_TYPE, 422],
    ['a list', '[]', JSON_TYPE, 422],
    ['deep', '['.repeat(200_000), JSON_TYPE, 422],
    ['deep and whole', `{"where":${'['.repeat(100_000)}${']'.repeat(100_000)},"what":"x"}`, JSON_TYPE, 422],
    ['deep objects', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`, JSON_TYPE, 422],
    ['names twice', '{"where":"Foo","where":["x"],"what":"words"}', JSON_TYPE, 422],
    ['names of prototypes', '{"__proto__":{"where":"Foo","what":"words"}}', JSON_TYPE, 422],
    ['a constructor', '{"constructor":{"prototype":{"where":"Foo"}}}', JSON_TYPE, 422],
    ['no UTF-8', Buffer.from('7b227768657265223affff7d', 'hex'), JSON_TYPE, 422],
    [
      'no UTF-8 in a text',
      Buffer.concat([
        Buffer.from('{"where":"a'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('b","what":"words"}'),
      ]),
      JSON_TYPE,
      200,
    ],
    ['10,000 fields', Array.from({ length: 10_000 }, (_, i) => `f${i}=1`).join('&'), FORM_TYPE, 422],
    ['one field 10,000 times', 'where=a&'.repeat(10_000), FORM_TYPE, 422],
    ['a long name', `${'n'.repeat(1000)}=1`, FORM_TYPE, 422],
    ['10,000 parts', `${parts(10_000)}--b--\r\n`, multipart, 422],
    ['parts without an end', parts(3), multipart, 422],
    ['no boundary', `${parts(3)}--b--`, { 'content-type': 'multipart/form-data' }, 422],
    ['another boundary', `${parts(3)}--b--`, { 'content-type': 'multipart/form-data; boundary=c' }, 422],
    ['packed', Buffer.alloc(1000), { ...JSON_TYPE, 'content-encoding': 'gzip' }, 422],
    ['text', good, { 'content-type': 'text/plain' }, 422],
    ['XML', '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', { 'content-type': 'application/xml' }, 422],
  ];
  for (const [what, payload, headers, status] of table)
    for (const more of [{}, PAGE]) {
      const told = await send(route, { payload, headers: { ...headers, ...more } });
      assert.equal(told.status, status, `${what}: ${told.body.slice(0, 300)}`);
    }
  const { ask } = serving(t, undoing(world.store));
  const six = Array.from(
    { length: 6 },
    (_, i) => `--b\r\nContent-Disposition: form-data; name="files"; filename="${i}"\r\n\r\nx\r\n`,
  ).join('');
  const many = await ask(NOBODY, 'POST', '/report', { payload: `${six}--b--\r\n`, headers: multipart });
  assert.equal(many.status, 422, many.body);
  const cookies = Array.from({ length: 200 }, (_, i) => `c${i}=1`).join('; ');
  assert.equal((await ask(NOBODY, 'GET', '/cases', { headers: { cookie: cookies } })).status, 404);
});

test('a body is refused before it is read where it may not be sent, or is too much', async (t) => {
  const { store } = await given(t);
  const { ask } = serving(t, store);
  const payload = Buffer.alloc(2 * 1024 * 1024, 'x');
  const headers = { ...FORM_TYPE, origin: 'https://evil.example' };
  assert.equal((await ask(NOBODY, 'POST', '/sign-out', { payload, headers })).status, 403, 'and not 413');
  const statuses: number[] = [];
  for (let i = 0; i < 21; i++)
    statuses.push((await ask(NOBODY, 'POST', '/sign-in/options', { payload, headers: FORM_TYPE })).status);
  assert.deepEqual([statuses[0], statuses[20]], [413, 429]);
});

test('mass assignment: a handler is given what its route declares, whatever else is sent', async (t) => {
  const { world, send, seen } = await givenHostile(t, databases[0] ?? assert.fail());
  const more = {
    ...{ role: 'coordinator', state: 'active', id: world.foreign.id, revision: 99, audience: 'team' },
    ...{ caseId: world.foreign.id, case_id: world.foreign.id, member: 'x', proved: true, scopes: ['write'] },
    ...{ principal: { kind: 'member' }, kind: 'member', party: 'team', key_id: 'desk', phase: 'closed' },
  };
  for (const route of POSTS) {
    const declared = Object.keys((route.body as Schema | undefined)?.properties ?? {});
    const wanted = Object.fromEntries(Object.entries({ ...more, ...bodyOf(route) }));
    seen.length = 0;
    const told = await send(route, { json: wanted });
    if (told.status === 422 && seen.length === 0) continue;
    for (const { body } of seen)
      for (const key of Object.keys(body as object))
        assert.ok(declared.includes(key), `${route.path} ${key}`);
  }
});

test('a form from another site does nothing, whichever it is and whoever is signed in', async (t) => {
  const { world, seen } = await givenHostile(t, databases[0] ?? assert.fail());
  const as = await allowed(world);
  const { ask } = serving(t, undoing(world.store), ROUTES);
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${ORIGIN}.evil.example` },
    { origin: ORIGIN.replace('https', 'http') },
    { origin: `${ORIGIN}:8443` },
    { origin: ORIGIN.toUpperCase() },
    { origin: 'https://desk.example.org@evil.example' },
    { origin: '', 'sec-fetch-site': 'cross-site' },
    { origin: '', 'sec-fetch-site': 'same-site' },
    { origin: '' },
  ];
  for (const route of POSTS)
    for (const headers of foreign) {
      const url = pathOf(route, valuesFor(route, world));
      const who = as(route) === NOBODY ? world.team.coordinator : as(route);
      const told = await ask(who, 'POST', url, { headers: { ...FORM_TYPE, ...headers }, payload: 'a=1' });
      assert.equal(told.status, 403, `${url} from ${JSON.stringify(headers)}: ${told.status}`);
    }
  assert.equal(seen.length, 0);
});

test('every redirection leads to a path of the desk', async (t) => {
  const { world } = await givenHostile(t, databases[0] ?? assert.fail());
  const as = await allowed(world);
  const { ask } = serving(t, undoing(world.store));
  let led = 0;
  for (const route of ROUTES) {
    const url = pathOf(route, valuesFor(route, world));
    const sent = route.method === 'POST' ? { json: bodyOf(route), headers: PAGE } : { headers: PAGE };
    for (const where of [
      url,
      `${url}${url.includes('?') ? '&' : '?'}next=//evil.example&to=//evil.example`,
    ]) {
      const { status, headers } = await ask(as(route), route.method, where, sent);
      if (status !== 303) continue;
      led++;
      assert.match(String(headers.location), /^\/(?![/\\])[\w/-]*$/, where);
    }
  }
  assert.ok(led > 20, `${led}`);
});

test('a cookie that a neighbouring host sets is nobody', async (t) => {
  const { store } = await given(t);
  const { ask } = serving(t, store);
  const attacker = await signedIn(store, 'triager');
  const victim = await signedIn(store, 'coordinator');
  const tossed = (attacker.headers.cookie ?? '').replace('__Host-', '');
  const whose = async (cookie: string) =>
    (await ask({ ...NOBODY, headers: { cookie } }, 'GET', '/account')).status;
  assert.equal(await whose(tossed), 404);
  const mixed = `${victim.headers.cookie}; ${tossed}`;
  const { body } = await ask({ ...NOBODY, headers: { cookie: mixed } }, 'GET', '/people/invite');
  assert.equal(JSON.parse(body).error, 'prove', 'still the coordinator');
});

test('file names reach headers as letters, and every file comes back', async (t) => {
  const { world } = await givenHostile(t, databases[0] ?? assert.fail());
  const { ask, team, own } = world;
  const names = [
    'a.txt',
    'a%0d%0aSet-Cookie: x',
    'x'.repeat(5000),
    `${'x'.repeat(119)}𝒳.txt`,
    'ünïcödé.patch',
    '\u202egpj.exe',
    "a'b.html",
    '../../../etc/passwd',
    '.',
    '..',
  ];
  for (const name of names) {
    const sent = await ask(team.coordinator, 'POST', `/cases/${own.id}/files`, upload(name, 'content'));
    assert.equal(sent.status, 200, name);
    const { files } = JSON.parse(sent.body) as { files: { id: string; name: string }[] };
    const file = files.at(-1) ?? assert.fail();
    for (const { id } of files) {
      const got = await ask(team.coordinator, 'GET', `/cases/${own.id}/files/${id}`);
      assert.equal(got.status, 200, `${name}: ${got.body}`);
      assert.match(
        String(got.headers['content-disposition']),
        /^attachment; filename="[\w.-]+"; filename\*=UTF-8''[\w.%~-]+$/,
        file.name,
      );
      assert.equal(got.headers['content-type'], 'application/octet-stream');
    }
  }
});
