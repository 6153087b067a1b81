/** Whatever is in a file: it is read, or refused by name, and what is read has one text. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { compareBytes, encodeUtf8 } from '../base/index.ts';
import {
  FormatError,
  formatNote,
  formatNoteVerifier,
  parseNote,
  parseNoteVerifier,
} from '../formats/index.ts';
import {
  formatCheckpoint,
  formatProof,
  parseCheckpoint,
  parsePolicy,
  parseProof,
  TransparencyError,
} from './index.ts';
import { givenEntries } from './testdata/given-log.ts';
import { naivePath, naiveRoot } from './testdata/naive.ts';
import { signedCheckpoint, signerOf } from './testdata/signed.ts';

const log = await signerOf('example.org/log', 1, 'ed25519');
const witness = await signerOf('witness.example.org', 2);
const entries = givenEntries(0, 13);
const checkpoint = { origin: 'example.org/log', size: 13, root: naiveRoot(entries) };
const note = await signedCheckpoint(checkpoint, log, [[witness, 1700000000]]);
const proof = formatProof({
  extra: entries[3] ?? null,
  index: 5,
  hashes: naivePath(5, entries),
  checkpoint: note,
});
const policy = `log ${formatNoteVerifier(log.verifier)} https://example.org/log
witness w ${formatNoteVerifier(witness.verifier)}
group g 1 w
quorum g
`;

/** A text with a few of its parts removed, doubled, moved or replaced. */
function damaged(text: string): fc.Arbitrary<string> {
  const odd = fc.constantFrom(
    '',
    '\n',
    '\n\n',
    '\r',
    '\0',
    ' ',
    '\t',
    '—',
    '+',
    '=',
    '0',
    '-1',
    'A',
    '\ud800',
    '\ufeff',
    'none',
  );
  const step = fc.tuple(fc.nat(text.length), fc.nat(60), fc.oneof(odd, fc.nat(text.length)));
  return fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => {
    let changed = text;
    for (const [at, length, by] of steps)
      changed =
        changed.slice(0, at) +
        (typeof by === 'string' ? by : text.slice(by, by + length)) +
        changed.slice(at + length);
    return changed;
  });
}

/** What `read` makes of a text, or null when it refuses it by name. */
function tried<T>(read: (text: string) => T, text: string): T | null {
  try {
    return read(text);
  } catch (error) {
    assert.ok(error instanceof TransparencyError || error instanceof FormatError, String(error));
    return null;
  }
}

const CASES: readonly [name: string, good: string, reread: (text: string) => string][] = [
  ['a key', formatNoteVerifier(witness.verifier), (text) => formatNoteVerifier(parseNoteVerifier(text))],
  ['a note', note, (text) => formatNote(parseNote(text))],
  ['a checkpoint', formatCheckpoint(checkpoint), (text) => formatCheckpoint(parseCheckpoint(text))],
  ['a proof', proof, (text) => formatProof(parseProof(text))],
  ['a policy', policy, (text) => (parsePolicy(text).quorum === undefined ? '' : text)],
];

for (const [name, good, reread] of CASES)
  test(`${name}, damaged`, () => {
    const property = fc.property(
      fc.oneof(damaged(good), fc.string({ unit: 'binary', maxLength: 300 })),
      (text) => {
        const again = tried(reread, text);
        if (again === null) return;
        assert.equal(again, text);
      },
    );
    fc.assert(property, { seed, numRuns: rounds(500, 200_000) });
    assert.equal(reread(good), good);
  });

test('a policy of any bytes', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.tuple(fc.nat(policy.length), fc.uint8Array({ maxLength: 20 })).map(([at, odd]) => {
      const changed = encodeUtf8(policy).slice();
      changed.set(odd, Math.min(at, changed.length - odd.length));
      return changed;
    }),
  );
  const property = fc.property(bytes, (file) => {
    const given = file.slice();
    tried(() => parsePolicy(file), '');
    assert.equal(compareBytes(file, given), 0);
  });
  fc.assert(property, { seed, numRuns: rounds(500, 200_000) });
});
