/** Nobody is named who has not said so, and whoever changes their mind is heard. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenLetters } from '../../test/given-letters.ts';
import { givenMember, givenServer, type Told } from '../../test/given-server.ts';
import type { Principal } from '../access/index.ts';
import { happen, readCase, TEAM } from '../casefile/index.ts';
import { caseRoutes, partRoutes } from '../cases/index.ts';
import { EMPTY_REPORT, followRoutes, takeReport } from '../reports/index.ts';
import { followUpRoutes } from './index.ts';

async function given(t: TestContext, where: Where) {
  const letters = await givenLetters(t, where);
  const { store, act } = letters;
  const { vault } = store;
  const cna = await givenMember(store, 'cna', true);
  const triager = await givenMember(store, 'triager');
  const report = {
    ...EMPTY_REPORT,
    where: 'Foo-Bar',
    what: 'Reads past the end',
    credit: 'by-name' as const,
  };
  const person = { name: 'Fay Finder', address: 'fay@example.com' };
  const taken = await act((tx) => takeReport(tx, vault, { channel: 'form', report, person, files: [] }));
  const { caseId } = taken;
  const reporter: Principal = { kind: 'link', link: 'reporter', subject: taken.participant, caseId };
  const { ask } = givenServer(t, store, [...caseRoutes, ...partRoutes, ...followRoutes, ...followUpRoutes]);
  const post = (as: Principal, path: string, json: object): Promise<Told> => {
    const url = path.startsWith('/') ? path : `/cases/${caseId}/${path}`;
    return ask('POST', url, { as, json });
  };
  const page = async (as: Principal, path: string): Promise<string> =>
    (await ask('GET', path, { as, headers: { accept: 'text/html' } })).body;
  /** `name: role` of those whom the advisory names. */
  const named = async (as: Principal = cna): Promise<string[]> => {
    const { record } = JSON.parse((await ask('GET', `/cases/${caseId}/draft`, { as })).body);
    const credits = (JSON.parse(record).credits ?? []) as { name: string; role: string }[];
    return credits.map(({ name, role }) => `${name}: ${role}`);
  };
  const sent = async (): Promise<string[]> => {
    await letters.work();
    return letters.sent.splice(0).map(({ to, text }) => `${to} ${/\r\nSubject: (.*)\r\n/.exec(text)?.[1]}`);
  };
  return { ...letters, ...{ vault, cna, triager, caseId, reporter, ask, post, page, named, sentMail: sent } };
}

type Given = Awaited<ReturnType<typeof given>>;

/** The group works on it. */
async function accepted({ act, vault, caseId }: Given): Promise<void> {
  await act(async (tx) => {
    let file = (await readCase(tx, vault, caseId)) ?? assert.fail();
    for (const step of ['VALIDATE', 'ACCEPT'] as const) {
      const happening = { type: 'manage', participant: TEAM, step, by: 'member:a' } as const;
      file = (await happen(tx, vault, file, happening)).file;
    }
  });
}

/** They came by their link and accepted what they were asked. */
async function agreed({ act }: Given, participant: string): Promise<void> {
  await act((tx) =>
    tx.db.updateTable('participants').set({ agreed_at: tx.now }).where('id', '=', participant).execute(),
  );
}

/** It has an id, and the group has published it. */
async function publish({ act, vault, caseId }: Given): Promise<void> {
  await act(async (tx) => {
    let file = (await readCase(tx, vault, caseId)) ?? assert.fail();
    const by = 'member:a';
    const phase = (one: 'TRIAGE' | 'COORDINATE' | 'PREPARE') => ({ type: 'phase', step: one, by }) as const;
    const happenings = [
      phase('TRIAGE'),
      phase('COORDINATE'),
      { type: 'reserve', cve: 'CVE-2026-0001', by } as const,
      phase('PREPARE'),
      { type: 'publish', approvedBy: 'member:b', by } as const,
    ];
    for (const happening of happenings) file = (await happen(tx, vault, file, happening)).file;
  });
}

