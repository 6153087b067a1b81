/** The perls of this machine: four ways to ask give one answer. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import test from 'node:test';
import type { AuditReport } from '../../toolkit/audit/index.ts';
import { parseVersion } from '../../toolkit/cpan/index.ts';
import { run } from '../built.ts';
import { withoutPerl, withoutProgram } from '../peers.ts';

const skip = withoutProgram('dpkg-query') || withoutPerl();
const withoutChangelogs =
  !existsSync('/usr/share/doc/perl/changelog.Debian.gz') && 'needs changelogs of packages';

async function report(...typed: string[]): Promise<AuditReport> {
  const { stdout, stderr } = await run(['audit', '--format', 'json', ...typed], {
    env: { CPANSEC_HOME: '/nonexistent', HOME: '/nonexistent' },
  });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as AuditReport; // our own output
}

/** Everything that was judged or could not be, by name, version and status. */
function answers({ findings, clean, suppressed }: AuditReport): string[] {
  const told = [
    ...findings.map(({ status, distribution, advisory }) => [status, distribution, advisory?.id] as const),
    ...suppressed.map(({ finding }) => ['suppressed', finding.distribution, finding.advisory?.id] as const),
    ...clean.map((one) => ['clean', one, undefined] as const),
  ];
  return told.map(([status, one, id]) => `${status} ${one?.name} ${one?.version} ${id ?? ''}`).sort();
}

test('this machine is the same as itself as an image', { skip }, async () => {
  const [machine, image] = await Promise.all([report('--installed'), report('--root', '/')]);
  assert.ok(machine.summary.components > 50, `${machine.summary.components} distributions`);
  assert.deepEqual(answers(image), answers(machine));
});

/**
 * Without what a module nearer in `@INC` hides: a perl that is asked lists each directory, its files tell the trees.
 * `$]` is perl's version as a number, in its files it is dotted.
 */
function loaded(report: AuditReport): string[] {
  const seen = answers(report).filter((answer) => !answer.startsWith('suppressed'));
  return [...new Set(seen)].map((answer) =>
    answer.replace(/ perl (\S+) /, (_, version: string) => ` perl ${parseVersion(version).normal} `),
  );
}

test('a perl that is asked tells what its own files tell', { skip }, async () => {
  const [machine, asked] = await Promise.all([
    report('--installed'),
    report('--installed', '--perl', '/usr/bin/perl'),
  ]);
  assert.ok(asked.summary.components > 50, `${asked.summary.components} distributions`);
  assert.equal(asked.summary.vulnerable, machine.summary.vulnerable);
  const known = new Set(loaded(machine));
  assert.deepEqual(
    loaded(asked).filter((answer) => !known.has(answer)),
    [],
  );
});

test('Debian’s fixes stand beside the findings that they answer', {
  skip: skip || withoutChangelogs,
}, async () => {
  const { suppressed } = await report('--installed');
  const fixes = suppressed.filter(({ by }) => by.kind === 'distributor');
  assert.notEqual(fixes.length, 0);
  for (const { by } of fixes) {
    assert.ok(by.kind === 'distributor');
    assert.match(by.evidence, /CVE-\d{4}-\d+/);
    assert.match(by.place.file ?? '', /^\/usr\/share\/doc\/.*changelog\.Debian/);
  }
});
