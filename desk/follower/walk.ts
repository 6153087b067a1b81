/** The directories of authors in a mirror on this disk, and what stands in them. */
import { type BigIntStats, type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { authorFile, isArchiveName } from 'cpansec/cpan';
import { ioError, systemCode } from 'cpansec/io';
import { FollowError } from './errors.ts';
import { MAX_DEPTH, type WalkedDirectory, type WalkedFile } from './mirror.ts';

/** Files and directories. */
const MAX_FILES = 5_000_000;
const ID = 'authors/id/';

/** Another for another state of the file. */
export function validatorOf({ size, mtimeNs, ino }: BigIntStats): string {
  return `${size}-${mtimeNs}-${ino}`;
}

/**
 * In the order of their names; no link is followed. Throws `mirror` when there are no authors, or too many files.
 */
export async function* walk(top: string): AsyncIterable<WalkedDirectory> {
  let files = 0;
  const directories = [ID];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    const found = listed(top, directory);
    await setImmediate(); // other work, and a signal to stop
    files += found.files.length + found.directories.length;
    if (files > MAX_FILES) throw new FollowError('mirror', `more than ${MAX_FILES} files`, { file: top });
    if (found.files.length > 0 || found.problem !== null) yield { directory, ...found };
    for (const name of found.directories.reverse()) directories.push(`${directory}${name}/`);
  }
}

interface Listed extends Omit<WalkedDirectory, 'directory'> {
  readonly directories: string[];
}

/** What stands in a directory; of files those that an author's directory has. */
function listed(top: string, directory: string): Listed {
  const found = entriesOf(top, directory);
  if (typeof found === 'string') return { directories: [], files: [], problem: found };
  const directories: string[] = [];
  const files: WalkedFile[] = [];
  for (const entry of found)
    if (entry.isDirectory()) directories.push(entry.name);
    else if (isArchiveName(entry.name) || authorFile(directory + entry.name) !== null)
      files.push({ name: entry.name, validator: validatorAt(join(top, directory, entry.name)) });
  return { directories: directories.sort(), files, problem: null };
}

function validatorAt(path: string): string {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stat?.isFile() === true ? validatorOf(stat) : '';
}

/** Words instead where it cannot be read. */
function entriesOf(top: string, directory: string): Dirent[] | string {
  if (directory.split('/').length > MAX_DEPTH) return 'is deeper than is looked at';
  try {
    return readdirSync(join(top, directory), { withFileTypes: true });
  } catch (cause) {
    // Gone since its parent was read; the first one must be there.
    if (directory !== ID && systemCode(cause) === 'ENOENT') return [];
    const error = ioError(cause, 'list', join(top, directory));
    if (directory !== ID) return error.problem;
    throw new FollowError('mirror', error.problem, error.place, { cause });
  }
}
