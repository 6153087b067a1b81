import assert from 'node:assert/strict';
import test from 'node:test';
import { fixAbove, judgeVersion, placeVersion } from './judge-version.ts';

const entries = [{ ranges: ['>=1.02,<1.70'], fixed: ['>=1.51,<1.60'] }];

const VERDICTS = [
  ['', null],
  ['  ', null],
  ['1.02', 'affected'],
  [' 1.5 ', 'affected'],
  ['v1.20.0', 'affected'],
  ['1.51', 'not-affected'],
  ['1.70', 'not-affected'],
  ['0', 'not-affected'],
  ['one', 'unreadable'],
  ['1.2.3.', 'unreadable'],
  ['<script>', 'unreadable'],
] as const;

test('a version of the reader is judged as an audit judges it', () => {
  for (const [version, verdict] of VERDICTS) assert.equal(judgeVersion(entries, version), verdict, version);
});

test('what cannot be told is not told', () => {
  assert.equal(judgeVersion([], '1.0'), 'unknown');
  assert.equal(judgeVersion([{ ranges: [], fixed: [] }], '1.0'), 'unknown');
  assert.equal(judgeVersion([...entries, { ranges: ['what?'], fixed: [] }], '0.5'), 'unknown');
  assert.equal(judgeVersion([...entries, { ranges: ['what?'], fixed: [] }], '1.10'), 'affected');
});

test('the next release that fixes it is the lowest above', () => {
  const cases = [
    ['1.02', '1.51'],
    ['1.60', '1.70'],
    ['1.70', null],
  ] as const;
  for (const [version, fix] of cases) assert.equal(fixAbove(['1.51', '1.70'], version), fix, version);
});

test('a version has its place among the releases', () => {
  const versions = ['1.00', '1.02', 'odd', '1.51'];
  const cases = [
    ['0.9', -0.5],
    ['1.00', 0],
    ['1.01', 0.5],
    ['1.51', 3],
    ['2', 3.5],
  ] as const;
  for (const [version, at] of cases) assert.equal(placeVersion(entries, versions, version).at, at, version);
  assert.deepEqual(
    placeVersion(entries, versions, '1').releases.map(({ affected }) => affected),
    [false, true, null, false],
  );
});
