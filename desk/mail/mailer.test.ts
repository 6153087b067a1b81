import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { SMTPServer } from 'smtp-server';
import { bytesOf, scratch, textOf } from '../../test/mail.ts';
import { withoutProgram } from '../../test/peers.ts';
import { listening, type Script, scripted } from '../../test/talk.ts';
import { makeAuthority } from '../../toolkit/io/testdata/servers.ts';
import { fileMailer, type MailErrorCode, type SmtpConfig, smtpMailer } from './index.ts';

const ROUTE = { from: 'desk+b=k3v9q7xk2m@example.org', to: 'author@example.org' };
const MAIL = bytesOf('From: desk@example.org\r\nSubject: s\r\n\r\n.dot\r\n');
/** More than sockets hold on their own. */
const LARGE = bytesOf(`Subject: s\r\n\r\n${`${'x'.repeat(998)}\r\n`.repeat(20_000)}`);
const HELLO: Script = ['> 220 mx.example.org', '< EHLO ', '> 250-mx.example.org', '> 250 SIZE 50000000'];
const ENVELOPE: Script = [
  ...HELLO,
  '< MAIL FROM:<desk+b=k3v9q7xk2m@example.org>',
  '> 250 ok',
  '< RCPT TO:<author@example.org>',
  '> 250 ok',
  '< DATA',
];
const TAKEN: Script = [...ENVELOPE, '> 354 go', '<.'];

const local = (port: number, more: Partial<SmtpConfig> = {}): SmtpConfig => ({
  host: '127.0.0.1',
  port,
  tls: 'none',
  connectTime: 2000,
  silence: 2000,
  ...more,
});

test('a server takes a mail', async () => {
  const { port, heard } = await scripted([...TAKEN, '> 250 2.0.0 Ok: queued as 4XYZ', '< QUIT', '> 221 bye']);
  assert.deepEqual(await smtpMailer(local(port)).send(MAIL, ROUTE), {
    response: '250 2.0.0 Ok: queued as 4XYZ',
  });
  assert.equal((await heard).at(-1), 'QUIT');
});

test('what went wrong tells whether the server may have the mail', async () => {
  const cases: [what: string, script: Script, code: MailErrorCode, mail?: Uint8Array][] = [
    ['cut before the greeting', ['cut'], 'not-taken'],
    ['busy at the greeting', ['> 421 busy', 'wait'], 'not-taken'],
    ['never at the greeting', ['> 554 no mail here', 'wait'], 'not-taken'],
    ['no SMTP', ['> SSH-2.0-OpenSSH', 'wait'], 'not-taken'],
    ['silent at the greeting', ['wait'], 'not-taken'],
    ['cut after hello', [...HELLO.slice(0, 2), 'cut'], 'not-taken'],
    ['sender later', [...HELLO, '< MAIL', '> 451 later', 'wait'], 'not-taken'],
    ['sender never', [...HELLO, '< MAIL', '> 550 no', 'wait'], 'rejected'],
    ['recipient later', [...ENVELOPE.slice(0, 7), '> 450 4.2.0 greylisted', 'wait'], 'not-taken'],
    ['recipient never', [...ENVELOPE.slice(0, 7), '> 550 5.1.1 unknown', 'wait'], 'rejected'],
    ['cut before DATA is answered', [...ENVELOPE, 'cut'], 'not-taken'],
    ['DATA refused', [...ENVELOPE, '> 554 no', 'wait'], 'rejected'],
    ['DATA out of order', [...ENVELOPE, '> 503 order', 'wait'], 'not-taken'],
    ['cut during DATA', [...ENVELOPE, '> 354 go', '< Subject', 'cut'], 'not-taken', LARGE],
    [
      'refused during DATA',
      [...ENVELOPE, '> 354 go', '< Subject', '> 552 too much', 'wait'],
      'rejected',
      LARGE,
    ],
    ['cut after the dot', [...TAKEN, 'cut'], 'uncertain'],
    ['cut after the dot of much', [...TAKEN, 'cut'], 'uncertain', LARGE],
    ['silent after the dot', [...TAKEN, 'wait'], 'uncertain'],
    ['nonsense after the dot', [...TAKEN, '> hello', 'wait'], 'uncertain'],
    ['half an answer', [...TAKEN, bytesOf('25'), 'cut'], 'uncertain'],
    ['later after the dot', [...TAKEN, '> 451 4.3.0 later', 'wait'], 'not-taken'],
    ['never after the dot', [...TAKEN, '> 554 5.7.1 spam', 'wait'], 'rejected'],
  ];
  for (const [what, script, code, mail = MAIL] of cases) {
    const { port } = await scripted(script);
    const mailer = smtpMailer(local(port, { connectTime: 300, silence: 700 }));
    await assert.rejects(mailer.send(mail, ROUTE), { code }, what);
  }
  const { port } = await scripted([...TAKEN, '> 250 ok', 'cut']);
  assert.equal((await smtpMailer(local(port)).send(MAIL, ROUTE)).response, '250 ok', 'cut after the answer');
});

