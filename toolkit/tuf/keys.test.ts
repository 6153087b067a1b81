import assert from 'node:assert/strict';
import test from 'node:test';
import { givenSigner, type KeyKind, withId } from '../../test/given-tuf.ts';
import { encodeUtf8, toHex } from '../base/index.ts';
import { nodeSha256, nodeTufVerifier } from '../io/index.ts';
import { checkSigners, countSigners, keyidOf, type TufKey, type TufSigner } from './index.ts';

const message = encodeUtf8('{"_type":"root"}');
const kinds: readonly KeyKind[] = ['ed25519', 'ecdsa', 'ecdsa-p384', 'rsa'];
const keysOf = (...signers: TufSigner[]): Map<string, TufKey> =>
  new Map(signers.map(({ key }) => [key.keyid, key]));
const signedBy = async (...signers: TufSigner[]): Promise<{ keyid: string; sig: string }[]> =>
  Promise.all(signers.map(async ({ key, sign }) => ({ keyid: key.keyid, sig: toHex(await sign(message)) })));

test('signatures of every scheme hold for their message alone', async () => {
  for (const kind of kinds) {
    const { key, sign } = givenSigner('one', kind);
    const signature = await sign(message);
    assert.ok(await nodeTufVerifier.verify(key, message, signature), kind);
    assert.ok(!(await nodeTufVerifier.verify(key, encodeUtf8('other'), signature)), kind);
    assert.ok(!(await nodeTufVerifier.verify(givenSigner('two', kind).key, message, signature)), kind);
    for (const bad of [new Uint8Array(0), signature.subarray(1), new Uint8Array(64)])
      assert.ok(!(await nodeTufVerifier.verify(key, message, bad)), kind);
  }
});

test('what is no key verifies nothing', async () => {
  const [ed25519, ecdsa, p384, rsa] = kinds.map((kind) => givenSigner('one', kind).key);
  assert.ok(ed25519 !== undefined && ecdsa !== undefined && p384 !== undefined && rsa !== undefined);
  const signature = await givenSigner('one', 'ecdsa').sign(message);
  const keys: TufKey[] = [
    { ...ecdsa, scheme: 'ecdsa-sha2-nistp384' },
    { ...ecdsa, keytype: 'rsa', scheme: 'rsassa-pss-sha256' },
    { ...ecdsa, keyval: p384.keyval },
    { ...ecdsa, keyval: rsa.keyval },
    { ...ecdsa, keytype: 'constructor', scheme: 'name' },
    { ...rsa, scheme: 'rsa-pkcs1v15-sha256' },
    { ...ecdsa, keyval: { public: '' } },
    { ...ecdsa, keyval: { public: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n' } },
    { ...ecdsa, keyval: { public: ecdsa.keyval.public.padEnd(10_000) } },
    { ...ed25519, keyval: { public: 'zz' } },
  ];
  for (const key of keys)
    assert.equal(await nodeTufVerifier.verify(key, message, signature), false, JSON.stringify(key));
});

test('the id of a key is the digest of its canonical JSON', () => {
  const key = withId('ed25519', 'ed25519', '00'.repeat(32));
  const text = `{"keytype":"ed25519","keyval":{"public":"${'00'.repeat(32)}"},"scheme":"ed25519"}`;
  assert.equal(key.keyid, toHex(nodeSha256(encodeUtf8(text))));
  assert.equal(keyidOf(key, nodeSha256), key.keyid);
});

test('a role is signed when as many of its keys as its threshold have signed', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => givenSigner(name)) as [TufSigner, TufSigner, TufSigner];
  const ids = [a, b, c].map(({ key }) => key.keyid);
  const keys = keysOf(a, b, c);
  const role = { keyids: ids, threshold: 2 };
  const count = async (signatures: { keyid: string; sig: string }[]): Promise<number> =>
    countSigners({ signatures, message }, role, keys, nodeTufVerifier);
  const [byA, byB] = await signedBy(a, b);
  assert.ok(byA !== undefined && byB !== undefined);
  assert.equal(await count([byA, byB]), 2);
  assert.equal(await count([byA]), 1);
  assert.equal(await count([byA, { ...byB, sig: byA.sig }]), 1);
  assert.equal(await count([byA, { ...byB, sig: '' }]), 1);
  assert.equal(await count([byA, { ...byB, sig: 'no digits' }]), 1);
  assert.equal(await count([byA, ...(await signedBy(givenSigner('stranger')))]), 1);
  await assert.rejects(checkSigners({ signatures: [byA], message }, role, keys, nodeTufVerifier), {
    code: 'threshold',
    message: 'signed by 1 of 3 keys, 2 needed',
  });
});

test('one key under two ids counts once', async () => {
  const a = givenSigner('a');
  const other = { ...a.key, keyid: 'another-id' };
  const keys = new Map([
    [a.key.keyid, a.key],
    [other.keyid, other],
  ]);
  const [signature] = await signedBy(a);
  assert.ok(signature !== undefined);
  const signatures = [signature, { ...signature, keyid: other.keyid }];
  const role = { keyids: [...keys.keys()], threshold: 2 };
  assert.equal(await countSigners({ signatures, message }, role, keys, nodeTufVerifier), 1);
});

test('no more signatures are verified than are needed', async () => {
  const signers = Array.from({ length: 50 }, (_, i) => givenSigner(`many ${i}`));
  const signatures = await signedBy(...signers);
  let verified = 0;
  const verifier = {
    verify: async () => {
      verified++;
      return true;
    },
  };
  const role = { keyids: signatures.map(({ keyid }) => keyid), threshold: 3 };
  await checkSigners({ signatures, message }, role, keysOf(...signers), verifier);
  assert.equal(verified, 3);
});
