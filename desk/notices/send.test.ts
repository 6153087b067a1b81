import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { type GivenCase, givenCase, givenLetters, type Letters } from '../../test/given-letters.ts';
import { ORIGIN } from '../../test/given-server.ts';
import { givenKey, ops, scratch } from '../../test/mail.ts';
import { decide, reap, waitingJobs, workOne } from '../jobs/index.ts';
import { MailError, type MailErrorCode, readMail } from '../mail/index.ts';
import { admitMember, erasePerson, invite, LINK_TIMES, linkOf, type Person } from '../people/index.ts';
import { enqueueLetter, reportOps, tellMembers } from './index.ts';

const ADA: Person = { name: 'Ada', address: 'ada@example.com' };
const directory = scratch();
const [ada, desk] = await Promise.all([givenKey(directory, 'ada'), givenKey(directory, 'desk')]);

async function given(
  t: TestContext,
  where: Where,
  person: Person = ADA,
): Promise<Letters & GivenCase & { news(): Promise<string | null> }> {
  const letters = await givenLetters(t, where, { sign: desk.desk });
  const opened = await givenCase(letters, person);
  const to = { participant: opened.participant };
  const { vault } = letters.store;
  const news = () => letters.act((tx) => enqueueLetter(tx, vault, { to, letter: 'news', fields: {} }));
  return { ...letters, ...opened, news };
}

function secretIn(text: string): string {
  return new RegExp(`${ORIGIN}/l/([\\w-]+)`).exec(text)?.[1] ?? assert.fail(text);
}

const links = ({ act }: Letters) =>
  act(async (tx) => (await tx.db.selectFrom('links').select('id').execute()).length);