test('nobody listens', async () => {
  const { port } = await scripted();
  await assert.rejects(smtpMailer(local(port)).send(MAIL, ROUTE), { code: 'not-taken' });
  await assert.rejects(smtpMailer(local(1)).send(MAIL, ROUTE), { code: 'not-taken' });
});

test('in clear to this machine only, and never a password', () => {
  for (const host of [
    'mx.example.org',
    '192.0.2.1',
    '::2',
    'localhost.example.org',
    '127.0.0.1.example.org',
    '0.0.0.0',
  ])
    assert.throws(() => smtpMailer({ host, port: 25, tls: 'none' }), { code: 'bad-config' }, host);
  for (const host of ['localhost', '127.0.0.1', '127.8.8.8', '::1'])
    smtpMailer({ host, port: 25, tls: 'none' });
  const login = { user: 'desk', passwordFile: 'none' };
  assert.throws(() => smtpMailer(local(25, { login })), { code: 'bad-config' });
});

test('an address that could say more than an address goes nowhere', async () => {
  const { port, heard } = await scripted([...TAKEN, '> 250 ok']);
  const mailer = smtpMailer(local(port));
  for (const to of ['a@example.org> NOTIFY=NEVER', 'a@example.org\r\nRCPT TO:<b@example.org>', '<>', ''])
    await assert.rejects(mailer.send(MAIL, { ...ROUTE, to }), { code: 'bad-address' });
  await mailer.send(MAIL, ROUTE);
  assert.equal((await heard).filter((line) => line.startsWith('RCPT')).length, 1);
});

test('a server that does not offer TLS gets nothing', async () => {
  const { port, heard } = await scripted([...HELLO, '< STARTTLS', '> 502 no', '< QUIT']);
  await assert.rejects(smtpMailer(local(port, { tls: 'starttls' })).send(MAIL, ROUTE), { code: 'not-taken' });
  assert.ok((await heard).every((line) => !/MAIL|RCPT|AUTH/.test(line)));
});

test('TLS with a known authority and a password from a file', {
  skip: withoutProgram('openssl', 'version'),
}, async () => {
  const directory = scratch();
  const issuer = makeAuthority(directory);
  const authority = readFileSync(issuer.file, 'utf8');
  const taken: string[] = [];
  const server = new SMTPServer({
    ...issuer.issue('DNS:localhost'),
    disabledCommands: [],
    onAuth: ({ username, password }, _, done) =>
      done(password === 'correct horse' ? null : new Error('no'), { user: username }),
    onData: (stream, _, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        taken.push(Buffer.concat(chunks).toString('latin1'));
        done();
      });
    },
  });
  server.on('error', () => {});
  const port = await listening(server.server);
  const file = (name: string, text: string, mode = 0o600) => {
    writeFileSync(join(directory, name), text, { mode });
    return join(directory, name);
  };
  const config = (password: string, more: Partial<SmtpConfig> = {}): SmtpConfig =>
    local(port, {
      host: 'localhost',
      tls: 'starttls',
      authority,
      login: { user: 'desk', passwordFile: password },
      ...more,
    });
  const right = file('right', 'correct horse\n');
  await smtpMailer(config(right)).send(MAIL, ROUTE);
  assert.deepEqual(taken, [textOf(MAIL)]);
  await assert.rejects(smtpMailer(config(file('wrong', 'wrong\n'))).send(MAIL, ROUTE), { code: 'not-taken' });
  await assert.rejects(smtpMailer(config(file('open', 'x', 0o644))).send(MAIL, ROUTE), {
    code: 'permissions',
  });
  const { authority: _, ...unknown } = config(right);
  await assert.rejects(smtpMailer(unknown).send(MAIL, ROUTE), { code: 'not-taken' }, 'an unknown authority');
  await assert.rejects(
    smtpMailer(config(right, { host: '127.0.0.1' })).send(MAIL, ROUTE),
    { code: 'not-taken' },
    'another name',
  );
  assert.equal(taken.length, 1);
});

test('mail into a directory', async () => {
  const directory = join(scratch(), 'mail');
  const mailer = fileMailer(directory);
  await mailer.send(MAIL, ROUTE);
  await mailer.send(MAIL, ROUTE);
  const [name = '', ...more] = readdirSync(directory);
  assert.deepEqual(more, []);
  assert.match(name, /^[0-9a-f]{32}\.eml$/);
  assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600);
  assert.equal(
    readFileSync(join(directory, name), 'latin1'),
    `Return-Path: <${ROUTE.from}>\r\nDelivered-To: ${ROUTE.to}\r\n${textOf(MAIL)}`,
  );
  await assert.rejects(fileMailer(join(directory, name)).send(MAIL, ROUTE), { code: 'not-taken' });
});
