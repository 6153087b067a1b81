import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { formatSarif, type SarifRun, sarifLog, sarifUri } from './sarif.ts';

const example: SarifRun = {
  results: [
    {
      message: { text: 'Example-Parser 1.3 has CVE-2026-99990; 1.5 fixes it.' },
      locations: [
        {
          physicalLocation: {
            region: { startLine: 12 },
            artifactLocation: { uri: 'cpanfile.snapshot', uriBaseId: '%SRCROOT%' },
          },
        },
      ],
      partialFingerprints: { 'cpansec/1': 'Example-Parser/CPANSA-Example-Parser-2026-01' },
      level: 'warning',
      ruleIndex: 0,
      ruleId: 'CPANSA-Example-Parser-2026-01',
    },
  ],
  invocations: [
    {
      executionSuccessful: true,
      toolExecutionNotifications: [{ message: { text: 'cpanfile:3: code decides' }, level: 'warning' }],
    },
  ],
  tool: {
    driver: {
      rules: [
        {
          properties: { tags: ['security'], 'security-severity': '5.3' },
          help: { text: 'Update to 1.5.', markdown: 'Update to **1.5**.' },
          shortDescription: { text: 'Example::Parser reads past the end of its buffer' },
          id: 'CPANSA-Example-Parser-2026-01',
        },
      ],
      name: 'cpansec',
    },
  },
};

test('a log is written with its members in order', () => {
  const text = formatSarif(sarifLog(example));
  assert.deepEqual(JSON.parse(text), sarifLog(example));
  const keys = [...text.matchAll(/"([\w$%-]+)": /g)].map(([, key]) => key);
  assert.deepEqual(keys.slice(0, 12), [
    ...['$schema', 'version', 'runs', 'tool', 'driver', 'name', 'rules', 'id'],
    ...['shortDescription', 'text', 'help', 'text'],
  ]);
  assert.deepEqual(keys.slice(-13), [
    ...[
      'ruleId',
      'ruleIndex',
      'level',
      'message',
      'text',
      'locations',
      'physicalLocation',
      'artifactLocation',
    ],
    ...['uri', 'uriBaseId', 'region', 'startLine', 'partialFingerprints'],
  ]);
});

test('paths are URI references', () => {
  const cases: [path: string, uri: string][] = [
    ['cpanfile', 'cpanfile'],
    ['local/lib/a b#c.pm', 'local/lib/a%20b%23c.pm'],
    ['a:b', 'a%3Ab'],
    ['/srv/shop/cpanfile', 'file:///srv/shop/cpanfile'],
    ['//host/share', 'file:///host/share'],
    ['C:\\shop\\cpanfile', 'file:///C:/shop/cpanfile'],
    ['bad\ud800', 'bad%EF%BF%BD'],
  ];
  for (const [path, uri] of cases) assert.equal(sarifUri(path), uri);
});

test('any path gives a URI reference that leads back to it', () => {
  const lead = fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (path) => {
    fc.pre(!/[\\:]|^\//.test(path));
    assert.equal(decodeURIComponent(sarifUri(path)), path);
  });
  fc.assert(lead, { seed, numRuns: rounds(300, 50_000) });
});
