import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import { bytesOf, textOf } from '../../test/mail.ts';
import { freePort } from '../../test/port.ts';
import { listening } from '../../test/talk.ts';
import { type ImapIntakeOptions, imapIntake } from './index.ts';

/** Dovecot 2.3's configuration; 2.4 has another. */
const withoutDovecot = spawnSync('dovecot', ['--version'], { encoding: 'utf8' }).stdout?.startsWith('2.3')
  ? false
  : 'needs dovecot 2.3';

const directory = mkdtempSync(join(tmpdir(), 'cpansec-imap-'));
const passwordFile = join(directory, 'password');
writeFileSync(passwordFile, 'secret\n', { mode: 0o600 });
after(() => rmSync(directory, { recursive: true, force: true }));

/** Starts dovecot on the port with users of any name and the password `secret`. */
async function dovecot(port: number): Promise<ChildProcess> {
  const root = process.getuid?.() === 0;
  const [uid, gid] = root ? [65534, 65534] : [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const home = join(directory, 'mail');
  mkdirSync(home, { recursive: true });
  chmodSync(directory, 0o755);
  if (root) chownSync(home, uid, gid);
  const me = spawnSync('id', ['-un', String(uid)], { encoding: 'utf8' }).stdout.trim();
  const config = join(directory, 'dovecot.conf');
  writeFileSync(
    config,
    `protocols = imap
listen = 127.0.0.1
base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = ${directory}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = ${root ? 'dovecot' : me}
default_login_user = ${root ? 'dovenull' : me}
first_valid_uid = 1
mail_location = maildir:${home}/%u
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${home}/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`,
  );
  const child = spawn('dovecot', ['-F', '-c', config], { stdio: 'ignore' });
  for (let left = 100; left > 0; left--) {
    if (await answers(port)) return child;
    await setTimeout(100);
  }
  throw new Error(`dovecot does not answer: ${readFileSync(join(directory, 'log'), 'utf8')}`);
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('utf8');
  try {
    const [greeting] = await once(socket, 'data');
    return String(greeting).startsWith('* OK');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const port = withoutDovecot === false ? await freePort() : 0;
const server = withoutDovecot === false ? await dovecot(port) : null;
after(() => server?.kill());

const MAIL = (name: string) => bytesOf(`From: a@example.org\r\nSubject: ${name}\r\n\r\n${name}\r\n`);

interface Given {
  readonly options: ImapIntakeOptions;
  readonly stored: string[];
  readonly failures: string[];
}

function given(user: string, more: Partial<ImapIntakeOptions> = {}): Given {
  const stored: string[] = [];
  const failures: string[] = [];
  const options: ImapIntakeOptions = {
    host: '127.0.0.1',
    port,
    tls: 'none',
    user,
    passwordFile,
    pause: 200,
    onMail: async ({ bytes }) => {
      stored.push(/^Subject: (.*)\r$/m.exec(textOf(bytes))?.[1] ?? '');
    },
    onFailure: ({ message }) => failures.push(message),
    ...more,
  };
  return { options, stored, failures };
}

/** Does something in the mailbox of the user as another client. */
async function asClient<T>(user: string, act: (client: ImapFlow) => Promise<T>): Promise<T> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: 'secret' },
    logger: false,
  });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.logout();
  }
}

const put = (user: string, ...names: string[]) =>
  asClient(user, async (client) => {
    for (const name of names) await client.append('INBOX', Buffer.from(MAIL(name)));
  });

