import assert from 'node:assert/strict';
import test from 'node:test';
import { sharedJson, withoutShared } from '../../test/shared.ts';
import { encodeUtf8, toBase64 } from '../base/index.ts';
import { nodeEd25519 } from '../io/index.ts';
import { FormatError, type FormatErrorCode } from './errors.ts';
import {
  formatNote,
  formatNoteSignature,
  formatNoteSigner,
  formatNoteVerifier,
  type NoteKeyType,
  noteVerifier,
  openNote,
  parseNote,
  parseNoteSignature,
  parseNoteSigner,
  parseNoteVerifier,
  signNote,
} from './note.ts';

const code = (wanted: FormatErrorCode) => (error: unknown) =>
  error instanceof FormatError && error.code === wanted;
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** The keys of RFC 8032, 7.1, tests 1 and 2. */
const ONE = { seed: bytes('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60') };
const TWO = { seed: bytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb') };
const ONE_KEY = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

async function key(name: string, seed: Uint8Array) {
  const verifier = noteVerifier(name, await nodeEd25519.publicKey(seed));
  return { verifier, signer: await parseNoteSigner(formatNoteSigner(verifier, seed), nodeEd25519) };
}

test('the key of RFC 8032, and the note that it signs, never change', async () => {
  const { verifier, signer } = await key('example.org/desk', ONE.seed);
  assert.deepEqual(verifier.publicKey, bytes(ONE_KEY));
  assert.equal(
    formatNoteVerifier(verifier),
    'example.org/desk+735f54c1+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea',
  );
  const note = await signNote('one\n\ntwo é\n', [signer]);
  assert.equal(
    note,
    'one\n\ntwo é\n\n— example.org/desk c19UwSdYVpKG5eethkjC+0rXB+FUwjQhjxb0bODRI15MgeLEQWKREMqbTlFpSZjs7Jv6pEiRMQH5HonxWApGGX/ifA4=\n',
  );
  assert.deepEqual(await openNote(note, [verifier], nodeEd25519), { text: 'one\n\ntwo é\n', by: [verifier] });
  assert.equal(formatNote(parseNote(note)), note);
});

test('who is known to have signed counts, who is not is ignored, who did not is refused', async () => {
  const one = await key('example.org/one', ONE.seed);
  const two = await key('example.org/two', TWO.seed);
  const text = 'text\n';
  const both = await signNote(text, [one.signer, two.signer]);
  const [, first = '', second = ''] = /^text\n\n(.*\n)(.*\n)$/.exec(both) ?? [];
  const forged = `— ${one.verifier.name} ${toBase64(bytes(`${one.verifier.id}${'00'.repeat(64)}`))}\n`;
  // Of another type, whose signatures have other lengths.
  const other = `— example.org/one ${toBase64(bytes(`01020304${'07'.repeat(72)}`))}\n`;
  const cases: [name: string, note: string, known: (typeof one)[], wanted: string[] | FormatErrorCode][] = [
    ['both', both, [one, two], ['one', 'two']],
    ['one known', both, [two], ['two']],
    ['none known', both, [], 'signature'],
    ['the same twice', `${text}\n${first}${first}`, [one], ['one']],
    ['another id of a known name', `${text}\n${other}${second}`, [one, two], ['two']],
    ['only another id', `${text}\n${other}`, [one, two], 'signature'],
    ['a forged one beside a good one', `${text}\n${first}${forged}`, [one], 'signature'],
    ['a forged one of somebody unknown', `${text}\n${forged}${second}`, [two], ['two']],
    ['another text', `Text\n\n${first}`, [one], 'signature'],
    ['cut short', `${text}\n${first.slice(0, -5)}\n`, [one], 'signature'],
    ['two known by one name and id', both, [one, await key('example.org/one', ONE.seed)], 'note'],
  ];
  for (const [name, note, known, wanted] of cases) {
    const opened = openNote(
      note,
      known.map(({ verifier }) => verifier),
      nodeEd25519,
    );
    if (typeof wanted === 'string') await assert.rejects(opened, code(wanted), name);
    else
      assert.deepEqual(
        (await opened).by.map((verifier) => verifier.name.slice(-3)),
        wanted,
        name,
      );
  }
});

test('what the specification does not allow is refused', () => {
  const line = `— example.org/one ${toBase64(bytes('01020304aa'))}\n`;
  const cases: [note: string, wanted: FormatErrorCode | null][] = [
    [`text\n\n${line}`, null],
    [`\n\n${line}`, null],
    [`text\n\n${line.repeat(100)}`, null],
    [`text\n\n${line.repeat(101)}`, 'bounds'],
    [`${'x'.repeat(1_000_000)}\n\n${line}`, 'bounds'],
    ['', 'note'],
    ['text\n', 'note'],
    ['text\n\n', 'note'],
    [`text\n${line}`, 'note'],
    [`text\n\n${line.trimEnd()}`, 'note'],
    [`text\n\n${line}\n`, 'note'],
    [`text\n\n${line}${line}text\n`, 'note'],
    [`te\txt\n\n${line}`, 'note'],
    [`text\r\n\n${line}`, 'note'],
    [`te\u0000xt\n\n${line}`, 'note'],
    [`te\ud800xt\n\n${line}`, 'note'],
    [`text\n\n${line.replace('—', '-')}`, 'note'],
    [`text\n\n${line.replace('— ', '—  ')}`, 'note'],
    [`text\n\n${line.replace('example.org', 'example+org')}`, 'note'],
    [`text\n\n${line.replace('example.org', 'example\u00a0org')}`, 'note'],
    [`text\n\n${line.replace('example.org', 'example\u2003org')}`, 'note'],
    [`text\n\n— example.org/one AQIDBA==\n`, 'note'],
    [`text\n\n— example.org/one AQIDBKp=\n`, 'note'],
    [`text\n\n— example.org/one AQIDBKo\n`, 'note'],
    [`text\n\n— example.org/one AQIDB_o=\n`, 'note'],
  ];
  for (const [note, wanted] of cases)
    if (wanted === null) assert.equal(formatNote(parseNote(note)), note);
    else assert.throws(() => parseNote(note), code(wanted), JSON.stringify(note.slice(0, 80)));
  const signature = { name: 'a', id: '01020304', bytes: bytes('aa') };
  assert.throws(() => formatNote({ text: 'no end', signatures: [signature] }), code('note'));
  assert.throws(() => formatNote({ text: 'text\n', signatures: [] }), code('note'));
  assert.throws(() => formatNote({ text: 'a\n', signatures: [{ ...signature, name: 'a b' }] }), code('note'));
});

test('keys are what they say, and a secret one is never in an error', async () => {
  const { verifier } = await key('example.org/desk', ONE.seed);
  const good = formatNoteVerifier(verifier);
  assert.deepEqual(parseNoteVerifier(good), verifier);
  const cases: [name: string, text: string][] = [
    ['nothing', ''],
    ['no name', good.replace('example.org/desk', '')],
    ['another name', good.replace('desk', 'task')],
    ['another id', good.replace(verifier.id, '00000000')],
    ['an id in upper case', good.replace(verifier.id, verifier.id.toUpperCase())],
    ['the id of another type', `example.org/desk+${verifier.id}+${toBase64(bytes(`04${ONE_KEY}`))}`],
    ['a type that is not known', `example.org/desk+${verifier.id}+${toBase64(bytes(`05${ONE_KEY}`))}`],
    ['a length of another type', `example.org/desk+${verifier.id}+${toBase64(bytes(`06${ONE_KEY}`))}`],
    ['a short key', `example.org/desk+${verifier.id}+${toBase64(bytes(`01${ONE_KEY.slice(2)}`))}`],
    ['not canonical', good.replace(/Ea$/, 'Eb')],
    ['more', `${good}\n`],
  ];
  for (const [name, text] of cases) assert.throws(() => parseNoteVerifier(text), code('note'), name);
  const secret = formatNoteSigner(verifier, ONE.seed);
  for (const text of [good, secret.replace(verifier.id, '00000000'), `${secret}=`, secret.slice(0, -3)]) {
    const error = await parseNoteSigner(text, nodeEd25519).catch((cause: unknown) => cause);
    assert.ok(code('note')(error));
    assert.doesNotMatch(String(error), /nWGxne/);
  }
  assert.throws(() => noteVerifier('two words', verifier.publicKey), code('note'));
  assert.throws(() => noteVerifier('a', encodeUtf8('short')), code('note'));
});

test('a key has one type, and its id is of that type', async () => {
  const publicKey = bytes(ONE_KEY);
  const cases: [NoteKeyType, Uint8Array, vkey: RegExp][] = [
    ['ed25519', publicKey, /^example\.org\/w\+0ab35048\+AddamA/],
    ['cosignature', publicKey, /^example\.org\/w\+53e72ddb\+BNdamA/],
    ['ml-dsa-44', new Uint8Array(1312).fill(1), /^example\.org\/w\+6cba0278\+BgEBAQ/],
  ];
  for (const [type, key, wanted] of cases) {
    const verifier = noteVerifier('example.org/w', key, type);
    assert.match(formatNoteVerifier(verifier), wanted);
    assert.deepEqual(parseNoteVerifier(formatNoteVerifier(verifier)), verifier);
    assert.throws(() => noteVerifier('example.org/w', key.subarray(1), type), code('note'), type);
  }
  const witness = noteVerifier('example.org/w', publicKey, 'cosignature');
  const text = formatNoteSigner(witness, ONE.seed);
  const signer = await parseNoteSigner(text, nodeEd25519);
  assert.deepEqual(signer.verifier, witness);
  await assert.rejects(signNote('text\n', [signer]), code('note'));
  await assert.rejects(openNote('text\n\n— a AQIDBKo=\n', [witness], nodeEd25519), code('note'));
  const postQuantum = noteVerifier('example.org/w', new Uint8Array(1312), 'ml-dsa-44');
  for (const secret of [ONE.seed, new Uint8Array(1312)])
    await assert.rejects(parseNoteSigner(formatNoteSigner(postQuantum, secret), nodeEd25519), code('note'));
});

test('a line of a signature stands alone too', () => {
  const line = '— example.org/one AQIDBKo=';
  const signature = parseNoteSignature(line);
  assert.deepEqual(signature, { name: 'example.org/one', id: '01020304', bytes: bytes('aa') });
  assert.equal(formatNoteSignature(signature), `${line}\n`);
  for (const wrong of ['', `${line}\n`, ` ${line}`, `${line} `, '— example.org/one AQIDBA=='])
    assert.throws(() => parseNoteSignature(wrong), code('note'), wrong);
});

const VECTORS = 'tlog-vectors/derived/note-vectors.json';

test('notes of other programs', { skip: withoutShared(VECTORS) }, async () => {
  const vectors = sharedJson<{ name: string; vkey: string; note: string }[]>(VECTORS);
  let ours = 0;
  for (const { name, vkey, note } of vectors) {
    assert.equal(formatNote(parseNote(note)), note, name);
    const verifier = parseNoteVerifier(vkey);
    assert.equal(formatNoteVerifier(verifier), vkey);
    if (verifier.type !== 'ed25519') continue;
    ours++;
    assert.deepEqual((await openNote(note, [verifier], nodeEd25519)).by, [verifier], name);
    const changed = openNote(note.replace(/^./, 'X'), [verifier], nodeEd25519);
    await assert.rejects(changed, code('signature'), name);
  }
  assert.ok(ours >= 20);
});
