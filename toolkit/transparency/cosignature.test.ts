import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import test from 'node:test';
import { sharedJson, withoutShared } from '../../test/shared.ts';
import { encodeUtf8 } from '../base/index.ts';
import {
  formatNoteSignature,
  type NoteSignature,
  noteVerifier,
  parseNote,
  parseNoteVerifier,
} from '../formats/index.ts';
import { nodeEd25519, nodeMlDsa44 } from '../io/index.ts';
import { cosign, TransparencyError, type TransparencyErrorCode, verifySignature } from './index.ts';
import { signerOf } from './testdata/signed.ts';

const code = (wanted: TransparencyErrorCode) => (error: unknown) =>
  error instanceof TransparencyError && error.code === wanted;

const TEXT = 'example.com/log\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

test('a cosignature is over the instant and the text, and never changes', async () => {
  const witness = await signerOf('witness.example.org/w1', 7);
  const signature = await cosign(TEXT, 1679315147, witness);
  assert.equal(signature.bytes.length, 72);
  assert.match(formatNoteSignature(signature), /^— witness\.example\.org\/w1 \S{102}==\n$/);
  const message = `cosignature/v1\ntime 1679315147\n${TEXT}`;
  assert.deepEqual(signature.bytes.subarray(8), await witness.sign(encodeUtf8(message)));
  assert.deepEqual(await verifySignature(TEXT, signature, witness.verifier, nodeEd25519), {
    time: 1679315147,
  });
});

test('what a key did not sign is refused, what is of another key is not looked at', async () => {
  const witness = await signerOf('witness.example.org/w1', 7);
  const signature = await cosign(TEXT, 1679315147, witness);
  const other = await signerOf('witness.example.org/w1', 8);
  const with_ = (change: (bytes: Uint8Array) => void): NoteSignature => {
    const bytes = signature.bytes.slice();
    change(bytes);
    return { ...signature, bytes };
  };
  const cases: [name: string, text: string, signature: NoteSignature, wanted: 'refused' | 'not mine'][] = [
    ['another text', TEXT.replace('20852163', '20852164'), signature, 'refused'],
    ['another instant', TEXT, with_((bytes) => bytes.fill(1, 7, 8)), 'refused'],
    ['an instant that is none', TEXT, with_((bytes) => bytes.fill(255, 0, 8)), 'refused'],
    ['cut short', TEXT, { ...signature, bytes: signature.bytes.subarray(0, 71) }, 'refused'],
    ['only an instant', TEXT, { ...signature, bytes: signature.bytes.subarray(0, 8) }, 'refused'],
    ['of one byte', TEXT, { ...signature, bytes: signature.bytes.subarray(0, 1) }, 'refused'],
    ['longer', TEXT, { ...signature, bytes: Uint8Array.from([...signature.bytes, 0]) }, 'refused'],
    ['another name', TEXT, { ...signature, name: 'witness.example.org/w2' }, 'not mine'],
    ['another id', TEXT, { ...signature, id: other.verifier.id }, 'not mine'],
  ];
  for (const [name, text, changed, wanted] of cases) {
    const verified = verifySignature(text, changed, witness.verifier, nodeEd25519);
    if (wanted === 'refused') await assert.rejects(verified, code('signature'), name);
    else assert.equal(await verified, null, name);
  }
});

test('only a key of a witness cosigns, only a checkpoint, at an instant', async () => {
  const witness = await signerOf('witness.example.org/w1', 7);
  await assert.rejects(cosign(TEXT, 1, await signerOf('example.com/log', 7, 'ed25519')), code('signature'));
  for (const time of [0, -1, 0.5, Number.NaN, 2 ** 53])
    await assert.rejects(cosign(TEXT, time, witness), code('signature'));
  for (const text of ['', 'text\n', `${TEXT}more\n`])
    await assert.rejects(cosign(text, 1, witness), code('checkpoint'));
});

const mlDsa44 = nodeMlDsa44();

test('a signature of ML-DSA-44 is of an unknown key until something verifies it', {
  skip: mlDsa44 === null && 'needs a Node with ML-DSA-44',
}, async () => {
  assert.ok(mlDsa44 !== null);
  const { publicKey, privateKey } = generateKeyPairSync('ml-dsa-44');
  const key = noteVerifier('witness.example.org/pq', raw(publicKey), 'ml-dsa-44');
  const root = Buffer.from(TEXT.split('\n')[2] ?? '', 'base64').toString('latin1');
  const signed = (time: number) => {
    const instant = `${'\0'.repeat(7)}${String.fromCharCode(time)}`;
    const names = `subtree/v1\n\0\x16witness.example.org/pq${instant}\x0fexample.com/log`;
    const message = `${names}${'\0'.repeat(8)}${'\0'.repeat(4)}\x01\x3e\x2d\xc3${root}`;
    const bytes = [
      ...Buffer.from(instant, 'latin1'),
      ...sign(null, Buffer.from(message, 'latin1'), privateKey),
    ];
    return { name: key.name, id: key.id, bytes: Uint8Array.from(bytes) };
  };
  const ops = { ...nodeEd25519, mlDsa44 };
  assert.equal(await verifySignature(TEXT, signed(5), key, nodeEd25519), null);
  assert.deepEqual(await verifySignature(TEXT, signed(5), key, ops), { time: 5 });
  assert.deepEqual(await verifySignature(TEXT, signed(0), key, ops), { time: 0 });
  const other = TEXT.replace('20852163', '20852164');
  await assert.rejects(verifySignature(other, signed(5), key, ops), code('signature'));
  await assert.rejects(verifySignature('no checkpoint\n', signed(5), key, ops), code('checkpoint'));
  const long = TEXT.replace('example.com', 'e'.repeat(256));
  await assert.rejects(verifySignature(long, signed(5), key, ops), code('signature'));
});

/** The key alone, without what DER puts before it. */
function raw(publicKey: KeyObject): Uint8Array {
  return new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-1312));
}

const VECTORS = 'tlog-vectors/derived/note-vectors.json';

test('cosignatures of witnesses of other programs', { skip: withoutShared(VECTORS) }, async () => {
  const times = new Map<string, number | null>();
  for (const { name, vkey, note } of sharedJson<{ name: string; vkey: string; note: string }[]>(VECTORS)) {
    const key = parseNoteVerifier(vkey);
    if (key.type !== 'cosignature') continue;
    const { text, signatures } = parseNote(note);
    for (const signature of signatures) {
      const signed = await verifySignature(text, signature, key, nodeEd25519);
      if (signed === null) continue;
      times.set(name, signed.time);
      const changed = verifySignature(text.replace(/^./, 'X'), signature, key, nodeEd25519);
      await assert.rejects(changed, code('signature'), name);
    }
  }
  assert.deepEqual(Object.fromEntries(times), {
    'sunlight mirror cosignature': 1767139200,
    'sunlight skylight-witness': 1767139200,
    'sunlight skylight-witness2': 1767139200,
    'go-xmod witness log-1': 1700000001,
    'go-xmod witness log-256': 1700000256,
    'go-xmod witness log-1000': 1700001000,
    'go-xmod witness log-900-fork-at-500': 1700000900,
  });
});