for (const where of databases) {
  const { name, skip } = where;

  test(`a report is acknowledged, once it is sent and without a word of it (${name})`, {
    skip,
  }, async (t) => {
    const desk = await given(t, where);
    const { caseId, participant, act, store, sent } = desk;
    const received = { caseId, participant, address: 'ada@example.com' };
    await act((tx) => reportOps(store.vault).received(tx, received));
    assert.equal(await links(desk), 0, 'no link before there is a mail');
    await desk.work();
    const [mail] = sent;
    const { id } = await act((tx) =>
      tx.db.selectFrom('outbox').select('id').where('kind', '=', 'mail.send').executeTakeFirstOrThrow(),
    );
    assert.equal(mail?.from, `desk+b=${id}@example.org`);
    assert.equal(mail.to, 'ada@example.com');
    const read = await readMail(Buffer.from(mail.text, 'latin1'), ops());
    assert.match(read.subject, /^\[[0-9A-Z]{4}-[0-9A-Z]{4}\] Your report has arrived$/);
    assert.equal(read.messageId, `<${id}@example.org>`);
    assert.match(mail.text, new RegExp(`\r\nReply-To: desk\\+b=${id}@example\\.org\r\n`));
    assert.equal(read.marks.autoSubmitted, 'auto-generated');
    for (const canary of ['CANARY', 'Foo']) assert.ok(!mail.text.includes(canary), canary);
    const link = await act((tx) => linkOf(tx, secretIn(mail.text)));
    assert.deepEqual([link?.kind, link?.subject, link?.caseId], ['reporter', participant, caseId]);
    const { facts } = await desk.file(caseId);
    assert.equal(facts.acknowledged, '2026-11-25T12:00:00Z');
    assert.equal(facts.reporterTold, '2026-11-25T12:00:00Z');
    assert.deepEqual(await desk.timeline(caseId), [
      'mail-out reporter: {"text":"The group wrote a mail: acknowledgement."}',
    ]);
  });

  test(`how a send ends, and what becomes of the link in it (${name})`, { skip }, async (t) => {
    const table: [code: MailErrorCode, state: string, links: number][] = [
      ['not-taken', 'ready: not-taken', 0],
      ['rejected', 'failed: rejected', 0],
      ['uncertain', 'uncertain: uncertain', 1],
    ];
    for (const [code, state, left] of table) {
      const desk = await given(t, where);
      desk.trouble.push(new MailError(code, 'the server says what it says'));
      await desk.news();
      await desk.work();
      assert.deepEqual([await desk.jobs(), await links(desk)], [[state], left], code);
      assert.deepEqual(await desk.timeline(desk.caseId), []);
      const [waiting] = await desk.act((tx) => waitingJobs(tx, 10));
      if (waiting !== undefined) await desk.act((tx) => decide(tx, waiting.id, 'again', 'member:m'));
      desk.clock.now += 3_600_000;
      await desk.work();
      assert.deepEqual([await desk.jobs(), desk.sent.length], [['done'], 1]);
    }
  });

  test(`a desk that ends between sending and noting it does not send again (${name})`, {
    skip,
  }, async (t) => {
    const desk = await given(t, where);
    desk.trouble.push('hang');
    await desk.news();
    const { store, handlers } = desk;
    void workOne({ store, handlers, onError: (error) => assert.ifError(error) });
    while (desk.sent.length === 0) await new Promise(setImmediate);
    desk.clock.now += 600_000;
    await desk.act(reap);
    await desk.work();
    assert.deepEqual([await desk.jobs(), desk.sent.length], [['uncertain: interrupted'], 1]);
  });

  test(`whoever was erased gets no letter (${name})`, { skip }, async (t) => {
    const desk = await given(t, where);
    await desk.news();
    await desk.act((tx) => erasePerson(tx, desk.store.vault, desk.person));
    assert.equal(await desk.news(), null);
    await desk.work();
    assert.deepEqual([await desk.jobs(), desk.sent], [['cancelled: key-destroyed'], []]);
  });

  test(`an invitation brings a link in, to whoever has not come yet (${name})`, { skip }, async (t) => {
    const desk = await givenLetters(t, where);
    const { act, store, sent } = desk;
    const bob = { name: 'Bob', address: 'bob@example.com', role: 'triager' } as const;
    const { member } = await act((tx) => invite(tx, store.vault, bob, LINK_TIMES));
    const notice = { about: 'invited', subject: member, to: [member] } as const;
    const tell = () => act((tx) => tellMembers(store.vault, ORIGIN)(tx, notice));
    await tell();
    await desk.work();
    const [mail] = sent;
    assert.equal(mail?.to, 'bob@example.com');
    const link = await act((tx) => linkOf(tx, secretIn(mail.text)));
    assert.deepEqual([link?.kind, link?.subject], ['invitation', member]);
    await tell();
    await act((tx) => admitMember(tx, member));
    await desk.work();
    assert.deepEqual((await desk.jobs()).sort(), ['done', 'failed: not-invited']);
    assert.equal(sent.length, 1);
  });

  test(`to a verified key or not at all (${name})`, { skip }, async (t) => {
    const { armored, fingerprint } = ada.known;
    const keyed = await given(t, where, { ...ADA, key: { armored, fingerprint } });
    await keyed.news();
    await keyed.work();
    const [mail] = keyed.sent;
    assert.ok(mail !== undefined && !mail.text.includes(ORIGIN) && mail.text.includes('Subject: [...]'));
    const opening = { at: '2026-11-25T13:00:00Z', deskKeys: [ada.desk], signersOf: async () => [desk.known] };
    const read = await readMail(Buffer.from(mail.text, 'latin1'), ops(opening));
    assert.match(read.text, new RegExp(`${ORIGIN}/l/`));
    assert.deepEqual(read.signature, { kind: 'good', fingerprint: desk.known.fingerprint });

    const table: [key: NonNullable<Person['key']>, problem: string][] = [
      [{ armored, fingerprint: desk.known.fingerprint }, 'key-unverified'],
      [{ armored: 'no key', fingerprint }, 'bad-key'],
    ];
    for (const [key, problem] of table) {
      const unusable = await given(t, where, { ...ADA, key });
      await unusable.news();
      await unusable.work();
      assert.deepEqual([await unusable.jobs(), unusable.sent], [[`failed: ${problem}`], []]);
      assert.equal(await links(unusable), 0);
    }
  });

  test(`nothing that somebody is called ends a header (${name})`, { skip }, async (t) => {
    const people: [person: Person, jobs: string[]][] = [
      [{ name: 'Ada\r\nBcc: eve@example.com', address: 'ada@example.com' }, ['done']],
      [{ name: 'Ada', address: 'ada@example.com\r\nBcc: eve@example.com' }, ['failed: bad-address']],
      [{ name: 'Ada', address: 'ada@example.com> NOTIFY=NEVER' }, ['failed: bad-address']],
      [{ name: 'Ada', address: null }, []],
    ];
    for (const [person, jobs] of people) {
      const desk = await given(t, where, person);
      await desk.news();
      await desk.work();
      assert.deepEqual(await desk.jobs(), jobs, JSON.stringify(person));
      for (const { text } of desk.sent) assert.doesNotMatch(text, /eve@example\.com|Bcc/);
    }
    const { act, store, participant, jobs, work, sent } = await given(t, where);
    const fields = {
      cve: 'CVE-1900-1234',
      distribution: 'Foo\r\nBcc: eve@example.com',
      end: '2026-12-06T12:00:00Z',
    };
    await act((tx) => enqueueLetter(tx, store.vault, { to: { participant }, letter: 'end-near', fields }));
    await work();
    assert.deepEqual([await jobs(), sent], [['failed: letter'], []]);
  });
}
