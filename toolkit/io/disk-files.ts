import {
  type Dirent,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { compareText } from '../base/index.ts';
import { IoError, ioError, systemCode } from './errors.ts';
import { readFile } from './read-file.ts';
import { type Entry, filesOver, type Kind, type Look, type TreeFiles } from './tree.ts';

/**
 * The files of this machine. With `root`, the files of a system unpacked there: `/etc/os-release` is the one
 * below the root, links are followed inside it only (absolute ones start at the root, `..` ends there), and
 * nothing outside is looked at. Nobody else may be changing the root meanwhile.
 */
export function diskFiles(root?: string): TreeFiles {
  return root === undefined ? hostFiles : filesBelow(resolve(root));
}

const hostFiles: TreeFiles = {
  kind(path) {
    const stat = orNull('examine', path, () => statSync(path, { throwIfNoEntry: false }));
    if (stat !== null) return kindOf(stat);
    return lookAt(path, path)?.kind === 'link' ? 'dangling' : null;
  },
  list: (path) => listDirectory(path, path),
  read: (path, limit) => readFile(path, limit),
  real: (path) => orNull('resolve', path, () => realpathSync.native(path)),
};

function filesBelow(root: string): TreeFiles {
  const top = root === '/' ? '' : root;
  return filesOver({
    look: (path) => lookAt(top + path, path),
    list: (path) => listDirectory(top + path, path),
    read: (path, limit) => readFile(top + path, limit, false, path),
  });
}

function lookAt(path: string, shown: string): Look | null {
  return orNull('examine', shown, () => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    return stat.isSymbolicLink() ? { kind: 'link', target: readlinkSync(path) } : { kind: kindOf(stat) };
  });
}

function listDirectory(path: string, shown: string): Entry[] {
  try {
    const found = readdirSync(path, { withFileTypes: true });
    return found.map(entryOf).sort((a, b) => compareText(a.name, b.name));
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') throw new IoError('wrong-kind', 'is no directory', { file: shown });
    throw ioError(error, 'list', shown);
  }
}

function entryOf(entry: Dirent): Entry {
  return { name: entry.name, kind: entry.isSymbolicLink() ? 'link' : kindOf(entry) };
}

function kindOf(stat: Stats | Dirent): Kind {
  return stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : 'other';
}

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

function orNull<T>(action: string, path: string, look: () => T | undefined): T | null {
  try {
    return look() ?? null;
  } catch (error) {
    if (ABSENT.has(systemCode(error))) return null;
    throw ioError(error, action, path);
  }
}
