import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import test, { type TestContext } from 'node:test';
import { AT, bytesOf, scratch, textOf } from '../../test/mail.ts';
import { withoutProgram } from '../../test/peers.ts';
import { type Script, talk, talkTo } from '../../test/talk.ts';
import { makeAuthority } from '../../toolkit/io/testdata/servers.ts';
import { type Arrived, type SmtpIntakeOptions, smtpIntake, smtpMailer, writeMail } from './index.ts';

interface Given {
  readonly port: number;
  readonly stored: Arrived[];
  readonly failures: string[];
}

async function given(t: TestContext, more: Partial<SmtpIntakeOptions> = {}): Promise<Given> {
  const stored: Arrived[] = [];
  const failures: string[] = [];
  const intake = await smtpIntake({
    host: '127.0.0.1',
    port: 0,
    name: 'desk.example.org',
    addresses: ['desk@example.org'],
    onMail: async (mail) => {
      stored.push(mail);
    },
    onFailure: ({ message }) => failures.push(message),
    ...more,
  });
  t.after(() => intake.close());
  return { port: intake.port, stored, failures };
}

const HELLO: Script = ['< 220 ', '> EHLO client.example.org', '< 250 '];
const FROM: Script = ['> MAIL FROM:<a@example.com>', '< 250 '];
const ENVELOPE: Script = [...FROM, '> RCPT TO:<desk@example.org>', '< 250 ', '> DATA', '< 354 '];
const CONTENT: Script = ['> Subject: s', '> ', '> ..dot', '> .'];

test('a mail is stored, then acknowledged', async (t) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const stored: Arrived[] = [];
  const { port } = await given(t, {
    onMail: async (mail) => {
      await held;
      stored.push(mail);
    },
  });
  const socket = connect(port, '127.0.0.1');
  await talk(socket, [...HELLO, ...ENVELOPE, ...CONTENT]);
  assert.deepEqual(stored, []);
  const heard = talk(socket, ['< 250 2.0.0 stored', '> QUIT', '< 221 ']);
  release();
  await heard;
  socket.destroy();
  assert.deepEqual(
    stored.map(({ bytes, envelope }) => [textOf(bytes), envelope]),
    [
      [
        'Subject: s\r\n\r\n.dot\r\n',
        {
          from: 'a@example.com',
          to: ['desk@example.org'],
          address: '127.0.0.1',
          hello: 'client.example.org',
        },
      ],
    ],
  );
});

test('conversations', async (t) => {
  const cases: [what: string, script: Script, stored: number][] = [
    ['two mails', [...HELLO, ...ENVELOPE, ...CONTENT, '< 250 ', ...ENVELOPE, ...CONTENT, '< 250 '], 2],
    ['a notification', [...HELLO, '> MAIL FROM:<>', '< 250 ', ...ENVELOPE.slice(2), ...CONTENT, '< 250 '], 1],
    ['a suffix', [...HELLO, ...FROM, '> RCPT TO:<Desk+b=k3v9q7xk2m@Example.org>', '< 250 '], 0],
    ['another address', [...HELLO, ...FROM, '> RCPT TO:<root@example.org>', '< 550 ', '> DATA', '< 503 '], 0],
    ['relaying', [...HELLO, ...FROM, '> RCPT TO:<victim@example.com>', '< 550 '], 0],
    ['relaying by routes', [...HELLO, ...FROM, '> RCPT TO:<desk%example.com@example.org>', '< 550 '], 0],
    ['relaying by a suffix', [...HELLO, ...FROM, '> RCPT TO:<desk+x@example.com>', '< 550 '], 0],
    [
      'too many recipients',
      [
        ...HELLO,
        ...FROM,
        ...['a', 'b', 'c'].flatMap((x) => [`> RCPT TO:<desk+${x}@example.org>`, '< 250 ']),
        '> RCPT TO:<desk+d@example.org>',
        '< 452 ',
      ],
      0,
    ],
    ['signing in', [...HELLO, '> AUTH PLAIN AGEAYg==', '< 5'], 0],
    ['TLS where there is none', [...HELLO, '> STARTTLS', '< 5'], 0],
    ['asking for people', [...HELLO, '> VRFY desk', '< 252 '], 0],
    ['cut before DATA', [...HELLO, ...FROM, 'cut'], 0],
    ['cut during DATA', [...HELLO, ...ENVELOPE, ...CONTENT.slice(0, 3), 'cut'], 0],
    [
      'a dot that ends nothing',
      [...HELLO, ...ENVELOPE, bytesOf('Subject: s\n.\n\r.\rMAIL FROM:<x@example.com>\r\n'), 'cut'],
      0,
    ],
    ['announced too large', [...HELLO, '> MAIL FROM:<a@example.com> SIZE=5000', '< 552 '], 0],
    ['too large', [...HELLO, ...ENVELOPE, bytesOf(`${'x'.repeat(70)}\r\n`.repeat(100)), '> .', '< 552 '], 0],
    ['a line without an end', [...HELLO, bytesOf('x'.repeat(5000)), 'wait'], 0],
  ];
  for (const [what, script, count] of cases) {
    const { port, stored, failures } = await given(t, { limits: { size: 1000, recipients: 3 } });
    await assert.doesNotReject(talkTo(port, script), what);
    assert.equal(stored.length, count, what);
    assert.deepEqual(
      failures.filter((message) => !/ECONNRESET|too long/.test(message)),
      [],
      what,
    );
  }
});

