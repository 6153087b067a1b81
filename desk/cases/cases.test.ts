import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { type GivenServer, givenMember, givenServer, type Told } from '../../test/given-server.ts';
import type { MemberPrincipal } from '../access/index.ts';
import { EMPTY_REPORT, type Report, takeReport } from '../reports/index.ts';
import type { Store } from '../store/index.ts';
import { caseRoutes, custodyRoutes } from './index.ts';

interface GivenCases extends GivenServer {
  readonly store: Store;
  readonly coordinator: MemberPrincipal;
  readonly cna: MemberPrincipal;
  readonly triager: MemberPrincipal;
}

async function givenCases(t: TestContext, { given }: Where): Promise<GivenCases> {
  const { store } = await given(t);
  return {
    store,
    coordinator: await givenMember(store, 'coordinator', true),
    cna: await givenMember(store, 'cna', true),
    triager: await givenMember(store, 'triager'),
    ...givenServer(t, store, [...caseRoutes, ...custodyRoutes]),
  };
}

const REPORT: Report = {
  ...EMPTY_REPORT,
  where: 'Foo-Bar',
  versions: '1.0',
  what: 'Reads past the end in parse_header()',
  creditName: 'A. Finder',
};

async function reported({ store }: GivenCases, more: Partial<Report> = {}): Promise<string> {
  const person = { name: 'A. Finder', address: 'finder@example.org' };
  const given = { channel: 'form', report: { ...REPORT, ...more }, person, files: [] } as const;
  return (await store.transaction((tx) => takeReport(tx, store.vault, given))).caseId;
}

interface Model {
  readonly phase: string;
  readonly revision: number;
  readonly title: string;
  readonly cve: string | null;
  readonly votes: { readonly yes: number; readonly no: number };
  readonly mergedInto: string | null;
  readonly embargo: { readonly state: string; readonly end: string | null };
  readonly clocks: readonly { readonly what: string }[];
  readonly timeline: readonly {
    readonly who: string;
    readonly kind: string;
    readonly audience: string;
    readonly text: string;
  }[];
  readonly participants: readonly {
    readonly name?: string;
    readonly reporterName?: string;
    readonly role: string;
    readonly party: string;
  }[];
  readonly alike: readonly { readonly id: string; readonly score: number }[];
  readonly members: readonly { readonly name: string; readonly part: string }[];
}

const read = (told: Told): Model => {
  assert.equal(told.status, 200, told.body);
  return JSON.parse(told.body) as Model;
};

