import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { generateKey, revokeKey } from 'openpgp';
import { AT, bytesOf, givenKey, gpgIn, MADE, read, scratch, textOf } from '../../test/mail.ts';
import { withoutProgram } from '../../test/peers.ts';
import { isAddress, type Letter, parseAddress, parsePublicKey, writeMail } from './index.ts';

const directory = scratch();
const [sender, reader] = await Promise.all([givenKey(directory, 'desk'), givenKey(directory, 'reader')]);
const withoutGpg = withoutProgram('gpg');

const LETTER: Letter = {
  from: { name: 'CPAN Security Group', address: 'desk@example.org' },
  to: 'author@example.org',
  subject: 'Case Q7XK: a message is waiting',
  body: 'A message is waiting for you.\n\nhttps://desk.example.org/c/q7xk\n',
  date: AT,
  messageId: '<q7xk.1@desk.example.org>',
  pgp: null,
};

const toReader = { keys: [{ key: reader.known, verifiedFingerprint: reader.known.fingerprint }], sign: null };

test('a plain letter, byte for byte', async () => {
  const mail = textOf(await writeMail(LETTER));
  assert.equal(
    mail,
    [
      'From: "CPAN Security Group" <desk@example.org>',
      'To: author@example.org',
      'Subject: Case Q7XK: a message is waiting',
      'Date: Sun, 22 Nov 2026 06:00:00 +0000',
      'Message-ID: <q7xk.1@desk.example.org>',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=us-ascii',
      'Content-Transfer-Encoding: 7bit',
      '',
      'A message is waiting for you.',
      '',
      'https://desk.example.org/c/q7xk',
      '',
    ].join('\r\n'),
  );
});

test('what is written is read again', async () => {
  const letter: Letter = {
    ...LETTER,
    subject: 'Überprüfung: ein Bericht über „Größe“ in mehr als fünfundsiebzig Zeichen, 日本語も',
    body: `${'Grüße aus dem Überlauf. '.repeat(20)}\n\n> ${'quoted words '.repeat(12)}\n`,
    replyTo: 'case+q7xk@example.org',
    inReplyTo: '<1@example.org>',
    references: ['<0@example.org>', '<1@example.org>'],
    automatic: true,
    tlp: 'TLP:AMBER+STRICT',
    attachments: [
      { name: 'größe "1".patch', type: 'text/x-diff', bytes: bytesOf('a\r\n\0b\n') },
      { name: 'mail.eml', type: 'message/rfc822', bytes: bytesOf('Subject: x\r\n\r\n') },
    ],
  };
  const bytes = await writeMail(letter);
  assert.ok(
    textOf(bytes)
      .split('\r\n')
      .every((line) => line.length <= 78 && /^[\x20-\x7e\t]*$/.test(line)),
  );
  const mail = await read(bytes);
  assert.equal(mail.subject, `[TLP:AMBER+STRICT] ${letter.subject}`);
  assert.deepEqual(mail.from, letter.from);
  assert.deepEqual(mail.to, [{ address: 'author@example.org' }]);
  assert.equal(mail.inReplyTo, '<1@example.org>');
  assert.deepEqual(mail.references, letter.references);
  assert.equal(mail.date, '2026-11-22T06:00:00.000Z');
  assert.equal(mail.marks.autoSubmitted, 'auto-replied');
  assert.equal(mail.marks.precedence, 'bulk');
  assert.equal(mail.marks.list, false);
  assert.match(mail.text, /^TLP:AMBER\+STRICT\n\nGrüße aus/);
  assert.match(mail.text, /\n> quoted words/);
  assert.ok(mail.text.split('\n').every((line) => line.length <= 72));
  assert.equal(mail.text.replaceAll(/\s+/g, ' ').split('Überlauf.').length, 21);
  assert.deepEqual(
    mail.attachments.map(({ name, type, bytes }) => [name, type, textOf(bytes)]),
    [
      ['größe _1_.patch', 'text/x-diff', 'a\r\n\0b\n'],
      ['mail.eml', 'application/octet-stream', 'Subject: x\r\n\r\n'],
    ],
  );
  assert.deepEqual(mail.problems, []);
});

