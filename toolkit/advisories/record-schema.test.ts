/** The schema takes what the codec takes, and refuses what it refuses. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { sharedText, withoutShared } from '../../test/shared.ts';
import { ShapeError } from '../base/index.ts';
import { type AdvisoryRecord, importCpansa, RECORD_SCHEMA, recordShape } from './index.ts';

const validate = new Ajv2020({ strict: true, allErrors: true }).compile(RECORD_SCHEMA);
const folder = new URL('../../data/advisories/', import.meta.url);
const DATABASE = 'cpansa/cpan-security-advisory.json';

function taken(record: unknown): boolean {
  try {
    recordShape(record);
    return true;
  } catch (error) {
    if (error instanceof ShapeError) return false;
    throw error;
  }
}

/** One with every member. */
const whole: AdvisoryRecord = {
  format: 'cpansec-advisory/1',
  id: 'CPANSA-Example-Dist-2026-01',
  aliases: ['CVE-2026-99991'],
  reported: '2026-02-03',
  summary: 'Example-Dist follows links',
  details: 'It does.',
  severity: { rating: 'high', vector: 'CVSS:3.1/…', source: 'reporter' },
  weaknesses: ['CWE-59'],
  malicious: { indicators: [{ type: 'domain', value: 'collect.example.net', note: 'in Makefile.PL' }] },
  affected: [
    {
      distribution: 'Example-Dist',
      ranges: ['<1.7'],
      fixed: ['>=1.7'],
      cause: { kind: 'own' },
      modules: ['Example::Dist'],
      aliases: ['CVE-2026-99992'],
      source: {
        database: 'cve',
        row: 'a.json',
        affected: [],
        fixed: [],
        severity: 'high',
        other: { a: [1] },
      },
    },
    {
      distribution: 'Other-Dist',
      ranges: [],
      fixed: [],
      cause: { kind: 'embedded', library: 'libexample', libraryVersion: '0.9' },
    },
  ],
  references: [{ type: 'web', url: 'https://example.org/' }],
  credits: [{ name: 'Somebody', role: 'finder' }],
  withdrawn: { on: '2026-03-01', kind: 'withdrawn', reason: 'no flaw' },
  disputed: { on: '2026-02-01', reason: 'the vendor calls it a feature' },
  history: [{ on: '2026-02-03', change: 'first record' }],
  flags: [{ rule: 'cve-differs', at: 'affected', found: 'x' }],
};

test('every record of ours is valid', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  assert.ok(files.length > 0);
  for (const file of files)
    assert.ok(validate(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))), file);
});

test('every record of CPANSA is valid', { skip: withoutShared(DATABASE) }, () => {
  const { records } = importCpansa(sharedText(DATABASE));
  assert.deepEqual(
    records.filter((record) => !validate(record)).map(({ id }) => id),
    [],
  );
});

const refused: readonly (readonly [why: string, change: object])[] = [
  ['another format', { format: 'cpansec-advisory/2' }],
  ['no id', { id: undefined }],
  ['an empty id', { id: '' }],
  ['a long id', { id: 'x'.repeat(201) }],
  ['an id with a blank', { id: 'a b' }],
  ['an id with a line break', { id: 'a\n' }],
  ['an alias that is no text', { aliases: [1] }],
  ['too many aliases', { aliases: Array.from({ length: 201 }, (_, i) => `CVE-2026-${10_000 + i}`) }],
  ['no date of report', { reported: undefined }],
  ['a date in words', { reported: '3 Feb 2026' }],
  ['a date with a time', { reported: '2026-02-03T00:00:00Z' }],
  ['digits of another script', { reported: '٢٠٢٦-٠٢-٠٣' }],
  ['a rating of five', { severity: { rating: 'severe' } }],
  ['nothing affected but one', { affected: {} }],
  ['too many entries', { affected: Array(1001).fill(whole.affected[0]) }],
  ['a reference of no type', { references: [{ url: 'https://example.org/' }] }],
  ['a role of none', { credits: [{ name: 'x', role: 'boss' }] }],
  ['a history of texts', { history: ['first record'] }],
  ['disputed without a day', { disputed: { reason: 'no flaw' } }],
  ['withdrawn without a reason', { withdrawn: { on: '2026-03-01', kind: 'withdrawn' } }],
];

for (const [why, change] of refused)
  test(`${why} is refused by both`, () => {
    const record: unknown = JSON.parse(JSON.stringify({ ...whole, ...change }));
    assert.deepEqual([validate(record), taken(record)], [false, false]);
  });

test('wherever a value is another or gone, both say the same', () => {
  const others = [null, true, 0, '', 'own', 'embedded', '2026-02-03', [], ['x'], {}, { kind: 'own' }];
  let [count, valid] = [0, 0];
  for (const change of changes(whole, others)) {
    const record = change();
    const expected = taken(record);
    assert.equal(validate(record), expected, JSON.stringify(record));
    count++;
    if (expected) valid++;
  }
  assert.ok(valid > 100 && count > valid + 300, `${valid} of ${count}`);
});

/** Copies of the record, each with one value at any depth replaced by each of the others, or taken out. */
function* changes(record: AdvisoryRecord, others: readonly unknown[]): Iterable<() => unknown> {
  for (const path of pathsOf(record)) {
    for (const other of others) yield () => changed(record, path, () => other);
    yield () => changed(record, path, () => undefined);
  }
}

function* pathsOf(value: unknown, path: readonly string[] = []): Iterable<readonly string[]> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) yield* pathsOf(member, [...path, key]);
}

function changed(value: unknown, [key = '', ...rest]: readonly string[], to: () => unknown): unknown {
  const entries = Object.entries(value ?? {}).flatMap(([name, member]): [string, unknown][] => {
    if (name !== key) return [[name, member]];
    const next = rest.length === 0 ? to() : changed(member, rest, to);
    return next === undefined ? [] : [[name, next]];
  });
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}

test('members that the format does not name are let be', () => {
  const [entry] = whole.affected;
  const record = {
    ...whole,
    zeal: 1,
    affected: [{ ...entry, cause: { kind: 'own', library: 7 }, more: [] }],
  };
  assert.deepEqual([validate(record), taken(record)], [true, true]);
});
