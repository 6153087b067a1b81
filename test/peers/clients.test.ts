/** What the real clients install is what the command finds: cpanm and carton, from a mirror on disk. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { buildIndex } from '../../toolkit/advisories/index.ts';
import type { AuditReport } from '../../toolkit/audit/index.ts';
import { run } from '../built.ts';
import { record } from '../given.ts';
import { withoutProgram } from '../peers.ts';
import { makeMirror } from './mirror.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-clients-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Knows one advisory, and all of CPAN. */
writeFileSync(
  join(scratch, 'advisories.index'),
  buildIndex({
    records: [record('CPANSA-Example-Leaf-2026-0001', [{ ranges: ['<1.10'], fixed: ['>=1.10'] }])],
    modules: { 'Example::Leaf': 'Example-Leaf' },
    releases: { 'Example-Leaf': { mainModule: 'Example::Leaf', versions: ['1.00', '1.10'] } },
    serial: 1,
    built: '2026-04-01T00:00:00Z',
    coverage: { complete: true },
  }),
);

const top = { name: 'Example-Top', version: '0.5', requires: { 'Example::Leaf': '1' } };
const old = { name: 'Example-Leaf', version: '1.00' };
const fixed = { name: 'Example-Leaf', version: '1.10' };

/** An empty directory, and a mirror in which Example-Leaf 1.00 is the newest, with the other one beside it. */
function place(name: string): { here: string; mirror: string } {
  const here = join(scratch, name);
  mkdirSync(here);
  writeFileSync(join(here, 'cpanfile'), "requires 'Example::Top';\n");
  return { here, mirror: makeMirror(join(scratch, `${name}-mirror`), [top, fixed, old]) };
}

/** Runs a client with a home of its own. */
function client(
  here: string,
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): void {
  execFileSync(program, args, {
    cwd: here,
    env: { PATH: process.env.PATH, HOME: scratch, PERL_CPANM_HOME: join(scratch, 'cpanm'), ...env },
    stdio: 'pipe',
  });
}

async function report(here: string, ...typed: string[]): Promise<AuditReport> {
  const { stdout, stderr } = await run(['audit', '--format', 'json', ...typed], {
    cwd: here,
    env: { CPANSEC_HOME: scratch, HOME: scratch },
  });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as AuditReport; // our own output
}

/** `Example-Leaf 1.00` of everything judged, and `!` before what has an advisory. */
function judged({ findings, clean }: AuditReport): string[] {
  const found = findings.map(
    ({ status, distribution }) => `${status === 'vulnerable' ? '!' : '?'}${named(distribution)}`,
  );
  return [...found, ...clean.map((one) => named(one))].filter((text) => text.includes('Example-')).sort();
}

function named(distribution: { name: string; version: string | null } | null): string {
  return `${distribution?.name} ${distribution?.version}`;
}

const withoutMake = withoutProgram('make');

test('cpanm: the tree is what was installed, and what an upgrade left behind is not reported', {
  skip: withoutMake || withoutProgram('cpanm'),
}, async () => {
  const { here, mirror } = place('cpanm');
  const install = (what: string): void =>
    client(here, 'cpanm', ['--notest', '-L', 'local', '--mirror', mirror, '--mirror-only', what]);
  install('Example::Top');
  assert.deepEqual(judged(await report(here, '--inc', 'local/lib/perl5')), [
    '!Example-Leaf 1.00',
    'Example-Top 0.5',
  ]);

  install('EXAMPLE/Example-Leaf-1.10.tar.gz');
  assert.deepEqual(judged(await report(here, '--inc', 'local/lib/perl5')), [
    'Example-Leaf 1.10',
    'Example-Top 0.5',
  ]);
});

test('carton: the lock file, the project and the tree say the same as carton', {
  skip: withoutMake || withoutProgram('carton'),
}, async () => {
  const { here, mirror } = place('carton');
  client(here, 'carton', ['install'], { PERL_CARTON_MIRROR: mirror });
  const expected = ['!Example-Leaf 1.00', 'Example-Top 0.5'];
  const lock = await report(here, 'cpanfile.snapshot');
  assert.deepEqual(judged(lock), expected);
  assert.deepEqual(judged(await report(here, '--inc', 'local/lib/perl5')), expected);

  const project = await report(here);
  assert.deepEqual(judged(project), expected);
  const [finding] = project.findings.filter(({ status }) => status === 'vulnerable');
  assert.deepEqual(
    finding?.paths[0]?.map(({ name }) => name),
    ['Example-Top', 'Example-Leaf'],
  );
  assert.equal(finding?.fix?.command, 'carton update Example::Leaf');
});