for (const where of databases) {
  const { name, skip } = where;

  test(`a report is taken on, voted on, accepted, and its maintainers are asked in (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenCases(t, where);
    const { ask, triager, cna, coordinator } = desk;
    const id = await reported(desk);
    const post = (as: MemberPrincipal, act: string, json: unknown = {}) =>
      ask('POST', `/cases/${id}/${act}`, { as, json });
    assert.equal(read(await post(triager, 'take')).phase, 'triage');
    assert.equal((await post(triager, 'accept')).status, 409);
    await post(triager, 'vote', {
      vote: 'yes',
      interest: 'no',
      why: 'It reads past the end; but I am none of the CNA.',
    });
    await post(coordinator, 'vote', { vote: 'yes', interest: 'no', why: 'It does.' });
    await post(coordinator, 'vote', { vote: 'yes', interest: 'no', why: 'Twice does not count.' });
    const own = await post(cna, 'vote', { vote: 'no', interest: 'yes', why: 'It is my code.' });
    assert.match(own.body, /Whoever has an interest in it has no vote/);
    const early = await post(cna, 'accept');
    assert.deepEqual(
      [early.status, JSON.parse(early.body).message],
      [409, 'It is not decided: 1 of 2 members say yes, 0 no.'],
    );
    await post(cna, 'vote', { vote: 'yes', interest: 'no', why: 'So do I.' });
    assert.equal(read(await post(cna, 'accept')).phase, 'coordinate');
    const begun = read(await post(cna, 'embargo', { end: '2999-12-09T12:00:00Z', why: 'The default.' }));
    assert.deepEqual(begun.embargo, { state: 'ACTIVE', end: '2999-12-09T12:00:00Z', proposals: [] });
    assert.equal(read(await post(cna, 'reserve', { cve: 'CVE-2999-0001' })).cve, 'CVE-2999-0001');
    assert.equal((await post(cna, 'reserve', { cve: 'CVE-2999-0002' })).status, 409);
    await post(triager, 'attempts', { channel: 'mail', address: 'author@example.org', outcome: 'sent' });
    await post(triager, 'attempts', {
      channel: 'mail',
      address: 'author@example.org',
      outcome: 'bounced-permanent',
      note: '5.1.1',
    });
    const invited = await post(coordinator, 'participants', { name: 'An Author', role: 'maintainer' });
    assert.match(JSON.parse(invited.body).link, /^https:\/\/desk\.example\.org\/l\/[\w-]{43}$/);
    const model = read(await ask('GET', `/cases/${id}`, { as: coordinator }));
    assert.deepEqual(
      model.participants.map(({ name: who, reporterName, role }) => [who ?? reporterName, role]),
      [
        ['A. Finder', 'reporter'],
        ['An Author', 'maintainer'],
      ],
    );
    assert.deepEqual(
      model.timeline.map(({ kind, audience }) => `${kind} for ${audience}`),
      [
        'report for reporter',
        'act for team',
        'vote for team',
        'vote for team',
        'vote for team',
        'vote for team',
        'act for team',
        'act for team',
        'act for team',
        'attempt for team',
        'attempt for team',
        'act for team',
      ],
    );
    const known = read(await post(cna, 'observe', { what: 'P' }));
    assert.equal(known.embargo.state, 'EXITED');
  });

  test(`who reported it is told to coordinators (${name})`, { skip }, async (t) => {
    const desk = await givenCases(t, where);
    const id = await reported(desk);
    for (const [as, sees] of [
      [desk.coordinator, true],
      [desk.cna, false],
      [desk.triager, false],
    ] as const) {
      const { body } = await desk.ask('GET', `/cases/${id}`, { as });
      assert.equal(body.includes('A. Finder'), sees, as.role);
    }
    const reporter = async (as: MemberPrincipal) =>
      (await desk.ask('GET', `/cases/${id}/reporter`, { as })).status;
    assert.deepEqual(
      [await reporter(desk.coordinator), await reporter(desk.cna), await reporter(desk.triager)],
      [200, 404, 404],
    );
  });

  test(`the list has what is a member's own, by promise, words and phase (${name})`, { skip }, async (t) => {
    const desk = await givenCases(t, where);
    const first = await reported(desk);
    const second = await reported(desk, { where: 'Other-Dist', what: 'Writes a file anywhere' });
    const late = await givenMember(desk.store, 'triager');
    const list = async (as: MemberPrincipal, query: string): Promise<string[]> => {
      const { body } = await desk.ask('GET', `/cases${query}`, { as });
      return (JSON.parse(body) as { lines: { id: string }[] }).lines.map(({ id }) => id);
    };
    assert.deepEqual((await list(desk.triager, '')).sort(), [first, second].sort());
    assert.deepEqual(await list(late, ''), []);
    assert.deepEqual(await list(desk.triager, '?q=anywhere'), [second]);
    assert.deepEqual(await list(desk.triager, '?q=foo-bar'), [first]);
    assert.deepEqual(await list(late, '?q=foo-bar'), []);
    assert.deepEqual(await list(desk.triager, '?phase=triage'), []);
    await desk.ask('POST', `/cases/${second}/take`, { as: desk.triager });
    assert.deepEqual(await list(desk.triager, '?phase=triage'), [second]);
    assert.deepEqual(await list(desk.triager, '?page=2'), []);
    const page = await desk.ask('GET', '/cases', { as: desk.triager, headers: { accept: 'text/html' } });
    assert.match(page.body, /2 of your cases\./);
  });

  test(`two cases of one thing become one, and each reporter keeps their thread (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenCases(t, where);
    const { ask, coordinator } = desk;
    const first = await reported(desk);
    const second = await reported(desk, { what: 'parse_header() reads too far' });
    const stranger = await reported(desk, { where: 'Else-Where', what: 'Nothing alike at all' });
    const seen = read(await ask('GET', `/cases/${second}`, { as: coordinator }));
    assert.equal(seen.alike[0]?.id, first);
    const told = await ask('POST', `/cases/${second}/merge`, { as: coordinator, json: { into: first } });
    const gone = read(told);
    assert.deepEqual([gone.phase, gone.mergedInto], ['closed', first]);
    const stays = read(await ask('GET', `/cases/${first}`, { as: coordinator }));
    assert.deepEqual(stays.timeline.at(-1)?.text.split('\n')[0], 'took in');
    for (const into of [second, first, 'nothing-of-the-kind'])
      assert.equal(
        (await ask('POST', `/cases/${second}/merge`, { as: coordinator, json: { into } })).status,
        409,
        into,
      );
    // Into a case that is not theirs: the same words as for one that is not there.
    const outsider = await givenMember(desk.store, 'cna', true);
    await ask('POST', `/cases/${stranger}/members`, { as: coordinator, json: { member: outsider.id } });
    const refused = await ask('POST', `/cases/${stranger}/merge`, { as: outsider, json: { into: first } });
    assert.deepEqual(
      [refused.status, JSON.parse(refused.body).message],
      [409, 'There is no such case among yours.'],
    );
  });

  test(`of two who edit one case the second is told, and loses nothing that was kept (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenCases(t, where);
    const id = await reported(desk);
    const edit = (revision: number, more: object) =>
      desk.ask('POST', `/cases/${id}/details`, {
        as: desk.triager,
        json: { revision, title: 'New title', ...more },
      });
    const { revision } = read(await desk.ask('GET', `/cases/${id}`, { as: desk.triager }));
    assert.equal(read(await edit(revision, { ranges: '>=1.0,<1.24' })).title, 'New title');
    assert.equal((await edit(revision, { title: 'Older' })).status, 409);
    const now = read(await desk.ask('GET', `/cases/${id}`, { as: desk.triager }));
    assert.equal(now.title, 'New title');
    const bad: [more: object, field: string][] = [
      [{ ranges: 'newer than 3' }, 'ranges'],
      [{ weaknesses: 'XSS' }, 'weaknesses'],
      [{ cvss: 'CVSS:3.1/AV:X' }, 'cvss'],
      [{ title: ' ' }, 'title'],
    ];
    for (const [more, field] of bad) {
      const told = await edit(now.revision, more);
      assert.equal(told.status, 422, JSON.stringify(more));
      assert.deepEqual(Object.keys(JSON.parse(told.body).fields), [field]);
    }
  });

  test(`a vote that was cast stands, whoever sees the case afterwards (${name})`, { skip }, async (t) => {
    const desk = await givenCases(t, where);
    const { ask, coordinator, cna } = desk;
    const id = await reported(desk);
    const post = (as: MemberPrincipal, act: string, json: unknown = {}) =>
      ask('POST', `/cases/${id}/${act}`, { as, json });
    await post(coordinator, 'take');
    await post(cna, 'vote', { vote: 'yes', interest: 'no', why: 'It is.' });
    await post(coordinator, 'restrict', { members: [] });
    assert.equal((await ask('GET', `/cases/${id}`, { as: cna })).status, 404);
    await desk.store.transaction((tx) =>
      tx.db.updateTable('members').set({ role: 'triager' }).where('id', '=', cna.id).execute(),
    );
    const voted = read(await post(coordinator, 'vote', { vote: 'yes', interest: 'no', why: 'It is.' }));
    assert.deepEqual([voted.votes.yes, voted.votes.no], [2, 0]);
    assert.equal(read(await post(coordinator, 'accept')).phase, 'coordinate');
  });

  test(`whoever has an interest is out, and who breaks the glass is seen (${name})`, { skip }, async (t) => {
    const desk = await givenCases(t, where);
    const { ask, triager, coordinator, cna } = desk;
    const id = await reported(desk);
    const get = async (as: MemberPrincipal) => (await ask('GET', `/cases/${id}`, { as })).status;
    await ask('POST', `/cases/${id}/conflict`, { as: triager, json: { why: 'My own module.' } });
    assert.equal(await get(triager), 404);
    await ask('POST', `/cases/${id}/restrict`, { as: coordinator, json: { members: [] } });
    assert.deepEqual([await get(cna), await get(coordinator)], [404, 200]);
    assert.equal(
      (await ask('POST', `/cases/${id}/conflict`, { as: coordinator, json: { why: 'Last one.' } })).status,
      409,
    );
    const second = await givenMember(desk.store, 'coordinator', true);
    assert.equal(await get(second), 404);
    assert.equal(
      (
        await ask('POST', `/cases/${id}/break-glass`, {
          as: { ...second, proved: false },
          json: { why: 'x' },
        })
      ).status,
      403,
    );
    await ask('POST', `/cases/${id}/break-glass`, { as: second, json: { why: 'Nobody answers.' } });
    const { timeline } = read(await ask('GET', `/cases/${id}`, { as: coordinator }));
    assert.match(timeline.at(-1)?.text ?? '', /broke the glass\nwhy: Nobody answers\./);
    const acts = await desk.store.transaction((tx) => tx.db.selectFrom('ledger').select('act').execute());
    assert.ok(acts.some(({ act }) => act === 'case.break-glass'));
  });

  test(`what is said goes to whom it is for; markup is text (${name})`, { skip }, async (t) => {
    const desk = await givenCases(t, where);
    const { ask, triager } = desk;
    const id = await reported(desk, { what: '<img src=x onerror=alert(1)>' });
    const say = (json: object) => ask('POST', `/cases/${id}/messages`, { as: triager, json });
    assert.equal((await say({ audience: 'reporter', text: 'Thank you. <script>' })).status, 200);
    assert.equal((await say({ audience: 'maintainers:none', text: 'x' })).status, 422);
    const { body } = await ask('GET', `/cases/${id}`, { as: triager, headers: { accept: 'text/html' } });
    assert.doesNotMatch(body, /<img|<script>Thank/);
    assert.match(body, /&lt;img src=x onerror=alert\(1\)&gt;/);
  });

  test(`a closed case is exported and destroyed by who proves to be there, and by nobody else (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenCases(t, where);
    const { ask, coordinator, cna, triager } = desk;
    const id = await reported(desk);
    const text = await ask('GET', `/cases/${id}/export`, { as: cna });
    assert.match(
      String(text.headers['content-disposition']),
      /^attachment; filename="case-\w{4}-\w{4}\.json"/,
    );
    assert.match(text.body, /Reads past the end/);
    const statusOf = async (as: MemberPrincipal): Promise<number> =>
      (await ask('GET', `/cases/${id}/export`, { as })).status;
    assert.deepEqual([await statusOf({ ...cna, proved: false }), await statusOf(triager)], [403, 404]);
    const { reference } = JSON.parse((await ask('GET', `/cases/${id}`, { as: cna })).body) as {
      reference: string;
    };
    const shred = (as: MemberPrincipal, typed: string) =>
      ask('POST', `/cases/${id}/shred`, { as, json: { reference: typed } });
    assert.equal((await shred(coordinator, reference)).status, 409);
    await ask('POST', `/cases/${id}/close`, { as: cna, json: { outcome: 'spam', why: 'It is.' } });
    assert.equal((await shred(coordinator, 'XXXX-XXXX')).status, 422);
    assert.equal((await shred(cna, reference)).status, 404);
    assert.equal((await shred(coordinator, reference)).status, 200);
    assert.equal((await ask('GET', `/cases/${id}`, { as: coordinator })).status, 404);
    const list = JSON.parse((await ask('GET', '/cases?phase=all', { as: coordinator })).body) as {
      total: number;
    };
    assert.equal(list.total, 0);
    const acts = await desk.store.transaction((tx) => tx.db.selectFrom('ledger').select('act').execute());
    assert.ok(acts.some(({ act }) => act === 'case.shred'));
  });
}
