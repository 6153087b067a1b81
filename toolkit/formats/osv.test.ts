import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { mutated } from '../../test/mutations.ts';
import { osvValidator, withoutSchema } from '../../test/schemas.ts';
import { sharedJson, sharedPath, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { FormatError } from './errors.ts';
import { formatOsv, isOsv, type OsvAffected, type OsvRecord, parseOsv } from './osv.ts';
import { osvAffects } from './osv-ranges.ts';

const example: OsvRecord = {
  schema_version: '1.7.5',
  id: 'CPANSA-Example-Parser-2026-01',
  modified: '2026-05-02T10:00:00Z',
  published: '2026-05-01T10:00:00Z',
  aliases: ['CVE-2026-99990'],
  summary: 'Example::Parser reads past the end of its buffer',
  details: 'A crafted document makes the parser read one byte too many.',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L' }],
  affected: [
    {
      package: { ecosystem: 'CPAN', name: 'Example-Parser', purl: 'pkg:cpan/Example-Parser' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '1.2' }, { fixed: '1.5' }] }],
      versions: ['1.2', '1.3'],
      ecosystem_specific: { modules: ['Example::Parser'] },
      database_specific: { source: 'example' },
    },
  ],
  references: [{ type: 'FIX', url: 'https://example.org/fix' }],
  credits: [{ name: 'A. Finder', type: 'FINDER' }],
  database_specific: { b: 1, a: 2 },
};

test('a record is written with its members in order and read back', () => {
  const text = formatOsv(example);
  assert.deepEqual(parseOsv(text), example);
  assert.ok(isOsv(example) && !isOsv({ id: 'X-1' }) && !isOsv(null));
  const shuffled = JSON.parse(
    JSON.stringify({ extra: 1, ...Object.fromEntries(Object.entries(example).reverse()) }),
  );
  assert.deepEqual(Object.keys(JSON.parse(formatOsv(shuffled))), [...Object.keys(example), 'extra']);
  assert.equal(
    JSON.parse(formatOsv({ id: 'X-1', modified: '2026-01-01T00:00:00Z' })).schema_version,
    '1.7.5',
  );
});

test('what is no record is refused with its path', () => {
  const cases: [text: string, error: object][] = [
    ['[]', { code: 'shape', message: 'a.json: expected an object, found "[]"' }],
    ['{"id":"X-1"}', { code: 'shape', message: 'a.json at modified: expected a string, found nothing' }],
    [
      '{"id":"X-1","modified":"","schema_version":"2.0.0"}',
      { code: 'foreign', message: 'a.json: OSV of version 2.0.0, not 1' },
    ],
    [
      '{"id":"X-1","modified":"","affected":[{"ranges":[{"type":"SEMVER","events":[{"introduced":"0","fixed":"1"}]}]}]}',
      {
        code: 'shape',
        message: /^a\.json at affected\[0\]\.ranges\[0\]\.events\[0\]: expected one of introduced, fixed/,
      },
    ],
    ['{"id":', { code: 'json-syntax' }],
  ];
  for (const [text, error] of cases) assert.throws(() => parseOsv(text, { file: 'a.json' }), error, text);
});

test('JSON that was parsed elsewhere is held to the same depth', () => {
  let deep: object = {};
  for (let i = 0; i < 200_000; i++) deep = { deep };
  assert.throws(() => parseOsv({ ...example, database_specific: { deep } }), { code: 'bounds' });
});

const number = (version: string): number => {
  if (!/^\d+(\.\d+)?$/.test(version)) throw new Error(version);
  return Number(version);
};
const byNumber = (a: string, b: string): number => number(a) - number(b);
const events = (...list: [string, string][]): OsvAffected => ({
  ranges: [{ type: 'ECOSYSTEM', events: list.map(([kind, version]) => ({ [kind]: version })) }],
});

test('events open and close the range of affected versions', () => {
  const cases: [affected: OsvAffected, inside: string[], outside: string[]][] = [
    [events(['introduced', '0']), ['0', '9'], []],
    [events(['introduced', '0'], ['fixed', '1.5']), ['0', '1.49'], ['1.5', '2']],
    [events(['introduced', '1'], ['last_affected', '2']), ['1', '2'], ['0.9', '2.01']],
    [
      events(['fixed', '4'], ['introduced', '3'], ['fixed', '2'], ['introduced', '1']),
      ['1', '3.9'],
      ['0', '2', '2.9', '4'],
    ],
    [events(['introduced', '0'], ['limit', '2'], ['fixed', '9']), ['1.9'], ['2', '3']],
    [events(['introduced', '1'], ['limit', '*']), ['1', '9'], ['0']],
    [{ versions: ['1.10', 'odd'] }, ['1.1', '1.10'], ['1.2']],
    [{ versions: ['3'], ...events(['introduced', '1'], ['fixed', '2']) }, ['1', '3'], ['2']],
    [{ ranges: [{ type: 'GIT', repo: 'r', events: [{ introduced: '0' }] }] }, [], ['1']],
    [{}, [], ['1']],
  ];
  for (const [affected, inside, outside] of cases) {
    for (const version of inside)
      assert.ok(osvAffects(affected, version, byNumber), `${version} ${JSON.stringify(affected)}`);
    for (const version of outside)
      assert.ok(!osvAffects(affected, version, byNumber), `${version} ${JSON.stringify(affected)}`);
  }
});

test('a version that the order refuses is named, never passed over', () => {
  assert.throws(() => osvAffects({}, 'x', byNumber), { code: 'version', message: /"x"/ });
  assert.throws(() => osvAffects(events(['introduced', '0'], ['fixed', 'x']), '1', byNumber), {
    code: 'version',
  });
});

test('the order of events in a record does not matter', () => {
  const record = fc
    .uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 8 })
    .map((numbers) =>
      numbers
        .sort((a, b) => a - b)
        .map((n, i): [string, string] => [i % 2 === 0 ? 'introduced' : 'fixed', String(n)]),
    );
  const shuffled = record.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  const same = fc.property(shuffled, fc.nat({ max: 31 }), ([list, mixed], version) => {
    const expected = list.filter(([, at]) => Number(at) <= version).length % 2 === 1;
    assert.equal(osvAffects(events(...mixed), String(version), byNumber), expected);
  });
  fc.assert(same, { seed, numRuns: rounds(300, 50_000) });
});

test('what is written is valid by the schema, CPAN added to it', { skip: withoutSchema.osv }, () => {
  const errors = osvValidator();
  assert.equal(errors(JSON.parse(formatOsv(example))), '');
  assert.notEqual(errors({ ...example, id: 'NOBODY-1' }), '');
});

test("the linter's records are read and written back whole", { skip: withoutShared('schemas/osv') }, () => {
  const names = readdirSync(sharedPath('schemas/osv')).filter((name) => /^[A-Za-z]+-.*\d\.json$/.test(name));
  assert.ok(names.length >= 9);
  for (const name of names) {
    const record = sharedJson<object>(`schemas/osv/${name}`);
    assert.deepEqual(JSON.parse(formatOsv(parseOsv(record))), { schema_version: '1.7.5', ...record }, name);
  }
});

test('a damaged record is read or refused', () => {
  const total = fc.property(mutated(example), fc.boolean(), (document, asText) => {
    try {
      const record = parseOsv(asText ? (JSON.stringify(document) ?? '') : Object(document));
      for (const affected of record.affected ?? []) osvAffects(affected, '1.3', byNumber);
    } catch (error) {
      assert.ok(error instanceof FormatError || (error as Error).name === 'JsonError', String(error));
    }
  });
  fc.assert(total, { seed, numRuns: rounds(1000, 200_000) });
});
