import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { type GivenServer, givenMember, givenServer, type Told } from '../../test/given-server.ts';
import type { MemberPrincipal, Principal } from '../access/index.ts';
import { entriesOf, readCase } from '../casefile/index.ts';
import { EMPTY_REPORT, followRoutes, type Report, takeReport } from '../reports/index.ts';
import type { Store } from '../store/index.ts';
import { caseRoutes } from './index.ts';

interface GivenCases extends GivenServer {
  readonly store: Store;
  readonly cna: MemberPrincipal;
  readonly triager: MemberPrincipal;
}

async function givenCases(t: TestContext, { given }: Where): Promise<GivenCases> {
  const { store } = await given(t);
  const [cna, triager] = [await givenMember(store, 'cna', true), await givenMember(store, 'triager')];
  return { store, cna, triager, ...givenServer(t, store, [...caseRoutes, ...followRoutes]) };
}

const REPORT: Report = {
  ...EMPTY_REPORT,
  where: 'Foo-Bar',
  versions: '1.0',
  what: 'Reads past the end in parse_header()',
};

interface Reported {
  readonly id: string;
  readonly as: Principal;
}

async function reported({ store }: GivenCases, name: string): Promise<Reported> {
  const { caseId, participant } = await store.transaction((tx) =>
    takeReport(tx, store.vault, {
      channel: 'form',
      report: { ...REPORT, what: `${name}: ${REPORT.what}` },
      person: { name, address: `${name}@example.org` },
      files: [{ name: `${name}.txt`, bytes: Buffer.from(name) }],
    }),
  );
  return { id: caseId, as: { kind: 'link', link: 'reporter', subject: participant, caseId } };
}

interface Model {
  readonly id: string;
  readonly title: string;
  readonly phase: string;
  readonly embargo: { readonly state: string; readonly end: string | null };
  readonly timeline: readonly { readonly who: string; readonly audience: string; readonly text: string }[];
  readonly audiences: readonly { readonly name: string; readonly label: string }[];
  readonly participants: readonly { readonly role: string; readonly name?: string }[];
  readonly files: readonly { readonly name: string; readonly audience: string }[];
  readonly alike: readonly { readonly id: string }[];
  readonly members: readonly { readonly part: string }[];
}

const read = (told: Told): Model => {
  assert.equal(told.status, 200, told.body);
  return JSON.parse(told.body) as Model;
};

interface Followed {
  readonly open: boolean;
  readonly status: string;
  readonly messages: readonly { readonly own: boolean; readonly text: string }[];
}

