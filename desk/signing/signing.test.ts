import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { encodeUtf8 } from 'cpansec/base';
import fc from 'fast-check';
import { createMessage, readPrivateKey, sign } from 'openpgp';
import { rounds, seed } from '../../test/sizes.ts';
import { generateKey, gpgSigner, keyFileSigner, type Signer } from './index.ts';

const MADE = '2026-11-01T00:00:00Z';
const AT = '2026-11-22T06:00:00Z';
const home = mkdtempSync(join(tmpdir(), 'cpansec-signing-'));
const file = join(home, 'publisher.key');
await generateKey(file, 'Example Publisher', 'publisher@example.org', MADE);
const withoutGpg = spawnSync('gpg', ['--version']).status === 0 ? false : 'needs gpg';
after(() => {
  spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
  rmSync(home, { recursive: true, force: true });
});

/** What gpg says of the files; the status of its process decides. */
function gpg(...args: string[]): { status: number | null; said: string } {
  const { status, stderr } = spawnSync('gpg', ['--homedir', home, '--batch', '--no-tty', ...args], {
    encoding: 'utf8',
  });
  return { status, said: stderr };
}

/** A gpg home with the key of the file, and its signer. */
async function agent(): Promise<Signer> {
  const { fingerprint } = await keyFileSigner(file);
  chmodSync(home, 0o700);
  execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--import', file], { stdio: 'ignore' });
  return gpgSigner(fingerprint, { home });
}

test('a new key is for its owner alone, and never replaces another', async () => {
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await assert.rejects(generateKey(file, 'Example', 'a@example.org', MADE), { code: 'key' });
});

test('the same bytes and instant give the same signature', async () => {
  const signer = await keyFileSigner(file);
  const bytes = encodeUtf8('{"document":{}}');
  assert.equal(await signer.detached(bytes, AT), await signer.detached(bytes, AT));
  assert.equal(await signer.cleartext('Contact: x\n', AT), await signer.cleartext('Contact: x\n', AT));
});

test(`an Ed25519 key signs octet by octet as the library does; seed ${seed}`, async () => {
  const signer = await keyFileSigner(file);
  const key = await readPrivateKey({ armoredKey: readFileSync(file, 'utf8') });
  const config = { nonDeterministicSignaturesViaNotation: false };
  const instant = fc.date({ min: new Date(MADE), max: new Date('2105-01-01'), noInvalidDate: true });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), instant, async (binary, date) => {
      const message = await createMessage({ binary });
      const theirs = await sign({ message, signingKeys: key, detached: true, date, config });
      assert.equal(await signer.detached(binary, date.toISOString()), theirs.replaceAll('\r\n', '\n'));
    }),
    { seed, numRuns: rounds(200, 20_000) },
  );
});

test('gpg verifies what a key file signed, and refuses it once a byte differs', {
  skip: withoutGpg,
}, async () => {
  await agent();
  const signer = await keyFileSigner(file);
  const [document, signature] = [join(home, 'a.json'), join(home, 'a.json.asc')];
  writeFileSync(document, '{"a":1}');
  writeFileSync(signature, await signer.detached(encodeUtf8('{"a":1}'), AT));
  assert.equal(gpg('--verify', signature, document).status, 0);
  writeFileSync(document, '{"a":2}');
  assert.notEqual(gpg('--verify', signature, document).status, 0);
  const text = join(home, 'security.txt');
  writeFileSync(
    text,
    await signer.cleartext('Contact: mailto:a@example.org\nExpires: 2027-01-01T00:00:00Z\n', AT),
  );
  assert.equal(gpg('--verify', text).status, 0);
});

test('an agent signs as a key file does', { skip: withoutGpg }, async () => {
  const signer = await agent();
  assert.equal(signer.fingerprint, (await keyFileSigner(file)).fingerprint);
  const bytes = encodeUtf8('{"a":1}');
  const [document, signature] = [join(home, 'b.json'), join(home, 'b.json.asc')];
  writeFileSync(document, bytes);
  writeFileSync(signature, await signer.detached(bytes, AT));
  const { status, said } = gpg('--verify', signature, document);
  assert.equal(status, 0, said);
  assert.match(said, /2026/);
  assert.match(await signer.cleartext('Contact: x\n', AT), /^-----BEGIN PGP SIGNED MESSAGE-----\n/);
});

test('what is older than the key is signed as of the making of the key', { skip: withoutGpg }, async () => {
  const signers = [await keyFileSigner(file), await agent()];
  const [document, signature] = [join(home, 'c.json'), join(home, 'c.json.asc')];
  writeFileSync(document, '{}');
  for (const signer of signers) {
    writeFileSync(signature, await signer.detached(encodeUtf8('{}'), '2020-01-01T00:00:00Z'));
    const { status, said } = gpg('--verify', signature, document);
    assert.equal(status, 0, said);
  }
});

test('what cannot sign is refused in words, without a word of the key', async () => {
  const other = (name: string, text: string, mode = 0o600): string => {
    const path = join(home, name);
    writeFileSync(path, text, { mode });
    chmodSync(path, mode);
    return path;
  };
  const { publicKey } = await keyFileSigner(file);
  const cases: [path: string, code: string, message: RegExp][] = [
    [join(home, 'none.key'), 'key', /none\.key: cannot read: no such file or directory$/],
    [other('open.key', 'secret', 0o644), 'permissions', /can be read by others: chmod 600$/],
    [other('text.key', 'no key'), 'key', /holds no OpenPGP key that can sign$/],
    [other('public.key', publicKey), 'key', /holds no OpenPGP key that can sign$/],
    [other('large.key', 'x'.repeat(300_000)), 'key', /has 300000 bytes, more than 262144$/],
  ];
  for (const [path, code, message] of cases)
    await assert.rejects(keyFileSigner(path), (error: Error & { code?: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
});

test('an agent without the key says so', { skip: withoutGpg }, async () => {
  await assert.rejects(gpgSigner('0'.repeat(40), { home }), { code: 'key' });
  await assert.rejects(gpgSigner('--help', { home }), { code: 'key' });
});
