import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { generateKey, revokeKey } from 'openpgp';
import { AT, givenKey, gpgIn, MADE, scratch } from '../../test/mail.ts';
import { withoutProgram } from '../../test/peers.ts';
import { generateDeskKey, parsePublicKey, readDeskKeys } from './index.ts';

const directory = scratch();
const { desk, known } = await givenKey(directory, 'desk');
const withoutGpg = withoutProgram('gpg');

test('a key of the desk is for its owner alone and says what it is', async () => {
  assert.equal(statSync(join(directory, 'desk.key')).mode & 0o777, 0o600);
  assert.equal(desk.fingerprint, known.fingerprint);
  assert.deepEqual(known.userIds, ['desk <desk@example.org>']);
  assert.equal(known.created, '2026-11-01T00:00:00.000Z');
  assert.equal(known.expires, null);
  assert.equal(known.state, 'good');
  assert.deepEqual(known.algorithms, ['eddsaLegacy ed25519Legacy', 'ecdh curve25519Legacy']);
  assert.equal(known.keyIds[0], known.fingerprint.slice(-16));
  const again = { path: join(directory, 'desk.key'), name: 'desk', email: 'desk@example.org', at: MADE };
  await assert.rejects(generateDeskKey(again), { code: 'file' });
  assert.deepEqual((await parsePublicKey(Buffer.from(known.key.write()), AT)).keyIds, known.keyIds);
});

test('a passphrase is read from a file of its own', async () => {
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  const passphrase = file('passphrase', 'correct horse\n');
  const path = join(directory, 'locked.key');
  await generateDeskKey({ path, name: 'Locked', email: 'locked@example.org', at: MADE, passphrase });
  assert.equal((await readDeskKeys(path, passphrase)).length, 1);
  await assert.rejects(readDeskKeys(path), { code: 'bad-key', problem: 'needs its passphrase' });
  await assert.rejects(readDeskKeys(path, file('wrong', 'wrong\n')), { code: 'bad-key' });
  await assert.rejects(readDeskKeys(path, file('empty', '\n')), { code: 'file' });
});

test('a file that others may read, that is missing or no key is refused', async () => {
  const open = join(directory, 'open.key');
  writeFileSync(open, readFileSync(join(directory, 'desk.key')));
  chmodSync(open, 0o640);
  await assert.rejects(readDeskKeys(open), { code: 'permissions' });
  await assert.rejects(readDeskKeys(join(directory, 'none')), { code: 'file' });
  const text = join(directory, 'text');
  writeFileSync(text, 'no key', { mode: 0o600 });
  await assert.rejects(readDeskKeys(text), { code: 'bad-key' });
});

test('exactly one public key is taken', async () => {
  const other = await givenKey(directory, 'other');
  const cases: [what: string, input: string | Uint8Array, code: string][] = [
    ['nothing', '', 'bad-key'],
    ['text', 'hello', 'bad-key'],
    ['bytes', Uint8Array.of(1, 2, 3), 'bad-key'],
    ['a private key', readFileSync(join(directory, 'desk.key'), 'utf8'), 'bad-key'],
    ['two keys', Buffer.concat([known.key.write(), other.known.key.write()]), 'bad-key'],
    ['two armored keys', `${known.armored}\n${other.known.armored}`, 'bad-key'],
    ['half a key', known.armored.slice(0, 200), 'bad-key'],
    ['too much', 'x'.repeat(300_000), 'too-large'],
  ];
  for (const [what, input, code] of cases) await assert.rejects(parsePublicKey(input, AT), { code }, what);
});

test('too many user ids are refused', async () => {
  const userIDs = Array.from({ length: 60 }, (_, i) => ({ email: `a${i}@example.org` }));
  const { publicKey } = await generateKey({ userIDs, date: new Date(MADE) });
  await assert.rejects(parsePublicKey(publicKey, AT), { code: 'too-large' });
});

test('a key that would take long to verify is not looked at', async () => {
  const about = { userIDs: [{ email: 'a@example.org' }], date: new Date(MADE) };
  const { publicKey } = await generateKey({ ...about, type: 'rsa', rsaBits: 2048, format: 'object' });
  assert.equal((await parsePublicKey(publicKey.armor(), AT)).state, 'good');
  const { publicParams } = publicKey.keyPacket as unknown as { publicParams: { n: Uint8Array } }; // of RSA
  publicParams.n = new Uint8Array(8193 / 8 + 1).fill(255);
  await assert.rejects(parsePublicKey(publicKey.write(), AT), { code: 'too-large' });
});

test('a key that has expired or is revoked says so', async () => {
  const options = { userIDs: [{ email: 'a@example.org' }], date: new Date(MADE) };
  const short = await generateKey({ ...options, keyExpirationTime: 86_400 });
  const expired = await parsePublicKey(short.publicKey, AT);
  assert.equal(expired.state, 'expired');
  assert.equal(expired.expires, '2026-11-02T00:00:00.000Z');
  assert.equal((await parsePublicKey(short.publicKey, '2026-11-01T12:00:00Z')).state, 'good');
  const made = await generateKey({ ...options, format: 'object' });
  const revoked = await revokeKey({ key: made.privateKey, date: new Date(AT) });
  assert.equal((await parsePublicKey(revoked.publicKey, '2026-11-23T00:00:00Z')).state, 'revoked');
});

test('weak keys of gpg are told from good ones', { skip: withoutGpg }, async () => {
  const home = join(directory, 'gpg');
  mkdirSync(home, { mode: 0o700 });
  const gpg = gpgIn(home);
  const cases: [algorithm: string, usage: string, more: string[], state: string][] = [
    ['rsa1024', 'encrypt,sign', [], 'weak'],
    ['rsa2048', 'encrypt,sign', ['--cert-digest-algo', 'SHA1'], 'weak'],
    ['secp256k1', 'sign', [], 'weak'],
    ['rsa2048', 'encrypt,sign', [], 'good'],
    ['future-default', 'default', [], 'good'],
    ['nistp256', 'sign', [], 'cannot-encrypt'],
  ];
  for (const [algorithm, usage, more, state] of cases) {
    const uid = `${algorithm}${more.length}@example.org`;
    const time = ['--faked-system-time', '20261101T000000'];
    gpg([...more, ...time, '--passphrase', '', '--quick-gen-key', uid, algorithm, usage, '0']);
    const key = await parsePublicKey(gpg(['--export', uid]), AT);
    assert.equal(key.state, state, algorithm);
  }
});
