/** Mail of a desk from end to end: real conversations on loopback, and OpenPGP as gpg writes it. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { databases, type Where } from '../../test/given-desk.ts';
import { gpgIn, scratch } from '../../test/mail.ts';
import { mailServer, type Taken } from '../../test/mail-server.ts';
import { withoutProgram } from '../../test/peers.ts';
import { freePort } from '../../test/port.ts';
import { talk } from '../../test/talk.ts';
import { entriesOf, readCase } from '../casefile/index.ts';
import { generateDeskKey, MailError, readMail } from '../mail/index.ts';
import { linkOf } from '../people/index.ts';
import type { Store } from '../store/index.ts';
import { directoryMail, readMailConfig, startDesk } from './index.ts';

const ORIGIN = 'https://desk.example.org';
const directory = scratch();

interface Mailing {
  readonly store: Store;
  readonly taken: Taken[];
  readonly warned: string[];
  /** Of the desk, armored. */
  readonly publicKey: string;
  /** Brings a mail to the desk by SMTP. */
  bring(mail: string, from?: string, to?: string): Promise<void>;
  /** The next mail that goes out. */
  next(): Promise<Taken>;
  cases(): Promise<string[]>;
  timeline(id: string): Promise<string[]>;
}

async function given(t: TestContext, where: Where, name: string): Promise<Mailing> {
  const { store } = await where.given(t);
  const home = join(directory, name);
  mkdirSync(home);
  const key = { path: join(home, 'desk.key'), name: 'Desk', email: 'desk@example.org' };
  const publicKey = await generateDeskKey({ ...key, at: '2026-11-01T00:00:00Z' });
  const { port: outPort, taken } = await mailServer((end) => t.after(end));
  const inPort = await freePort();
  const config = {
    from: { name: 'Security desk', address: 'desk@example.org' },
    out: { smtp: { host: '127.0.0.1', port: outPort, tls: 'none' } },
    in: { authentication: false, smtp: { host: '127.0.0.1', port: inPort, name: 'desk.example.org' } },
    keys: { file: 'desk.key' },
  };
  writeFileSync(join(home, 'mail.json'), JSON.stringify(config));
  const warned: string[] = [];
  const desk = await startDesk({
    ...{ store, origin: ORIGIN, name: 'Desk', assets: { names: {}, files: new Map() } },
    mail: await readMailConfig(join(home, 'mail.json')),
    heads: null,
    log: () => {},
    warn: (words) => void warned.push(words),
  });
  t.after(() => desk.stop());
  let seen = 0;
  return {
    ...{ store, taken, warned, publicKey },
    bring: async (mail, from = 'ada@example.com', to = 'desk@example.org') => {
      const socket = connect(inPort, '127.0.0.1');
      const lines = mail.split('\r\n').map((line) => `> ${line.replace(/^\./, '..')}`);
      const envelope = [`> MAIL FROM:<${from}>`, '< 250 ', `> RCPT TO:<${to}>`, '< 250 ', '> DATA', '< 354 '];
      const hello = ['< 220 ', '> EHLO client.example.com', '< 250 '];
      await talk(socket, [...hello, ...envelope, ...lines, '> .', '< 250 ', '> QUIT', '< 221 ']);
      socket.destroy();
    },
    next: async () => {
      for (let tries = 0; taken.length <= seen && tries < 1000; tries++) await wait(20);
      return taken[seen++] ?? assert.fail('no mail went out');
    },
    cases: async () => {
      const rows = await store.transaction((tx) =>
        tx.db.selectFrom('cases').select('id').orderBy('opened_at').execute(),
      );
      return rows.map(({ id }) => id);
    },
    timeline: (id) =>
      store.transaction(async (tx) => {
        const file = (await readCase(tx, store.vault, id)) ?? assert.fail();
        const entries = await entriesOf(tx, store.vault, file);
        return entries.map(({ kind, audience, body }) => `${kind} ${audience}: ${JSON.stringify(body)}`);
      }),
  };
}

/** Signed by Ada and encrypted to the desk, as gpg does it. */
function sealedMail(home: string, publicKey: string, text: string): string {
  mkdirSync(home, { mode: 0o700 });
  const gpg = gpgIn(home);
  gpg(['--passphrase', '', '--quick-gen-key', 'Ada <ada@example.com>', 'ed25519', 'sign', 'never']);
  gpg(['--import'], publicKey);
  const inner = `Content-Type: text/plain\r\n\r\n${text}\r\n`;
  const armored = gpg(['--armor', '--sign', '--encrypt', '--recipient', 'desk@example.org'], inner);
  return [
    ...[
      'From: Ada <ada@example.com>',
      'To: desk@example.org',
      'Subject: [...]',
      'Message-ID: <1@example.com>',
    ],
    'MIME-Version: 1.0',
    ...['Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=p', '', '--p'],
    ...[
      'Content-Type: application/pgp-encrypted',
      '',
      'Version: 1',
      '--p',
      'Content-Type: application/octet-stream',
    ],
    ...['', Buffer.from(armored).toString('latin1').replaceAll(/\r?\n/g, '\r\n'), '--p--'],
  ].join('\r\n');
}

