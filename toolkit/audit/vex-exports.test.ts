import assert from 'node:assert/strict';
import test from 'node:test';
import { csafOptions } from '../../test/exported.ts';
import { component, index, inventory, record } from '../../test/given.ts';
import { toCsaf, toCsafVex, toCycloneDxVex, toOpenVex } from '../advisories/index.ts';
import {
  csafStatements,
  cycloneDxStatements,
  openVexStatements,
  type VexStatement,
} from '../formats/index.ts';
import { audit } from './audit.ts';

const at = '2026-03-04T05:06:07Z';
const releases = (): string[] => ['0.9', '1.0', '1.1', '1.2'];
/** What an index that nobody updated still says. */
const known = index([record('CPANSA-Foo-2026-01', [{ ranges: ['<2'] }])]);
/** What is published since: only 1.0 is affected. */
const now = record('CPANSA-Foo-2026-01', [{ ranges: ['>=1.0,<2'], fixed: ['>=1.1,<2'] }]);

const EXPORTS: readonly [format: string, statements: readonly VexStatement[]][] = [
  ['csaf', csafStatements(toCsaf(now, { ...csafOptions, releases }).document)],
  ['csaf', csafStatements(toCsafVex(now, { ...csafOptions, releases }).document)],
  ['openvex', openVex()],
  [
    'cyclonedx',
    cycloneDxStatements(
      toCycloneDxVex(now, { timestamp: at, source: { name: 'Example' }, version: 1, releases }).document,
    ),
  ],
];

function openVex(): VexStatement[] {
  const options = { id: 'https://example.org/vex/1', author: 'Example', timestamp: at, version: 1, releases };
  const { document } = toOpenVex(now, options);
  assert.ok(document);
  return openVexStatements(document);
}

for (const [i, [format, statements]] of EXPORTS.entries()) {
  test(`an exported document answers for the versions that it names: ${format} ${i}`, () => {
    const vex = [{ format: format as 'csaf' | 'openvex' | 'cyclonedx', file: 'vex.json', statements }];
    const asked = releases().map((version) => component(`Foo@${version}`));
    const report = audit(inventory(asked), known, { at, vex });
    assert.deepEqual(
      report.findings.map(({ distribution }) => distribution?.version),
      ['1.0'],
    );
    assert.deepEqual(
      report.suppressed.map(({ finding, by }) => [finding.distribution?.version, by.kind]),
      ['0.9', '1.1', '1.2'].map((version) => [version, 'vex']),
    );
  });
}
