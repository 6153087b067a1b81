/** Row 1 of the figures to reach: an audit of a lock file as a whole process, beside `node -e 0` and cpan-audit. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedPath, sharedText, withoutShared } from '../test/shared.ts';
import { buildIndex, importCpansa } from '../toolkit/advisories/index.ts';
import { type Program, peakMegabytes, timeInTurn } from './process.ts';
import type { Bench, BenchRow } from './rows.ts';

const RUNS = 41;
const SNAPSHOT = 'snapshots/metacpan-api.cpanfile.snapshot';
const DATABASE = 'cpansa/cpan-security-advisory.json';
const CLI = join(process.cwd(), 'toolkit/dist/cpansec.cjs');

async function run(): Promise<BenchRow[]> {
  const missing = withoutShared(SNAPSHOT) || withoutShared(DATABASE);
  if (missing !== false) {
    console.error(`audit: skipped, ${missing}`);
    return [];
  }
  const home = mkdtempSync(join(tmpdir(), 'cpansec-bench-'));
  const project = join(home, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'cpanfile.snapshot'), sharedText(SNAPSHOT));
  const [small, large] = [join(home, 'small.index'), join(home, 'large.index')];
  writeFileSync(small, indexOf(2_061));
  writeFileSync(large, indexOf(100_000));

  const bare = { command: [process.execPath, '-e', '0'] };
  const env = { XDG_CACHE_HOME: home };
  const [ofSmall, ofLarge] = [auditWith(small, project, env), auditWith(large, project, env)];
  const programs = [bare, ofSmall, ofLarge, firstOf(ofSmall), ...peer(home, project)];
  const [node, ours, ours100k, first, theirs] = timeInTurn(programs, RUNS);
  if (node === undefined || ours === undefined || ours100k === undefined || first === undefined) return [];
  const ms = (seconds: number): number => seconds * 1000;
  const beside = { name: 'node -e 0', value: ms(node.cpu) };
  const rows: BenchRow[] = [
    limit('audit of 369 distributions, CPU', ms(ours.cpu), beside, 2.0),
    limit(
      'audit of 369 distributions, wall',
      ms(ours.wall),
      { name: 'node -e 0', value: ms(node.wall) },
      2.0,
    ),
    {
      ...{ what: 'the same, no code kept, CPU', ours: ms(first.cpu), unit: 'ms', peer: beside },
      ratio: ms(first.cpu) / beside.value,
    },
    limit('100,000 advisories, CPU', ms(ours100k.cpu), { name: '2,061', value: ms(ours.cpu) }, 1.3),
    limit('100,000 advisories, wall', ms(ours100k.wall), { name: '2,061', value: ms(ours.wall) }, 1.3),
    memory('audit of 369 distributions, memory', small, project),
    memory('100,000 advisories, memory', large, project),
  ];
  if (theirs !== undefined) {
    const value = ms(theirs.cpu);
    rows.push({
      what: 'audit of 369 distributions, CPU',
      ours: ms(ours.cpu),
      unit: 'ms',
      peer: { name: 'cpan-audit, same data', value },
      ratio: ms(ours.cpu) / value,
    });
  }
  return rows;
}

/** As where no audit ran before, but for keeping the code. */
function firstOf(program: Program): Program {
  return { ...program, env: { NODE_DISABLE_COMPILE_CACHE: '1' } };
}

function limit(what: string, ours: number, peer: { name: string; value: number }, most: number): BenchRow {
  const ratio = ours / peer.value;
  return { what, ours, unit: 'ms', peer, ratio, target: `≤ ${most.toFixed(1)} ×`, met: ratio <= most };
}

function memory(what: string, index: string, project: string): BenchRow {
  const ours = peakMegabytes(CLI, ['audit', project, '--db', index]);
  return { what, ours, unit: 'MB', target: '≤ 80 MB', met: ours <= 80 };
}

function auditWith(index: string, project: string, env: Record<string, string>): Program {
  return { command: [process.execPath, CLI, 'audit', project, '--db', index], env };
}

/** The real database, and invented distributions beyond it up to the number of entries. */
function indexOf(entries: number): Uint8Array {
  const imported = importCpansa(sharedText(DATABASE));
  const records = [...imported.records];
  const releases = new Map(imported.releases);
  const modules = new Map(imported.modules);
  const template = records.find(({ id }) => id === 'CPANSA-Mojolicious-2022-03') ?? records[0];
  if (template === undefined) throw new Error('the database is empty');
  for (let i = 0; i < entries - imported.report.entries; i++) {
    const distribution = `Invented-Distribution-${Math.floor(i / 3)}`;
    modules.set(distribution.replaceAll('-', '::'), distribution);
    const affected = template.affected.map((entry) => ({ ...entry, distribution }));
    records.push({
      ...template,
      id: `CPANSA-${distribution}-2026-${i}`,
      aliases: [`CVE-2099-${100_000 + i}`],
      affected,
    });
  }
  return buildIndex({
    ...imported,
    records,
    modules,
    releases,
    serial: 1,
    built: imported.built ?? '2026-01-01T00:00:00Z',
  });
}

/** Debian's cpan-audit with its database replaced by the same data; none where it is not installed. */
function peer(home: string, project: string): Program[] {
  if (spawnSync('perl', ['-MCPAN::Audit', '-MJSON::PP', '-e', '1'], { stdio: 'ignore' }).status !== 0) {
    console.error('audit: no peer, needs perl with CPAN::Audit');
    return [];
  }
  const module = join(home, 'lib/CPAN/Audit');
  mkdirSync(module, { recursive: true });
  const program = `use JSON::PP; use Data::Dumper; $Data::Dumper::Terse = 1; $Data::Dumper::Indent = 0;
    local $/; open my $in, '<', $ARGV[0] or die; my $db = JSON::PP->new->decode(<$in>);
    for my $dist (values %{$db->{dists}}) { for my $row (@{$dist->{advisories}}) {
      for (qw(affected_versions fixed_versions)) { $row->{$_} = join ',', @{$row->{$_} || []} if ref $row->{$_} } } }
    print "package CPAN::Audit::DB; our \\$VERSION = '20260816.002'; sub db { ", Dumper($db), " } 1;"`;
  writeFileSync(
    join(module, 'DB.pm'),
    execFileSync('perl', ['-e', program, sharedPath(DATABASE)], { maxBuffer: 1 << 28 }),
  );
  return [
    { command: ['cpan-audit', '--no-corelist', 'deps', project], env: { PERL5LIB: join(home, 'lib') } },
  ];
}

const bench: Bench = { name: 'audit', run };
export default bench;
