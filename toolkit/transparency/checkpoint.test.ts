import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { sharedPath, sharedText, withoutShared } from '../../test/shared.ts';
import { toHex } from '../base/index.ts';
import { parseNoteVerifier, signNote } from '../formats/index.ts';
import { nodeEd25519 } from '../io/index.ts';
import {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  readCheckpoint,
  TransparencyError,
  type TransparencyErrorCode,
} from './index.ts';
import { signerOf } from './testdata/signed.ts';

const code = (wanted: TransparencyErrorCode) => (error: unknown) =>
  error instanceof TransparencyError && error.code === wanted;

const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
const TEXT = `example.com/behind-the-sofa\n20852163\n${ROOT}\n`;

test('the checkpoint of the specification', () => {
  const checkpoint = parseCheckpoint(TEXT);
  assert.equal(checkpoint.origin, 'example.com/behind-the-sofa');
  assert.equal(checkpoint.size, 20852163);
  assert.equal(toHex(checkpoint.root).slice(0, 8), '0ac5186a');
  assert.equal(formatCheckpoint(checkpoint), TEXT);
});

test('a checkpoint is written one way', () => {
  const cases: [name: string, text: string, good: boolean][] = [
    ['as it is', TEXT, true],
    ['of no entries', TEXT.replace('20852163', '0'), true],
    ['with an origin of words', TEXT.replace('example.com/', 'an example + '), true],
    ['with the largest size', TEXT.replace('20852163', '9007199254740991'), true],
    ['nothing', '', false],
    ['no origin', TEXT.replace('example.com/behind-the-sofa', ''), false],
    ['no size', TEXT.replace('20852163\n', ''), false],
    ['no root', TEXT.replace(`${ROOT}\n`, ''), false],
    ['an empty root', TEXT.replace(ROOT, ''), false],
    ['not ended', TEXT.slice(0, -1), false],
    ['an extension line', `${TEXT}more\n`, false],
    ['an empty line more', `${TEXT}\n`, false],
    ['a line of Windows', TEXT.replaceAll('\n', '\r\n'), false],
    ['a leading zero', TEXT.replace('20852163', '020852163'), false],
    ['a sign', TEXT.replace('20852163', '+20852163'), false],
    ['a size below nothing', TEXT.replace('20852163', '-1'), false],
    ['a fraction', TEXT.replace('20852163', '1.0'), false],
    ['an exponent', TEXT.replace('20852163', '1e3'), false],
    ['a space', TEXT.replace('20852163', ' 20852163'), false],
    ['other digits', TEXT.replace('20852163', '２'), false],
    ['too large', TEXT.replace('20852163', '9007199254740992'), false],
    ['very long', TEXT.replace('20852163', '9'.repeat(100_000)), false],
    ['bits beyond the root', TEXT.replace('q2I=', 'q2J='), false],
    ['a root without padding', TEXT.replace('q2I=', 'q2I'), false],
    ['a root in the alphabet of addresses', TEXT.replace('om/X', 'om_X'), false],
    ['a short root', TEXT.replace(ROOT, 'AAAA'), false],
    ['a long root', TEXT.replace(ROOT, `AAAA${ROOT}`), false],
    ['a root of 33 bytes', TEXT.replace(ROOT, 'A'.repeat(44)), false],
    ['a root of 31 bytes', TEXT.replace(ROOT, `${'A'.repeat(42)}==`), false],
  ];
  for (const [name, text, good] of cases)
    if (good) assert.equal(formatCheckpoint(parseCheckpoint(text)), text, name);
    else assert.throws(() => parseCheckpoint(text), code('checkpoint'), name);
  const { root } = parseCheckpoint(TEXT);
  for (const wrong of [
    { origin: 'a\nb' },
    { origin: '' },
    { size: -1 },
    { size: 0.5 },
    { root: root.subarray(1) },
  ])
    assert.throws(() => formatCheckpoint({ origin: 'a', size: 1, root, ...wrong }), code('checkpoint'));
});

test('a checkpoint is opened by the key of its log', async () => {
  const log = await signerOf('example.com/behind-the-sofa', 1, 'ed25519');
  const other = await signerOf('example.com/behind-the-sofa', 2, 'ed25519');
  const named = await signerOf('example.com/other', 1, 'ed25519');
  const note = await signNote(TEXT, [log, other]);
  const cases: [name: string, note: string, key: typeof log, wanted: TransparencyErrorCode | null][] = [
    ['signed', note, log, null],
    ['signed by its next key', note, other, null],
    ['only by another key', await signNote(TEXT, [other]), log, 'signature'],
    ['of another log', await signNote(TEXT, [named]), named, 'checkpoint'],
    [
      'of another log, by name',
      await signNote(TEXT.replace('behind-the-sofa', 'other'), [log]),
      log,
      'checkpoint',
    ],
    ['with a text of its own', note.replace('20852163', '20852164'), log, 'signature'],
    ['with a line more', await signNote(`${TEXT}more\n`, [log]), log, 'checkpoint'],
    ['no note', TEXT, log, 'checkpoint'],
    ['too long', `${note}${'x'.repeat(1_000_000)}`, log, 'bounds'],
    ['too many signatures', note + note.slice(note.indexOf('—')).repeat(60), log, 'bounds'],
  ];
  for (const [name, text, key, wanted] of cases) {
    const opened = openCheckpoint(text, key.verifier, nodeEd25519);
    if (wanted === null) assert.deepEqual((await opened).checkpoint, parseCheckpoint(TEXT), name);
    else await assert.rejects(opened, code(wanted), name);
  }
  const last = note.slice(note.lastIndexOf('—'));
  const forged = note.replace(
    last,
    last.replace(/[A-Z](?=\S{10}=)/, (letter) => (letter === 'A' ? 'B' : 'A')),
  );
  if (forged === note) assert.fail('nothing was changed');
  assert.equal((await openCheckpoint(forged, log.verifier, nodeEd25519)).note.signatures.length, 2);
  await assert.rejects(openCheckpoint(forged, other.verifier, nodeEd25519), code('signature'));
});

const GO = 'tlog-vectors/go-xmod';

test('checkpoints of logs that Go wrote', { skip: withoutShared(GO) }, async () => {
  let seen = 0;
  for (const log of readdirSync(sharedPath(GO)).filter((name) => name.startsWith('log-'))) {
    const verifier = parseNoteVerifier(sharedText(`${GO}/${log}/log.vkey`).trim());
    for (const name of readdirSync(sharedPath(`${GO}/${log}/checkpoints`))) {
      const note = sharedText(`${GO}/${log}/checkpoints/${name}`);
      const { checkpoint } = await openCheckpoint(note, verifier, nodeEd25519);
      assert.equal(checkpoint.size, Number(name), log);
      assert.equal(
        formatCheckpoint(readCheckpoint(note).checkpoint),
        note.slice(0, note.indexOf('\n\n') + 1),
      );
      seen++;
    }
  }
  assert.ok(seen > 20);
});
