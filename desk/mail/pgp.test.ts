import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { createMessage, encrypt, encryptSessionKey, generateKey, sign } from 'openpgp';
import { AT, bytesOf, eml, givenKey, gpgIn, MADE, read, scratch, textOf } from '../../test/mail.ts';
import { withoutProgram } from '../../test/peers.ts';
import { type PublicKey, parsePublicKey, type ReadMailOps, writeMail } from './index.ts';

const directory = scratch();
const [desk, other, signer] = await Promise.all([
  givenKey(directory, 'desk'),
  givenKey(directory, 'other'),
  givenKey(directory, 'signer'),
]);
const withoutGpg = withoutProgram('gpg');
const knowing = (...keys: readonly PublicKey[]): Partial<ReadMailOps> => ({
  deskKeys: [desk.desk],
  signersOf: async (ids) => keys.filter(({ keyIds }) => keyIds.some((id) => ids.includes(id))),
});
const HEAD = ['From: signer@example.org', 'To: desk@example.org', 'Subject: [...]', 'MIME-Version: 1.0'];
const DATE = new Date(AT);

/** PGP/MIME around armored or binary bytes. */
function sealed(message: string): Uint8Array {
  return eml(
    ...HEAD,
    'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=p',
    ['--p', 'Content-Type: application/pgp-encrypted', '', 'Version: 1', '--p'],
    'Content-Type: application/octet-stream',
    [message, '--p--'],
  );
}

async function encrypted(text: string): Promise<string> {
  const message = await createMessage({ binary: bytesOf(text) });
  return encrypt({ message, encryptionKeys: desk.known.key, signingKeys: signer.desk.key, date: DATE });
}

const INNER =
  'Content-Type: text/plain; hp="cipher"\r\nSubject: inside\r\nFrom: signer@example.org\r\n\r\nsecret\r\n';
const good = { kind: 'good', fingerprint: signer.known.fingerprint };

test('PGP/MIME is opened, its signature known, its subject taken from inside', async () => {
  const mail = await read(sealed(await encrypted(INNER)), knowing(signer.known));
  assert.deepEqual(mail.encrypted, { kind: 'pgp', key: desk.known.fingerprint });
  assert.deepEqual(mail.signature, good);
  assert.equal(mail.text, 'secret\n');
  assert.equal(mail.subject, 'inside');
  assert.deepEqual(mail.problems, []);
});

test('another sender inside is named, an unmarked header inside is not taken', async () => {
  const differs = await read(sealed(await encrypted(INNER.replace('signer@', 'boss@'))), knowing());
  assert.deepEqual(differs.problems, ['sender-differs']);
  assert.deepEqual(differs.from, { address: 'signer@example.org' });
  const unmarked = await read(sealed(await encrypted(INNER.replace('; hp="cipher"', ''))), knowing());
  assert.equal(unmarked.subject, '[...]');
});

test('a signature of nobody known, and one of a key that was revoked', async () => {
  const mail = sealed(await encrypted(INNER));
  assert.deepEqual((await read(mail, knowing(other.known))).signature, { kind: 'unknown-key' });
  const later = { ...knowing(signer.known), at: '2026-10-01T00:00:00Z' };
  assert.deepEqual((await read(mail, later)).signature, { kind: 'bad' }, 'made in the future');
});

