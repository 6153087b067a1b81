import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { IoError, ioError, systemCode } from './errors.ts';

/**
 * Puts the bytes at the path, all of them or none: they are written beside it, made durable and moved into
 * place, so that whoever reads finds the old file or the new one, after a power cut as well. A link at the path
 * stays a link. The permissions and, where we may, the owner are those of the file that was
 * there, else `mode` (default 0o644) and ours.
 * Throws `not-permitted`, `disk-full`, `not-found` (no such directory), `wrong-kind` (something
 * else than a file is there); the old file is then as it was.
 */
export function replaceFile(path: string, bytes: Uint8Array, mode = 0o644): void {
  try {
    const target = realTarget(path);
    putInPlace(target, bytes, { mode, old: statSync(target, { throwIfNoEntry: false }) });
  } catch (error) {
    throw ioError(error, 'write', path);
  }
}

/**
 * The same at a name that nobody typed, where somebody else may have put something first: a link there is replaced
 * and not followed. Throws the same.
 */
export function replaceName(path: string, bytes: Uint8Array): void {
  try {
    const there = lstatSync(path, { throwIfNoEntry: false });
    putInPlace(path, bytes, { mode: 0o644, old: there?.isSymbolicLink() === true ? undefined : there });
  } catch (error) {
    throw ioError(error, 'write', path);
  }
}

interface Replaced {
  readonly mode: number;
  /** What stands there. */
  readonly old: Stats | undefined;
}

function putInPlace(target: string, bytes: Uint8Array, { mode, old }: Replaced): void {
  if (old?.isFile() === false) throw new IoError('wrong-kind', 'is no regular file', { file: target });
  const fresh = `${target}.${randomBytes(6).toString('hex')}.new`;
  try {
    writeDurably(fresh, bytes, mode, old);
    moveIntoPlace(fresh, target);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Renames within one directory and makes the new name durable. */
export function moveIntoPlace(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw ioError(error, 'replace', to);
  }
  syncDirectory(dirname(to));
}

/** Makes the directory and those above it. Throws `not-permitted`, `disk-full`. */
export function makeDirectory(path: string, mode: number = 0o777): void {
  try {
    mkdirSync(path, { recursive: true, mode });
  } catch (error) {
    throw ioError(error, 'make the directory', path);
  }
}

function realTarget(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return path;
    throw error;
  }
}

function writeDurably(path: string, bytes: Uint8Array, mode: number, old: Stats | undefined): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
  try {
    if (old !== undefined) keepOwner(file, old);
    fchmodSync(file, old === undefined ? mode : old.mode & 0o777);
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function keepOwner(file: number, old: Stats): void {
  const { uid, gid } = fstatSync(file);
  if (uid === old.uid && gid === old.gid) return;
  try {
    fchownSync(file, old.uid, old.gid);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') throw error;
  }
}

/** Makes the names in it durable. Some systems and file systems cannot; the data itself is safe all the same. */
export function syncDirectory(path: string): void {
  let file = -1;
  try {
    file = openSync(path, constants.O_RDONLY);
    fsyncSync(file);
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'EISDIR', 'EACCES', 'ENOTSUP'].includes(systemCode(error)))
      throw ioError(error, 'sync', path);
  } finally {
    if (file !== -1) closeSync(file);
  }
}
