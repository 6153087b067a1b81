/** The advisories that this project owns hold to their own format, and what they claim to cover, they cover. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import {
  type AdvisoryRecord,
  decodeRecord,
  encodeRecord,
  formatIntervals,
  intersection,
  intervals,
  lintRecord,
  lintTogether,
  parseRange,
} from '../toolkit/advisories/index.ts';
import { compareText } from '../toolkit/base/index.ts';

const folder = new URL('../data/', import.meta.url);
const files = readdirSync(new URL('advisories/', folder)).sort(compareText);

function text(path: string): string {
  return readFileSync(new URL(path, folder), 'utf8');
}

/** JSON of our own, which the tests below check. */
function json<T>(path: string): T {
  return JSON.parse(text(path)) as T;
}

const records: readonly AdvisoryRecord[] = files.map((file) =>
  decodeRecord(text(`advisories/${file}`), file),
);
const entries = records.flatMap(({ id, affected }) => affected.map((entry) => ({ id, ...entry })));
const affectedNames = [...new Set(entries.map(({ distribution }) => distribution))].sort(compareText);

const coverage = json<{
  format: string;
  distributions: string[];
  asOf: string;
  serial: number;
  built: string;
}>('coverage.json');
const modules = json<Record<string, string>>('modules.json');
const releases = json<Record<string, string[]>>('releases.json');

test('there are at least 120 advisories, each in the file of its id and in the one form', () => {
  assert.ok(files.length >= 120, `${files.length} advisories`);
  assert.deepEqual(
    files,
    records.map(({ id }) => `${id}.json`),
  );
  for (const [i, record] of records.entries()) {
    assert.equal(text(`advisories/${files[i]}`), encodeRecord(record), record.id);
  }
});

/** What a record may leave open: the source has no better fact, or its id is not ours to change. */
const OPEN: ReadonlySet<string> = new Set([
  'changelog-unpinned',
  'end-without-fix',
  'fixed-gap',
  'id-distribution',
  'id-form',
  'library-version-absent',
  'reported-absent',
  'solution-absent',
]);

test('the lint finds nothing but what the sources leave open', () => {
  const findings = records.flatMap((record) => lintRecord(record).map((one) => ({ id: record.id, ...one })));
  assert.deepEqual(
    findings.filter(
      ({ rule, severity }) => severity === 'error' || (severity === 'warning' && !OPEN.has(rule)),
    ),
    [],
  );
});

test('the records do not contradict each other', () => {
  assert.deepEqual(lintTogether(records).flat(), []);
});

test('summaries are one short sentence without a full stop', () => {
  for (const { id, summary } of records) assert.match(summary, /^[^\n]{20,115}[^.\s]$/, id);
});

test('aliases are sorted and no id or alias of one record is the id of another', () => {
  const ids = new Set(records.map(({ id }) => id));
  const lists = [...records, ...entries].map(({ id, aliases = [] }) => ({ id, aliases }));
  for (const { id, aliases } of lists) {
    assert.deepEqual(aliases, [...new Set(aliases)].sort(compareText), id);
    for (const alias of aliases) assert.ok(!ids.has(alias), `${id}: ${alias}`);
  }
});

test('ranges parse, stand in canonical form and affect something', () => {
  for (const { id, ranges, fixed } of entries) {
    for (const range of [...ranges, ...fixed]) assert.equal(parseRange(range).toString(), range, id);
    assert.notEqual(intervals(ranges).length, 0, id);
  }
});

test('no version is both affected and fixed', () => {
  for (const { id, ranges, fixed } of entries) {
    assert.equal(formatIntervals(intersection(intervals(ranges), intervals(fixed))), '', id);
  }
});

/** The versions of a list as the source wrote it; its `>0` means every version. */
function meant(expressions: readonly string[]): string {
  return formatIntervals(intervals(expressions.map((text) => text.replace(/>0(?=,|$)/, '>=0'))));
}

test('what differs from its source is told in the history', () => {
  for (const { id, history, affected } of records) {
    assert.equal(history[0]?.change, 'first record', id);
    const differs = affected.some(
      ({ source, ranges, fixed }) =>
        source === undefined ||
        [...source.affected, ...source.fixed].some((text) => !/^[<>=!]=?v?\d/.test(text)) ||
        meant(source.affected) !== meant(ranges) ||
        meant(source.fixed) !== meant(fixed),
    );
    assert.equal(history.length > 1, differs, id);
  }
});

test('references are web addresses, none twice', () => {
  for (const { id, references } of records) {
    const urls = references.map(({ url }) => url);
    assert.notEqual(urls.length, 0, id);
    assert.equal(new Set(urls).size, urls.length, id);
    for (const url of urls) assert.match(url, /^https?:\/\/[\w-]+(?:\.[\w-]+)+(?:[:/]|$)/, id);
  }
});

test('coverage names exactly the distributions that advisories affect', () => {
  assert.equal(coverage.format, 'cpansec-coverage/1');
  assert.deepEqual(coverage.distributions, affectedNames);
  assert.match(coverage.asOf, /^\d{4}-\d{2}-\d{2}$/);
  assert.ok(Number.isSafeInteger(coverage.serial) && coverage.serial > 0);
  assert.equal(new Date(coverage.built).toISOString(), coverage.built.replace('Z', '.000Z'));
});

test('modules and releases are those of covered distributions, and none lacks them', () => {
  assert.deepEqual([...new Set(Object.values(modules))].sort(compareText), affectedNames);
  assert.deepEqual(Object.keys(modules), Object.keys(modules).sort(compareText));
  assert.deepEqual(Object.keys(releases), affectedNames);
  for (const [name, versions] of Object.entries(releases)) assert.notEqual(versions.length, 0, name);
});
