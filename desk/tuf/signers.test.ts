import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { encodeUtf8 } from 'cpansec/base';
import { nodeSha256, nodeTufVerifier } from 'cpansec/io';
import { keyidOf, type TufSigner } from 'cpansec/tuf';
import { withoutProgram } from '../../test/peers.ts';
import { makeKeyFile, openTufSigner } from './index.ts';

const message = encodeUtf8('{"_type":"timestamp"}');
const MODULE = '/usr/lib/softhsm/libsofthsm2.so';
const withoutToken =
  withoutProgram('softhsm2-util') || withoutProgram('pkcs11-tool', '--module', MODULE, '--show-info');

function home(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'cpansec-tuf-keys-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

async function assertSigns({ key, sign }: TufSigner, scheme: string): Promise<void> {
  assert.equal(key.scheme, scheme);
  assert.equal(key.keyid, keyidOf(key, nodeSha256));
  const signature = await sign(message);
  assert.ok(await nodeTufVerifier.verify(key, message, signature));
  assert.ok(!(await nodeTufVerifier.verify(key, encodeUtf8('other'), signature)));
}

function run(program: string, args: readonly string[], env: Record<string, string> = {}): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  assert.equal(status, 0, `${program}: ${stderr}`);
  return stdout;
}

test('a key in a file signs', async (t) => {
  const path = join(home(t), 'timestamp.pem');
  makeKeyFile(path);
  await assertSigns(await openTufSigner(path, {}), 'ed25519');
  assert.throws(() => makeKeyFile(path), { code: 'key' });
  chmodSync(path, 0o644);
  await assert.rejects(openTufSigner(path, {}), { code: 'key', message: /can be read by others/ });
});

test('keys that openssl makes', { skip: withoutProgram('openssl', 'version') }, async (t) => {
  const cases: [args: string[], scheme: string | null][] = [
    [['-algorithm', 'ED25519'], 'ed25519'],
    [['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], 'ecdsa-sha2-nistp256'],
    [['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'], 'ecdsa-sha2-nistp384'],
    [['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'], null],
    [['-algorithm', 'RSA'], null],
  ];
  for (const [i, [args, scheme]] of cases.entries()) {
    const path = join(home(t), `${i}.pem`);
    run('openssl', ['genpkey', ...args, '-out', path]);
    chmodSync(path, 0o600);
    if (scheme === null)
      await assert.rejects(openTufSigner(path, {}), { code: 'key', message: /sign metadata/ });
    else await assertSigns(await openTufSigner(path, {}), scheme);
  }
});

test('what is no key is in no error', async (t) => {
  const path = join(home(t), 'bad.pem');
  writeFileSync(path, 'secret text', { mode: 0o600 });
  await assert.rejects(openTufSigner(path, {}), (error: Error) => !/secret text/.test(`${error.stack}`));
  await assert.rejects(openTufSigner(`${path}.none`, {}), { code: 'key' });
});

test('a key of a token signs, by pkcs11-tool', { skip: withoutToken }, async (t) => {
  const place = home(t);
  mkdirSync(join(place, 'tokens'));
  writeFileSync(join(place, 'softhsm2.conf'), `directories.tokendir = ${join(place, 'tokens')}\n`);
  const pin = join(place, 'pin');
  writeFileSync(pin, '4321\n', { mode: 0o600 });
  const env = { SOFTHSM2_CONF: join(place, 'softhsm2.conf'), PATH: process.env.PATH ?? '' };
  run(
    'softhsm2-util',
    ['--init-token', '--free', '--label', 'cpansec', '--so-pin', '12345678', '--pin', '4321'],
    env,
  );
  const common = ['--module', MODULE, '--token-label', 'cpansec', '--login', '--pin', '4321'];
  run('pkcs11-tool', [...common, '--keypairgen', '--key-type', 'EC:prime256v1', '--id', '01'], env);
  const uri = (id: string): string =>
    `pkcs11:token=cpansec;id=%${id}?module-path=${MODULE}&pin-source=${pin}`;
  await assertSigns(await openTufSigner(uri('01'), env), 'ecdsa-sha2-nistp256');
  await assert.rejects(openTufSigner(uri('02'), env), { code: /^(?:key|token)$/ });
  writeFileSync(pin, '9999\n');
  const signer = await openTufSigner(uri('01'), env);
  await assert.rejects(signer.sign(message), { code: 'token', message: /^pkcs11-tool ended with 1/ });
  for (const bad of ['pkcs11:token=a', uri('0x'), 'pkcs11:token=a;id=%01?module-path=%zz&pin-source=b'])
    await assert.rejects(openTufSigner(bad, env), { code: 'key' });
});

test('a key of the ssh-agent signs', { skip: withoutProgram('ssh-agent', 'true') }, async (t) => {
  const place = home(t);
  const socket = join(place, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(async () => {
    agent.kill();
    await once(agent, 'exit');
  });
  await once(agent.stdout, 'data');
  const env = { SSH_AUTH_SOCK: socket };
  for (const [type, scheme] of [
    ['ed25519', 'ed25519'],
    ['ecdsa', 'ecdsa-sha2-nistp256'],
  ] as const) {
    const file = join(place, type);
    run('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file]);
    run('ssh-add', ['-q', file], env);
    const [, fingerprint = ''] = run('ssh-keygen', ['-l', '-f', file]).split(' ');
    for (let i = 0; i < 8; i++) await assertSigns(await openTufSigner(fingerprint, env), scheme);
  }
  const rsa = join(place, 'rsa');
  run('ssh-keygen', ['-q', '-t', 'rsa', '-N', '', '-f', rsa]);
  run('ssh-add', ['-q', rsa], env);
  const [, fingerprint = ''] = run('ssh-keygen', ['-l', '-f', rsa]).split(' ');
  await assert.rejects(openTufSigner(fingerprint, env), { code: 'key' });
  await assert.rejects(openTufSigner('SHA256:none', env), { code: 'agent', message: /has no key/ });
  await assert.rejects(openTufSigner('SHA256:none', {}), { code: 'agent', message: /not set/ });
  await assert.rejects(openTufSigner('SHA256:none', { SSH_AUTH_SOCK: join(place, 'none') }), {
    code: 'agent',
  });
});
