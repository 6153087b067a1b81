import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Type from 'typebox';
import { databases } from '../../test/given-desk.ts';
import type { MemberPrincipal, Principal } from '../access/index.ts';
import { newId, type Store } from '../store/index.ts';
import { deskServer, type RequestLine, type Route, route, WebError } from './index.ts';

const ORIGIN = 'https://desk.example.org';

const about = route({
  method: 'GET',
  path: '/about',
  act: 'desk.public',
  title: 'About',
  model: Type.Object({ words: Type.String() }),
  handle: async () => ({ model: { words: '<script>' } }),
  page: ({ words }) => words,
});

const one = route({
  method: 'GET',
  path: '/cases/:case',
  act: 'case.read',
  title: 'A case',
  params: Type.Object({ case: Type.String() }),
  model: Type.Object({
    title: Type.String(),
    reporter: Type.String({ seen: ['coordinator'] }),
    people: Type.Array(Type.Object({ name: Type.String(), mail: Type.String({ seen: ['coordinator'] }) })),
  }),
  handle: async () => {
    // More than is declared, as a careless query would give.
    const found = { title: 'T', reporter: 'R', people: [{ name: 'N', mail: 'M', secret: 'S' }], secret: 'S' };
    return { model: found };
  },
});

const change = route({
  method: 'POST',
  path: '/cases/:case/title',
  act: 'case.triage',
  title: 'Title',
  params: Type.Object({ case: Type.String() }),
  body: Type.Object({
    title: Type.String({ minLength: 1, maxLength: 10 }),
    count: Type.Optional(Type.Integer()),
  }),
  model: Type.Object({ title: Type.String(), problems: Type.Record(Type.String(), Type.String()) }),
  handle: async ({ body, note }) => {
    note({ fields: Object.keys(body).length });
    if (body.title === 'no') throw new WebError('refused', 'Not in this state.');
    return { to: '/cases', model: { title: body.title, problems: {} } };
  },
  page: ({ title, problems }) => `${title}: ${Object.keys(problems).join()}`,
  again: async ({ body }, problems) => ({ title: body.title ?? '', problems }),
});

const broken = route({
  method: 'GET',
  path: '/broken',
  act: 'desk.public',
  title: 'Broken',
  model: Type.Object({}),
  handle: async () => {
    throw new RangeError('with a secret in it');
  },
});

const proof = route({
  method: 'POST',
  path: '/members',
  act: 'member.invite',
  title: 'Invite',
  model: Type.Object({}),
  handle: async () => ({ model: {} }),
});

interface GivenServer {
  readonly store: Store;
  readonly lines: RequestLine[];
  readonly caseId: string;
  ask(method: 'GET' | 'POST', url: string, more?: Asking): Promise<Told>;
}

interface Asking {
  readonly as?: Principal;
  readonly headers?: Record<string, string>;
  readonly payload?: string;
}

