import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { type GivenCase, givenCase, givenLetters, type Letters } from '../../test/given-letters.ts';
import { type GivenServer, givenMember, givenServer } from '../../test/given-server.ts';
import type { MemberPrincipal, Principal } from '../access/index.ts';
import { addEntry, addToPool, changeCase, happen, readCase, TEAM } from '../casefile/index.ts';
import { caseRoutes, partRoutes } from '../cases/index.ts';
import { startJobs } from '../jobs/index.ts';
import { changePerson } from '../people/index.ts';
import { followRoutes } from '../reports/index.ts';
import { mailChores, tellMembers } from './index.ts';

const ADDRESS = 'ada@example.com';
const day = (n: number) => `2026-12-${String(n).padStart(2, '0')}T12:00:00Z`;
const DAY = 86_400_000;

interface Desk extends Letters, GivenCase, GivenServer {
  readonly as: MemberPrincipal;
  post(path: string, json: object, as?: Principal): Promise<void>;
  /** Somebody is asked in; they are who has the link. */
  invite(role: string, name: string, party?: string): Promise<Principal & { readonly subject: string }>;
  /** `to: subject` of the letters since the last time. */
  letters(): Promise<string[]>;
}

/** A case that was accepted, with its CVE id. */
async function given(t: TestContext, where: Where): Promise<Desk> {
  const letters = await givenLetters(t, where);
  const { store, act, sent } = letters;
  const as = await givenMember(store, 'coordinator', true);
  const opened = await givenCase(letters, { name: 'Ada', address: ADDRESS });
  const server = givenServer(t, store, [...caseRoutes, ...partRoutes, ...followRoutes]);
  const post = async (path: string, json: object, by: Principal = as): Promise<void> => {
    const { status, body } = await server.ask('POST', path, { as: by, json });
    assert.equal(status, 200, `${path}: ${body}`);
  };
  await act(async (tx) => {
    let file = await readCase(tx, store.vault, opened.caseId);
    assert.ok(file !== null);
    const by = `member:${as.id}`;
    for (const event of [
      { type: 'phase', step: 'TRIAGE', by },
      { type: 'manage', participant: TEAM, step: 'VALIDATE', by },
      { type: 'manage', participant: TEAM, step: 'ACCEPT', by },
      { type: 'phase', step: 'COORDINATE', by },
      { type: 'reserve', cve: 'CVE-1900-1234', by },
    ] as const)
      ({ file } = await happen(tx, store.vault, file, event));
  });
  return {
    ...{ ...letters, ...opened, ...server, as, post },
    invite: async (role, name, party) => {
      const json = { name, role, address: `${name}@example.com`, ...(party === undefined ? {} : { party }) };
      await post(`/cases/${opened.caseId}/participants`, json);
      const subject = (await letters.file(opened.caseId)).state.participants.at(-1)?.id ?? assert.fail();
      return { kind: 'link', link: 'participant', subject, caseId: opened.caseId };
    },
    letters: async () => {
      await letters.work();
      return sent.splice(0).map(({ to, text }) => {
        assert.doesNotMatch(text, /CANARY/);
        return `${to}: ${/\r\nSubject: (.*)\r\n/.exec(text)?.[1]?.replace(/^\[.{9}\] /, '')}`;
      });
    },
  };
}

