/** `.packlist`, the files that MakeMaker or Module::Build installed with a module. */
import { parsePacklist, parsePerllocal } from '../cpan/index.ts';
import type { Claims } from './claims.ts';
import type { Draft } from './collection.ts';
import { readText } from './file-text.ts';
import type { Unexamined } from './inventory.ts';
import type { ModuleVersion } from './module-versions.ts';
import type { Files } from './ops.ts';
import { printable, unreadable } from './reasons.ts';

const MAX_PACKLIST = 16 * 1024 * 1024;
const MAX_PERLLOCAL = 64 * 1024 * 1024;

/** Claims the modules that each packlist names. One whose modules are all gone is a ghost and says nothing. */
export function claimByPacklists(claims: Claims, files: Files, unexamined: Unexamined[]): void {
  const told = perllocalVersions(claims, files, unexamined);
  for (const directory of claims.tree.directories) {
    for (const [name, path] of directory.packlists) {
      const modules = readModules(claims, files, path, unexamined);
      const draft = claims.owner(name) ?? addPacklist(claims, { name, path, modules, told });
      if (draft !== null) for (const module of modules) claims.claim(module, draft);
    }
  }
}

interface Packlist {
  readonly name: string;
  readonly path: string;
  readonly modules: readonly string[];
  /** Versions that perllocal.pod tells. */
  readonly told: ReadonlyMap<string, string>;
}

function addPacklist(claims: Claims, { name, path, modules, told }: Packlist): Draft | null {
  const free = modules.filter((module) => !claims.has(module));
  const main = free.includes(name) || claims.tree.modules.has(name) ? name : shortest(free);
  if (main === null) return null;
  const version = versionOf(claims.versionOf(main), told.get(name));
  return claims.add({ distribution: null, module: main, ...version, presence: 'installed' }, main, path);
}

function versionOf(found: ModuleVersion, told: string | undefined): ModuleVersion {
  return found.version === null && told !== undefined ? { version: told } : found;
}

function shortest(names: readonly string[]): string | null {
  return [...names].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0] ?? null;
}

function readModules(claims: Claims, files: Files, path: string, unexamined: Unexamined[]): string[] {
  try {
    const entries = parsePacklist(readText(files, path, MAX_PACKLIST), printable(path));
    return entries.map((entry) => moduleAt(entry.path, claims)).filter((module) => module !== null);
  } catch (error) {
    unexamined.push(unreadable(printable(path), error));
    return [];
  }
}

/**
 * The module of the tree that the path names. The library may have been moved since, or be below another root:
 * the longest end of the path that is a module's here counts.
 */
function moduleAt(path: string, { tree }: Claims): string | null {
  if (!path.endsWith('.pm')) return null;
  const parts = path.slice(0, -3).split('/').slice(-MAX_PARTS);
  for (let start = 0; start < parts.length; start++) {
    const module = parts.slice(start).join('::');
    if (tree.modules.has(module)) return module;
  }
  return null;
}

/** No module's name has more. */
const MAX_PARTS = 20;

/** The version of the last installation of each module. */
function perllocalVersions(claims: Claims, files: Files, unexamined: Unexamined[]): Map<string, string> {
  const versions = new Map<string, string>();
  for (const path of claims.tree.directories.flatMap(({ perllocals }) => perllocals)) {
    try {
      for (const { module, version } of parsePerllocal(
        readText(files, path, MAX_PERLLOCAL),
        printable(path),
      )) {
        if (version !== null) versions.set(module, version);
      }
    } catch (error) {
      unexamined.push(unreadable(printable(path), error));
    }
  }
  return versions;
}
