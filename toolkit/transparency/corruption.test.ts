/** One bit of any file of a log, of a proof or of an entry is another: it is always found, and the file named. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { rounds, seed, soaking } from '../../test/sizes.ts';
import { decodeUtf8, encodeUtf8, PlacedError } from '../base/index.ts';
import { formatNoteVerifier } from '../formats/index.ts';
import { nodeEd25519, nodeSha256Into } from '../io/index.ts';
import {
  checkLog,
  checkPolicy,
  decodeBundle,
  type FetchBytes,
  formatProof,
  LogReader,
  loadEdge,
  parsePolicy,
  parseProof,
  type TileName,
  tilePath,
  tilesOf,
  verifyProof,
} from './index.ts';
import { givenEntry, givenLog } from './testdata/given-log.ts';
import { signedCheckpoint, signerOf } from './testdata/signed.ts';

const SIZE = 600;
const ORIGIN = 'example.org/log';
const log = givenLog(100, 257, SIZE);
const hash = nodeSha256Into;
const ops = { ...nodeEd25519, hash };

/** The same numbers for the same seed. */
let state = seed % 2_147_483_647 || 1;
function random(below: number): number {
  state = (state * 48_271) % 2_147_483_647;
  return state % below;
}

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

/** The first, one in the middle and the last. */
function some(count: number): number[] {
  return [...new Set([0, count >> 1, count - 1])];
}

/** Where a file differs in kind: first and last bytes of hashes, of entries and of their lengths. */
function positions({ level, width }: TileName, bytes: Uint8Array): number[] {
  if (soaking) return Array.from(bytes.keys());
  if (level !== 'entries') return some(width).flatMap((i) => some(32).map((at) => i * 32 + at));
  const entries = decodeBundle(bytes, width, '');
  return some(width).flatMap((i) => {
    const entry = entries[i] ?? new Uint8Array(0);
    const start = entry.byteOffset - bytes.byteOffset;
    return [start - 2, start - 1, ...(entry.length === 0 ? [] : some(entry.length).map((at) => start + at))];
  });
}

function fetchWith(path: string, bytes: Uint8Array): FetchBytes {
  return async (asked) => (asked === path ? bytes : (log.files.get(asked) ?? null));
}

async function readAll(fetch: FetchBytes): Promise<void> {
  const reader = new LogReader(fetch, hash);
  for await (const _ of reader.entries(0, SIZE, log.checkpoint));
}

async function assertFound(name: TileName, bytes: Uint8Array, what: string): Promise<void> {
  const path = tilePath(name);
  const code = name.level === 'entries' ? 'bundle' : 'tile';
  const fetch = fetchWith(path, bytes);
  const faults = await checkLog({ fetch, hash, checkpoint: log.checkpoint });
  assert.deepEqual(
    faults.map((fault) => [fault.code, fault.file]),
    [[code, path]],
    what,
  );
  await assert.rejects(readAll(fetch), { code }, what);
  if (name.width < 256) await assert.rejects(loadEdge(log.checkpoint, fetch, hash), { code }, what);
}

test('a bit of a tile or of a bundle', async () => {
  for (const name of tilesOf(SIZE)) {
    const path = tilePath(name);
    const bytes = log.files.get(path);
    assert.ok(bytes);
    for (const at of positions(name, bytes)) {
      const bit = random(8);
      await assertFound(name, flipped(bytes, at, bit), `${path}, byte ${at}, bit ${bit}`);
    }
  }
});

test('a tile or a bundle that is cut or longer', async () => {
  for (const name of tilesOf(SIZE)) {
    const path = tilePath(name);
    const bytes = log.files.get(path);
    assert.ok(bytes);
    for (const end of [0, 1, 2, 31, 32, bytes.length - 32, bytes.length - 1])
      if (end < bytes.length) await assertFound(name, bytes.subarray(0, end), `${path} cut at ${end}`);
    for (const more of [1, 2, 32])
      await assertFound(name, Uint8Array.from([...bytes, ...new Uint8Array(more)]), `${path} and ${more}`);
  }
});

test('two files of a log in the place of each other', async () => {
  const names = [...tilesOf(SIZE)];
  for (let i = 0; i < rounds(30, 3000); i++) {
    const [one, other] = [names[random(names.length)], names[random(names.length)]];
    assert.ok(one && other);
    if (one === other) continue;
    await assertFound(one, log.files.get(tilePath(other)) ?? new Uint8Array(0), `${tilePath(other)} moved`);
  }
});

const [signer, witness] = [await signerOf(ORIGIN, 1, 'ed25519'), await signerOf('witness.example.org', 2)];
const note = await signedCheckpoint({ origin: ORIGIN, ...log.checkpoint }, signer, [
  [witness, 1_700_000_000],
]);
const policy = parsePolicy(`log ${formatNoteVerifier(signer.verifier)}
witness w ${formatNoteVerifier(witness.verifier)}
quorum w
`);

/** Every bit of a text, one after the other: where it is still accepted. */
async function survivors(text: string, accept: (text: string) => Promise<unknown>): Promise<string[]> {
  const bytes = encodeUtf8(text);
  const accepted: string[] = [];
  for (const at of bytes.keys()) {
    for (const bit of soaking ? [0, 1, 2, 3, 4, 5, 6, 7] : [random(8)]) {
      try {
        const changed = decodeUtf8(flipped(bytes, at, bit));
        await accept(changed);
        accepted.push(changed);
      } catch (error) {
        assert.ok(error instanceof PlacedError, String(error));
      }
    }
  }
  return accepted;
}

test('a bit of a signed checkpoint', async () => {
  const accept = (text: string) => checkPolicy(policy, text, ops);
  await accept(note);
  assert.deepEqual(await survivors(note, accept), []);
});

test('a bit of a proof, its extra excepted, and of its entry', async () => {
  const index = 300;
  const entry = givenEntry(index);
  const reader = new LogReader(log.fetch, hash);
  const hashes = await reader.inclusionProof(index, log.checkpoint);
  const proof = { extra: encodeUtf8('of nobody'), index, hashes, checkpoint: note };
  const accept = (text: string) => verifyProof({ proof: text, entry, policy }, ops);
  await accept(formatProof(proof));
  for (const text of await survivors(formatProof(proof), accept))
    assert.deepEqual({ ...parseProof(text), extra: proof.extra }, proof);
  const plain = formatProof({ ...proof, extra: null });
  assert.deepEqual(await survivors(plain, accept), []);
  for (const at of entry.keys()) {
    const other = { proof: plain, entry: flipped(entry, at, random(8)), policy };
    await assert.rejects(verifyProof(other, ops), { code: 'proof' });
  }
});