test('a word that is longer than a line stays whole', async () => {
  const link = `https://desk.example.org/${'x'.repeat(100)}`;
  assert.ok(textOf(await writeMail({ ...LETTER, body: `see ${link} there` })).includes(`\r\n${link}\r\n`));
  const long = await writeMail({ ...LETTER, body: 'y'.repeat(5000) });
  assert.ok(
    textOf(long)
      .split('\r\n')
      .every((line) => line.length <= 78),
  );
  assert.equal((await read(long)).text.trim(), 'y'.repeat(5000));
});

test('nothing that could end a header field goes into one', async () => {
  const evil = [
    'a\r\nBcc: x@example.org',
    'a\nb',
    'a\rb',
    'a\0b',
    'a\u0085b',
    'a\u2028b',
    'a\u001b[0m',
    '\ud800',
  ];
  const places: [where: string, code: string, make: (value: string) => Partial<Letter>][] = [
    ['subject', 'bad-header', (subject) => ({ subject })],
    ['name', 'bad-header', (name) => ({ from: { name, address: 'desk@example.org' } })],
    ['from', 'bad-address', (address) => ({ from: { address } })],
    ['to', 'bad-address', (to) => ({ to })],
    ['to, at its end', 'bad-address', (value) => ({ to: `author@example.org${value}` })],
    ['reply-to', 'bad-address', (replyTo) => ({ replyTo })],
    ['message-id', 'bad-header', (value) => ({ messageId: `<${value}@example.org>` })],
    ['in-reply-to', 'bad-header', (value) => ({ inReplyTo: `<1@example.org>${value}` })],
    ['references', 'bad-header', (value) => ({ references: [value] })],
    ['date', 'bad-header', (date) => ({ date })],
    [
      'attachment',
      'bad-header',
      (name) => ({ attachments: [{ name, type: 'text/plain', bytes: bytesOf('') }] }),
    ],
    [
      'type',
      'bad-header',
      (type) => ({ attachments: [{ name: 'a', type: `text/${type}`, bytes: bytesOf('') }] }),
    ],
  ];
  for (const [where, code, make] of places)
    for (const value of evil)
      await assert.rejects(
        writeMail({ ...LETTER, ...make(value) }),
        { code },
        `${where}: ${JSON.stringify(value)}`,
      );
});

test('too much is refused, nothing is cut', async () => {
  const name = 'x'.repeat(501);
  await assert.rejects(writeMail({ ...LETTER, subject: name }), { code: 'bad-header' });
  const references = Array.from({ length: 101 }, (_, i) => `<${i}@example.org>`);
  await assert.rejects(writeMail({ ...LETTER, references }), { code: 'bad-header' });
  const attachments = Array.from({ length: 21 }, () => ({
    name: 'a',
    type: 'text/plain',
    bytes: bytesOf(''),
  }));
  await assert.rejects(writeMail({ ...LETTER, attachments }), { code: 'too-large' });
});

test('any subject and body of text come back', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 120 });
  await fc.assert(
    fc.asyncProperty(text, text, async (subject, body) => {
      const mail = await writeMail({ ...LETTER, subject, body }).catch(() => null);
      if (mail === null) return;
      const back = await read(mail);
      const plain = (value: string) =>
        value.replaceAll(
          /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\s]/g,
          '',
        );
      assert.equal(plain(back.subject), plain(subject));
      assert.equal(plain(back.text), plain(body));
    }),
    { numRuns: 100 },
  );
});

test('addresses', () => {
  const good = [
    'a@example.org',
    'First.Last+tag@mail.example.org',
    "o'neil_-{}~@x-1.example",
    `${'a'.repeat(64)}@example.org`,
  ];
  for (const address of good) assert.ok(isAddress(address), address);
  const bad = [
    '',
    'a',
    '@example.org',
    'a@',
    'a@b',
    'a@example',
    'a@@example.org',
    'a b@example.org',
    '.a@example.org',
    'a.@example.org',
    'a..b@example.org',
    '"a b"@example.org',
    'a@[192.0.2.1]',
    'a@192.0.2.1',
    'a@-x.example',
    'a@x-.example',
    'a@example.org.',
    'a@example..org',
    'ü@example.org',
    'a@exämple.org',
    'a@example.org,b@example.org',
    '<a@example.org>',
    'a(x)@example.org',
    'a@example.org\n',
    `${'a'.repeat(65)}@example.org`,
    `a@${'x'.repeat(64)}.org`,
    `a@${'x.'.repeat(127)}org`,
  ];
  for (const address of bad) assert.ok(!isAddress(address), address);
  assert.equal(parseAddress('Desk@EXAMPLE.org'), 'Desk@example.org');
  assert.throws(() => parseAddress('a@b'), {
    code: 'bad-address',
    message: '"a@b" has no domain name after the @',
  });
});