interface Told {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

async function givenServer(t: TestContext): Promise<GivenServer> {
  const { store } = await (databases[0] ?? assert.fail()).given(t);
  const caseId = newId();
  await givenCase(store, caseId);
  let who: readonly Principal[] = [];
  const lines: RequestLine[] = [];
  const server = deskServer({
    store,
    routes: [about, one, change, broken, proof] satisfies Route[],
    origin: ORIGIN,
    authenticate: async () => who,
    frame: { name: 'Desk', assets: {} },
    assets: new Map(),
    log: (line) => void lines.push(line),
  });
  t.after(() => server.close());
  return {
    store,
    lines,
    caseId,
    ask: async (method, url, { as, headers = {}, payload } = {}) => {
      who = as === undefined ? [] : [as];
      const sent = payload === undefined ? {} : { payload };
      const { statusCode, body, headers: got } = await server.inject({ method, url, headers, ...sent });
      return { status: statusCode, body, headers: got };
    },
  };
}

/** With one member, a coordinator called `m`. */
async function givenCase(store: Store, caseId: string): Promise<void> {
  await store.transaction(async (tx) => {
    const at = tx.now;
    const key = await store.vault.create(tx, 'case');
    const sealed = await store.vault.seal(tx, key, 'test', null);
    await tx.db.insertInto('persons').values({ id: 'p', key_id: key, sealed, created_at: at }).execute();
    const member = { id: 'm', person_id: 'p', role: 'coordinator', state: 'active', created_at: at } as const;
    await tx.db
      .insertInto('members')
      .values({ ...member, revision: 1 })
      .execute();
    const row = {
      id: caseId,
      key_id: key,
      kind: 'vulnerability',
      phase: 'report',
      tlp: 'TLP:AMBER',
    } as const;
    await tx.db
      .insertInto('cases')
      .values({ ...row, restricted: 0, opened_at: at, changed_at: at, sealed, revision: 1 })
      .execute();
    await tx.db
      .insertInto('case_members')
      .values({ case_id: caseId, member_id: 'm', part: 'member', since: at })
      .execute();
  });
}

const coordinator: MemberPrincipal = {
  kind: 'member',
  id: 'm',
  role: 'coordinator',
  proved: false,
  scopes: null,
};
const page = { accept: 'text/html' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

test('a browser gets the page, a program the model, and each with the same head', async (t) => {
  const { ask } = await givenServer(t);
  const html = await ask('GET', '/about', { headers: page });
  assert.equal(html.status, 200);
  assert.match(html.body, /<main[^>]*>&lt;script><\/main>/);
  const json = await ask('GET', '/about');
  assert.equal(json.body, '{"words":"<script>"}');
  for (const { headers } of [html, json]) {
    assert.match(String(headers['content-security-policy']), /default-src 'none'/);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['referrer-policy'], 'same-origin');
  }
});

test('what is not there and what is not for you are the same answer', async (t) => {
  const { ask, caseId } = await givenServer(t);
  const stranger: Principal = { ...coordinator, id: 'x' };
  const answers = [
    await ask('GET', `/cases/${newId()}`),
    await ask('GET', `/cases/${caseId}`),
    await ask('GET', `/cases/${caseId}`, { as: stranger }),
    await ask('GET', `/cases/${newId()}`, { as: coordinator }),
    await ask('GET', '/cases/1', { as: coordinator }),
    await ask('GET', "/cases/'%20or%201=1", { as: coordinator }),
    await ask('GET', '/nothing'),
  ];
  for (const answer of answers) assert.deepEqual([answer.status, answer.body], [404, answers[0]?.body]);
});

test('nothing goes out that the model does not declare for whoever asks', async (t) => {
  const { ask, caseId, store } = await givenServer(t);
  const seen = async (as: Principal): Promise<unknown> =>
    JSON.parse((await ask('GET', `/cases/${caseId}`, { as })).body);
  assert.deepEqual(await seen(coordinator), {
    title: 'T',
    reporter: 'R',
    people: [{ name: 'N', mail: 'M' }],
  });
  assert.deepEqual(await seen({ ...coordinator, role: 'triager' }), { title: 'T', people: [{ name: 'N' }] });
  const acts = await store.transaction((tx) =>
    tx.db.selectFrom('ledger').select(['actor', 'act', 'subject']).execute(),
  );
  assert.deepEqual({ ...acts.at(-1) }, { actor: 'member:m', act: 'case.read', subject: `case:${caseId}` });
});

test('a form from another site is refused, whatever it carries', async (t) => {
  const { ask, caseId } = await givenServer(t);
  const payload = 'title=new';
  const cookie = { cookie: 'session=abc' };
  const table: [headers: Record<string, string>, status: number][] = [
    [{ ...cookie, origin: ORIGIN }, 200],
    [{ ...cookie, 'sec-fetch-site': 'same-origin' }, 200],
    [{ ...cookie, origin: 'https://evil.example' }, 403],
    [{ ...cookie, origin: 'null' }, 403],
    [{ ...cookie, origin: `${ORIGIN}.evil.example` }, 403],
    [{ ...cookie, origin: 'http://desk.example.org' }, 403],
    [{ ...cookie, 'sec-fetch-site': 'cross-site' }, 403],
    [{ ...cookie, 'sec-fetch-site': 'same-site' }, 403],
    [cookie, 403],
    [{ authorization: `Bearer ${'a'.repeat(43)}` }, 200],
    [{ authorization: `Bearer ${'a'.repeat(43)}`, origin: 'https://evil.example' }, 403],
  ];
  for (const [headers, status] of table) {
    const told = await ask('POST', `/cases/${caseId}/title`, {
      as: coordinator,
      headers: { ...form, ...headers },
      payload,
    });
    assert.equal(told.status, status, JSON.stringify(headers));
  }
});

test('what comes in is checked; a page shows the form again with what was typed', async (t) => {
  const { ask, caseId, store } = await givenServer(t);
  const post = (payload: string, headers: Record<string, string>) =>
    ask('POST', `/cases/${caseId}/title`, {
      as: coordinator,
      headers: { origin: ORIGIN, ...headers },
      payload,
    });
  assert.deepEqual(
    JSON.parse(
      (await post('{"title":"new","role":"coordinator"}', { 'content-type': 'application/json' })).body,
    ),
    {
      title: 'new',
      problems: {},
    },
  );
  const redirected = await post('title=new', { ...form, ...page });
  assert.deepEqual([redirected.status, redirected.headers.location], [303, '/cases']);
  const again = await post('title=far+too+long+for+it', { ...form, ...page });
  assert.equal(again.status, 422);
  assert.match(again.body, /far too long for it: title/);
  const missing = await post('count=1', form);
  assert.deepEqual(JSON.parse(missing.body).fields, { title: 'is missing' });
  const table: [payload: string, headers: Record<string, string>, status: number][] = [
    ['{"title":7}', { 'content-type': 'application/json' }, 200],
    ['{"title":""}', { 'content-type': 'application/json' }, 422],
    ['{}', { 'content-type': 'application/json' }, 422],
    ['[]', { 'content-type': 'application/json' }, 422],
    ['{"title"', { 'content-type': 'application/json' }, 422],
    ['title=x', { 'content-type': 'text/plain' }, 422],
    ['{"title":"no"}', { 'content-type': 'application/json' }, 409],
    [`title=${'x'.repeat(300_000)}`, form, 413],
    [Array.from({ length: 500 }, (_, i) => `f${i}=1`).join('&'), form, 422],
    ['{"title":"a","__proto__":{"title":"b"}}', { 'content-type': 'application/json' }, 200],
  ];
  for (const [payload, headers, status] of table)
    assert.equal((await post(payload, headers)).status, status, payload.slice(0, 40));
  const acts = await store.transaction((tx) => tx.db.selectFrom('ledger').select('detail').execute());
  assert.equal(acts[0]?.detail, '{"fields":1}');
});

test('a dangerous act asks for the passkey first', async (t) => {
  const { ask } = await givenServer(t);
  const headers = { origin: ORIGIN };
  assert.equal((await ask('POST', '/members', { as: coordinator, headers })).status, 403);
  assert.equal(
    (await ask('POST', '/members', { as: { ...coordinator, proved: true }, headers })).status,
    200,
  );
  assert.equal(
    (await ask('POST', '/members', { as: { ...coordinator, role: 'cna', proved: true }, headers })).status,
    404,
  );
});

test('what nobody foresaw tells nothing to whoever asked, and its place to the log', async (t) => {
  const { ask, lines } = await givenServer(t);
  const { status, body } = await ask('GET', '/broken?secret=1');
  assert.equal(status, 500);
  assert.doesNotMatch(body, /secret/);
  assert.match(lines.at(-1)?.failure ?? '', /^RangeError desk\/web\/server\.test\.ts:\d+$/);
  assert.doesNotMatch(JSON.stringify(lines), /secret/);
});

test('the desk describes its API, by the declarations that check it', async (t) => {
  const { ask } = await givenServer(t);
  assert.equal((await ask('GET', '/health')).body, '{"ok":true}');
  const { paths } = JSON.parse((await ask('GET', '/openapi.json')).body) as {
    paths: Record<string, Record<string, { security: unknown; requestBody?: unknown; 'x-act': string }>>;
  };
  assert.deepEqual(Object.keys(paths).sort(), [
    '/about',
    '/broken',
    '/cases/{case}',
    '/cases/{case}/title',
    '/members',
  ]);
  const title = paths['/cases/{case}/title']?.post ?? assert.fail();
  assert.deepEqual([title['x-act'], title.security], ['case.triage', [{ token: ['write'] }]]);
  assert.match(JSON.stringify(title.requestBody), /"maxLength":10/);
  assert.deepEqual(paths['/about']?.get?.security, []);
  assert.deepEqual(paths['/members']?.post?.security, [{}]);
});
