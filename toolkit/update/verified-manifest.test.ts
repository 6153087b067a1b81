/** What a tree can do wrong, and what it is called; nothing of it is ever taken. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { MemoryTufCache } from '../../test/given-tuf.ts';
import { OTHER_POLICY, type Signing, signedFiles, TREE_POLICY, TREE_ROOT } from '../../test/signed-tree.ts';
import { treeFiles } from '../../test/tree.ts';
import { encodeUtf8, PlacedError } from '../base/index.ts';
import { nodeDigest, nodeEd25519, nodeSha256, nodeSha256Into, nodeTufVerifier } from '../io/index.ts';
import { MANIFEST_PATH, objectPath, treeOf } from '../tree/index.ts';
import { TufClient } from '../tuf/index.ts';
import { LOG_POLICY_PATH, type VerifiedManifest, verifiedManifest } from './index.ts';

const NOW = new Date('2026-11-26T09:00:00Z');

/** A tree with one file, of that serial, with all that stands beside it. */
function treeOfSerial(serial: number, signing: Signing = {}): Map<string, Uint8Array> {
  const files = treeFiles(new Map([['index/head.json', `of ${serial}`]]), { serial });
  const manifest = files.get(MANIFEST_PATH) ?? assert.fail();
  return new Map([...files, ...signedFiles(manifest, { version: serial, ...signing })]);
}

/** A user who trusts the root, and asks whatever is served now. */
class User {
  readonly cache = new MemoryTufCache();
  served: ReadonlyMap<string, Uint8Array> = new Map();
  #fetch = async (path: string, limit: number): Promise<Uint8Array | null> => {
    const bytes = this.served.get(path) ?? null;
    if (bytes !== null && bytes.length > limit)
      throw new PlacedError('too-large', `more than ${limit} bytes`);
    return bytes;
  };

  async update(served: ReadonlyMap<string, Uint8Array>, now: Date = NOW): Promise<VerifiedManifest> {
    this.served = served;
    const ops = { cache: this.cache, verifier: nodeTufVerifier, digest: nodeDigest, now: () => now };
    const fetch = this.#fetch;
    const client = new TufClient(ops, { mirrors: [(path, limit) => fetch(`tuf/${path}`, limit)] });
    if (this.cache.kept.size === 0) await client.trustRoot(TREE_ROOT);
    const log = { signatures: nodeEd25519, hash: nodeSha256Into };
    return verifiedManifest({ client, fetch, ...log, now: () => now });
  }
}

test('a manifest that is signed for and logged is taken, and the tree read by it', async () => {
  const served = treeOfSerial(3);
  const user = new User();
  const { manifest, bytes, logged, state } = await user.update(served);
  assert.deepEqual(bytes, served.get(MANIFEST_PATH));
  assert.deepEqual([manifest.serial, state.versions.timestamp], [3, 3]);
  assert.deepEqual(
    { ...logged, witnesses: logged.witnesses.map(({ name }) => name) },
    { origin: 'tree.example.org/log', index: 2, size: 3, witnesses: ['one'] },
  );
  const tree = treeOf(manifest, async (path) => served.get(path) ?? null, { sha256: nodeSha256 });
  assert.deepEqual(await tree.read('index/head.json'), encodeUtf8('of 3'));
});

test('manifest.json may be that of another publication already', async () => {
  const user = new User();
  const { manifest } = await user.update(
    new Map([...treeOfSerial(3), [MANIFEST_PATH, encodeUtf8('of the next one')]]),
  );
  assert.equal(manifest.serial, 3);
});

const without = (files: ReadonlyMap<string, Uint8Array>, path: string): Map<string, Uint8Array> =>
  new Map([...files].filter(([one]) => one !== path));
const and = (
  files: ReadonlyMap<string, Uint8Array>,
  path: string,
  bytes: Uint8Array,
): Map<string, Uint8Array> => new Map([...files, [path, bytes]]);
const at = (files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array =>
  files.get(path) ?? assert.fail(path);

const PROOF = 'log/proof/manifest/6.tlog-proof';
const old = treeOfSerial(5);
const good = treeOfSerial(6);
const objectOf = (files: ReadonlyMap<string, Uint8Array>): string =>
  objectPath(nodeDigest('sha256', at(files, MANIFEST_PATH)));

const attacks: [attack: string, code: string, served: ReadonlyMap<string, Uint8Array>, now?: Date][] = [
  ['rolled back', 'rollback', treeOfSerial(4)],
  ['frozen', 'freeze', old, new Date('2099-02-01T00:00:00Z')],
  ['expired', 'freeze', treeOfSerial(6, { expires: '2026-11-25T00:00:00Z' })],
  ['mixed', 'hash', and(good, 'tuf/6.snapshot.json', at(treeOfSerial(7), 'tuf/7.snapshot.json'))],
  [
    'a role of another version',
    'mix-and-match',
    and(good, 'tuf/6.advisories.json', at(old, 'tuf/5.advisories.json')),
  ],
  ['signed by a stranger', 'threshold', treeOfSerial(6, { by: { timestamp: 99 } })],
  ['signed by the key of another role', 'threshold', treeOfSerial(6, { by: { advisories: 2 } })],
  ['no metadata', 'missing', without(good, 'tuf/timestamp.json')],
  ['metadata without end', 'endless', and(good, 'tuf/timestamp.json', new Uint8Array(1_000_000))],
  ['newer than the tree', 'missing', without(good, objectOf(good))],
  ['the manifest substituted', 'hash', and(good, objectOf(good), at(good, MANIFEST_PATH).with(9, 65))],
  ['the manifest cut off', 'length', and(good, objectOf(good), at(good, MANIFEST_PATH).subarray(1))],
  ['a manifest without end', 'endless', and(good, objectOf(good), new Uint8Array(1_000_000))],
  ['no proof', 'not-logged', without(good, PROOF)],
  ['no proof at all', 'not-logged', and(good, PROOF, encodeUtf8('<!DOCTYPE html>'))],
  ['a proof that is no text', 'not-logged', and(good, PROOF, Uint8Array.of(255, 254))],
  [
    'the proof of another manifest',
    'not-logged',
    and(good, PROOF, at(old, 'log/proof/manifest/5.tlog-proof')),
  ],
  ['logged with another size', 'not-logged', treeOfSerial(6, { entry: { size: 1 } })],
  ['logged with another digest', 'not-logged', treeOfSerial(6, { entry: { sha256: 'a'.repeat(64) } })],
  [
    'logged as built at another time',
    'not-logged',
    treeOfSerial(6, { entry: { built: '2026-01-01T00:00:00Z' } }),
  ],
  ['without its witness', 'quorum', treeOfSerial(6, { unwitnessed: true })],
  ['witnessed in the future', 'quorum', good, new Date('2025-01-01T00:00:00Z')],
  [
    'a policy that nobody signed',
    'hash',
    and(good, LOG_POLICY_PATH, encodeUtf8(TREE_POLICY.replace('one', 'two'))),
  ],
  ['no policy', 'missing', without(good, LOG_POLICY_PATH)],
  ['a policy that is none', 'policy', treeOfSerial(6, { policy: 'quorum none' })],
  ['a policy of another log', 'not-logged', treeOfSerial(6, { policy: OTHER_POLICY })],
  ['a repository that signs for nothing', 'not-offered', treeOfSerial(6, { empty: true })],
];

for (const [attack, code, served, now] of attacks)
  test(`${attack}: ${code}`, async () => {
    const user = new User();
    assert.equal((await user.update(old)).manifest.serial, 5);
    await assert.rejects(user.update(served, now), { code });
  });