const bounceOf = ({ from, raw }: Taken) =>
  [
    ...[
      'From: MAILER-DAEMON@mx.example.com',
      `To: ${from}`,
      'Message-ID: <b@mx.example.com>',
      'MIME-Version: 1.0',
    ],
    ...['Content-Type: multipart/report; report-type=delivery-status; boundary=b', '', '--b'],
    ...['Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.example.com', ''],
    ...['Final-Recipient: rfc822; ada@example.com', 'Action: failed', 'Status: 5.1.1', '', '--b'],
    ...['Content-Type: text/rfc822-headers', '', raw.split('\r\n\r\n')[0] ?? '', '', '--b--'],
  ].join('\r\n');

for (const where of databases)
  test(`a sealed mail becomes a case, is acknowledged, bounced and answered (${where.name})`, {
    skip: where.skip || withoutProgram('gpg'),
  }, async (t) => {
    const desk = await given(t, where, where.name);
    const { store } = desk;
    const mail = sealedMail(join(directory, `gpg-${where.name}`), desk.publicKey, 'CANARY in Foo::Bar');
    await desk.bring(mail);
    await desk.bring(mail);
    const [id = '', ...more] = await desk.cases();
    assert.deepEqual(more, [], 'the same mail twice is one report');
    assert.match((await desk.timeline(id))[0] ?? '', /CANARY in Foo::Bar/);
    assert.match((await desk.timeline(id)).join('\n'), /"signature":"unknown-key","encryption":"pgp"/);

    const acknowledgement = await desk.next();
    assert.equal(acknowledgement.to, 'ada@example.com');
    assert.match(acknowledgement.from, /^desk\+b=[0-9a-z]{26}@example\.org$/);
    const read = await readMail(Buffer.from(acknowledgement.raw, 'latin1'), {
      ...{ at: new Date().toISOString(), deskKeys: [], signersOf: async () => [], resolver: null },
    });
    assert.match(read.subject, /^\[.{9}\] Your report has arrived$/);
    assert.doesNotMatch(acknowledgement.raw, /CANARY|Foo|Bar/);
    const secret = new RegExp(`${ORIGIN}/l/([\\w-]+)`).exec(read.text)?.[1] ?? '';
    assert.equal((await store.transaction((tx) => linkOf(tx, secret)))?.caseId, id);

    await desk.bring(bounceOf(acknowledgement), '', acknowledgement.from);
    const spoofed = [
      'From: boss@example.org',
      `In-Reply-To: ${read.messageId}`,
      'Message-ID: <2@example.com>',
    ];
    await desk.bring([...spoofed, '', 'Close this case.'].join('\r\n'), 'boss@example.org');
    const entries = await desk.timeline(id);
    assert.ok(entries.some((entry) => /^attempt team: .*"bounced-permanent".*"5\.1\.1"/.test(entry)));
    assert.ok(entries.some((entry) => /^task team: .*find another way/.test(entry)));
    assert.ok(entries.includes('mail-in reporter: {"text":"Close this case.","sender":"unverified"}'));
    const file = await store.transaction((tx) => readCase(tx, store.vault, id));
    assert.equal(file?.state.phase, 'report');
    assert.deepEqual([(await desk.cases()).length, desk.taken.length, desk.warned], [1, 1, []]);
  });

test('the page of the description holds one that can be read', async () => {
  const page = readFileSync(new URL('../../docs/formats/mail-config.md', import.meta.url), 'utf8');
  const home = join(directory, 'page');
  mkdirSync(home);
  writeFileSync(join(home, 'mail.json'), /```json\n([^`]+)```/.exec(page)?.[1] ?? '');
  const passphrase = join(home, 'desk.passphrase');
  writeFileSync(passphrase, 'correct horse\n', { mode: 0o600 });
  const key = { path: join(home, 'desk.key'), name: 'Desk', email: 'desk@example.org', passphrase };
  await generateDeskKey({ ...key, at: '2026-11-01T00:00:00Z' });
  assert.equal((await readMailConfig(join(home, 'mail.json'))).keys.length, 1);
});

test('how mail is described', async () => {
  const file = join(directory, 'described.json');
  const from = { address: 'desk@example.org' };
  const smtp = { host: '127.0.0.1', port: 25, tls: 'none' };
  const wrong: [config: object, problem: RegExp][] = [
    [{}, /from/],
    [{ from, out: {} }, /one of smtp and directory/],
    [{ from, out: { directory: 'a', smtp } }, /one of smtp and directory/],
    [{ from, out: { directory: 'a' }, into: {} }, /no member into/],
    [{ from, out: { smtp: { ...smtp, host: 'mx.example.org' } } }, /TLS only/],
    [{ from, out: { smtp: { ...smtp, user: 'desk' } } }, /user and passwordFile together/],
    [{ from: { address: 'desk' }, out: { directory: 'a' } }, /has no @/],
    [{ from, out: { directory: 'a' }, keys: { file: 'none.key' } }, /cannot read/],
  ];
  for (const [config, problem] of wrong) {
    writeFileSync(file, JSON.stringify(config));
    await assert.rejects(readMailConfig(file), problem, JSON.stringify(config));
  }
  writeFileSync(file, JSON.stringify({ from, out: { directory: 'letters' } }));
  const { mailer } = await readMailConfig(file);
  const { response } = await mailer.send(Buffer.from('x'), { from: 'a@example.org', to: 'b@example.org' });
  assert.ok(response.includes(join(directory, 'letters')));
  assert.equal(
    directoryMail('d', 'Desk', 'http://localhost:8443').from.address,
    'desk@localhost.localdomain',
  );
  await assert.rejects(mailer.send(Buffer.from('x'), { from: 'a', to: 'b' }), MailError);
});
