import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import {
  AdvisoryError,
  buildIndex,
  encodeRecord,
  importRecordSet,
  openIndex,
  type SetFile,
} from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function record(id: string, distribution: string, range = '<2'): string {
  return encodeRecord({
    format: 'cpansec-advisory/1',
    id,
    aliases: [],
    reported: '2026-01-02',
    summary: `Something about ${distribution}`,
    affected: [{ distribution, ranges: [range], fixed: [], cause: { kind: 'own' } }],
    references: [],
    history: [],
  });
}

function files(texts: Readonly<Record<string, string>>): SetFile[] {
  return Object.entries(texts).map(([name, text]) => ({ name, bytes: bytes(text) }));
}

const coverage = {
  format: 'cpansec-coverage/1',
  distributions: ['Alpha', 'Quiet'],
  serial: 7,
  built: '2026-03-04T05:06:07Z',
  asOf: '2026-03-01',
};

const set = {
  'coverage.json': JSON.stringify(coverage),
  'modules.json': '{"Alpha::One": "Alpha"}',
  'releases.json': '{"Alpha": ["1.10", "1.9", "no version", "1.9"]}',
  'advisories/B.json': record('CPANSA-Beta-2026-01', 'Beta'),
  'advisories/A.json': record('CPANSA-Alpha-2026-01', 'Alpha'),
};

test('records alone say nothing of coverage, serial or age', () => {
  const { records, report, coverage, serial, built } = importRecordSet(
    files({ 'x/b.json': record('B', 'Beta'), 'a.json': record('A', 'Alpha') }),
  );
  assert.deepEqual(
    records.map(({ id }) => id),
    ['A', 'B'],
  );
  assert.deepEqual({ coverage, serial, built }, { coverage: undefined, serial: undefined, built: null });
  assert.equal(report.records, 2);
  const index = openIndex(importRecordSet(files({ 'a.json': record('A', 'Alpha') })));
  assert.deepEqual([index.covers('Alpha'), index.covers('Quiet')], [true, false]);
});

test('a set says what it covers, and brings modules and releases', () => {
  const imported = importRecordSet(files(set));
  assert.equal(imported.serial, 7);
  assert.equal(imported.built, '2026-03-04T05:06:07Z');
  assert.equal(imported.source, 'advisory records, as of 2026-03-01');
  assert.deepEqual(imported.releases.get('Alpha'), { mainModule: null, versions: ['1.10', '1.9'] });
  assert.deepEqual(imported.report.perRule, { 'release-duplicate': 1, 'release-unreadable': 1 });
  const index = openIndex(imported);
  const covered = ['Alpha', 'Beta', 'Quiet', 'Other'].map((name) => index.covers(name));
  assert.deepEqual(covered, [true, false, true, false]);
  assert.equal(index.distributionOf('Alpha::One'), 'Alpha');
});

test('the order of the files makes no difference', () => {
  const forward = buildIndex(importRecordSet(files(set)));
  const backward = buildIndex(importRecordSet(files(set).reverse()));
  assert.deepEqual(forward, backward);
});

test('a range that does not parse is imported and flagged with its file', () => {
  const { report } = importRecordSet(files({ 'a.json': record('A', 'Alpha', '1.2') }));
  assert.deepEqual(report.flags, [
    { rule: 'range-unreadable', at: 'a.json at affected[0].ranges[0]', found: '1.2' },
  ]);
});

test('what is no sound set is refused with the file named', () => {
  const broken: [what: string, texts: Record<string, string>, problem: RegExp][] = [
    ['nothing', {}, /^a set without a record$/],
    ['coverage alone', { 'coverage.json': set['coverage.json'] }, /without a record/],
    ['an id twice', { 'a.json': record('A', 'X'), 'b.json': record('A', 'Y') }, /^b\.json: id A .* a\.json/],
    ['a stranger', { ...set, 'notes.json': '{}' }, /^notes\.json: has no place/],
    ['a record too deep', { ...set, 'advisories/x/C.json': record('C', 'X') }, /x\/C\.json: has no place/],
    ['no JSON', { ...set, 'modules.json': '{"A": ' }, /^modules\.json:1:7: expected a value/],
    ['no UTF-8', { ...set, 'modules.json': '\u0000' }, /^modules\.json/],
    ['modules that are a list', { ...set, 'modules.json': '[]' }, /^modules\.json: expected an object/],
    [
      'a release that is a number',
      { ...set, 'releases.json': '{"A": [1.10]}' },
      /at A\[0\]: expected a string/,
    ],
    [
      'a coverage of another format',
      { ...set, 'coverage.json': '{"format": "cpansec-coverage/2"}' },
      /format/,
    ],
    ['a serial below zero', withCoverage({ serial: -1 }), /serial: expected a whole number/],
    ['a build that is no instant', withCoverage({ built: '2026-03-04' }), /built: expected an instant/],
    ['a record of another format', { 'a.json': record('A', 'X').replace('/1', '/2') }, /^a\.json at format/],
    ['half a record', { 'a.json': record('A', 'X').slice(0, 90) }, /^a\.json:/],
  ];
  for (const [what, texts, problem] of broken) {
    assert.throws(
      () => importRecordSet(files(texts)),
      (error) => error instanceof AdvisoryError && problem.test(error.message),
      what,
    );
  }
});

function withCoverage(change: Partial<typeof coverage>): Record<string, string> {
  return { ...set, 'coverage.json': JSON.stringify({ ...coverage, ...change }) };
}

test('whatever the files hold, they are imported or refused', () => {
  const names = fc.constantFrom(...Object.keys(set), 'a.json', 'advisories/../C.json', '__proto__');
  const text = fc.oneof(fc.constantFrom(...Object.values(set)), fc.json(), fc.string());
  const file = fc.oneof(
    fc.record({ name: names, bytes: text.map(bytes) }),
    fc.record({ name: names, bytes: fc.uint8Array() }),
  );
  fc.assert(
    fc.property(fc.array(file, { maxLength: 6 }), (some) => {
      try {
        openIndex(importRecordSet(some)).verify();
      } catch (error) {
        assert.ok(error instanceof AdvisoryError, String(error));
      }
    }),
    { seed, numRuns: rounds(300, 20_000) },
  );
});

test('names of members that objects have anyway are names like others', () => {
  const imported = importRecordSet(
    files({
      ...set,
      'modules.json': '{"__proto__": "Alpha", "constructor": "Alpha"}',
      'releases.json': '{"__proto__": ["1"]}',
    }),
  );
  assert.deepEqual([...imported.modules.keys()], ['__proto__', 'constructor']);
  assert.deepEqual([...imported.releases.keys()], ['__proto__']);
});
