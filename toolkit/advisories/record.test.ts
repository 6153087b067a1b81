import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { AdvisoryError, type AdvisoryRecord, decodeRecord, encodeRecord } from './index.ts';

const record: AdvisoryRecord = {
  format: 'cpansec-advisory/1',
  id: 'CPANSA-Example-Dist-2026-0001',
  aliases: ['CVE-2026-0001'],
  reported: '2026-02-03',
  summary: 'Example::Dist follows symbolic links in its cache directory',
  severity: { rating: 'high', source: 'reporter' },
  affected: [
    {
      distribution: 'Example-Dist',
      ranges: ['>=1.2,<1.7'],
      fixed: ['>=1.5.4,<1.6'],
      cause: { kind: 'embedded', library: 'libexample', libraryVersion: '0.9' },
    },
  ],
  references: [{ type: 'fix', url: 'https://example.org/commit/1' }],
  history: [{ on: '2026-02-03', change: 'published' }],
};

test('a record is written in one fixed form', () => {
  const { history, format, ...rest } = record;
  const shuffled: AdvisoryRecord = { history, ...rest, format };
  assert.equal(encodeRecord(shuffled), encodeRecord(record));
  assert.equal(
    encodeRecord(record).split('\n').slice(0, 4).join('\n'),
    '{\n  "format": "cpansec-advisory/1",\n  "id": "CPANSA-Example-Dist-2026-0001",\n  "aliases": [',
  );
  assert.ok(encodeRecord(record).endsWith('\n}\n'));
});

test('members that the format does not know survive, after those it knows', () => {
  const text = encodeRecord({ ...record, zeal: 1, 'x-note': { b: 1, a: [2] } } as AdvisoryRecord);
  assert.match(
    text,
    /"history": \[[\s\S]*"x-note": \{\s+"a": \[\s+2\s+\],\s+"b": 1\s+\},\s+"zeal": 1\n\}\n$/,
  );
  assert.equal(encodeRecord(decodeRecord(text)), text);
});

test('as many entries and names as CPANSA has thirteen and thirty times, and no more', () => {
  const [entry] = record.affected;
  assert.ok(entry);
  const names = (count: number, first = 0): string[] =>
    Array.from({ length: count }, (_, i) => `CVE-2026-${10_000 + first + i}`);
  const decoded = (change: Partial<AdvisoryRecord>): AdvisoryRecord =>
    decodeRecord(encodeRecord({ ...record, ...change }), 'a.json');
  assert.equal(decoded({ affected: Array(1000).fill(entry) }).affected.length, 1000);
  assert.equal(
    decoded({ aliases: names(200), affected: [{ ...entry, aliases: names(9) }] }).aliases.length,
    200,
  );
  assert.throws(() => decoded({ affected: Array(3000).fill(entry) }), {
    code: 'record-shape',
    message: 'a.json at affected: expected at most 1000 entries, found "3000"',
  });
  assert.throws(() => decoded({ aliases: names(199), affected: [{ ...entry, aliases: names(2, 500) }] }), {
    message: 'a.json at aliases: expected at most 200 names, with those of entries, found "201"',
  });
});

test('a bad record is refused with file and path', () => {
  const broken = (change: object): string => JSON.stringify({ ...record, ...change });
  const cases: [json: string, message: string][] = [
    [
      broken({ format: 'cpansec-advisory/2' }),
      'a.json at format: expected one of cpansec-advisory/1, found "cpansec-advisory/2"',
    ],
    [
      broken({ reported: '3 Feb 2026' }),
      'a.json at reported: expected a date, YYYY-MM-DD, found "3 Feb 2026"',
    ],
    [
      broken({ affected: [{}] }),
      'a.json at affected[0].distribution: expected a name of 1 to 200 printable characters, found nothing',
    ],
    [
      broken({ aliases: [7] }),
      'a.json at aliases[0]: expected a name of 1 to 200 printable characters, found "7"',
    ],
    ['{"format": }', 'a.json:1:12: expected a value, found "}"'],
    ['{"format": "a", "format": "b"}', 'a.json:1:17: key "format" twice'],
  ];
  for (const [json, message] of cases) {
    assert.throws(() => decodeRecord(json, 'a.json'), {
      name: 'AdvisoryError',
      code: 'record-shape',
      message,
    });
  }
  assert.throws(() => decodeRecord(new Uint8Array([0x7b, 0xff])), { code: 'record-shape' });
});

const word = fc.stringMatching(/^[!-~]{1,12}$/);
const texts = fc.array(fc.string());
const records: fc.Arbitrary<AdvisoryRecord> = fc.record(
  {
    format: fc.constant('cpansec-advisory/1' as const),
    id: word,
    aliases: fc.array(word),
    reported: fc.constantFrom(null, '2026-01-01'),
    summary: fc.string(),
    details: fc.string(),
    affected: fc.array(
      fc.record(
        {
          distribution: word,
          ranges: texts,
          fixed: texts,
          cause: fc.oneof(
            fc.constant({ kind: 'own' as const }),
            fc.record({ kind: fc.constant('embedded' as const), library: fc.string() }),
          ),
          source: fc.record({
            database: fc.constant('cpansa' as const),
            row: fc.string(),
            affected: texts,
            fixed: texts,
            other: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
          }),
        },
        { requiredKeys: ['distribution', 'ranges', 'fixed', 'cause'] },
      ),
    ),
    references: fc.array(fc.record({ type: fc.constant('web' as const), url: fc.string() })),
    history: fc.array(fc.record({ on: fc.constant('2026-01-01'), change: fc.string() })),
  },
  { requiredKeys: ['format', 'id', 'aliases', 'reported', 'summary', 'affected', 'references', 'history'] },
);

test('decoding what was encoded gives the record, and encoding that the same text', () => {
  const property = fc.property(records, (written) => {
    const text = encodeRecord(written);
    const read = decodeRecord(text);
    assert.deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(written)));
    assert.equal(encodeRecord(read), text);
  });
  fc.assert(property, { seed, numRuns: rounds(200, 20_000) });
});

test('damaged text is refused or read, never worse', () => {
  const text = encodeRecord(record);
  const property = fc.property(fc.nat(text.length), fc.nat(8), fc.string(), (at, length, insert) => {
    try {
      decodeRecord(text.slice(0, at) + insert + text.slice(at + length));
    } catch (error) {
      assert.ok(error instanceof AdvisoryError && error.code === 'record-shape');
    }
  });
  fc.assert(property, { seed, numRuns: rounds(500, 50_000) });
});