test('an encrypted letter shows nothing of itself and comes back whole', async () => {
  const secret = { ...LETTER, tlp: 'TLP:RED', subject: 'Heap overflow', body: 'CANARY' } as const;
  const bytes = await writeMail({ ...secret, pgp: { ...toReader, sign: sender.desk } });
  const outside = textOf(bytes);
  assert.match(outside, /^Subject: \[\.\.\.\]\r$/m);
  for (const word of ['Heap', 'CANARY', 'TLP:', 'text/plain']) assert.ok(!outside.includes(word), word);
  const mail = await read(bytes, {
    deskKeys: [reader.desk],
    signersOf: async (ids) => {
      assert.deepEqual(ids, [sender.known.keyIds[0]]);
      return [sender.known];
    },
  });
  assert.equal(mail.subject, '[TLP:RED] Heap overflow');
  assert.equal(mail.text, 'TLP:RED\n\nCANARY\n');
  assert.deepEqual(mail.encrypted, { kind: 'pgp', key: reader.known.fingerprint });
  assert.deepEqual(mail.signature, { kind: 'good', fingerprint: sender.known.fingerprint });
  assert.deepEqual(mail.problems, []);
});

test('what cannot be encrypted is never written', async () => {
  const options = { userIDs: { email: 'a@example.org' }, date: new Date(MADE), format: 'object' } as const;
  const keyOf = async (key: { armor(): string }, at = AT) => parsePublicKey(key.armor(), at);
  const short = await keyOf((await generateKey({ ...options, keyExpirationTime: 60 })).publicKey);
  const made = await generateKey(options);
  const revoked = await revokeKey({ key: made.privateKey, date: new Date(MADE), format: 'object' });
  const later = await keyOf(
    (await generateKey({ ...options, date: new Date('2027-01-01T00:00:00Z') })).publicKey,
  );
  const cases: [what: string, key: typeof short, fingerprint: string, code: string][] = [
    ['expired', short, short.fingerprint, 'key-expired'],
    ['revoked', await keyOf(revoked.publicKey), (await keyOf(made.publicKey)).fingerprint, 'key-revoked'],
    ['another than was verified', reader.known, sender.known.fingerprint, 'key-unverified'],
    [
      'verified by a part of the fingerprint',
      reader.known,
      reader.known.fingerprint.slice(-16),
      'key-unverified',
    ],
    ['verified by nothing', reader.known, '', 'key-unverified'],
    ['made later', later, later.fingerprint, 'bad-key'],
  ];
  for (const [what, key, verifiedFingerprint, code] of cases) {
    const keys = [...toReader.keys, { key, verifiedFingerprint }];
    await assert.rejects(writeMail({ ...LETTER, pgp: { keys, sign: null } }), { code }, what);
  }
  await assert.rejects(writeMail({ ...LETTER, pgp: { keys: [], sign: null } }), { code: 'key-unverified' });
});

test('gpg opens what we encrypt and knows our signature', { skip: withoutGpg }, async () => {
  const home = join(directory, 'gpg');
  mkdirSync(home, { mode: 0o700 });
  const gpg = gpgIn(home);
  gpg(['--import'], sender.known.armored);
  gpg([
    '--faked-system-time',
    '20261101T000000',
    '--passphrase',
    '',
    '--quick-gen-key',
    'peer@example.org',
    'future-default',
  ]);
  const peer = await parsePublicKey(gpg(['--export', 'peer@example.org']), AT);
  const pgp = { keys: [{ key: peer, verifiedFingerprint: peer.fingerprint }], sign: sender.desk };
  const armored = /-----BEGIN PGP MESSAGE-----[\s\S]+-----END PGP MESSAGE-----/.exec(
    textOf(await writeMail({ ...LETTER, pgp })),
  );
  const time = ['--faked-system-time', '20261122T070000'];
  const opened = textOf(gpg([...time, '--status-fd', '1', '--decrypt'], armored?.[0] ?? ''));
  assert.match(opened, /Subject: Case Q7XK: a message is waiting\r\n/);
  assert.match(opened, new RegExp(`GOODSIG ${sender.known.fingerprint.slice(-16)}`));
  assert.match(opened, /DECRYPTION_OKAY/);
});
