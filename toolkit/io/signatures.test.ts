import assert from 'node:assert/strict';
import test from 'node:test';
import { sharedJson, withoutShared } from '../../test/shared.ts';
import { nodeEd25519, nodeMlDsa44 } from './index.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

interface Wycheproof {
  readonly testGroups: readonly {
    readonly publicKey: string | { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly ctx?: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
}

/** How many were as the file says, by what it says; those with a context are left out and counted. */
async function wycheproof(file: string, verify: typeof nodeEd25519.verify): Promise<Record<string, number>> {
  const seen = { valid: 0, invalid: 0, context: 0 };
  for (const { publicKey, tests } of sharedJson<Wycheproof>(file).testGroups)
    for (const { tcId, comment, msg, ctx = '', sig, result } of tests) {
      const key = bytes(typeof publicKey === 'string' ? publicKey : publicKey.pk);
      if (ctx !== '') {
        seen.context++;
        continue;
      }
      assert.equal(await verify(key, bytes(msg), bytes(sig)), result === 'valid', `${tcId} ${comment}`);
      seen[result === 'valid' ? 'valid' : 'invalid']++;
    }
  return seen;
}

const ED25519 = 'tlog-vectors/wycheproof/ed25519_test.json';

test('Ed25519 as Wycheproof has it', { skip: withoutShared(ED25519) }, async () => {
  assert.deepEqual(await wycheproof(ED25519, nodeEd25519.verify), { valid: 88, invalid: 63, context: 0 });
});

const CCTV = 'tlog-vectors/cctv-ed25519/ed25519vectors.json';

interface Cctv {
  readonly number: number;
  readonly key: string;
  readonly sig: string;
  readonly msg: string;
  readonly flags: readonly string[] | null;
}

/**
 * This Node's OpenSSL (3.5) refuses points of low order; that of Node 20 accepts them where they are canonical and
 * leave no residue, and keys that are not canonical, as Go does. Whoever has such a key can sign with it, so that
 * nothing here depends on which it is.
 */
const REFUSED = [
  'low_order_A',
  'low_order_R',
  'low_order_residue',
  'non_canonical_A',
  'non_canonical_R',
  'reencoded_k',
];

test('Ed25519 at the points that CCTV has', { skip: withoutShared(CCTV) }, async () => {
  const seen = { accepted: 0, refused: 0 };
  for (const { number, key, sig, msg, flags } of sharedJson<Cctv[]>(CCTV)) {
    const wanted = !REFUSED.some((flag) => flags?.includes(flag));
    const verified = await nodeEd25519.verify(bytes(key), Buffer.from(msg), bytes(sig));
    assert.equal(verified, wanted, `${number} ${flags}`);
    seen[verified ? 'accepted' : 'refused']++;
  }
  assert.deepEqual(seen, { accepted: 43, refused: 871 });
});

const ML_DSA = 'tlog-vectors/wycheproof/mldsa_44_verify_test.json';
const mlDsa44 = nodeMlDsa44();

test('ML-DSA-44 as Wycheproof has it', {
  skip: mlDsa44 === null ? 'needs a Node with ML-DSA-44' : withoutShared(ML_DSA),
}, async () => {
  assert.ok(mlDsa44 !== null);
  assert.deepEqual(await wycheproof(ML_DSA, mlDsa44.verify), { valid: 75, invalid: 98, context: 7 });
});

test('a key verifies as it did, however many others were used between', async () => {
  const message = bytes('00');
  const keys: [Uint8Array, Uint8Array][] = [];
  for (let i = 0; i < 300; i++) {
    const seed = new Uint8Array(32).fill(i).fill(i >> 8, 16);
    keys.push([await nodeEd25519.publicKey(seed), await nodeEd25519.sign(seed, message)]);
  }
  for (const round of [1, 2])
    for (const [index, [key, signature]] of keys.entries()) {
      const other = keys[(index + 1) % keys.length]?.[1] ?? assert.fail();
      assert.equal(await nodeEd25519.verify(key, message, signature), true, `${round}`);
      assert.equal(await nodeEd25519.verify(key, message, other), false, `${round}`);
    }
});

test('what is no key or no signature verifies nothing', async () => {
  const [key, signature] = [new Uint8Array(32), new Uint8Array(64)];
  for (const verify of [nodeEd25519.verify, mlDsa44?.verify ?? nodeEd25519.verify]) {
    assert.equal(await verify(key.subarray(1), key, signature), false);
    assert.equal(await verify(key, key, signature.subarray(1)), false);
    assert.equal(await verify(new Uint8Array(1312), key, new Uint8Array(2420)), false);
  }
});
