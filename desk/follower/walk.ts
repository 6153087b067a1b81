/** The directories of authors in a mirror on this disk, and what stands in them. */
import { type BigIntStats, type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { authorFile } from 'cpansec/cpan';
import { systemCode } from 'cpansec/io';
import { FollowError } from './errors.ts';
import type { WalkedDirectory, WalkedFile } from './mirror.ts';

/** Of directories within each other, and of files in all. */
const MAX_DEPTH = 12;
const MAX_FILES = 5_000_000;
const ID = 'authors/id/';

/** Another for another state of the file. */
export function validatorOf({ size, mtimeNs, ino }: BigIntStats): string {
  return `${size}-${mtimeNs}-${ino}`;
}

/** In the order of their names; links are passed over. Throws `mirror` when there are none, or too many. */
export async function* walk(top: string): AsyncIterable<WalkedDirectory> {
  let files = 0;
  const directories = [ID];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    const found = listed(top, directory);
    await setImmediate(); // other work, and a signal to stop
    files += found.files.length;
    if (files > MAX_FILES) throw new FollowError('mirror', `more than ${MAX_FILES} files`, { file: top });
    if (found.files.length > 0) yield { directory, files: found.files };
    if (directory.split('/').length < MAX_DEPTH)
      directories.push(...found.directories.map((name) => `${directory}${name}/`).reverse());
  }
}

/** What stands in a directory; of files those that an author's directory has. */
function listed(top: string, directory: string): { directories: string[]; files: WalkedFile[] } {
  const directories: string[] = [];
  const files: WalkedFile[] = [];
  for (const entry of entriesOf(top, directory)) {
    if (entry.isDirectory()) directories.push(entry.name);
    if (!entry.isFile() || authorFile(directory + entry.name) === null) continue;
    const stat = lstatSync(join(top, directory, entry.name), { bigint: true, throwIfNoEntry: false });
    if (stat?.isFile() === true) files.push({ name: entry.name, validator: validatorOf(stat) });
  }
  return { directories: directories.sort(), files };
}

function entriesOf(top: string, directory: string): Dirent[] {
  try {
    return readdirSync(join(top, directory), { withFileTypes: true });
  } catch (cause) {
    // Gone since its parent was read; the first one must be there.
    if (directory !== ID && systemCode(cause) === 'ENOENT') return [];
    throw new FollowError('mirror', 'cannot be read', { file: join(top, directory) }, { cause });
  }
}
