/**
 * A mirror in a directory, as rsync makes it. No link is followed: what one leads to is not of the mirror. The calls
 * are synchronous: archives are small, and a hundred thousand of them spend their time in calls.
 */
import {
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { IoError, ioError, systemCode } from 'cpansec/io';
import { instantAt } from './epoch.ts';
import { FollowError } from './errors.ts';
import type { Mirror, MirrorFile } from './mirror.ts';
import { validatorOf, walk } from './walk.ts';

const CHUNK = 1 << 20;

/** Throws `mirror` for what is no directory. */
export function directoryMirror(address: string): Mirror {
  const top = topOf(address);
  return {
    address,
    open: async (path, unless) => openFile(top, path, unless),
    walk: () => walk(top),
    close: () => {},
  };
}

function topOf(address: string): string {
  try {
    return realpathSync.native(address);
  } catch (cause) {
    throw new FollowError('mirror', 'no directory that can be read', { file: address }, { cause });
  }
}

function openFile(top: string, path: string, unless?: string): MirrorFile | 'absent' | 'same' {
  const file = opened(top, join(top, path), path);
  if (file === null) return 'absent';
  try {
    const stat = fstatSync(file, { bigint: true });
    if (!stat.isFile()) throw new FollowError('file', 'is no regular file', { file: path });
    if (validatorOf(stat) !== unless) return toFile(file, stat, path);
  } catch (cause) {
    closeSync(file);
    throw cause;
  }
  closeSync(file);
  return 'same';
}

function opened(top: string, full: string, path: string): number | null {
  try {
    if (realpathSync.native(dirname(full)) !== dirname(full)) throw linked(path);
    // A pipe without a writer would be waited for.
    return openSync(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if (cause instanceof FollowError) throw cause;
    if (systemCode(cause) === 'ELOOP') throw linked(path);
    const error = ioError(cause, 'read', path);
    if (!(error instanceof IoError) || error.code !== 'not-found') throw error;
    // The mirror itself may have gone.
    if (!existsSync(top)) throw new FollowError('mirror', 'is not there any more', { file: top });
    return null;
  }
}

function linked(path: string): FollowError {
  return new FollowError('file', 'is a link, or behind one', { file: path });
}

function toFile(file: number, stat: BigIntStats, path: string): MirrorFile {
  const validator = validatorOf(stat);
  const state = stateOf(stat);
  return {
    validator,
    modified: instantAt(Number(stat.mtimeMs)),
    size: Number(stat.size),
    body: chunks(file, Number(stat.size), path),
    check() {
      if (stateOf(fstatSync(file, { bigint: true })) !== state)
        throw new FollowError('file', 'changes while it is read', { file: path });
    },
    close: () => closeSync(file),
  };
}

/** A date of the last change can be set back, as rsync does; when that was done cannot. */
function stateOf(stat: BigIntStats): string {
  return `${validatorOf(stat)}-${stat.ctimeNs}`;
}

/** A file that is no longer than it was is read to its end by as many calls as it has chunks. */
async function* chunks(file: number, size: number, path: string): AsyncIterable<Uint8Array> {
  for (;;) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK, size + 1));
    const count = readInto(file, chunk, path);
    if (count > 0) yield chunk.subarray(0, count);
    if (count < chunk.length) return;
  }
}

function readInto(file: number, chunk: Uint8Array, path: string): number {
  try {
    return readSync(file, chunk);
  } catch (cause) {
    throw ioError(cause, 'read', path);
  }
}