for (const where of databases) {
  const { name, skip } = where;

  test(`whoever takes part is asked, and named by the name that they choose (${name})`, {
    skip,
  }, async (t) => {
    const desk = await given(t, where);
    const { post, cna, triager, reporter, page, named, sentMail, caseId, act, file } = desk;
    assert.deepEqual(await named(), ['Fay Finder: finder']);
    assert.deepEqual(await named(triager), [], 'before it is public, for those who publish it');
    await post(reporter, '/my-report/credit', { credit: 'no', creditName: 'Fay Finder' });
    assert.deepEqual(await named(), []);
    const invited = { name: 'Max Maintainer', role: 'maintainer', address: 'max@example.com' };
    await post({ ...cna, role: 'coordinator' }, 'participants', invited);
    const subject = (await file(caseId)).state.participants.at(-1)?.id ?? assert.fail();
    const part: Principal = { kind: 'link', link: 'participant', subject, caseId };
    await agreed(desk, subject);
    await sentMail();
    assert.equal((await post(triager, 'credits', { role: 'developer', participant: subject })).status, 404);
    assert.equal((await post(cna, 'credits', { role: 'developer', participant: subject })).status, 200);
    assert.match((await sentMail()).join(), /^max@example\.com \[.{9}\] Do you want to be named\?$/);
    assert.deepEqual(await named(), [], 'asked is no yes');
    const asked = await page(part, '/my-part/credit');
    assert.match(asked, /You are asked whether you want to be named/);
    assert.doesNotMatch(asked, /Max Maintainer/, 'what the group calls them is not told');
    assert.equal((await post(part, '/my-part/credit', { credit: 'by-name', name: ' ' })).status, 422);
    await post(part, '/my-part/credit', { credit: 'by-name', name: 'M. Aintainer' });
    assert.deepEqual(await named(), ['M. Aintainer: developer']);
    await post(cna, 'credits', { role: 'reviewer', participant: subject });
    assert.deepEqual([await named(), await sentMail()], [['M. Aintainer: reviewer'], []], 'not asked twice');
    const told = await page(triager, `/cases/${caseId}/credits`);
    assert.match(told, /wants to be named/);
    assert.doesNotMatch(told, /Aintainer|Fay/);
    const clear = await act(async (tx) => JSON.stringify(await readCase(tx, desk.vault, caseId)));
    assert.doesNotMatch(clear, /Aintainer|Fay Finder/, 'the names stand with the persons');
  });

  test(`of somebody else a member says how they agreed; members find nothing (${name})`, {
    skip,
  }, async (t) => {
    const { post, cna, named, caseId, ask } = await given(t, where);
    const other = { role: 'analyst', name: 'Ann Analyst', how: 'She wrote so to the list.' };
    assert.equal((await post(cna, 'credits', { ...other, how: '' })).status, 422);
    assert.equal((await post(cna, 'credits', { ...other, participant: 'nobody' })).status, 404);
    await post(cna, 'credits', other);
    assert.equal((await post(cna, 'credits', { ...other, role: 'finder', name: 'Triager' })).status, 409);
    await post(cna, 'credits', { ...other, role: 'coordinator', name: 'Triager' });
    assert.deepEqual(await named(), ['Fay Finder: finder', 'Ann Analyst: analyst', 'Triager: coordinator']);
    const { credits } = JSON.parse((await ask('GET', `/cases/${caseId}/credits`, { as: cna })).body);
    await post(cna, 'credits/remove', { credit: credits[1].id });
    assert.deepEqual(await named(), ['Fay Finder: finder', 'Triager: coordinator']);
    assert.equal((await post(cna, 'credits/remove', { credit: credits[1].id })).status, 404);
  });

  test(`another choice after the publication is a correction that is owed (${name})`, { skip }, async (t) => {
    const desk = await given(t, where);
    const { post, reporter, file, caseId, ask, cna } = desk;
    await accepted(desk);
    await publish(desk);
    const owed = async () => (await file(caseId)).facts.amendments.map(({ kind, cve }) => `${kind} ${cve}`);
    await post(reporter, '/my-report/credit', { credit: 'by-name', creditName: 'Fay Finder' });
    assert.deepEqual(await owed(), [], 'the same as before');
    await post(reporter, '/my-report/credit', { credit: 'no' });
    assert.deepEqual(await owed(), ['correct CVE-2026-0001']);
    const { record } = JSON.parse((await ask('GET', `/cases/${caseId}/draft`, { as: cna })).body);
    assert.deepEqual(JSON.parse(record).history, [{ on: '2026-11-25', change: 'reported to the group' }]);
  });
}