for (const where of databases) {
  const { name, skip } = where;

  test(`whoever is asked in is written to, and how is logged (${name})`, { skip }, async (t) => {
    const desk = await given(t, where);
    await desk.invite('maintainer', 'mia');
    await desk.work();
    const [mail] = desk.sent;
    assert.match(mail?.text ?? '', /\r\nSubject: CVE-1900-1234 Foo-Bar\r\n/);
    assert.match(mail?.text ?? '', /plan to publish at 2026-12-09 12:00 UTC/);
    assert.deepEqual(await desk.letters(), ['mia@example.com: CVE-1900-1234 Foo-Bar']);
    const { facts } = await desk.file(desk.caseId);
    assert.deepEqual([facts.contacted, facts.holdEnd], ['2026-11-25T12:00:00Z', day(9)]);
    const [attempt] = (await desk.timeline(desk.caseId)).filter((entry) => entry.startsWith('attempt'));
    assert.match(attempt ?? '', /"channel":"mail".*"outcome":"sent"/);
    assert.doesNotMatch(attempt ?? '', /mia@/);
    await desk.invite('observer', 'olga');
    assert.deepEqual(await desk.letters(), ['olga@example.com: Agreement before you are told, version 1.1']);
  });

  test(`whom mail does not reach is written to no more (${name})`, { skip }, async (t) => {
    const desk = await given(t, where);
    const { store, caseId } = desk;
    const [mia, mel] = [await desk.invite('maintainer', 'mia'), await desk.invite('maintainer', 'mel')];
    await desk.letters();
    await desk.act(async (tx) => {
      const file = (await readCase(tx, store.vault, caseId)) ?? assert.fail();
      const body = { channel: 'mail', outcome: 'bounced-permanent', participant: mia.subject, note: '5.1.1' };
      await addEntry(tx, store.vault, file, { kind: 'attempt', actor: 'desk', audience: 'team', body });
    });
    desk.clock.now += 1000;
    await desk.post(`/cases/${caseId}/embargo`, { end: day(10), why: 'the default' });
    const letters = await desk.letters();
    assert.ok(letters.some((letter) => letter.startsWith('mel@')) && mel.subject !== mia.subject);
    assert.deepEqual(
      letters.filter((letter) => letter.startsWith('mia@')),
      [],
    );
  });

  test(`maintainers are not told before the CVE id is reserved (${name})`, { skip }, async (t) => {
    const letters = await givenLetters(t, where);
    const as = await givenMember(letters.store, 'coordinator', true);
    const { caseId } = await givenCase(letters, { name: 'Ada', address: null });
    const { ask } = givenServer(t, letters.store, caseRoutes);
    const json = { name: 'Mia', role: 'maintainer', address: 'mia@example.com' };
    assert.equal((await ask('POST', `/cases/${caseId}/participants`, { as, json })).status, 200);
    await letters.work();
    assert.deepEqual(letters.sent, []);
    assert.match((await letters.timeline(caseId)).join('\n'), /wrote no first mail.*CVE id is reserved/);
  });

  test(`an embargo that begins, moves and ends is told to each who is in it, once (${name})`, {
    skip,
  }, async (t) => {
    const desk = await given(t, where);
    const { caseId, post } = desk;
    const mia = await desk.invite('maintainer', 'mia');
    await desk.letters();
    desk.clock.now += 1000;
    await post(`/cases/${caseId}/embargo`, { end: day(10), why: 'the default' });
    assert.deepEqual((await desk.letters()).sort(), [
      'ada@example.com: There is something for you',
      'mia@example.com: Please accept the embargo',
    ]);
    await post('/my-part/accept', {}, mia);
    await post('/my-part/extend', { end: day(20), why: 'a release takes time' }, mia);
    assert.deepEqual(await desk.letters(), []);
    const { state } = await desk.file(caseId);
    const [proposal] = state.embargo.proposals;
    await post(`/cases/${caseId}/embargo/answer`, { proposal: proposal?.id, answer: 'yes' });
    assert.deepEqual((await desk.letters()).sort(), [
      'ada@example.com: The end of the embargo moves',
      'mia@example.com: CVE-1900-1234 Foo-Bar: more time',
    ]);
    await post(`/cases/${caseId}/observe`, { what: 'P' });
    assert.deepEqual((await desk.letters()).sort(), [
      'ada@example.com: The embargo has ended',
      'mia@example.com: The embargo has ended',
    ]);
  });

  test(`what is said is told to those who may read it, but not to whoever said it (${name})`, {
    skip,
  }, async (t) => {
    const desk = await given(t, where);
    const { caseId, post } = desk;
    const mia = await desk.invite('maintainer', 'mia');
    const { participants } = (await desk.file(caseId)).state;
    const party = participants.find(({ id }) => id === mia.subject)?.party ?? '';
    const max = await desk.invite('maintainer', 'max', party);
    await desk.invite('maintainer', 'eve');
    await desk.letters();
    const said = async (audience: string) => {
      await post(`/cases/${caseId}/messages`, { audience, text: 'CANARY message' });
      return (await desk.letters()).sort();
    };
    assert.deepEqual(await said('reporter'), ['ada@example.com: There is something for you']);
    assert.deepEqual(await said(`maintainers:${party}`), [
      'max@example.com: There is something for you',
      'mia@example.com: There is something for you',
    ]);
    assert.deepEqual(await said('team'), []);
    // Max was told that there is something, and has not looked.
    await post('/my-part/accept', {}, mia);
    await post('/my-part/message', { text: 'CANARY answer' }, mia);
    assert.deepEqual(await desk.letters(), []);
    await desk.ask('GET', '/my-part', { as: max });
    await post('/my-part/message', { text: 'CANARY again' }, mia);
    assert.deepEqual(await desk.letters(), ['max@example.com: There is something for you']);
  });

  test(`reminders, warnings and the end come by themselves, each once (${name})`, { skip }, async (t) => {
    const desk = await given(t, where);
    await desk.invite('maintainer', 'mia');
    await desk.post(`/cases/${desk.caseId}/embargo`, { end: day(10), why: 'the default' });
    await desk.letters();
    const [clocks] = mailChores(desk.store, desk.config);
    const found: string[] = [];
    // Every six hours, and always twice.
    for (let hours = 0; hours <= 16 * 24; hours += 6) {
      desk.clock.now += 6 * 3_600_000;
      await clocks?.run();
      await clocks?.run();
      for (const one of await desk.letters())
        found.push(`${new Date(desk.clock.now).toISOString().slice(5, 10)} ${one}`);
    }
    assert.deepEqual(found.sort(), [
      '11-29 mia@example.com: CVE-1900-1234 Foo-Bar',
      '12-05 mia@example.com: CVE-1900-1234 Foo-Bar',
      '12-07 mia@example.com: CVE-1900-1234 Foo-Bar: the end is near',
      '12-09 mia@example.com: CVE-1900-1234 Foo-Bar: the end is near',
      '12-10 ada@example.com: The embargo has ended',
      '12-10 mia@example.com: The embargo has ended',
    ]);
    const { facts } = await desk.file(desk.caseId);
    assert.deepEqual([facts.reminded.length, facts.warned.length], [2, 2]);
  });

  test(`two processes that look at the clocks together remind once (${name})`, { skip }, async (t) => {
    const desk = await given(t, where);
    await desk.invite('maintainer', 'mia');
    await desk.letters();
    desk.clock.now += 5 * DAY;
    const [clocks] = mailChores(desk.store, desk.config);
    await Promise.all([clocks?.run(), clocks?.run(), clocks?.run()]);
    assert.deepEqual(await desk.letters(), ['mia@example.com: CVE-1900-1234 Foo-Bar']);
  });

  test(`members hear once a day how much waits, and nothing of it (${name})`, { skip }, async (t) => {
    const letters = await givenLetters(t, where);
    const { store, clock, act, sent } = letters;
    const as = await givenMember(store, 'coordinator');
    const member = await act((tx) =>
      tx.db.selectFrom('members').select('person_id').executeTakeFirstOrThrow(),
    );
    await act(async (tx) =>
      changePerson(tx, store.vault, member.person_id, () => ({
        name: 'Cora',
        address: 'cora@example.org',
      })),
    );
    const digest = mailChores(store, letters.config)[1];
    const run = async () => {
      await Promise.all([digest?.run(), digest?.run()]);
      await letters.work();
      return sent.splice(0).map(({ to, text }) => `${to}\n${text.split('\r\n\r\n').slice(1).join('\n')}`);
    };
    assert.deepEqual(await run(), [], 'nothing waits');
    const { caseId } = await givenCase(letters, { name: '', address: null });
    assert.deepEqual(await run(), [], 'once a day');
    clock.now += 3 * DAY;
    await act((tx) => addToPool(tx, ['CVE-2026-1000', 'CVE-2025-1000']));
    const [mail, ...more] = await run();
    assert.deepEqual(more, []);
    assert.match(mail ?? '', /^cora@example\.org\nLate: 1 \([0-9A-Z]{4}-[0-9A-Z]{4}\)\n/);
    assert.match(mail ?? '', /\nFree CVE ids: 1 of 2026, and the policy wants 10\n/);
    assert.doesNotMatch(mail ?? '', /CANARY|Foo/);
    await act(async (tx) => {
      const file = (await readCase(tx, store.vault, caseId)) ?? assert.fail();
      await changeCase(tx, store.vault, file, { facts: { acknowledged: '2026-11-28T12:00:00Z' } });
      await tellMembers(store.vault, 'https://desk.example.org')(tx, {
        about: 'recovery-asked',
        subject: as.id,
        to: [as.id],
      });
    });
    await letters.work();
    assert.match(sent[0]?.text ?? '', /A coordinator asked for a new way in for a member/);
  });

  test(`running workers do all of it (${name})`, { skip }, async (t) => {
    const desk = await given(t, where);
    const { store, handlers } = desk;
    const onError = (error: unknown) => assert.ifError(error);
    const running = startJobs({ store, handlers, chores: mailChores(store, desk.config), idle: 5, onError });
    await desk.invite('maintainer', 'mia');
    while (desk.sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await running.stop();
    assert.deepEqual(await desk.jobs(), ['done']);
  });
}
