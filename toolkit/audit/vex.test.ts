import assert from 'node:assert/strict';
import test from 'node:test';
import { component, declared, index, inventory, record } from '../../test/given.ts';
import type { VexStatement } from '../formats/index.ts';
import type { Component } from '../inventory/index.ts';
import { audit } from './audit.ts';
import type { AuditOptions } from './options.ts';
import type { AuditReport } from './report.ts';

const known = index([
  record('CPANSA-DBI-2020-01', [{ ranges: ['<1.643'] }], { aliases: ['CVE-2020-14392'] }),
]);
const DBI = component('DBI@1.642');

function statement(more: Partial<VexStatement> = {}): VexStatement {
  return {
    ids: ['CVE-2020-14392'],
    status: 'not_affected',
    stated: 'not_affected',
    justification: 'vulnerable_code_not_in_execute_path',
    detail: null,
    product: 'DBI',
    purls: ['pkg:cpan/DBI'],
    within: [],
    versions: [],
    path: 'statements[0].products[0]',
    ...more,
  };
}

function run(
  statements: readonly Partial<VexStatement>[],
  given: Component = DBI,
  options: Partial<AuditOptions> = {},
): AuditReport {
  const vex = [{ format: 'openvex' as const, file: 'shop.vex.json', statements: statements.map(statement) }];
  return audit(inventory([given]), known, { at: '2026-11-22T08:00:00Z', vex, ...options });
}

test('what a document says is not affected is suppressed, with its justification and place', () => {
  const { findings, suppressed } = run([{}]);
  assert.deepEqual(findings, []);
  assert.deepEqual(suppressed[0]?.by, {
    kind: 'vex',
    format: 'openvex',
    status: 'not_affected',
    justification: 'vulnerable_code_not_in_execute_path',
    place: { file: 'shop.vex.json', path: 'statements[0].products[0]' },
  });
});

const statements: [what: string, answers: boolean, ...statements: Partial<VexStatement>[]][] = [
  ['fixed', true, { status: 'fixed', justification: null }],
  ['affected', false, { status: 'affected' }],
  ['under investigation', false, { status: 'under_investigation' }],
  ['by the id of the advisory', true, { ids: ['CPANSA-DBI-2020-01'] }],
  ['in other letters', true, { ids: ['cve-2020-14392'] }],
  ['by one of several names', true, { ids: ['XYZ-1', 'CVE-2020-14392'] }],
  ['another vulnerability', false, { ids: ['CVE-2020-14393'] }],
  ['with the version', true, { purls: ['pkg:cpan/DBI@1.642'] }],
  ['with an equal version', true, { purls: ['pkg:cpan/DBI@v1.642.0'] }],
  ['another version', false, { purls: ['pkg:cpan/DBI@1.641'] }],
  ['with the author as namespace', true, { purls: ['pkg:cpan/TIMB/DBI@1.642'] }],
  ['with the author as qualifier', true, { purls: ['pkg:cpan/DBI@1.642?author=TIMB'] }],
  ['another distribution', false, { purls: ['pkg:cpan/DBD-Pg'] }],
  ['another type of package', false, { purls: ['pkg:generic/DBI@1.642'] }],
  ['no package URL', false, { purls: [] }],
  ['a broken package URL', false, { purls: ['pkg:cpan/DBD::Pg', 'pkg:'] }],
  ['limited to the version', true, { versions: [{ version: '1.642' }] }],
  ['limited to another version', false, { versions: [{ version: '1.641' }] }],
  ['limited to a range that has it', true, { versions: [{ range: 'vers:cpan/>=1.640|<1.643' }] }],
  ['limited to a range that has it not', false, { versions: [{ range: 'vers:cpan/<1.640' }] }],
  ['limited to a range that nobody can read', false, { versions: [{ range: 'before 1.643' }] }],
  ['taken back later', false, {}, { status: 'under_investigation' }],
  ['decided later', true, { status: 'under_investigation' }, {}],
  ['taken back for another version', true, {}, { status: 'affected', purls: ['pkg:cpan/DBI@1.5'] }],
];
for (const [what, answers, ...given] of statements) {
  test(`${what}: ${answers ? 'suppressed' : 'a finding'}`, () => {
    assert.equal(run(given).suppressed.length, answers ? 1 : 0);
  });
}

test('later documents decide over earlier ones', () => {
  const documents = (['affected', 'not_affected'] as const).map((status) => ({
    format: 'csaf' as const,
    file: `${status}.json`,
    statements: [statement({ status })],
  }));
  const answers = (vex: typeof documents): number =>
    audit(inventory([DBI]), known, { at: '2026-11-22T08:00:00Z', vex }).suppressed.length;
  assert.deepEqual([answers(documents), answers([...documents].reverse())], [1, 0]);
});

test('a statement about a part holds inside its product only', () => {
  const part = { within: ['pkg:generic/shop@2'] };
  const report = run([part]);
  assert.equal(report.findings.length, 1);
  assert.equal(report.notes[0]?.code, 'vex-elsewhere');
  assert.match(report.notes[0]?.text ?? '', /inside pkg:generic\/shop@2 only, .* --product tells it$/);
  const [other] = run([part], DBI, { product: 'pkg:generic/till' }).notes;
  assert.match(other?.text ?? '', /inside pkg:generic\/shop@2 only, and this is not what is audited$/);
  assert.equal(run([part], DBI, { product: 'pkg:generic/shop' }).suppressed.length, 1);
  assert.equal(run([part], DBI, { product: 'pkg:generic/shop@2' }).suppressed.length, 1);
  assert.equal(run([part], DBI, { product: 'pkg:generic/shop@3' }).suppressed.length, 0);
  assert.equal(run([part], DBI, { product: 'pkg:generic/till' }).suppressed.length, 0);
});

test('the package of the distributor counts where it is the very version', () => {
  const distributor = {
    vendor: 'debian',
    package: 'libdbi-perl',
    packageVersion: '1.642-1',
    changelog: '/changelog',
    fixes: [],
  } as const;
  const given = component('DBI@1.642', { distributor });
  assert.equal(run([{ purls: ['pkg:deb/debian/libdbi-perl@1.642-1'] }], given).suppressed.length, 1);
  assert.equal(run([{ purls: ['pkg:deb/debian/libdbi-perl@1.642-2'] }], given).suppressed.length, 0);
  assert.equal(run([{ purls: ['pkg:deb/debian/libdbi-perl@1.642-1'] }]).suppressed.length, 0);
});

test('what is not pinned is answered by a statement on any version', () => {
  const given = declared('DBI', '1.6');
  assert.equal(run([{}], given).suppressed.length, 1);
  assert.equal(run([{ purls: ['pkg:cpan/DBI@1.642'] }], given).suppressed.length, 0);
  assert.equal(run([{ versions: [{ range: 'vers:cpan/<2' }] }], given).suppressed.length, 0);
});
