/** Whole logs that other programs wrote: Go's x/mod, Tessera, Sunlight. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { sharedBytes, sharedJson, sharedPath, sharedText, withoutShared } from '../../test/shared.ts';
import { fromBase64 } from '../base/index.ts';
import { parseNoteVerifier } from '../formats/index.ts';
import { fetchBelow, gunzipBytes, nodeEd25519, nodeSha256Into } from '../io/index.ts';
import {
  type Checkpoint,
  checkLog,
  type FetchBytes,
  LogReader,
  leafHash,
  loadEdge,
  openCheckpoint,
  readCheckpoint,
  verifyConsistency,
  verifyInclusion,
} from './index.ts';
import { readTile } from './read.ts';
import { loadTreeEdge } from './tree.ts';

const hash = nodeSha256Into;
const key = (path: string) => parseNoteVerifier(sharedText(path).trim());

function fetching(path: string): FetchBytes {
  return fetchBelow(pathToFileURL(`${sharedPath(path)}/`), { env: {} });
}

/** All of the log, and that it begins with each of its older trees. */
async function verifyWhole(
  fetch: FetchBytes,
  head: Checkpoint,
  older: readonly Checkpoint[],
): Promise<Uint8Array[]> {
  const entries: Uint8Array[] = [];
  const faults = await checkLog({
    fetch,
    checkpoint: head,
    hash,
    onEntry: (_, entry) => entries.push(entry),
  });
  assert.deepEqual(faults, []);
  const reader = new LogReader(fetch, hash);
  for (const { size, root } of older) {
    const proof = await reader.consistencyProof(size, head);
    verifyConsistency({ from: size, fromRoot: root, to: head.size, toRoot: head.root, proof }, hash);
    assert.deepEqual((await loadEdge({ size, root }, fetch, hash)).size, size);
  }
  return entries;
}

const GO = 'tlog-vectors/go-xmod';

async function goCheckpoints(log: string): Promise<Checkpoint[]> {
  const verifier = key(`${GO}/${log}/log.vkey`);
  const notes = readdirSync(sharedPath(`${GO}/${log}/checkpoints`)).sort();
  return Promise.all(
    notes.map(async (name) => {
      const note = sharedText(`${GO}/${log}/checkpoints/${name}`);
      return (await openCheckpoint(note, verifier, nodeEd25519)).checkpoint;
    }),
  );
}

test('logs of x/mod, all of their sizes and proofs', { skip: withoutShared(GO) }, async () => {
  for (const log of ['log-1', 'log-2', 'log-255', 'log-256', 'log-257', 'log-1000', 'log-900-fork-at-500']) {
    const heads = await goCheckpoints(log);
    const head = heads.at(-1);
    assert.ok(head);
    const entries = await verifyWhole(fetching(`${GO}/${log}`), head, heads);
    assert.equal(entries.length, head.size);
    const reader = new LogReader(fetching(`${GO}/${log}`), hash);
    for (const { size, root } of heads.slice(1)) {
      const index = size >> 1;
      const name = String(size).padStart(8, '0');
      const [top = ''] = sharedText(`${GO}/${log}/proofs/${name}.tlog-proof`).split('\n\n');
      const proof = top.split('\n').slice(2).map(fromBase64);
      const leaf = leafHash(sharedBytes(`${GO}/${log}/proofs/${name}.leaf`), hash);
      verifyInclusion({ index, size, leaf, proof, root }, hash);
      assert.deepEqual(await reader.inclusionProof(index, { size, root }), proof);
    }
  }
});

test('two logs by one key that part at entry 500', { skip: withoutShared(GO) }, async () => {
  const [one, other] = [await goCheckpoints('log-1000'), await goCheckpoints('log-900-fork-at-500')];
  const head = one.at(-1);
  assert.ok(head);
  const fetch = fetching(`${GO}/log-1000`);
  const reader = new LogReader(fetch, hash);
  for (const { size, root } of other) {
    const proof = await reader.consistencyProof(size, head);
    const claim = { from: size, fromRoot: root, to: head.size, toRoot: head.root, proof };
    if (size < 500) verifyConsistency(claim, hash);
    else assert.throws(() => verifyConsistency(claim, hash), { code: 'inconsistent' }, `${size}`);
  }
  const forked = other.at(-1);
  assert.ok(forked);
  assert.notDeepEqual(await checkLog({ fetch, checkpoint: forked, hash }), []);
});

