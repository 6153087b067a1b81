/** Malicious releases: what is told, and what may answer them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { component, declared, index, inventory, record } from '../../test/given.ts';
import type { Component } from '../inventory/index.ts';
import { audit } from './audit.ts';
import { parseBaseline } from './baseline.ts';
import { parseIgnoreFile } from './ignore-file.ts';
import type { AuditOptions } from './options.ts';
import { planRaises, wishesOf } from './raise.ts';
import type { AuditReport } from './report.ts';
import { exitCode } from './verdict.ts';

const at = '2026-11-22T08:00:00Z';
const malicious = { malicious: { indicators: [] } };
const known = index(
  [
    record('CPANSA-Foo-2026-0001', [{ ranges: ['==1.4', '==1.5'] }], malicious),
    record('CPANSA-Foo-2026-0002', [{ ranges: ['<1.6'], fixed: ['>=1.6'] }]),
    record('CPANSA-Fooo-2026-0001', [{ ranges: ['>=0'] }], { ...malicious, aliases: ['CVE-2026-99991'] }),
    record('CPANSA-Bar-2026-0001', [{ ranges: ['>=0'] }]),
  ],
  { releases: { Foo: ['1.3', '1.4', '1.5', '1.6'] } },
);

function run(components: readonly Component[], options: AuditOptions = {}): AuditReport {
  return audit(inventory(components), known, { at, ...options });
}

function told({ findings }: AuditReport): string[] {
  return findings.map(({ status, distribution, advisory }) =>
    [status, distribution?.name, distribution?.version, advisory?.id.slice(-4)].join(' '),
  );
}

const cases: [what: string, given: Component, found: string[], code: 0 | 1 | 3][] = [
  ['the release', component('Foo@1.4'), ['malicious Foo 1.4 0001', 'vulnerable Foo 1.4 0002'], 1],
  ['another spelling', component('Foo@1.50'), ['malicious Foo 1.50 0001', 'vulnerable Foo 1.50 0002'], 1],
  ['the release before it', component('Foo@1.3'), ['vulnerable Foo 1.3 0002'], 1],
  ['the release after it', component('Foo@1.6'), [], 0],
  ['any version of what is malicious as a whole', component('Fooo@7'), ['malicious Fooo 7 0001'], 1],
  ['no version of it', component('Fooo', { version: null }), ['malicious Fooo  0001'], 1],
  ['a version of it that perl does not read', component('Fooo@x'), ['malicious Fooo x 0001'], 1],
  ['any version asked for', declared('Fooo', '0'), ['malicious Fooo  0001'], 1],
  ['no version of what is vulnerable as a whole', component('Bar', { version: null }), ['unknown Bar  '], 3],
  ['a range that admits it', declared('Foo', '>= 1.4'), ['unknown Foo  0001', 'unknown Foo  0002'], 3],
];
for (const [what, given, found, code] of cases) {
  test(`${what}: ${found.join(', ') || 'clean'}`, () => {
    const report = run([given]);
    assert.deepEqual(told(report), found);
    assert.equal(exitCode(report, { failOn: 'any' }), code);
  });
}

test('it stands before everything else, and apart in the numbers', () => {
  const report = run([component('Bar@1'), component('Fooo@1')]);
  assert.deepEqual(told(report), ['malicious Fooo 1 0001', 'vulnerable Bar 1 0001']);
  const { summary, findings } = report;
  assert.deepEqual([summary.malicious, summary.vulnerable, summary.byRating.unrated], [1, 1, 1]);
  assert.equal(findings[0]?.advisory?.malicious, true);
  assert.equal(findings[1]?.advisory?.malicious, undefined);
});

test('the requirement is to be removed, not raised', () => {
  const report = run([declared('Fooo', '0')]);
  assert.deepEqual(report.findings[0]?.fix, {
    kind: 'remove',
    version: null,
    lowestSafe: null,
    newest: null,
    patch: null,
    command: null,
    bounds: [{ module: 'Fooo', range: '0', place: { file: 'cpanfile', line: 1 }, admits: false }],
  });
  const { wishes, refused } = wishesOf(report);
  assert.deepEqual(refused, [{ module: 'Fooo', reason: 'CPANSA-Fooo-2026-0001 is malicious: remove it' }]);
  const text = "requires 'Fooo';\n";
  assert.equal(planRaises(text, wishes).text, text);
});

test('the text of what a range admits says that it is malicious', () => {
  const { findings } = run([declared('Foo', '>= 1.4')]);
  assert.match(findings[0]?.unknown?.text ?? '', /admits malicious ones$/);
  assert.match(findings[1]?.unknown?.text ?? '', /admits affected ones$/);
});

const shadowed = component('Fooo@1', { presence: 'installed', shadowedBy: '/usr/local/lib/Fooo.pm' });
const debian = {
  vendor: 'debian',
  package: 'libfooo-perl',
  packageVersion: '1-2',
  changelog: '/usr/share/doc/libfooo-perl/changelog.Debian.gz',
} as const;
const named = { id: 'CVE-2026-99991', line: 4, text: '  * CVE-2026-99991', packageVersion: '1-2' };
const answers: [what: string, given: Component, options: AuditOptions, by: string | null][] = [
  ['that perl loads another file', shadowed, {}, null],
  [
    'that an earlier report has it',
    component('Fooo@1'),
    { baseline: parseBaseline(JSON.stringify(run([component('Fooo@1')])), 'main.json') },
    null,
  ],
  [
    'a changelog that names it',
    component('Fooo@1', { presence: 'installed', distributor: { ...debian, fixes: [named] } }),
    {},
    'distributor',
  ],
  [
    'a changelog that does not',
    component('Fooo@1', { presence: 'installed', distributor: { ...debian, fixes: [] } }),
    {},
    null,
  ],
  [
    'a changelog that is not there',
    component('Fooo@1', { presence: 'installed', distributor: { ...debian, changelog: null, fixes: [] } }),
    {},
    null,
  ],
  [
    'an ignore rule by its id',
    component('Fooo@1'),
    {
      ignores: [
        await parseIgnoreFile(
          'ignore:\n  - {id: CPANSA-Fooo-2026-0001, reason: our sample}',
          '.cpansec.yaml',
        ),
      ],
    },
    'ignore',
  ],
];
for (const [what, given, options, by] of answers) {
  test(`${what} ${by === null ? 'answers nothing' : 'answers it, and it is listed as malicious'}`, () => {
    const { findings, suppressed } = run([given], options);
    assert.equal(suppressed[0]?.by.kind ?? null, by);
    assert.equal((suppressed[0]?.finding ?? findings[0])?.status, 'malicious');
  });
}
