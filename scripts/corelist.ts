/**
 * Writes `toolkit/cpan/corelist-data.ts`: the facts that it holds already, with those added or replaced that the
 * arguments name, in their order:
 *
 *     node scripts/corelist.ts dump.json     a JSON dump, { generator, versions: { PERL: { modules } } }
 *     node scripts/corelist.ts --perl perl   the Module::CoreList of this perl
 *
 * Only perls meant for use are taken, 5.6.0 and later with an even second number. The same arguments on the same
 * file give the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CORELIST } from '../toolkit/cpan/corelist-data.ts';
import { type CoreRow, formatRow, parseRow } from '../toolkit/cpan/corelist-row.ts';
import { dualLifeDistribution } from './dual-life.ts';

const target = fileURLToPath(new URL('../toolkit/cpan/corelist-data.ts', import.meta.url));

/** Versions of modules by perl; null where a module states none. */
type Cores = Map<string, ReadonlyMap<string, string | null>>;

const ASK_PERL = `
  for my $perl (keys %Module::CoreList::version) {
    my $core = $Module::CoreList::version{$perl};
    print join(' ', $perl, $_, $core->{$_} // ''), "\\n" for keys %$core;
  }
`;

function fromPerl(perl: string): Cores {
  const args = ['-MModule::CoreList', '-e', ASK_PERL];
  const lines = execFileSync(perl, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
    .trim()
    .split('\n');
  const cores = new Map<string, Map<string, string | null>>();
  for (const line of lines) {
    const [release = '', module = '', version = ''] = line.split(' ');
    const core = cores.get(release) ?? new Map<string, string | null>();
    cores.set(release, core.set(module, version || null));
  }
  return cores;
}

function fromDump(path: string): Cores {
  // a file that whoever runs this script made or chose
  const dump = JSON.parse(readFileSync(path, 'utf8')) as {
    versions: Record<string, { modules: Record<string, string | null> }>;
  };
  const releases = Object.entries(dump.versions);
  return new Map(releases.map(([release, { modules }]) => [release, new Map(Object.entries(modules))]));
}

function fromData(): Cores {
  const [first = '', ...lines] = CORELIST.trim().split('\n');
  const perls = first.split(' ');
  const rows = lines.map((line) => parseRow(line, perls.length));
  return new Map(perls.map((perl, i) => [perl, coreOf(rows, i)]));
}

function coreOf(rows: readonly CoreRow[], perl: number): Map<string, string | null> {
  const core = new Map<string, string | null>();
  for (const { module, versions } of rows) {
    const version = versions[perl] ?? null;
    if (version !== null) core.set(module, version || null);
  }
  return core;
}

/** `5.036000`; the dated and abbreviated forms of the same release are left out. */
function isForUse(release: string): boolean {
  const [, minor = ''] = /^5\.(\d{3})\d{3}$/.exec(release) ?? [];
  return minor !== '' && Number(minor) >= 6 && Number(minor) % 2 === 0;
}

function merge(all: readonly Cores[]): string {
  const cores: Cores = new Map(all.flatMap((each) => [...each]));
  const perls = [...cores.keys()].filter(isForUse).sort();
  const names = new Set(perls.flatMap((perl) => [...(cores.get(perl)?.keys() ?? [])]));
  const lines = [...names].map((module) => {
    const versions = perls.map((perl) => {
      const version = cores.get(perl)?.get(module);
      return version === undefined ? null : (version ?? '');
    });
    return formatRow({ module, distribution: dualLifeDistribution(module), versions });
  });
  return [perls.join(' '), ...lines.sort(), ''].join('\n');
}

function argumentsGiven(args: readonly string[]): Cores[] {
  const [first, second, ...rest] = args;
  if (first === undefined) return [];
  if (first === '--perl' && second !== undefined) return [fromPerl(second), ...argumentsGiven(rest)];
  return [fromDump(first), ...argumentsGiven(args.slice(1))];
}

const text = merge([fromData(), ...argumentsGiven(process.argv.slice(2))]);
if (/[\\`$]/.test(text)) throw new Error('a version or name that a template cannot hold');
writeFileSync(
  target,
  `/** Written by scripts/corelist.ts from Module::CoreList; read by corelist.ts, which says how. */\nexport const CORELIST: string = \`${text}\`;\n`,
);
console.log(`${text.split('\n').length - 2} modules, ${text.length} characters`);