for (const where of databases) {
  const { name, skip } = where;

  test(`a merged report is read in the other case, and its reporter goes on in their own thread (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenCases(t, where);
    const { ask, cna } = desk;
    const [ada, bob, eve] = [
      await reported(desk, 'ada'),
      await reported(desk, 'bob'),
      await reported(desk, 'eve'),
    ];
    const merge = (from: Reported, into: Reported) =>
      ask('POST', `/cases/${from.id}/merge`, { as: cna, json: { into: into.id } });
    // One after the other: what was merged first leads on to the last.
    assert.equal((await merge(bob, ada)).status, 200);
    assert.equal((await merge(ada, eve)).status, 200);
    const model = read(await ask('GET', `/cases/${eve.id}`, { as: cna }));
    for (const { id, audience } of [
      { id: 'bob', audience: `reporter:${bob.id}` },
      { id: 'ada', audience: `reporter:${ada.id}` },
      { id: 'eve', audience: 'reporter' },
    ]) {
      const report = model.timeline.find(({ text }) => text.includes(`${id}: Reads past`));
      assert.deepEqual([report?.audience, report?.who], [audience, 'reporter'], id);
      assert.ok(model.audiences.some((one) => one.name === audience));
      assert.ok(model.files.some((one) => one.name === `${id}.txt` && one.audience === audience));
    }
    const reporters = model.participants.map((one) => [one.role, one.name]);
    assert.deepEqual(reporters, Array(3).fill(['reporter', undefined]));
    const say = (audience: string, text: string) =>
      ask('POST', `/cases/${eve.id}/messages`, { as: cna, json: { audience, text } });
    assert.equal((await say(`reporter:${bob.id}`, 'To Bob alone.')).status, 200);
    assert.equal((await say('reporter', 'To Eve alone.')).status, 200);
    assert.equal((await say(`reporter:${eve.id}`, 'To nobody.')).status, 422);
    const answer = { as: bob.as, json: { text: 'Bob answers.' } };
    assert.equal((await ask('POST', '/my-report/message', answer)).status, 200);
    const follow = async ({ as }: Reported): Promise<Followed> =>
      JSON.parse((await ask('GET', '/my-report', { as })).body) as Followed;
    const [seen, other, own] = [await follow(bob), await follow(ada), await follow(eve)];
    assert.deepEqual(
      seen.messages.map(({ text, own: mine }) => [text, mine]),
      [
        ['To Bob alone.', false],
        ['Bob answers.', true],
      ],
    );
    assert.deepEqual([other.messages, own.messages.map(({ text }) => text)], [[], ['To Eve alone.']]);
    assert.match(seen.status, /goes on together with it\. It was received\./);
    assert.equal(seen.open, true);
    const now = read(await ask('GET', `/cases/${eve.id}`, { as: cna }));
    assert.ok(
      now.timeline.some(({ text, audience }) => text === 'Bob answers.' && audience.endsWith(bob.id)),
    );
    assert.equal((await ask('POST', '/my-report/withdraw', { as: bob.as, json: {} })).status, 409);
    await ask('POST', `/cases/${eve.id}/close`, { as: cna, json: { outcome: 'spam', why: 'x' } });
    assert.equal((await ask('POST', '/my-report/message', answer)).status, 409);
  });

  test(`a part of a case goes on by itself, under the same embargo (${name})`, { skip }, async (t) => {
    const desk = await givenCases(t, where);
    const { ask, cna, triager, store } = desk;
    const { id } = await reported(desk, 'ada');
    const post = (act: string, json: object, as: MemberPrincipal = cna) =>
      ask('POST', `/cases/${id}/${act}`, { as, json });
    await post('conflict', { why: 'My own module.' }, triager);
    await post('messages', { audience: 'reporter', text: 'Thank you.' });
    await post('messages', { audience: 'team', text: 'There is another one in write_header().' });
    await post('take', {});
    await post('embargo', { end: '2999-12-09T12:00:00Z', why: 'The default.' });
    const json = { title: 'Writes past the end', distribution: 'Foo-Bar', entries: '1, 4' };
    assert.equal((await post('split', json, triager)).status, 404);
    const part = read(await post('split', json));
    assert.deepEqual(
      [part.title, part.phase, part.embargo.end],
      [json.title, 'triage', '2999-12-09T12:00:00Z'],
    );
    assert.deepEqual(
      part.timeline.map(({ text, audience }) => [text.split('\n').at(-1), audience]).slice(1, 2),
      [['There is another one in write_header().', 'team']],
    );
    assert.match(part.timeline[0]?.text ?? '', /ada: Reads past the end/);
    assert.match(part.timeline.at(-1)?.text ?? '', /^was split from/);
    assert.equal(part.participants.length, 0);
    assert.deepEqual(part.members.map((one) => one.part).sort(), ['conflict', 'member']);
    assert.equal(part.alike[0]?.id, id);
    await store.transaction(async (tx) => {
      const [whole, own] = [await readCase(tx, store.vault, id), await readCase(tx, store.vault, part.id)];
      assert.deepEqual([whole?.state.kin, own?.state.kin], [[part.id], [id]]);
      assert.notEqual(own?.keyId, whole?.keyId);
      assert.equal(own?.facts.reported, whole?.facts.reported);
      const [last] = (await entriesOf(tx, store.vault, whole ?? assert.fail())).slice(-1);
      assert.match(JSON.stringify(last?.body), /split off/);
    });
    const bad: [json: object, status: number][] = [
      [{ ...json, entries: '99' }, 422],
      [{ ...json, entries: 'all' }, 422],
      [{ ...json, title: ' ' }, 422],
    ];
    for (const [wrong, status] of bad) assert.equal((await post('split', wrong)).status, status);
    await post('observe', { what: 'P' });
    await post('close', { outcome: 'withdrawn', why: 'x' });
    assert.equal((await post('split', json)).status, 409);
  });
}
