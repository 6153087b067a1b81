import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createMessage, encrypt } from 'openpgp';
import { databases, type Where } from '../../test/given-desk.ts';
import { DESK, type GivenCase, givenCase, givenLetters, type Letters } from '../../test/given-letters.ts';
import { givenMember, givenServer } from '../../test/given-server.ts';
import { bytesOf, givenKey, scratch } from '../../test/mail.ts';
import { closeCase, filesOf, happen, readCase, readCaseFile } from '../casefile/index.ts';
import { caseRoutes } from '../cases/index.ts';
import { type Envelope, writeMail } from '../mail/index.ts';
import { createPerson, erasePerson, type Person } from '../people/index.ts';
import { newId } from '../store/index.ts';
import { enqueueLetter, mailIn } from './index.ts';

const directory = scratch();
const [desk, mia, stranger] = await Promise.all(
  ['desk', 'mia', 'stranger'].map((one) => givenKey(directory, one)),
);
const NOW = '2026-11-25T12:00:00Z';

interface Receiving extends Letters, GivenCase {
  receive(mail: Uint8Array | string, envelope?: Partial<Envelope>): Promise<void>;
  /** A letter that went out to somebody; its token. */
  wrote(participant: string): Promise<string>;
  /** A maintainer of the case; the id of their part. */
  maintainer(person: Person): Promise<string>;
  /** Ids of the cases, the newest last. */
  cases(): Promise<string[]>;
}

async function given(t: TestContext, where: Where): Promise<Receiving> {
  const letters = await givenLetters(t, where);
  const { store, act } = letters;
  const opened = await givenCase(letters, { name: 'Ada', address: 'ada@example.com' });
  const take = mailIn(store, { address: DESK, deskKeys: [desk?.desk ?? assert.fail()], resolver: null });
  return {
    ...{ ...letters, ...opened },
    receive: (mail, envelope) => {
      const bytes = typeof mail === 'string' ? bytesOf(mail.replaceAll(/\r?\n/g, '\r\n')) : mail;
      return take({ bytes, envelope: { from: 'a@example.com', to: [DESK], ...envelope } });
    },
    wrote: async (participant) => {
      const given = { to: { participant }, letter: 'news', fields: {} } as const;
      const id = await act((tx) => enqueueLetter(tx, store.vault, given));
      await letters.work();
      return id ?? assert.fail();
    },
    maintainer: (person) =>
      act(async (tx) => {
        const [participant, by] = [newId(), 'member:m'];
        const file = (await readCase(tx, store.vault, opened.caseId)) ?? assert.fail();
        await happen(tx, store.vault, file, {
          type: 'join',
          participant,
          roles: ['maintainer'],
          party: 'foo',
          by,
        });
        const row = { id: participant, case_id: opened.caseId, party: 'foo', role: 'maintainer' } as const;
        const person_id = await createPerson(tx, store.vault, person);
        await tx.db
          .insertInto('participants')
          .values({ ...row, person_id, created_at: tx.now })
          .execute();
        return participant;
      }),
    cases: async () => {
      const rows = await act((tx) =>
        tx.db.selectFrom('mails').select('case_id').orderBy('received_at').execute(),
      );
      return [...new Set(rows.flatMap(({ case_id }) => case_id ?? []))].filter((id) => id !== opened.caseId);
    },
  };
}

const plain = (id: string, text: string, ...fields: string[]) =>
  ['From: ada@example.com', `To: ${DESK}`, `Message-ID: <${id}@example.com>`, ...fields, '', text, ''].join(
    '\r\n',
  );

