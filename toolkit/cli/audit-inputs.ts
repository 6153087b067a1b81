/** What `audit` looks at: one project, file, list, installed tree or image. */

import { statSync } from 'node:fs';
import { type PackageList, perlVersion } from '../audit/index.ts';
import { decodeUtf8, PlacedError } from '../base/index.ts';
import { type Inventory, inventoryProject } from '../inventory/index.ts';
import { diskFiles, readStdin, userHome } from '../io/index.ts';
import { EXIT, Stop, type Terminal, type Typed, usage } from '../terminal/index.ts';
import type { NamedPerl } from './ask-perl.ts';

const STDIN_LIMIT = 64 * 1024 * 1024;

export interface Inputs {
  readonly inventory: Inventory;
  readonly perlVersion?: string;
  readonly packages?: PackageList;
}

/** Throws a usage error for what was typed; what stands in the inputs is the inventory's to report. */
export async function takeInventory(typed: Typed, terminal: Terminal): Promise<Inputs> {
  refuseContradictions(typed);
  try {
    return await take(typed, terminal);
  } catch (cause) {
    if (cause instanceof PlacedError) throw usage(cause.message);
    throw cause;
  }
}

/** Each of these names what to look at; two of them would be two audits. */
const SUBJECTS = ['installed', 'inc', 'root'] as const;

function refuseContradictions(typed: Typed): void {
  const subjects = [
    ...SUBJECTS.filter((name) => typed.flag(name)).map((name) => `--${name}`),
    ...typed.operands.slice(0, 1),
  ];
  if (subjects.length > 1)
    throw usage(`${subjects.join(' and ')} are two subjects`, 'audit them one after the other');
  if (typed.flag('perl') && typed.flag('perl-version'))
    throw usage('--perl and --perl-version name the perl twice');
}

async function take(typed: Typed, terminal: Terminal): Promise<Inputs> {
  const perl = await namedPerl(typed);
  const packages = await namedPackages(typed, terminal);
  const given = {
    ...(perl === undefined ? {} : { perlVersion: perl.found.version }),
    ...(packages === undefined ? {} : { packages }),
  };
  if (SUBJECTS.some((name) => typed.flag(name))) {
    const { inventoryInstalled } = await import('./audit-installed.ts');
    return { ...given, inventory: inventoryInstalled(typed, terminal, userHome(terminal.env), perl) };
  }
  const distributionOf = packages === undefined ? undefined : packages.distributionOf;
  const options = {
    links: 'asked' as const,
    ...(perl === undefined ? {} : { perl: perl.found }),
    ...(distributionOf === undefined ? {} : { distributionOf }),
  };
  return { ...given, inventory: await fromOperands(typed.operands, options) };
}

type Options = Parameters<typeof inventoryProject>[2];

async function fromOperands(operands: readonly string[], options: Options): Promise<Inventory> {
  const [first = '.'] = operands;
  if (first === '-') {
    const { inventoryPurls } = await import('./inventory-kinds.ts');
    return inventoryPurls(decodeUtf8(await readStdin(STDIN_LIMIT), 'stdin'));
  }
  const stat = statOf(first);
  if (stat === undefined) return fromNames(operands);
  if (operands.length > 1) throw usage(`${operands[1]}: one path at a time`);
  if (stat.isDirectory()) return inventoryProject(first, diskFiles(), options);
  const { inventoryOneFile } = await import('./inventory-kinds.ts');
  return inventoryOneFile(first, options);
}

/** Undefined also for what no file can be called. */
function statOf(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** `Dist@1.2`, `Mod::ule@1.2`, purls. Anything else was meant to be a path. */
async function fromNames(names: readonly string[]): Promise<Inventory> {
  const odd = names.find((name) => !/^pkg:|@/.test(name) || /[\s/\\]/.test(name.replace(/^pkg:.*/, '')));
  if (odd !== undefined) {
    throw new Stop(
      EXIT.usage,
      `${JSON.stringify(odd)}: no such file or directory`,
      'name a distribution as Mojolicious@9.31',
    );
  }
  const { inventoryPurls } = await import('./inventory-kinds.ts');
  return inventoryPurls(names.join('\n'), 'arguments');
}

async function namedPerl(typed: Typed): Promise<NamedPerl | undefined> {
  const version = typed.value('perl-version');
  if (version !== undefined)
    return { found: { version: perlVersion(version), place: { file: '--perl-version' } } };
  const path = typed.value('perl');
  if (path === undefined) return undefined;
  const { askPerl } = await import('./ask-perl.ts');
  return askPerl(path);
}

async function namedPackages(
  typed: Typed,
  terminal: Terminal,
): Promise<(PackageList & { distributionOf(module: string): string | null }) | undefined> {
  const path = typed.value('packages');
  if (path === undefined) return undefined;
  terminal.progress(`reading ${path}`);
  const { readPackageList } = await import('./package-list.ts');
  return readPackageList(path);
}