test('what we cannot store is kept by the sender', async (t) => {
  let full = true;
  const { port, failures } = await given(t, {
    onMail: async () => {
      if (full) throw new Error('no space');
    },
  });
  await talkTo(port, [...HELLO, ...ENVELOPE, ...CONTENT, '< 451 4.3.0']);
  assert.deepEqual(failures, ['no space']);
  full = false;
  await talkTo(port, [...HELLO, ...ENVELOPE, ...CONTENT, '< 250 ']);
});

test('one client brings so many mails in a minute', async (t) => {
  let now = 0;
  const { port, stored } = await given(t, { limits: { mailsPerMinute: 2 }, now: () => now });
  const mail: Script = [...ENVELOPE, ...CONTENT, '< 250 '];
  await talkTo(port, [...HELLO, ...mail, ...mail, '> MAIL FROM:<a@example.com>', '< 451 4.7.1']);
  now = 59_999;
  await talkTo(port, [...HELLO, '> MAIL FROM:<b@example.com>', '< 451 4.7.1']);
  now = 60_000;
  await talkTo(port, [...HELLO, ...mail]);
  assert.equal(stored.length, 3);
});

test('a client that never ends its mail is cut', async (t) => {
  const { port, stored } = await given(t, { limits: { time: 100 } });
  await talkTo(port, [...HELLO, ...ENVELOPE, '> Subject: s', 'wait']);
  assert.deepEqual(stored, []);
});

test('what the mailer sends comes in as it was written, over TLS', {
  skip: withoutProgram('openssl', 'version'),
}, async (t) => {
  const issuer = makeAuthority(scratch());
  const { port, stored } = await given(t, { tls: issuer.issue('DNS:localhost') });
  const mailer = smtpMailer({
    host: 'localhost',
    port,
    tls: 'starttls',
    authority: readFileSync(issuer.file, 'utf8'),
  });
  const mail = await writeMail({
    from: { address: 'a@example.com' },
    to: 'desk@example.org',
    subject: 'Grüße',
    body: '.\n..\n.hidden\nFrom here\n',
    date: AT,
    messageId: '<1@example.com>',
    pgp: null,
  });
  await mailer.send(mail, { from: 'a@example.com', to: 'desk@example.org' });
  assert.deepEqual(stored[0]?.bytes, mail);
  await assert.rejects(mailer.send(mail, { from: 'a@example.com', to: 'b@example.org' }), {
    code: 'rejected',
  });
});

test('a port that is taken', async (t) => {
  const { port } = await given(t);
  await assert.rejects(given(t, { port }), { code: 'intake' });
});
