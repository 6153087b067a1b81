/** A mirror in a directory, as rsync makes it. No link is followed: what one leads to is not of the mirror. */
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { authorFile } from 'cpansec/cpan';
import { ioError, systemCode } from 'cpansec/io';
import { instantAt } from './epoch.ts';
import { FollowError } from './errors.ts';
import type { Mirror, MirrorFile, WalkedDirectory, WalkedFile } from './mirror.ts';

const CHUNK = 1 << 20;
/** Of directories within each other, and of files in all. */
const MAX_DEPTH = 12;
const MAX_FILES = 5_000_000;
const ID = 'authors/id/';

/** Throws `mirror` for what is no directory. */
export async function directoryMirror(address: string): Promise<Mirror> {
  const top = await realpath(address).catch((cause: unknown) => {
    throw new FollowError('mirror', 'no directory that can be read', { file: address }, { cause });
  });
  return {
    address,
    open: (path, unless) => openFile(top, path, unless),
    walk: () => walk(top),
    close: () => {},
  };
}

async function openFile(top: string, path: string, unless?: string): Promise<MirrorFile | 'absent' | 'same'> {
  const full = join(top, path);
  const handle = await opened(top, full, path);
  if (handle === null) return 'absent';
  try {
    const stat = await handle.stat({ bigint: true });
    if (!stat.isFile()) throw new FollowError('file', 'is no regular file', { file: path });
    const validator = validatorOf(stat);
    if (validator !== unless) return toFile(handle, stat, path);
  } catch (cause) {
    await handle.close();
    throw cause;
  }
  await handle.close();
  return 'same';
}

async function opened(top: string, full: string, path: string): Promise<FileHandle | null> {
  try {
    if ((await realpath(dirname(full))) !== dirname(full)) throw linked(path);
    // A pipe without a writer would be waited for.
    return await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if (cause instanceof FollowError) throw cause;
    if (systemCode(cause) === 'ELOOP') throw linked(path);
    if (systemCode(cause) !== 'ENOENT' && systemCode(cause) !== 'ENOTDIR') throw ioError(cause, 'read', path);
    // The mirror itself may have gone.
    await lstat(top).catch((gone: unknown) => {
      throw new FollowError('mirror', 'is not there any more', { file: top }, { cause: gone });
    });
    return null;
  }
}

function linked(path: string): FollowError {
  return new FollowError('file', 'is a link, or behind one', { file: path });
}

function toFile(handle: FileHandle, stat: BigIntStats, path: string): MirrorFile {
  const validator = validatorOf(stat);
  return {
    validator,
    modified: instantAt(Number(stat.mtimeMs)),
    size: Number(stat.size),
    body: chunks(handle),
    async check() {
      if (validatorOf(await handle.stat({ bigint: true })) !== validator)
        throw new FollowError('file', 'changes while it is read', { file: path });
    },
    close: () => handle.close(),
  };
}

async function* chunks(handle: FileHandle): AsyncIterable<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

function validatorOf({ size, mtimeNs, ino }: BigIntStats): string {
  return `${size}-${mtimeNs}-${ino}`;
}

async function* walk(top: string): AsyncIterable<WalkedDirectory> {
  let files = 0;
  const directories = [ID];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    const found = await listed(top, directory);
    files += found.files.length;
    if (files > MAX_FILES) throw new FollowError('mirror', `more than ${MAX_FILES} files`, { file: top });
    if (found.files.length > 0) yield { directory, files: found.files };
    if (directory.split('/').length < MAX_DEPTH)
      directories.push(...found.directories.map((name) => `${directory}${name}/`).reverse());
  }
}

/** What stands in a directory; of files those that an author's directory has. */
async function listed(
  top: string,
  directory: string,
): Promise<{ directories: string[]; files: WalkedFile[] }> {
  const directories: string[] = [];
  const files: WalkedFile[] = [];
  for (const entry of await entriesOf(top, directory)) {
    if (entry.isDirectory()) directories.push(entry.name);
    if (!entry.isFile() || authorFile(directory + entry.name) === null) continue;
    const stat = await lstat(join(top, directory, entry.name), { bigint: true }).catch(() => null);
    if (stat?.isFile() === true) files.push({ name: entry.name, validator: validatorOf(stat) });
  }
  return { directories: directories.sort(), files };
}

async function entriesOf(top: string, directory: string): ReturnType<typeof readEntries> {
  try {
    return await readEntries(join(top, directory));
  } catch (cause) {
    // Gone since its parent was read; the first one must be there.
    if (directory !== ID && systemCode(cause) === 'ENOENT') return [];
    throw new FollowError('mirror', 'cannot be read', { file: join(top, directory) }, { cause });
  }
}

function readEntries(path: string): Promise<import('node:fs').Dirent[]> {
  return readdir(path, { withFileTypes: true });
}