for (const where of databases) {
  const { name, skip } = where;

  test(`an answer goes into the thread, as said by nobody knows whom, and changes nothing (${name})`, {
    skip,
  }, async (t) => {
    const it = await given(t, where);
    const token = await it.wrote(it.participant);
    const before = await it.file(it.caseId);
    const ways: [how: string, mail: string, to: string][] = [
      ['by its address', plain('1', 'one'), `desk+b=${token}@example.org`],
      ['by In-Reply-To', plain('2', 'two', `In-Reply-To: <${token}@example.org>`), DESK],
      ['by References', plain('3', 'three', `References: <x@y.example> <${token}@example.org>`), DESK],
    ];
    for (const [how, mail, to] of ways) {
      await it.receive(mail, { to: [to] });
      assert.deepEqual(await it.cases(), [], how);
    }
    const mails = (await it.timeline(it.caseId)).filter((entry) => entry.startsWith('mail-in reporter'));
    assert.deepEqual(
      mails,
      ['one', 'two', 'three'].map((text) => `mail-in reporter: {"text":"${text}","sender":"unverified"}`),
    );
    const after = await it.file(it.caseId);
    assert.deepEqual([after.state, after.facts], [before.state, before.facts]);
    const actors = await it.act((tx) =>
      tx.db.selectFrom('entries').select('actor').where('audience', '=', 'reporter').execute(),
    );
    assert.deepEqual(actors.map(({ actor }) => actor).sort(), ['desk', 'mail', 'mail', 'mail']);
    const files = await it.act((tx) => filesOf(tx, it.store.vault, after));
    assert.deepEqual(
      files.map(({ name, audience }) => `${name} ${audience}`),
      Array(3).fill('mail.eml team'),
    );
    const whole = await it.act((tx) => readCaseFile(tx, it.store.vault, after, files[0]?.id ?? ''));
    assert.match(Buffer.from(whole?.bytes ?? []).toString(), /^From: ada@example\.com\r\n/);
    await it.work();
    assert.equal(it.sent.length, 1, 'nobody was written to because of it');
  });

  test(`only what is signed by the key that was verified is theirs (${name})`, { skip }, async (t) => {
    const it = await given(t, where);
    const known = mia?.known ?? assert.fail();
    const key = { armored: known.armored, fingerprint: known.fingerprint };
    const participant = await it.maintainer({ name: 'Mia', address: 'mia@example.com', key });
    const token = await it.wrote(participant);
    const signed = async (by: typeof mia, text: string) => {
      const ours = desk?.known ?? assert.fail();
      return writeMail({
        from: { address: 'mia@example.com' },
        ...{ to: DESK, subject: 're', body: text, date: NOW, messageId: `<${newId()}@example.com>` },
        inReplyTo: `<${token}@example.org>`,
        pgp: { keys: [{ key: ours, verifiedFingerprint: ours.fingerprint }], sign: by?.desk ?? null },
      });
    };
    const spoofed = plain('s', 'spoofed', `In-Reply-To: <${token}@example.org>`).replace('ada@', 'mia@');
    for (const mail of [spoofed, await signed(stranger, 'another key'), await signed(undefined, 'no key')]) {
      await it.receive(mail);
      assert.equal((await it.file(it.caseId)).facts.answered, null);
    }
    await it.receive(await signed(mia, 'it is me'));
    assert.equal((await it.file(it.caseId)).facts.answered, NOW);
    const thread = (await it.timeline(it.caseId)).filter((entry) =>
      entry.startsWith('mail-in maintainers:foo'),
    );
    assert.deepEqual(
      thread.map((entry) => JSON.parse(entry.slice(entry.indexOf('{')))),
      [
        { text: 'spoofed', sender: 'unverified' },
        { text: 'another key', sender: 'unverified' },
        { text: 'no key', sender: 'unverified' },
        { text: 'it is me', sender: 'signed by their key' },
      ],
    );
  });

  test(`a notification of failure is an attempt, and a permanent one a task (${name})`, {
    skip,
  }, async (t) => {
    const it = await given(t, where);
    const participant = await it.maintainer({ name: 'Mia', address: 'mia@example.com' });
    const token = await it.wrote(participant);
    const bounce = (status: string, action: string) =>
      [
        ...[
          'From: MAILER-DAEMON@mx.example.com',
          `To: desk+b=${token}@example.org`,
          `Message-ID: <${status}@mx>`,
        ],
        ...[
          'MIME-Version: 1.0',
          'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
          '',
        ],
        ...['--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.example.com', ''],
        ...[
          'Final-Recipient: rfc822; mia@example.com',
          `Action: ${action}`,
          `Status: ${status}`,
          '',
          '--b--',
          '',
        ],
      ].join('\r\n');
    const from = { from: '', to: [`desk+b=${token}@example.org`] };
    await it.receive(bounce('4.4.1', 'delayed'), from);
    await it.receive(bounce('5.1.1', 'failed'), from);
    await it.receive(bounce('5.1.1', 'failed'), from);
    const found = (await it.timeline(it.caseId)).filter((entry) => /^(attempt|task)/.test(entry));
    assert.deepEqual(found, [
      `attempt team: {"channel":"mail","outcome":"bounced-transient","participant":"${participant}","note":"4.4.1"}`,
      `attempt team: {"channel":"mail","outcome":"bounced-permanent","participant":"${participant}","note":"5.1.1"}`,
      'task team: {"text":"Mail does not reach a participant of this case (5.1.1): find another way to them."}',
    ]);
    assert.deepEqual(await it.cases(), []);
    // One that names no letter of ours is a report like any mail, and never answered.
    await it.receive(
      bounce('5.1.1', 'failed').replaceAll(token, 'k3v9q7xk2m').replace('<5.1.1@mx>', '<other@mx>'),
      { from: '' },
    );
    await it.work();
    assert.deepEqual([(await it.cases()).length, it.sent.length], [1, 1]);
  });

  test(`a mail is a report, the same one once, and is acknowledged (${name})`, { skip }, async (t) => {
    const it = await given(t, where);
    const mail = plain('m', 'It reads past the end in Foo::Bar.', 'Subject: CANARY in Foo::Bar');
    await Promise.all([
      it.receive(mail),
      it.receive(`Received: from b by a; now\r\n${mail}`),
      it.receive(mail),
    ]);
    const [id, ...more] = await it.cases();
    assert.deepEqual(more, []);
    const { content } = await it.file(id ?? '');
    assert.deepEqual([content.title, content.distribution], ['CANARY in Foo::Bar', 'Foo-Bar']);
    await it.work();
    assert.deepEqual([it.sent.length, it.sent[0]?.to], [1, 'ada@example.com']);
    assert.doesNotMatch(it.sent[0]?.text ?? '', /CANARY|Foo/);
    // Whoever takes a message id first does not keep out what bears it later.
    await it.receive(plain('m', 'Something else.'));
    assert.equal((await it.cases()).length, 2);
  });

  test(`what a program wrote, or too many, is taken in, marked and never answered (${name})`, {
    skip,
  }, async (t) => {
    const it = await given(t, where);
    const table: [fields: string[], envelope: Partial<Envelope>][] = [
      [['Auto-Submitted: auto-replied'], {}],
      [['Precedence: bulk'], {}],
      [['List-Id: <l.example.com>'], {}],
      [[], { from: '' }],
    ];
    for (const [i, [fields, envelope]] of table.entries()) {
      const mail = plain(`auto${i}`, 'spam', ...fields).replace('ada@', `auto${i}@`);
      await it.receive(mail, envelope);
    }
    await it.work();
    assert.deepEqual([(await it.cases()).length, it.sent.length], [4, 0]);
    for (const id of await it.cases()) assert.deepEqual((await it.file(id)).content.labels, ['suspect']);
    for (let i = 0; i < 12; i++) await it.receive(plain(`many${i}`, `number ${i}`));
    await it.work();
    assert.deepEqual([(await it.cases()).length, it.sent.length], [16, 10]);
  });

  test(`what cannot be read says so, and is there as it came (${name})`, { skip }, async (t) => {
    const it = await given(t, where);
    const message = await createMessage({ text: 'for another key' });
    const sealed = await encrypt({ message, encryptionKeys: stranger?.known.key ?? assert.fail() });
    await it.receive(plain('u', sealed, 'Subject: sealed'));
    const [id = ''] = await it.cases();
    const file = await it.file(id);
    assert.match(file.content.summary, /could not decrypt/);
    const files = await it.act((tx) => filesOf(tx, it.store.vault, file));
    assert.deepEqual(
      files.map(({ name }) => name),
      ['mail.eml'],
    );
  });

  test(`an answer to a case that is closed is a report; of somebody erased it is for the team (${name})`, {
    skip,
  }, async (t) => {
    const it = await given(t, where);
    const token = await it.wrote(it.participant);
    const answer = (id: string) => plain(id, id, `In-Reply-To: <${token}@example.org>`);
    await it.act((tx) => erasePerson(tx, it.store.vault, it.person));
    await it.receive(answer('erased'));
    assert.ok(
      (await it.timeline(it.caseId)).includes('mail-in team: {"text":"erased","sender":"unverified"}'),
    );
    const file = await it.file(it.caseId);
    await it.act((tx) => closeCase(tx, it.store.vault, file, { outcome: 'spam', by: 'member:m' }));
    await it.receive(answer('closed'));
    const [id = ''] = await it.cases();
    assert.match((await it.timeline(id)).join('\n'), /"answers":"[0-9A-Z]{4}-[0-9A-Z]{4}"/);
  });

  test(`an answer to a case that was merged is read where that goes on (${name})`, { skip }, async (t) => {
    const it = await given(t, where);
    const as = await givenMember(it.store, 'coordinator');
    const other = await givenCase(it, { name: 'Bob', address: 'bob@example.com' });
    const ids = [it.caseId, other.caseId];
    for (const case_id of ids)
      await it.act((tx) =>
        tx.db
          .insertInto('case_members')
          .values({ case_id, member_id: as.id, part: 'member', since: tx.now })
          .onConflict((conflict) => conflict.columns(['case_id', 'member_id']).doNothing())
          .execute(),
      );
    const { ask } = givenServer(t, it.store, caseRoutes);
    const json = { into: other.caseId };
    assert.equal((await ask('POST', `/cases/${it.caseId}/merge`, { as, json })).status, 200);
    await it.work();
    const subjects = it.sent.map(
      ({ to, text }) => `${to}: ${/\r\nSubject: \[.{9}\] (.*)\r\n/.exec(text)?.[1]}`,
    );
    assert.deepEqual(subjects, ['ada@example.com: Known to us already']);
    const token = /desk\+b=(\w+)@/.exec(it.sent[0]?.from ?? '')?.[1];
    await it.receive(plain('merged', 'it also crashes', `In-Reply-To: <${token}@example.org>`));
    const entry = '{"text":"it also crashes","sender":"unverified"}';
    assert.ok((await it.timeline(it.caseId)).includes(`mail-in reporter: ${entry}`));
    assert.ok((await it.timeline(other.caseId)).includes(`mail-in reporter:${it.caseId}: ${entry}`));
    // What is said to either reporter is told to that one alone.
    for (const [audience, to] of [
      ['reporter', 'bob@example.com'],
      [`reporter:${it.caseId}`, 'ada@example.com'],
    ]) {
      it.sent.splice(0);
      const said = { audience, text: 'thank you' };
      assert.equal((await ask('POST', `/cases/${other.caseId}/messages`, { as, json: said })).status, 200);
      await it.work();
      assert.deepEqual(
        it.sent.map((mail) => mail.to),
        [to],
      );
    }
  });
}