const TESSERA = 'tlog-vectors/tessera-log';

test('a log of Tessera, all sixteen sizes', { skip: withoutShared(TESSERA) }, async () => {
  const verifier = key(`${TESSERA}/log.vkey`);
  const heads: Checkpoint[] = [];
  for (let size = 0; size <= 15; size++) {
    const note = sharedText(`${TESSERA}/checkpoint.${size}`);
    const { checkpoint } = await openCheckpoint(note, verifier, nodeEd25519);
    assert.equal(checkpoint.size, size);
    heads.push(checkpoint);
  }
  const { checkpoint: head } = await openCheckpoint(
    sharedText(`${TESSERA}/checkpoint`),
    verifier,
    nodeEd25519,
  );
  const entries = await verifyWhole(fetching(TESSERA), head, heads);
  assert.equal(entries.length, 15);
  for (const older of heads)
    assert.deepEqual(await checkLog({ fetch: fetching(TESSERA), checkpoint: older, hash }), []);
});

const SUNLIGHT = 'tlog-vectors/sunlight';
const MIRROR = `${SUNLIGHT}/skylight-witness/mirror`;

test("the tree of Sunlight's mirror", { skip: withoutShared(MIRROR) }, async () => {
  const [origin = ''] = readdirSync(sharedPath(MIRROR)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  const { verifier_keys } = sharedJson<{ verifier_keys: string[] }>(`${MIRROR}/mirror.v0.json`);
  const { checkpoint, note } = readCheckpoint(sharedText(`${MIRROR}/${origin}/checkpoint`));
  assert.equal(checkpoint.size, 300);
  assert.equal(note.signatures.length, verifier_keys.length);
  const fetch = fetching(`${MIRROR}/${origin}`);
  const reader = new LogReader(fetch, hash, { gunzip: gunzipBytes });
  assert.equal((await loadTreeEdge(checkpoint, fetch, hash)).tiles.length, 2);
  const { size, root } = checkpoint;
  for (let index = 0; index < size; index++) {
    const proof = await reader.inclusionProof(index, checkpoint);
    const leaf = await reader.leaf(index, checkpoint);
    verifyInclusion({ index, size, leaf, proof, root }, hash);
    const from = index + 1;
    const fromRoot = await reader.root(from, checkpoint);
    const consistency = await reader.consistencyProof(from, checkpoint);
    verifyConsistency({ from, fromRoot, to: size, toRoot: root, proof: consistency }, hash);
  }
  // Its bundles are packed stand-ins of one line, and no entries.
  await assert.rejects(reader.entry(0, checkpoint), {
    code: 'bundle',
    message: /tile\/entries\/000: ends within/,
  });
});

test("Sunlight's log has stand-ins of text for tiles", {
  skip: withoutShared(`${SUNLIGHT}/skylight-tree`),
}, async () => {
  const { checkpoint } = readCheckpoint(sharedText(`${SUNLIGHT}/skylight-tree/checkpoint`));
  const { final_tree_head: said } = sharedJson<{
    final_tree_head: { sha256_root_hash: string; tree_size: number };
  }>(`${SUNLIGHT}/skylight-tree/log.v3.json`);
  assert.deepEqual(checkpoint.root, fromBase64(said.sha256_root_hash));
  assert.equal(checkpoint.size, said.tree_size);
  const reader = new LogReader(fetching(`${SUNLIGHT}/skylight-tree`), hash);
  await assert.rejects(reader.inclusionProof(0, checkpoint), {
    code: 'tile',
    message: 'tile/0/001.p/44: has 26 bytes, not 1408',
  });
});

const CT = `${SUNLIGHT}/navigli2025h2`;

test('a partial tile of a log of certificates, and the full one in its place', {
  skip: withoutShared(CT),
}, async () => {
  const fetch = fetching(CT);
  const partial = await readTile({ level: 0, index: 3, width: 10 }, fetch);
  const full = await readTile({ level: 0, index: 3, width: 11 }, fetch);
  assert.deepEqual([partial.path, full.path], ['tile/0/003.p/10', 'tile/0/003']);
  assert.deepEqual(partial.bytes, full.bytes.subarray(0, 320));
});
