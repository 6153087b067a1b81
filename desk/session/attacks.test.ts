import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Authenticator, type Lies } from '../../test/authenticator.ts';
import { databases } from '../../test/given-desk.ts';
import { givenPeople, ORIGIN, type PeopleDesk, type Told, type Visitor } from '../../test/given-people.ts';
import { bootstrapLink } from './index.ts';

const SESSION = '__Host-session';
const code = ({ status, text }: Told) => [status, text];

/** Another browser with the same cookies. */
function thief(desk: PeopleDesk, of: Visitor): Visitor {
  const stolen = desk.visitor();
  for (const [name, value] of of.cookies) stolen.cookies.set(name, value);
  return stolen;
}

/** All make a passkey at the end of what they began before. */
async function atOnce(visitors: readonly Visitor[], typed: object = {}): Promise<Told[]> {
  const begun: [Visitor, { ceremony: string; options: string }][] = [];
  for (const visitor of visitors) begun.push([visitor, await visitor.begin('/welcome', typed)]);
  return Promise.all(begun.map(([visitor, ceremony]) => visitor.finish('/welcome', ceremony, typed)));
}

async function link(by: Visitor, role = 'triager'): Promise<string> {
  const { body } = await by.post('/people/invite', { name: 'Bob', address: 'bob@example.org', role });
  return new URL((body.made as { link: string }).link).pathname;
}

