import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { decodeUtf8, encodeUtf8, PlacedError } from '../base/index.ts';
import {
  authorOf,
  formatEntry,
  identityOf,
  isSequence,
  type LogEntry,
  onceOf,
  parseEntry,
  proofPath,
  sequenceOf,
  subjectsOf,
} from './index.ts';

interface Vector {
  readonly entry: LogEntry;
  /** The lines, each of which a line feed follows. */
  readonly text: readonly string[];
  readonly identity: string;
  readonly once: string | null;
  readonly sequence: string | null;
  readonly subjects: readonly string[];
  readonly proof: string | null;
}

const file = new URL('../../data/vectors/log-entries.json', import.meta.url);
const { entries, refused, unknown } = JSON.parse(readFileSync(file, 'utf8')) as {
  entries: Vector[];
  refused: { why: string; text: string }[];
  unknown: string[];
};

test('every type is written and read the one way', () => {
  for (const { entry, text } of entries) {
    const bytes = formatEntry(entry);
    assert.deepEqual(decodeUtf8(bytes).split('\n'), [...text, ''], entry.type);
    assert.deepEqual(parseEntry(bytes), entry, entry.type);
  }
  const types = new Set(entries.map(({ entry }) => entry.type));
  assert.equal(types.size, 11);
});

test('what it is the same as, follows, contradicts, is found by and proved by', () => {
  for (const { entry, identity, once, sequence, subjects, proof } of entries) {
    assert.equal(identityOf(entry), identity);
    assert.equal(onceOf(entry), once, identity);
    assert.equal(sequenceOf(entry), sequence, identity);
    assert.equal(isSequence(entry.type), sequence !== null, identity);
    assert.deepEqual(subjectsOf(entry), subjects, identity);
    assert.equal(proofPath(entry), proof, identity);
    assert.equal(authorOf(entry), /author:(\w+)/.exec(subjects.join())?.[1] ?? null, identity);
  }
});

test('an author is found in a path alone', () => {
  const authors = entries.flatMap(({ entry }) => (authorOf(entry) === null ? [] : [entry.type]));
  assert.deepEqual([...new Set(authors)], ['release', 'checksums', 'removal']);
});

test('types and versions of others are passed over', () => {
  for (const text of unknown) assert.equal(parseEntry(encodeUtf8(text)), null, JSON.stringify(text));
});

test('what is written in another way is refused', () => {
  for (const { why, text } of refused)
    assert.throws(
      () => parseEntry(encodeUtf8(text), 'entry 7'),
      { code: 'entry', name: 'TransparencyError' },
      why,
    );
  const long = `cpan-log/v9 release\n${'x'.repeat(65_535)}`;
  assert.throws(() => parseEntry(encodeUtf8(long)), { code: 'bounds' });
  assert.throws(() => parseEntry(Uint8Array.of(...encodeUtf8('cpan-log/v1 release\npath '), 0xff)), {
    code: 'entry',
  });
  assert.throws(() => parseEntry(Uint8Array.of(0xef, 0xbb, 0xbf, ...encodeUtf8('cpan-log/v2 x\n'))), {
    code: 'entry',
  });
});

test('a place is told: the file and the line', () => {
  const [first] = entries;
  assert.ok(first);
  const text = decodeUtf8(formatEntry(first.entry)).replace('size 12345', 'size 012345');
  assert.throws(() => parseEntry(encodeUtf8(text), 'tile/entries/000'), {
    message: 'tile/entries/000:4: size is a whole number, found "012345"',
  });
});

test('a value that its field cannot have is not written', () => {
  const [first] = entries;
  assert.ok(first?.entry.type === 'release');
  const entry = first.entry;
  for (const wrong of [
    { path: '../etc/passwd' },
    { path: `${entry.path}\nsize 1` },
    { path: entry.path.replace('authors/id/', '') },
    { path: 'authors/id/E/EX/EXAMPLE/CHECKSUMS' },
    { sha256: entry.sha256.toUpperCase() },
    { size: -1 },
    { size: 1.5 },
    { size: 2 ** 53 },
    { uploaded: '2026-02-30T00:00:00Z' },
    { uploaded: '' },
  ])
    assert.throws(() => formatEntry({ ...entry, ...wrong }), { code: 'entry' }, JSON.stringify(wrong));
});

test('one fact has one text: what is read is written the same', () => {
  const lines = entries.flatMap(({ text }) => text);
  const pieces = fc.oneof(
    fc.constantFrom(
      ...lines,
      '',
      '-',
      'size 00',
      'size +1',
      'size 1e3',
      'path ../x',
      'sha256  x',
      '\r',
      '\ufeff',
    ),
    fc.string(),
  );
  const changed = fc
    .tuple(fc.nat(entries.length - 1), fc.nat(8), pieces, fc.boolean())
    .map(([which, at, piece, insert]) => {
      const text = [...(entries[which]?.text ?? [])];
      text.splice(at, insert ? 0 : 1, piece);
      return encodeUtf8(text.map((line) => `${line}\n`).join(''));
    });
  const flipped = fc
    .tuple(fc.nat(entries.length - 1), fc.nat(400), fc.integer({ min: 1, max: 255 }))
    .map(([which, at, change]) => {
      const bytes = encodeUtf8((entries[which]?.text ?? []).map((line) => `${line}\n`).join(''));
      const place = at % bytes.length;
      bytes[place] = (bytes[place] ?? 0) ^ change;
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(changed, flipped, fc.uint8Array()), (bytes) => {
      try {
        const entry = parseEntry(bytes);
        if (entry !== null) assert.deepEqual(formatEntry(entry), bytes);
      } catch (error) {
        assert.ok(error instanceof PlacedError, String(error));
      }
    }),
    { seed, numRuns: rounds(1000, 200_000) },
  );
});
