import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { type Json, JsonError } from '../base/index.ts';
import {
  type CpansaAdvisory,
  type CpansaDatabase,
  FormatError,
  formatCpansa,
  formatCpansaFeed,
  isCpansa,
  parseCpansa,
} from './index.ts';

const advisory: CpansaAdvisory = {
  severity: null,
  'x-more': 1,
  id: 'CPANSA-Example-Dist-2026-0001',
  distribution: 'Example-Dist',
  description: 'It leaks',
  cves: [],
  affected_versions: ['<1.5'],
  fixed_versions: [],
  references: [],
  reported: null,
};
const database: CpansaDatabase = {
  meta: { generator: 'cpansec', epoch: 1_795_327_504, date: 'Sun Nov 22 06:05:04 2026' },
  module2dist: { Zed: 'Zed', 'Example::Dist': 'Example-Dist' },
  dists: {
    Zed: { advisories: [], versions: [] },
    'Example-Dist': { advisories: [advisory], versions: [{ date: '2026-01-01', version: '1.10' }] },
  },
};

test('a database is written in one order, whatever the order of what is given', () => {
  assert.equal(
    formatCpansa(database),
    `{"meta":{"date":"Sun Nov 22 06:05:04 2026","epoch":1795327504,"generator":"cpansec"},
"module2dist":{"Example::Dist":"Example-Dist","Zed":"Zed"},
"dists":{
"Example-Dist":{"advisories":[{"id":"CPANSA-Example-Dist-2026-0001","distribution":"Example-Dist","description":"It leaks","cves":[],"affected_versions":["<1.5"],"fixed_versions":[],"references":[],"reported":null,"severity":null,"x-more":1}],"versions":[{"version":"1.10","date":"2026-01-01"}]},
"Zed":{"advisories":[],"versions":[]}}}
`,
  );
});

test('what is written is read, numbers as they were written', () => {
  const { dists, meta } = parseCpansa(formatCpansa(database));
  assert.deepEqual(Object.keys(dists), ['Example-Dist', 'Zed']);
  assert.deepEqual(meta, { ...database.meta, epoch: '1795327504' });
  assert.deepEqual(parseCpansa('{"dists":{"A":{"versions":[{"version":1.10}]}}}').dists, {
    A: { versions: [{ version: '1.10' }] },
  });
});

test('a database is told by its distributions and modules', () => {
  assert.equal(isCpansa({ dists: {}, module2dist: {} }), true);
  const others: Json[] = [null, [], 'dists', { dists: {} }, { dists: [], module2dist: {} }];
  for (const other of others) assert.equal(isCpansa(other), false, JSON.stringify(other));
});

test('what is no database is refused with its file', () => {
  assert.throws(() => parseCpansa('{"dists":[]}', { file: 'db.json' }), {
    code: 'foreign',
    message: 'db.json: no CPANSA database: expected an object with "dists"',
  });
});

test('whatever a text is, it is read or refused with a reason', () => {
  const text = fc.oneof(
    fc.json(),
    fc.string(),
    fc.json().map((inner) => `{"dists":{"A":${inner}}}`),
  );
  const property = fc.property(text, (one) => {
    try {
      assert.equal(typeof parseCpansa(one).dists, 'object');
    } catch (error) {
      assert.ok(error instanceof FormatError || error instanceof JsonError, String(error));
    }
  });
  fc.assert(property, { seed, numRuns: rounds(500, 50_000) });
});

test('members of any name stay in the text', () => {
  const names = fc.uniqueArray(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '1', '10')));
  const property = fc.property(names, (list) => {
    const feed = Object.fromEntries(list.map((name) => [name, []]));
    const read: unknown = JSON.parse(formatCpansaFeed(feed));
    assert.deepEqual(Object.keys(read ?? {}).sort(), list.toSorted());
  });
  fc.assert(property, { seed, numRuns: rounds(200, 20_000) });
});
