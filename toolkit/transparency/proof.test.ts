import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { sharedBytes, sharedPath, sharedText, withoutShared } from '../../test/shared.ts';
import { encodeUtf8, toBase64 } from '../base/index.ts';
import { formatNoteVerifier } from '../formats/index.ts';
import { nodeEd25519, nodeSha256Into } from '../io/index.ts';
import {
  EMPTY_ROOT,
  formatProof,
  type Policy,
  type Proof,
  parsePolicy,
  parseProof,
  TransparencyError,
  type TransparencyErrorCode,
  verifyProof,
} from './index.ts';
import { givenEntries, givenEntry } from './testdata/given-log.ts';
import { naivePath, naiveRoot } from './testdata/naive.ts';
import { signedCheckpoint, signerOf } from './testdata/signed.ts';

const code = (wanted: TransparencyErrorCode) => (error: unknown) =>
  error instanceof TransparencyError && error.code === wanted;

const ops = { ...nodeEd25519, hash: nodeSha256Into };
const log = await signerOf('example.org/log', 1, 'ed25519');
const witness = await signerOf('witness.example.org', 2);
const policy: Policy = parsePolicy(
  `log ${formatNoteVerifier(log.verifier)}\nwitness w ${formatNoteVerifier(witness.verifier)}\nquorum w\n`,
);

/** Of entry `index` in the given log of `size` entries. */
async function proofOf(index: number, size: number): Promise<Proof> {
  const entries = givenEntries(0, size);
  const checkpoint = await signedCheckpoint(
    { origin: 'example.org/log', size, root: naiveRoot(entries) },
    log,
    [[witness, 1700000000]],
  );
  return { extra: null, index, hashes: naivePath(index, entries), checkpoint };
}

test('what is in the log is proved, at every place of trees of several sizes', async () => {
  for (const size of [1, 2, 3, 7, 8, 13])
    for (let index = 0; index < size; index++) {
      const proof = formatProof(await proofOf(index, size));
      const proved = await verifyProof({ proof, entry: givenEntry(index), policy }, ops);
      assert.equal(proved.index, index);
      assert.equal(proved.checkpoint.size, size);
      assert.deepEqual(proved.log, log.verifier);
      assert.deepEqual(proved.witnesses, [{ name: 'w', time: 1700000000 }]);
      assert.equal(proved.extra, null);
    }
});

test('a proof has one text', async () => {
  const proof = { ...(await proofOf(2, 3)), extra: encodeUtf8('age-v1.2.1-darwin-arm64.tar.gz') };
  const text = formatProof(proof);
  assert.equal(
    text,
    `c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6
index 2
${toBase64(proof.hashes[0] ?? EMPTY_ROOT)}

${proof.checkpoint}`,
  );
  assert.deepEqual(parseProof(text), proof);
  const alone = await proofOf(0, 1);
  assert.equal(formatProof(alone), `c2sp.org/tlog-proof@v1\nindex 0\n\n${alone.checkpoint}`);
  const largest = { ...proof, extra: new Uint8Array(65_535) };
  assert.deepEqual(parseProof(formatProof(largest)), largest);
});