/** Subject and flags of each mail. */
const listed = (user: string, mailbox = 'INBOX') =>
  asClient(user, async (client) => {
    await client.mailboxOpen(mailbox, { readOnly: true });
    const all = await client.fetchAll('1:*', { envelope: true, flags: true });
    return all.map(({ envelope, flags }) => [
      envelope?.subject,
      [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort(),
    ]);
  });

async function until(done: () => boolean): Promise<void> {
  for (let left = 200; !done(); left--) {
    assert.ok(left > 0, 'it did not come to pass in 20 s');
    await setTimeout(100);
  }
}

test('what is new is stored once, then marked; IDLE tells of more', { skip: withoutDovecot }, async () => {
  await put('one', 'first', 'second');
  const { options, stored, failures } = given('one', { pause: 60_000 });
  const intake = await imapIntake(options);
  await until(() => stored.length === 2);
  await setTimeout(700);
  await put('one', 'third');
  await until(() => stored.length === 3);
  await intake.close();
  assert.deepEqual(stored, ['first', 'second', 'third']);
  assert.deepEqual(failures, []);
  assert.deepEqual(
    await listed('one'),
    stored.map((name) => [name, ['$Stored']]),
  );
  const again = given('one');
  const second = await imapIntake(again.options);
  await setTimeout(500);
  await second.close();
  assert.deepEqual(again.stored, []);
});

test('what cannot be stored stays as it was and is tried again', { skip: withoutDovecot }, async () => {
  await put('two', 'mail');
  let full = true;
  const { options, stored, failures } = given('two');
  const onMail: ImapIntakeOptions['onMail'] = async (mail) => {
    if (full) throw new Error('no space');
    await options.onMail(mail);
  };
  const intake = await imapIntake({ ...options, onMail });
  await until(() => failures.length >= 2);
  assert.deepEqual(await listed('two'), [['mail', []]]);
  full = false;
  await until(() => stored.length === 1);
  await intake.close();
  assert.ok(failures.every((message) => message === 'no space'));
  assert.deepEqual(await listed('two'), [['mail', ['$Stored']]]);
});

test('stored mail is moved away where that is asked, mail that is too large stays', {
  skip: withoutDovecot,
}, async () => {
  await asClient('three', async (client) => {
    await client.mailboxCreate('Stored');
    await client.append('INBOX', Buffer.from(MAIL('x'.repeat(3000))));
  });
  await put('three', 'mail');
  const { options, stored, failures } = given('three', { stored: { move: 'Stored' }, size: 1000 });
  const intake = await imapIntake(options);
  await until(() => stored.length === 1);
  await setTimeout(500);
  await intake.close();
  assert.equal(failures.length, 1);
  assert.match(failures[0] ?? '', /^mail 1 of the mailbox has \d+ bytes and stays there$/);
  assert.deepEqual(await listed('three', 'Stored'), [['mail', []]]);
  assert.deepEqual(
    (await listed('three')).map(([, flags]) => flags),
    [['$Refused', '\\Flagged']],
  );
});

test('a connection that is lost is made again, and nothing is stored twice', {
  skip: withoutDovecot,
}, async () => {
  const sockets = new Set<Socket>();
  const proxy = createServer((socket) => {
    const there = connect(port, '127.0.0.1');
    for (const one of [socket, there]) sockets.add(one.on('error', () => {}));
    socket.pipe(there).pipe(socket);
  });
  const { options, stored, failures } = given('four', { port: await listening(proxy) });
  await put('four', 'before');
  const intake = await imapIntake(options);
  await until(() => stored.length === 1);
  await setTimeout(700);
  for (const socket of sockets) socket.destroy();
  await until(() => failures.length > 0);
  await put('four', 'after');
  await until(() => stored.length === 2);
  await intake.close();
  assert.deepEqual(stored, ['before', 'after']);
});

test('what cannot work is said at once', { skip: withoutDovecot }, async () => {
  const wrong = join(directory, 'wrong');
  writeFileSync(wrong, 'wrong\n', { mode: 0o600 });
  await assert.rejects(imapIntake(given('five', { passwordFile: wrong }).options), { code: 'intake' });
  await assert.rejects(imapIntake(given('five', { mailbox: 'None' }).options), { code: 'intake' });
  await assert.rejects(imapIntake(given('five', { tls: 'starttls' }).options), { code: 'intake' });
  await assert.rejects(imapIntake(given('five', { port: 1 }).options), { code: 'intake' });
});

test('a mailbox in clear on another machine is refused', async () => {
  await assert.rejects(imapIntake(given('x', { host: 'mx.example.org' }).options), { code: 'bad-config' });
});
