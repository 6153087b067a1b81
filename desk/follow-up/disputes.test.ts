/** Who objects to a record is heard: by a member's note or by their own page, with letters, clocks and what follows. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenCase, givenLetters, type Letters } from '../../test/given-letters.ts';
import { givenMember, givenServer, type Told } from '../../test/given-server.ts';
import type { Principal } from '../access/index.ts';
import { closeCase, happen } from '../casefile/index.ts';
import { caseRoutes } from '../cases/index.ts';
import { followRoutes } from '../reports/index.ts';
import { followUpRoutes } from './index.ts';

const CVE = 'CVE-2026-0001';

async function given(t: TestContext, where: Where) {
  const letters = await givenLetters(t, where);
  const cna = await givenMember(letters.store, 'cna', true);
  const triager = await givenMember(letters.store, 'triager');
  const { caseId, participant } = await givenCase(letters, { name: 'Ada', address: 'ada@example.com' });
  const reporter: Principal = { kind: 'link', link: 'reporter', subject: participant, caseId };
  const { ask } = givenServer(t, letters.store, [...caseRoutes, ...followRoutes, ...followUpRoutes]);
  const post = (as: Principal, path: string, json: object): Promise<Told> => {
    const url = path.startsWith('/') ? path : `/cases/${caseId}/${path}`;
    return ask('POST', url, { as, json });
  };
  const page = async (as: Principal, path: string): Promise<string> =>
    (await ask('GET', path, { as, headers: { accept: 'text/html' } })).body;
  const sent = async (): Promise<string[]> => {
    await letters.work();
    return letters.sent.splice(0).map(({ to, text }) => `${to}: ${text.replaceAll('\r\n', ' ')}`);
  };
  return { ...letters, ...{ cna, triager, caseId, reporter, ask, post, page, sentMail: sent, letters } };
}

/** It has an id and is public. */
async function disclose({ act, store: { vault }, file }: Letters, caseId: string): Promise<void> {
  const before = await file(caseId);
  await act(async (tx) => {
    const { file: named } = await happen(tx, vault, before, {
      type: 'reserve',
      cve: CVE,
      by: 'm',
    });
    await happen(tx, vault, named, { type: 'observe', what: 'P', by: 'm' });
  });
}

interface Model {
  readonly disputes: readonly { readonly id: string; readonly name?: string }[];
  readonly amendments: readonly {
    readonly id: string;
    readonly kind: string;
    readonly done: string | null;
  }[];
}
const read = ({ status, body }: Told): Model => {
  assert.equal(status, 200, body);
  return JSON.parse(body) as Model;
};