for (const where of databases) {
  const { name, skip } = where;
  const attack = (words: string, act: (desk: PeopleDesk) => Promise<void>) =>
    test(`${words} (${name})`, { skip }, async (t) => act(await givenPeople(t, where)));

  attack('session fixation: a secret that somebody brings along never becomes a session', async (desk) => {
    const ada = await desk.first();
    const planted = 'A'.repeat(43);
    ada.cookies.set(SESSION, planted);
    await ada.use('/sign-in');
    const signedIn = ada.cookies.get(SESSION);
    assert.notEqual(signedIn, planted);
    const before = thief(desk, ada);
    await ada.use('/prove');
    assert.notEqual(ada.cookies.get(SESSION), signedIn);
    assert.equal((await before.get('/account')).status, 404, 'what was known before the proof');
    const again = thief(desk, ada);
    await ada.use('/sign-in');
    assert.equal(
      (await again.get('/account')).status,
      404,
      'the session that the new one takes the place of',
    );
  });

  attack('cookie theft: a session is worth nothing after its owner signed out or ended it', async (desk) => {
    const ada = await desk.first();
    const stolen = thief(desk, ada);
    assert.equal((await stolen.get('/account')).status, 200);
    await ada.post('/sign-out');
    assert.equal(ada.cookies.has(SESSION), false);
    assert.equal((await stolen.get('/account')).status, 404);
    await ada.use('/sign-in');
    const other = thief(desk, ada);
    await ada.use('/sign-in');
    ada.cookies.delete(SESSION);
    await ada.use('/sign-in');
    await ada.post('/account/sessions/end-others');
    assert.equal((await other.get('/account')).status, 404);
    assert.equal(((await ada.get('/account')).body.sessions as unknown[]).length, 1);
  });

  attack('a challenge is answered once, in time, for its purpose, in its ceremony', async (desk) => {
    const ada = await desk.first();
    const { ceremony, options } = await ada.begin('/sign-in');
    const body = { ceremony, response: ada.passkey.use(options) };
    assert.equal((await ada.post('/sign-in', body)).status, 200);
    assert.equal((await ada.post('/sign-in', body)).status, 422, 'replayed');
    const failed = await ada.begin('/sign-in');
    const wrong = ada.passkey.use(failed.options, { challenge: 'AAAA' });
    assert.equal(
      (await ada.post('/sign-in', { ...failed, response: wrong })).status,
      422,
      'another challenge',
    );
    const right = ada.passkey.use(failed.options);
    assert.equal((await ada.post('/sign-in', { ...failed, response: right })).status, 422, 'tried before');
    const prove = await ada.begin('/prove');
    const signed = ada.passkey.use(prove.options);
    assert.equal((await ada.post('/sign-in', { ...prove, response: signed })).status, 422, 'other purpose');
    const late = await ada.begin('/sign-in');
    desk.pass(300);
    const answer = ada.passkey.use(late.options);
    assert.equal((await ada.post('/sign-in', { ...late, response: answer })).status, 422, 'too late');
    const [one, two] = [await ada.begin('/sign-in'), await ada.begin('/sign-in')];
    const mixed = { ceremony: two.ceremony, response: ada.passkey.use(one.options) };
    assert.equal((await ada.post('/sign-in', mixed)).status, 422, 'of another ceremony');
  });

  attack('of two answers to one challenge at the same time one is taken', async (desk) => {
    const ada = await desk.first();
    const begun = await ada.begin('/sign-in');
    const body = { ...begun, response: ada.passkey.use(begun.options) };
    const told = await Promise.all([
      desk.visitor().post('/sign-in', body),
      desk.visitor().post('/sign-in', body),
    ]);
    assert.deepEqual(told.map(({ status }) => status).sort(), [200, 422]);
  });

  attack('a link that works once is used once, also by two at the same time', async (desk) => {
    const ada = await desk.first();
    const path = await link(ada);
    const [one, two] = [desk.visitor(), desk.visitor()];
    for (const visitor of [one, two]) assert.equal((await visitor.get(path)).status, 303);
    const told = await atOnce([one, two]);
    assert.deepEqual(told.map(({ status }) => status).sort(), [200, 404]);
    assert.equal((await desk.visitor().get(path)).status, 404, 'replayed');
    const members = (await ada.get('/people')).body.members as { name: string; passkeys: number }[];
    assert.equal(members.find((member) => member.name === 'Bob')?.passkeys, 1);
  });

  attack('the first member is made once, also by two links at the same time', async (desk) => {
    const first = (await bootstrapLink(desk.store)) ?? assert.fail();
    const second = (await bootstrapLink(desk.store)) ?? assert.fail();
    const typed = { name: 'Ada', address: 'ada@example.org' };
    assert.equal((await desk.visitor().get(first)).status, 404, 'a new link takes the place of the old one');
    const [one, two] = [desk.visitor(), desk.visitor()];
    for (const visitor of [one, two]) await visitor.get(second);
    const told = await atOnce([one, two], typed);
    assert.deepEqual(told.map(({ status }) => status).sort(), [200, 404]);
    assert.equal(await bootstrapLink(desk.store), null);
  });

  attack('two bootstrap links that were made at the same time make one member', async (desk) => {
    const made = await Promise.all([bootstrapLink(desk.store), bootstrapLink(desk.store)]);
    const typed = { name: 'Ada', address: 'ada@example.org' };
    const visitors: Visitor[] = [];
    for (const path of made) {
      const visitor = desk.visitor();
      if ((await visitor.get(path ?? '')).status === 303) visitors.push(visitor);
    }
    const told = await atOnce(visitors, typed);
    assert.equal(told.filter(({ status }) => status === 200).length, 1);
    const members = desk.store.transaction((tx) => tx.db.selectFrom('members').selectAll().execute());
    assert.equal((await members).length, 1);
  });

  attack('a passkey of another member proves nothing', async (desk) => {
    const ada = await desk.first();
    const bob = await desk.member(ada, 'triager');
    const begun = await bob.begin('/prove');
    const ofAda = { ...begun, response: ada.passkey.use(begun.options) };
    assert.equal((await bob.post('/prove', ofAda)).status, 422);
    const owner = Buffer.from(bob.id).toString('base64url');
    assert.equal((await ada.use('/sign-in', { userHandle: owner })).status, 422, 'with the name of another');
    assert.equal((await bob.use('/sign-in', { id: ada.passkey.id })).status, 422, 'signed by another key');
    for (const path of ['/account/passkeys/name', '/account/passkeys/remove'])
      assert.notEqual((await bob.post(path, { id: ada.passkey.id, passkey: 'x' })).status, 200, path);
    const sessions = (await ada.get('/account')).body.sessions as { id: string }[];
    await bob.post('/account/sessions/end', { id: sessions[0]?.id });
    assert.equal((await ada.get('/account')).status, 200);
    assert.equal(
      (await bob.make('/account/passkeys', {}, ada.passkey)).status,
      422,
      'registered a second time',
    );
  });

  attack('what is wrong with an answer of a passkey', async (desk) => {
    const ada = await desk.first();
    const table: [what: string, lies: Lies, status: number][] = [
      ['nothing', {}, 200],
      ['another origin', { origin: 'https://evil.example' }, 422],
      ['a part of the origin', { origin: `${ORIGIN}.evil.example` }, 422],
      ['the origin without encryption', { origin: 'http://desk.example.org' }, 422],
      ['another port', { origin: `${ORIGIN}:8443` }, 422],
      ['another rp id', { rpId: 'evil.example' }, 422],
      ['the parent as rp id', { rpId: 'example.org' }, 422],
      ['nobody was verified', { unverified: true }, 422],
      ['nobody is named', { userHandle: '' }, 422],
      ['the counter stands', { counter: 1 }, 422],
      ['the counter went back', { counter: 0 }, 422],
      ['the counter went on', { counter: 100 }, 200],
      ['a clone whose counter is behind', { counter: 99 }, 422],
    ];
    for (const [what, lies, status] of table) {
      desk.pass(60);
      assert.equal((await ada.use('/sign-in', lies)).status, status, what);
    }
    desk.pass(60);
    for (const lies of [{ origin: 'https://evil.example' }, { rpId: 'evil.example' }, { unverified: true }]) {
      const visitor = desk.visitor();
      await visitor.get(await link(ada));
      const { ceremony, options } = await visitor.begin('/welcome');
      const response = visitor.passkey.make(options, lies);
      const told = await visitor.post('/welcome', { ceremony, response, passkey: 'Key' });
      assert.equal(told.status, 422, JSON.stringify(lies));
      assert.equal((await visitor.make('/welcome')).status, 200, 'the link is still good');
    }
  });

  attack('nobody learns who is a member: not from a sign-in, and not from a link', async (desk) => {
    const ada = await desk.first();
    const bob = await desk.member(ada, 'triager');
    const stranger = desk.visitor();
    const table: [what: string, told: Told][] = [
      ['a passkey that nobody has', await stranger.use('/sign-in')],
      ['the id of one, another key', await stranger.use('/sign-in', { id: ada.passkey.id })],
      ['right but for its page', await ada.use('/sign-in', { origin: 'https://evil.example' })],
      ['an old ceremony', await stranger.post('/sign-in', await answerOf(stranger, 'A'.repeat(43)))],
    ];
    await ada.post(`/people/${bob.id}/state`, { state: 'suspended' });
    table.push(['right, of somebody suspended', await bob.use('/sign-in')]);
    for (const [what, told] of table)
      assert.deepEqual(code(told), code(table[0]?.[1] ?? assert.fail()), what);
    const shape = async (visitor: Visitor) =>
      Object.keys(JSON.parse((await visitor.begin('/sign-in')).options))
        .sort()
        .join();
    assert.equal(await shape(ada), await shape(stranger));
    assert.doesNotMatch((await stranger.begin('/sign-in')).options, /allowCredentials":\[./);

    desk.pass(60);
    const used = await link(ada);
    await desk.visitor().enter(used);
    const ended = await link(ada);
    desk.pass(7 * 24 * 3600);
    const links = [used, ended, `/l/${'B'.repeat(43)}`, '/l/x', '/nothing'];
    const answers = [];
    for (const path of links) answers.push(code(await stranger.get(path)));
    for (const answer of answers) assert.deepEqual(answer, answers.at(-1));
  });

  attack('open redirect: signing in leads nowhere else', async (desk) => {
    const ada = await desk.first();
    const table: [next: string, to: string][] = [
      ['/people?x=1', '/people?x=1'],
      ['//evil.example', '/'],
      ['/\\evil.example', '/'],
      ['https://evil.example', '/'],
    ];
    for (const [next, to] of table) {
      desk.pass(60);
      for (const action of ['/sign-in', '/prove']) {
        assert.equal((await ada.use(action, {}, { next })).body.next, to, `${action} ${next}`);
        const page = await ada.get(`${action}?next=${encodeURIComponent(next)}`);
        assert.equal(page.body.next, to);
      }
    }
  });

  attack('mass assignment: a form changes nothing that it does not ask for', async (desk) => {
    const ada = await desk.first();
    const more = { role: 'coordinator', state: 'active', member: ada.id, id: ada.id, scopes: null };
    const bob = desk.visitor();
    await bob.get(await link(ada, 'auditor'));
    assert.equal(
      (await bob.make('/welcome', { ...more, name: 'Eve', address: 'eve@example.org' })).status,
      200,
    );
    const members = (await ada.get('/people')).body.members as { name: string; role: string }[];
    assert.deepEqual(members.map((member) => [member.name, member.role]).sort(), [
      ['Ada', 'coordinator'],
      ['Bob', 'auditor'],
    ]);
  });

  attack('a token does what its scopes and its member may, and can make itself no other', async (desk) => {
    const ada = await desk.first();
    const told = await ada.post('/account/tokens', { name: 'scan', scopes: ['read', 'write'], days: 30 });
    const bearer = { authorization: `Bearer ${String(told.body.token)}` };
    const program = desk.visitor();
    const table: [what: string, told: Promise<Told>, status: number][] = [
      ['reads', program.get('/people', bearer), 200],
      [
        'makes a token',
        program.post('/account/tokens', { name: 'x', scopes: ['read'], days: 1 }, bearer),
        404,
      ],
      [
        'invites',
        program.post('/people/invite', { name: 'E', address: 'e@example.org', role: 'cna' }, bearer),
        404,
      ],
      ['begins to prove', program.post('/prove/options', {}, bearer), 404],
      ['begins a passkey', program.post('/account/passkeys/options', {}, bearer), 404],
      ['reads the account', program.get('/account', bearer), 404],
      ['ends sessions', program.post('/account/sessions/end-others', {}, bearer), 404],
    ];
    for (const [what, answer, status] of table) assert.equal((await answer).status, status, what);
    const report = await ada.post('/account/tokens', { name: 'r', scopes: ['report'], days: 1 });
    const narrow = { authorization: `Bearer ${String(report.body.token)}` };
    assert.equal((await program.get('/people', narrow)).status, 404);
    const wrong = [
      { name: 'x', scopes: ['admin'], days: 1 },
      { name: 'x', scopes: [], days: 1 },
      { name: 'x', scopes: ['read'], days: 366 },
      { name: 'x', scopes: ['read'], days: 0 },
    ];
    for (const body of wrong)
      assert.equal((await ada.post('/account/tokens', body)).status, 422, JSON.stringify(body));
    const tokens = (await ada.get('/account')).body.tokens as { id: string; usedAt: string; name: string }[];
    assert.deepEqual(tokens.map((token) => token.name).sort(), ['r', 'scan']);
    const used = tokens.find((token) => token.name === 'scan');
    assert.equal(used?.usedAt, '2026-11-25T12:00:00.000Z');
    await ada.post('/account/tokens/revoke', { id: used.id });
    assert.equal((await program.get('/people', bearer)).status, 404, 'revoked');
    assert.ok(!JSON.stringify(await desk.acts()).includes(String(told.body.token)));
  });

  attack('a suspended member loses session, token and proof at once', async (desk) => {
    const ada = await desk.first();
    const bob = await desk.member(ada, 'coordinator');
    const { token } = (await bob.post('/account/tokens', { name: 't', scopes: ['read'], days: 1 })).body;
    const bearer = { authorization: `Bearer ${String(token)}` };
    assert.equal((await desk.visitor().get('/people', bearer)).status, 200);
    const begun = await bob.begin('/prove');
    await ada.post(`/people/${bob.id}/state`, { state: 'suspended' });
    assert.equal((await bob.get('/account')).status, 404);
    assert.equal((await desk.visitor().get('/people', bearer)).status, 404);
    assert.equal(
      (await bob.post('/prove', { ...begun, response: bob.passkey.use(begun.options) })).status,
      404,
    );
    await ada.post(`/people/${bob.id}/state`, { state: 'active' });
    assert.equal((await desk.visitor().get('/people', bearer)).status, 404, 'tokens do not come back');
  });

  attack('sessions end when idle, and in any case; a proof counts for ten minutes', async (desk) => {
    const ada = await desk.first();
    const invite = () => ada.get('/people/invite');
    desk.pass(599);
    assert.equal((await invite()).status, 200);
    desk.pass(1);
    assert.equal((await invite()).status, 403);
    await ada.use('/prove');
    assert.equal((await invite()).status, 200);
    const seen = async () =>
      desk.store.transaction((tx) => tx.db.selectFrom('sessions').select('seen_at').executeTakeFirst());
    const before = await seen();
    desk.pass(30);
    await ada.get('/people');
    assert.deepEqual(await seen(), before, 'not written within a minute');
    for (let day = 0; day < 6; day++) {
      desk.pass(24 * 3600 - 60);
      assert.equal((await ada.get('/people')).status, 200, `day ${day}`);
    }
    desk.pass(24 * 3600 - 270);
    assert.equal((await ada.get('/people')).status, 404, 'seven days');
    await ada.use('/sign-in');
    desk.pass(24 * 3600);
    assert.equal((await ada.get('/people')).status, 404, 'idle');
  });

  attack('the last passkey stays, also when two go at the same time', async (desk) => {
    const ada = await desk.first();
    const remove = (id: string) => ada.post('/account/passkeys/remove', { id });
    assert.equal((await remove(ada.passkey.id)).status, 409);
    const second = new Authenticator(ORIGIN);
    assert.equal((await ada.make('/account/passkeys', { passkey: 'Spare' }, second)).status, 200);
    await ada.post('/account/passkeys/name', { id: second.id, passkey: 'In the safe' });
    const { body } = await ada.get(`/account/passkeys/one?id=${second.id}`);
    assert.deepEqual([body.name, body.only], ['In the safe', false]);
    const told = await Promise.all([remove(second.id), remove(ada.passkey.id)]);
    assert.deepEqual(told.map(({ status }) => status).sort(), [200, 409]);
  });

  attack('who signs in too often must wait', async (desk) => {
    const visitor = desk.visitor();
    const told: number[] = [];
    for (let i = 0; i < 22; i++) told.push((await visitor.post('/sign-in/options')).status);
    assert.deepEqual(told.slice(19), [200, 429, 429]);
    desk.pass(6);
    assert.equal((await visitor.post('/sign-in/options')).status, 200);
    const links: number[] = [];
    for (let i = 0; i < 31; i++) links.push((await visitor.get(`/l/${i}`)).status);
    assert.deepEqual(links.slice(29), [404, 429]);
  });
}

/** Signed, for a ceremony that nobody began. */
async function answerOf(visitor: Visitor, ceremony: string): Promise<object> {
  const { options } = await visitor.begin('/sign-in');
  return { ceremony, response: visitor.passkey.use(options) };
}