test('what is no proof, or does not prove this, is refused', async () => {
  const proof = await proofOf(5, 13);
  const good = formatProof({ ...proof, extra: encodeUtf8('extra') });
  const hash = toBase64(proof.hashes[0] ?? EMPTY_ROOT);
  const replaced = (from: string | RegExp, to: string): string => {
    const text = good.replace(from, to);
    assert.notEqual(text, good, String(from));
    return text;
  };
  const cases: [name: string, text: string, wanted: TransparencyErrorCode][] = [
    ['nothing', '', 'proof'],
    ['another version', replaced('@v1', '@v2'), 'proof'],
    ['a byte order mark', `\ufeff${good}`, 'proof'],
    ['lines of Windows', good.replaceAll('\n', '\r\n'), 'proof'],
    ['no index', replaced('index 5\n', ''), 'proof'],
    ['a leading zero', replaced('index 5', 'index 05'), 'proof'],
    ['a negative index', replaced('index 5', 'index -5'), 'proof'],
    ['two spaces', replaced('index 5', 'index  5'), 'proof'],
    ['another index', replaced('index 5', 'index 4'), 'proof'],
    ['an index beyond the tree', replaced('index 5', 'index 13'), 'proof'],
    ['two indexes', replaced('index 5\n', 'index 5\nindex 5\n'), 'proof'],
    ['extra after the index', replaced(/(extra .*\n)(index 5\n)/, '$2$1'), 'proof'],
    ['two extras', replaced(/(extra .*\n)/, '$1$1'), 'proof'],
    ['an empty extra', replaced(/extra .*/, 'extra '), 'proof'],
    ['an extra that is no base64', replaced(/extra .*/, 'extra ?'), 'proof'],
    ['an extra with bits beyond it', replaced(/extra .*/, 'extra ZXh='), 'proof'],
    ['a hash less', replaced(`${hash}\n`, ''), 'proof'],
    ['a hash more', replaced(`${hash}\n`, `${hash}\n${hash}\n`), 'proof'],
    ['a hash of other padding', replaced(hash, hash.slice(0, -1)), 'proof'],
    ['a hash with bits beyond it', replaced(hash, `${'A'.repeat(42)}B=`), 'proof'],
    ['another hash', replaced(hash, toBase64(EMPTY_ROOT)), 'proof'],
    ['64 hashes', replaced(`${hash}\n`, `${hash}\n`.repeat(64)), 'bounds'],
    ['no empty line', replaced('\n\n', '\n'), 'checkpoint'],
    ['two empty lines', replaced('\n\n', '\n\n\n'), 'checkpoint'],
    ['no checkpoint', good.slice(0, good.indexOf('\n\n') + 2), 'checkpoint'],
    ['a checkpoint that is not signed', good.slice(0, good.indexOf('\n— ')), 'checkpoint'],
    ['without the witness', replaced(/— witness.*\n/, ''), 'quorum'],
    ['without the log', replaced(/— example.*\n/, ''), 'signature'],
    ['another size', replaced('\n13\n', '\n14\n'), 'signature'],
    ['not ended', good.slice(0, -1), 'checkpoint'],
    ['more after it', `${good}more\n`, 'checkpoint'],
    ['a head that is too long', replaced(/extra .*/, `extra ${'A'.repeat(200_000)}`), 'bounds'],
    ['too long', good + 'x'.repeat(2_000_000), 'bounds'],
  ];
  for (const [name, text, wanted] of cases)
    await assert.rejects(verifyProof({ proof: text, entry: givenEntry(5), policy }, ops), code(wanted), name);
  for (const other of [givenEntry(4), new Uint8Array(), new Uint8Array(70_000)])
    await assert.rejects(verifyProof({ proof: good, entry: other, policy }, ops), code('proof'));
  for (const wrong of [
    { index: -1 },
    { index: 0.5 },
    { extra: new Uint8Array() },
    { hashes: [new Uint8Array(31)] },
  ])
    assert.throws(() => formatProof({ ...proof, ...wrong }), code('proof'));
  assert.throws(() => formatProof({ ...proof, checkpoint: 'none' }), code('checkpoint'));
});

test('each byte of a proof matters, but those of extra', async () => {
  const text = formatProof({ ...(await proofOf(5, 13)), extra: encodeUtf8('extra') });
  const extra = text.indexOf('extra ');
  const bytes = encodeUtf8(text);
  let free = 0;
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    const proof = new TextDecoder().decode(changed);
    const proved = await verifyProof({ proof, entry: givenEntry(5), policy }, ops).catch((error: unknown) => {
      assert.ok(error instanceof TransparencyError, String(error));
      return null;
    });
    if (proved === null) continue;
    free++;
    assert.ok(at > extra && at < text.indexOf('\n', extra), `at ${at}`);
  }
  assert.ok(free > 0);
});

const GO = 'tlog-vectors/go-xmod';

test('proofs that Go made', { skip: withoutShared(GO) }, async () => {
  let seen = 0;
  for (const name of readdirSync(sharedPath(GO)).filter((name) => name.startsWith('log-'))) {
    const [logKey, witnessKey] = ['log', 'witness'].map((of) =>
      sharedText(`${GO}/${name}/${of}.vkey`).trim(),
    );
    const goPolicy = parsePolicy(`log ${logKey}\nwitness w ${witnessKey}\nquorum w\n`);
    const proofs = readdirSync(sharedPath(`${GO}/${name}/proofs`)).filter((file) => file.endsWith('-proof'));
    for (const file of proofs) {
      const proof = sharedText(`${GO}/${name}/proofs/${file}`);
      const entry = sharedBytes(`${GO}/${name}/proofs/${file.replace('.tlog-proof', '.leaf')}`);
      const proved = await verifyProof({ proof, entry, policy: goPolicy }, ops);
      assert.equal(proved.checkpoint.size, Number(file.slice(0, 8)), file);
      assert.equal(formatProof(parseProof(proof)), proof, file);
      entry[0] = (entry[0] ?? 0) ^ 1;
      await assert.rejects(verifyProof({ proof, entry, policy: goPolicy }, ops), code('proof'), file);
      seen++;
    }
  }
  assert.ok(seen > 20, `${seen}`);
});
