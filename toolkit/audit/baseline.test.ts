import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { component, declared, index, inventory, record } from '../../test/given.ts';
import { rounds, seed } from '../../test/sizes.ts';
import type { Component, Unexamined } from '../inventory/index.ts';
import { audit } from './audit.ts';
import { parseBaseline } from './baseline.ts';
import { AuditError } from './errors.ts';
import type { AuditReport, Finding } from './report.ts';

const at = '2026-11-22T08:00:00Z';
const known = index([
  record('CPANSA-DBI-2020-01', [{ ranges: ['<1.643'] }]),
  record('CPANSA-DBI-2014-01', [{ ranges: ['<1.632'] }]),
]);
const dynamic = (line: number, reason = 'code'): Unexamined => ({
  kind: 'dynamic',
  place: { file: 'cpanfile', line },
  reason,
});

function report(
  components: readonly Component[],
  unexamined: readonly Unexamined[] = [],
  since?: AuditReport,
): AuditReport {
  const baseline = since === undefined ? {} : { baseline: parseBaseline(JSON.stringify(since), 'main.json') };
  return audit(inventory(components, { unexamined }), known, { at, ...baseline });
}

function told(findings: readonly Finding[]): string[] {
  return findings.map(({ distribution, advisory, unknown }) =>
    [unknown?.reason, distribution?.name, advisory?.id].filter((part) => part !== undefined).join(' '),
  );
}

const before = report([component('DBI@1.640')], [dynamic(4)]);

test('what the baseline has is suppressed, what is new counts', () => {
  const now = report([component('DBI@1.630')], [dynamic(4), dynamic(5, 'more code')], before);
  assert.deepEqual(told(now.findings), ['DBI CPANSA-DBI-2014-01', 'dynamic']);
  assert.deepEqual(told(now.suppressed.map(({ finding }) => finding)), ['DBI CPANSA-DBI-2020-01', 'dynamic']);
  assert.deepEqual(now.suppressed[0]?.by, { kind: 'baseline', place: { file: 'main.json' } });
});

test('a moved line and another affected version are nothing new', () => {
  const now = report([component('DBI@1.642')], [dynamic(40)], before);
  assert.deepEqual(now.findings, []);
});

test('knowing less is nothing new, knowing more is', () => {
  assert.deepEqual(report([declared('DBI', '1.640')], [], before).findings, []);
  const vague = report([declared('DBI', '1.640')]);
  assert.deepEqual(told(report([component('DBI@1.640')], [], vague).findings), ['DBI CPANSA-DBI-2020-01']);
});

test('a report made with a baseline is a baseline for all it knew', () => {
  const second = report([component('DBI@1.630')], [], before);
  assert.equal(second.suppressed.length, 1);
  assert.deepEqual(report([component('DBI@1.630')], [], second).findings, []);
});

test('what a baseline’s ignores answered is new when they are gone', () => {
  const rule = { what: { id: 'CPANSA-DBI-2020-01' }, reason: 'later', place: { file: 'i', line: 1 } };
  const ignored = audit(inventory([component('DBI@1.640')]), known, {
    at,
    ignores: [{ file: 'i', rules: [rule] }],
  });
  assert.equal(ignored.findings.length, 0);
  assert.equal(report([component('DBI@1.640')], [], ignored).findings.length, 1);
});

const refused: [text: string, message: RegExp][] = [
  ['', /main\.json:1:1: no report of cpansec: expected a value/],
  ['[]', /main\.json: no report of cpansec: expected an object/],
  [
    '{"schema":"cpansec-report/1"}',
    /main\.json at findings: no report of cpansec: expected a list, found nothing/,
  ],
  [
    '{"schema":"cpansec-report/9","findings":[],"suppressed":[]}',
    /of schema "cpansec-report\/9", expected "cpansec-report\/1"/,
  ],
  ['{"schema":"cpansec-report/1","findings":[{"status":"odd"}],"suppressed":[]}', /findings\[0\]\.status/],
];
for (const [text, message] of refused) {
  test(`refused: ${text || 'nothing'}`, () => {
    assert.throws(
      () => parseBaseline(text, 'main.json'),
      (error) =>
        error instanceof AuditError && error.code === 'baseline-schema' && message.test(error.message),
    );
  });
}

test('any JSON is a baseline or an error of the room', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      try {
        parseBaseline(JSON.stringify({ ...before, findings: value }), 'main.json');
      } catch (error) {
        assert.ok(error instanceof AuditError, String(error));
      }
    }),
    { seed, numRuns: rounds(200, 20_000) },
  );
});