for (const where of databases) {
  const { name, skip } = where;

  test(`somebody from elsewhere objects, and is heard to the end (${name})`, { skip }, async (t) => {
    const desk = await given(t, where);
    const { post, triager, cna, caseId, file, sentMail, page } = desk;
    const note = {
      ...{ from: 'third-party', name: 'Vera Vendor', address: 'vera@example.net' },
      claim: 'It is how it is meant to be.\r\n\r\n<b>See</b> the manual.',
    };
    assert.equal((await post(triager, 'disputes', note)).status, 409, 'it is not public');
    await disclose(desk, caseId);
    await sentMail();
    const [{ id = '' } = {}] = read(await post(triager, 'disputes', note)).disputes;
    const seen = await page(triager, `/cases/${caseId}/disputes`);
    assert.match(seen, /It is how it is meant to be\.<\/p>/);
    assert.doesNotMatch(seen, /Vera|<b>/);
    assert.match(
      await page(cna, `/cases/${caseId}/disputes`),
      /somebody else, Vera Vendor, vera@example\.net/,
    );
    assert.match(await page(cna, `/cases/${caseId}`), /1 open dispute/);
    await post(triager, 'disputes/acknowledge', { dispute: id });
    assert.equal((await post(triager, 'disputes/acknowledge', { dispute: id })).status, 409);
    const [received = ''] = await sentMail();
    assert.match(received, /^vera@example\.net: .*Your objection has arrived/s);
    assert.doesNotMatch(received, /CANARY|\/l\//);
    await post(triager, 'disputes/answer', { dispute: id, text: 'Which page of the manual?' });
    assert.match((await sentMail()).join(), /Which page of the manual\?/);
    const decision = { dispute: id, outcome: 'mark', why: 'We read it, and disagree.', explanation: '' };
    assert.equal((await post(triager, 'disputes/decide', decision)).status, 404, 'the CNA decides');
    assert.equal((await post(cna, 'disputes/decide', decision)).status, 422, 'readers are told why');
    const explanation = 'The vendor holds that it is meant to be so';
    const told = read(await post(cna, 'disputes/decide', { ...decision, explanation }));
    assert.deepEqual(
      told.amendments.map(({ kind, done }) => [kind, done]),
      [['correct', null]],
    );
    assert.match(
      (await sentMail()).join(),
      /says that it is disputed, and why\. {2}We read it, and disagree\./,
    );
    const { content, facts } = await file(caseId);
    assert.deepEqual(content.disputed, { on: '2026-11-25', why: explanation });
    assert.equal(facts.disputes[0]?.ended?.outcome, 'mark');
    assert.equal((await post(cna, 'disputes/answer', { dispute: id, text: 'More.' })).status, 409);
    const amendment = told.amendments[0]?.id ?? '';
    const done = read(await post(cna, 'amendments/done', { amendment }));
    assert.notEqual(done.amendments[0]?.done, null);
    const unmarked = read(await post(cna, 'disputes/unmark', { why: 'They agree now.' }));
    assert.equal(unmarked.amendments.length, 2);
    const timeline = (await desk.timeline(caseId)).filter((line) => line.startsWith('mail-out team'));
    assert.deepEqual(timeline, [
      'mail-out team: {"text":"The group wrote a mail: dispute received."}',
      'mail-out team: {"text":"The group wrote a mail: dispute answer."}',
      'mail-out team: {"text":"The group wrote a mail: dispute decided."}',
    ]);
    const row = await desk.act((tx) =>
      tx.db.selectFrom('cases').select('disputes').executeTakeFirstOrThrow(),
    );
    assert.equal(row.disputes, 1);
  });

  test(`whoever reported it objects on their own page (${name})`, { skip }, async (t) => {
    const desk = await given(t, where);
    const { post, cna, caseId, reporter, sentMail, page } = desk;
    assert.match(await page(reporter, '/my-report/dispute'), /nothing to object to yet/);
    assert.equal((await post(reporter, '/my-report/dispute', { claim: 'No.' })).status, 409);
    await disclose(desk, caseId);
    await sentMail();
    assert.match(await page(reporter, '/my-report'), /href="\/my-report\/dispute"/);
    await post(reporter, '/my-report/dispute', { claim: 'Version 1.2 has it as well.' });
    assert.equal((await post(reporter, '/my-report/dispute', { claim: 'Again.' })).status, 409);
    const [{ id = '' } = {}] = read(await desk.ask('GET', `/cases/${caseId}/disputes`, { as: cna })).disputes;
    await post(cna, 'disputes/answer', { dispute: id, text: 'We look into it.' });
    assert.match((await sentMail()).join(), /^ada@example\.com: .*There is something for you/s);
    assert.match(await page(reporter, '/my-report'), /We look into it\./);
    await post(cna, 'disputes/decide', { dispute: id, outcome: 'correct', why: 'It has.' });
    assert.match((await sentMail()).join(), /you are right, and the record is corrected/);
    assert.match(await page(reporter, '/my-report/dispute'), /Decided: accepted, the record is corrected/);
    await post(reporter, '/my-report/dispute', { claim: 'And 1.3.' });
    const own = JSON.parse((await desk.ask('GET', '/my-report/dispute', { as: reporter })).body);
    const dispute = own.disputes[1].id;
    assert.equal((await post(reporter, '/my-report/dispute/withdraw', { dispute })).status, 200);
    assert.equal((await post(reporter, '/my-report/dispute/withdraw', { dispute: id })).status, 404);
  });

  test(`a case that was closed is disputed, and an id that is not needed is rejected (${name})`, {
    skip,
  }, async (t) => {
    const desk = await given(t, where);
    const { post, cna, caseId, reporter, act, store, file, sentMail } = desk;
    const before = await file(caseId);
    await act(async (tx) => {
      const by = 'member:m';
      const at = await happen(tx, store.vault, before, { type: 'reserve', cve: CVE, by });
      const one = await happen(tx, store.vault, at.file, { type: 'phase', step: 'TRIAGE', by });
      await closeCase(tx, store.vault, one.file, { outcome: 'not-a-vulnerability', by });
    });
    const { facts, dueAt } = await file(caseId);
    assert.deepEqual(
      facts.amendments.map(({ kind, cve, why }) => [kind, cve, why]),
      [['reject', CVE, 'The case ended as not-a-vulnerability.']],
    );
    assert.equal(dueAt, '2026-11-28T12:00:00Z');
    await post(reporter, '/my-report/dispute', { claim: 'It is one.' });
    await sentMail();
    const [{ id = '' } = {}] = read(await desk.ask('GET', `/cases/${caseId}/disputes`, { as: cna })).disputes;
    await post(cna, 'disputes/decide', { dispute: id, outcome: 'refuse', why: 'CANARY: not public.' });
    const [decided = ''] = await sentMail();
    assert.match(decided, /the record stays as it is/);
    assert.doesNotMatch(decided, /CANARY/);
    await post(cna, 'cve/give-back', { why: 'Nobody heard of it.' });
    assert.notEqual((await file(caseId)).facts.amendments[0]?.done, null);
  });
}