test('whatever goes wrong with a message gives the same', async () => {
  const message = await encrypted(INNER);
  const lines = message.split('\n');
  const middle = lines.length >> 1;
  const damaged = lines.with(middle, [...(lines[middle] ?? '')].reverse().join('')).join('\n');
  const wrong = await encrypt({
    message: await createMessage({ text: 'x' }),
    encryptionKeys: other.known.key,
    date: DATE,
  });
  const password = await encrypt({ message: await createMessage({ text: 'x' }), passwords: 'x' });
  const keys = await manySessionKeys(40);
  const small = compressed(packet(11, Buffer.concat([Uint8Array.of(0x62, 0, 0, 0, 0, 0), bytesOf(INNER)])));
  assert.equal(
    (await read(sealed(await sealedPackets(small)), knowing())).text,
    'secret\n',
    'made so, it is read',
  );
  const expected = await read(sealed(wrong), knowing(signer.known));
  assert.deepEqual(expected.encrypted, { kind: 'unreadable' });
  assert.equal(expected.text, '');
  assert.deepEqual(expected.attachments, []);
  const cases: [what: string, message: string][] = [
    ['damaged', damaged],
    ['cut', lines.slice(0, -4).join('\n')],
    ['cut, with its end', [...lines.slice(0, 6), ...lines.slice(-3)].join('\n')],
    ['a password', password],
    ['empty', ''],
    ['text', 'hello'],
    ['a key', desk.known.armored],
    ['many session keys', keys],
    [
      'not encrypted',
      await sign({ message: await createMessage({ text: 'x' }), signingKeys: signer.desk.key, date: DATE }),
    ],
    ['a bomb', await sealedPackets(bomb())],
    ['a bomb in a bomb', await sealedPackets(compressed(bomb()))],
  ];
  for (const [what, bad] of cases)
    assert.deepEqual(await read(sealed(bad), knowing(signer.known)), expected, what);
  assert.deepEqual(await read(sealed(message), { deskKeys: [] }), expected, 'no key');
});

test('a small message of millions of packets is given up in time', async () => {
  const markers = Buffer.alloc(5 * 4_000_000, Uint8Array.of(0xca, 3, 0x50, 0x47, 0x50));
  const mail = sealed(await sealedPackets(compressed(markers)));
  assert.ok(mail.length < 1_000_000);
  const { encrypted } = await read(mail, { ...knowing(), limits: { openpgpTime: 500 } });
  assert.deepEqual(encrypted, { kind: 'unreadable' });
});

test('inline OpenPGP: whole, within other text, signed in clear', async () => {
  const armored = await encrypted('secret \xff');
  const whole = await read(eml(...HEAD, [armored]), knowing(signer.known));
  assert.equal(whole.text.trim(), 'secret ÿ');
  assert.deepEqual([whole.encrypted.kind, whole.signature, whole.problems], ['pgp', good, []]);
  const within = await read(eml(...HEAD, ['before', armored, 'after']), knowing(signer.known));
  assert.match(within.text, /^before\nsecret ÿ\n\nafter/);
  assert.deepEqual([within.signature, within.problems], [{ kind: 'none' }, ['partly-protected']]);
  const unreadable = await read(eml(...HEAD, ['before', armored]), {});
  assert.deepEqual([unreadable.text, unreadable.encrypted], ['', { kind: 'unreadable' }]);
});

test('gpg writes, we read', { skip: withoutGpg }, async () => {
  const home = join(directory, 'gpg');
  mkdirSync(home, { mode: 0o700 });
  const time = ['--faked-system-time', '20261115T000000'];
  const run = gpgIn(home);
  const gpg = (args: readonly string[], input: string) => textOf(run([...time, ...args], bytesOf(input)));
  run(['--import'], desk.known.armored);
  gpg(['--passphrase', '', '--quick-gen-key', 'peer@example.org', 'future-default'], '');
  const peer = await parsePublicKey(run(['--export', 'peer@example.org']), AT);
  const known = { kind: 'good', fingerprint: peer.fingerprint };
  const to = ['--armor', '--recipient', desk.known.fingerprint];

  for (const more of [[], ['--compress-algo', 'bzip2'], ['--compress-algo', 'none'], ['--throw-keyids']]) {
    const mail = await read(sealed(gpg([...to, ...more, '--sign', '--encrypt'], INNER)), knowing(peer));
    const key = more.includes('--throw-keyids') ? null : desk.known.fingerprint;
    assert.deepEqual([mail.text, mail.encrypted, mail.signature], ['secret\n', { kind: 'pgp', key }, known]);
  }
  const binary = Buffer.from(
    run([...time, '--recipient', desk.known.fingerprint, '--encrypt'], INNER),
  ).toString('base64');
  const mangled = textOf(sealed(binary))
    .replace('octet-stream', 'octet-stream\r\nContent-Transfer-Encoding: base64')
    .replace('multipart/encrypted', 'multipart/mixed')
    .replace('--p\r\n', '--p\r\n\r\n\r\n--p\r\n');
  assert.equal((await read(mangled, knowing())).text, 'secret\n', 'as some servers mangle it');

  const part =
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n.\r\n';
  const signature = gpg(['--armor', '--detach-sign'], part);
  const multipart = 'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=s';
  const after = `\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\n${signature}\r\n--s--\r\n`;
  const signed = (text: string) => `${textOf(eml(...HEAD, multipart, ['--s']))}${text}${after}`;
  const plain = await read(signed(part), knowing(peer));
  assert.deepEqual([plain.text, plain.signature, plain.encrypted.kind], ['Grüße\n.\n', known, 'none']);
  assert.deepEqual((await read(signed(part).replaceAll('\r\n', '\n'), knowing(peer))).signature, known);
  assert.deepEqual((await read(signed(part.replace('Gr', 'gr')), knowing(peer))).signature, { kind: 'bad' });
  assert.deepEqual((await read(signed(part), knowing())).signature, { kind: 'unknown-key' });

  const clear = gpg(['--clear-sign'], 'a line\n- dashes\nFrom here\n');
  const inClear = await read(eml(...HEAD, [clear]), knowing(peer));
  assert.deepEqual([inClear.text.trimEnd(), inClear.signature], ['a line\n- dashes\nFrom here', known]);
  const forged = await read(eml(...HEAD, [clear.replace('a line', 'a lie')]), knowing(peer));
  assert.deepEqual(forged.signature, { kind: 'bad' });
  const outside = await read(eml(...HEAD, ['not signed', clear]), knowing(peer));
  assert.deepEqual([outside.signature, outside.problems], [{ kind: 'none' }, ['partly-protected']]);
  const weak = gpg(['--clear-sign', '--digest-algo', 'SHA1', '--weak-digest', 'MD5'], 'a line\n');
  assert.deepEqual((await read(eml(...HEAD, [weak]), knowing(peer))).signature, { kind: 'bad' }, 'SHA-1');
});

