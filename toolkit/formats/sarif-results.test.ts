import assert from 'node:assert/strict';
import test from 'node:test';
import { FormatError } from './errors.ts';
import { type SarifFound, sarifResults } from './sarif-results.ts';

const driver = {
  name: 'example-scan',
  rules: [
    {
      id: 'EX1',
      shortDescription: { text: 'A length is trusted' },
      messageStrings: { default: { text: '{0} trusts {1}{2}' } },
      defaultConfiguration: { level: 'error' },
      properties: { tags: ['external/cwe/cwe-125'], 'security-severity': '7.5' },
    },
    { id: 'EX2' },
  ],
};

function only(result: object, run: object = {}): SarifFound {
  const [found, ...more] = sarifResults({
    version: '2.1.0',
    runs: [{ tool: { driver }, results: [{ message: {}, ...result }], ...run }],
  });
  assert.equal(more.length, 0);
  return found ?? assert.fail();
}

test('a result is read with its rule and its first place', () => {
  const found = only(
    {
      ruleIndex: 0,
      message: { id: 'default', arguments: ['parse_header', 'a length'] },
      locations: [
        {
          physicalLocation: { artifactLocation: { index: 0 }, region: { startLine: 12 } },
          logicalLocations: [{ name: 'parse_header', fullyQualifiedName: 'Foo::Bar::parse_header' }],
        },
      ],
      partialFingerprints: { 'line/1': 'a' },
      fingerprints: { 'own/1': 'b' },
      properties: { distribution: 'Foo-Bar' },
    },
    { artifacts: [{ location: { uri: 'lib/Foo/Bar.pm' } }] },
  );
  assert.deepEqual(found, {
    tool: 'example-scan',
    ruleId: 'EX1',
    rule: 'A length is trusted',
    tags: ['external/cwe/cwe-125'],
    message: 'parse_header trusts a length{2}',
    uri: 'lib/Foo/Bar.pm',
    line: 12,
    routine: 'Foo::Bar::parse_header',
    fingerprints: { 'line/1': 'a', 'own/1': 'b' },
    kind: 'fail',
    level: 'error',
    suppressed: false,
    properties: { tags: ['external/cwe/cwe-125'], 'security-severity': '7.5', distribution: 'Foo-Bar' },
  });
});

test('what a log leaves out is null', () => {
  const cases: [result: object, expected: Partial<SarifFound>][] = [
    [{}, { ruleId: null, rule: null, message: '', uri: null, line: null, level: null, tags: [] }],
    [{ ruleId: 'EX1/7' }, { ruleId: 'EX1/7', rule: 'A length is trusted' }],
    [
      { rule: { id: 'EX2' }, level: 'note' },
      { ruleId: 'EX2', rule: null, level: 'note' },
    ],
    [{ ruleIndex: 9, ruleId: 'EX2' }, { ruleId: 'EX2' }],
    [{ message: { id: 'constructor' }, ruleIndex: 0 }, { message: '' }],
    [{ suppressions: [] }, { suppressed: false }],
    [{ suppressions: [{ status: 'rejected' }] }, { suppressed: false }],
    [{ suppressions: [{ kind: 'inSource' }] }, { suppressed: true }],
    [{ baselineState: 'absent' }, { suppressed: true }],
    [{ kind: 'pass' }, { kind: 'pass' }],
    [{ properties: { tags: 'security' } }, { tags: [] }],
  ];
  for (const [result, expected] of cases)
    assert.deepEqual({ ...only(result), ...expected }, only(result), JSON.stringify(result));
  assert.deepEqual(sarifResults('{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}}}]}'), []);
});

test('what is no log is refused with its path', () => {
  const cases: [log: object, message: RegExp][] = [
    [{ version: '2.0.0', runs: [] }, /version: expected 2\.1\.0/],
    [{ version: '2.1.0' }, /runs: expected a list/],
    [{ version: '2.1.0', runs: [{ tool: {} }] }, /runs\[0\]\.tool\.driver: expected an object/],
    [
      { version: '2.1.0', runs: [{ tool: { driver }, results: [{ message: 'x' }] }] },
      /runs\[0\]\.results\[0\]\.message: expected an object/,
    ],
  ];
  for (const [log, message] of cases)
    assert.throws(
      () => sarifResults(log, { file: 'a.sarif' }),
      (error) =>
        error instanceof FormatError &&
        error.code === 'shape' &&
        message.test(error.message.replace(' at ', ' ')),
    );
  const results = Array.from({ length: 100_001 }, () => ({ message: {} }));
  assert.throws(
    () => sarifResults({ version: '2.1.0', runs: [{ tool: { driver }, results }] }),
    /at most 100000/,
  );
});
