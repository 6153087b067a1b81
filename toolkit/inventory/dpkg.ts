/** dpkg's database on the disk: packages, and which of them owns a module's file. */
import type { DebianPackage } from './dpkg-status.ts';
import { parseDpkgStatus } from './dpkg-status.ts';
import { readText } from './file-text.ts';
import type { Unexamined } from './inventory.ts';
import type { Files } from './ops.ts';
import { unreadable } from './reasons.ts';

const STATUS = '/var/lib/dpkg/status';
const MAX_STATUS = 256 * 1024 * 1024;
const MAX_LIST = 64 * 1024 * 1024;

export interface DpkgDatabase {
  readonly path: string;
  readonly packages: readonly DebianPackage[];
  /** Package by absolute path, of files that end in `.pm`. */
  readonly owners: ReadonlyMap<string, DebianPackage>;
  readonly unexamined: readonly Unexamined[];
}

/** The database; null on a system that has none. A damaged one is empty and says why. */
export function readDpkg(files: Files): DpkgDatabase | null {
  const unexamined: Unexamined[] = [];
  const owners = new Map<string, DebianPackage>();
  try {
    if (files.kind(STATUS) !== 'file') return null;
    const packages = parseDpkgStatus(readText(files, STATUS, MAX_STATUS), STATUS);
    for (const entry of packages) {
      for (const path of modulesOf(files, entry, unexamined)) owners.set(path, entry);
    }
    return { path: STATUS, packages, owners, unexamined };
  } catch (error) {
    return { path: STATUS, packages: [], owners, unexamined: [...unexamined, unreadable(STATUS, error)] };
  }
}

/** Modules among the files that the package put on the disk. */
function modulesOf(files: Files, { name, architecture }: DebianPackage, unexamined: Unexamined[]): string[] {
  for (const list of [`${name}.list`, `${name}:${architecture}.list`]) {
    const path = `/var/lib/dpkg/info/${list}`;
    try {
      if (files.kind(path) === 'file') return modulePaths(readText(files, path, MAX_LIST));
    } catch (error) {
      unexamined.push(unreadable(path, error));
    }
  }
  return [];
}

function modulePaths(list: string): string[] {
  return list.includes('.pm\n') ? list.split('\n').filter((path) => path.endsWith('.pm')) : [];
}