test('a letter of ours to a desk of ours, with every kind of key', async () => {
  for (const options of [
    { type: 'rsa', rsaBits: 2048 },
    { type: 'curve25519' },
    { type: 'ecc', curve: 'nistP256' },
  ] as const) {
    const made = await generateKey({
      ...options,
      userIDs: { email: 'a@example.org' },
      date: new Date(MADE),
      format: 'object',
    });
    const key = await parsePublicKey(made.publicKey.armor(), AT);
    const mail = await writeMail({
      from: { address: 'desk@example.org' },
      to: 'a@example.org',
      subject: 's',
      body: 'secret',
      date: AT,
      messageId: '<1@example.org>',
      pgp: { keys: [{ key, verifiedFingerprint: key.fingerprint }], sign: null },
    });
    const owner = { ...desk.desk, key: made.privateKey };
    assert.equal((await read(mail, { deskKeys: [desk.desk, owner] })).text, 'secret\n', options.type);
  }
});

/** New-format packet of a tag (RFC 9580, section 4.2). */
function packet(tag: number, body: Uint8Array): Buffer {
  const head = Buffer.from([0xc0 | tag, 0xff, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function compressed(packets: Uint8Array): Buffer {
  return packet(8, Buffer.concat([Uint8Array.of(1), deflateRawSync(packets)]));
}

/** 200 MiB of nothing in 200 kB. */
function bomb(): Buffer {
  const literal = packet(11, Buffer.concat([Uint8Array.of(0x62, 0, 0, 0, 0, 0), Buffer.alloc(200 << 20)]));
  return compressed(literal);
}

/** Encrypted to the desk: packets that no library writes. */
async function sealedPackets(packets: Uint8Array): Promise<string> {
  const message = await createMessage({ binary: new Uint8Array(0) });
  message.packets.write = () => new Uint8Array(packets);
  return encrypt({ message, encryptionKeys: desk.known.key, date: DATE });
}

async function manySessionKeys(count: number): Promise<string> {
  const sessionKey = { data: new Uint8Array(32), algorithm: 'aes256' } as const;
  const one = await encryptSessionKey({
    ...sessionKey,
    encryptionKeys: desk.known.key,
    date: DATE,
    format: 'object',
  });
  const message = await createMessage({ text: 'x' });
  const whole = await encrypt({
    message,
    encryptionKeys: desk.known.key,
    sessionKey,
    date: DATE,
    format: 'object',
  });
  for (let i = 0; i < count; i++) whole.packets.unshift(...one.packets);
  return whole.armor();
}
