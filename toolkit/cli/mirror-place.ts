/** A mirror of CPAN in a directory of this machine or at an address. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CpanError, isMirrorPath, MAX_CHECKSUMS_LENGTH, parseChecksums } from '../cpan/index.ts';
import {
  deadline,
  diskFiles,
  Failures,
  fetchWithin,
  type GetOptions,
  httpDigest,
  IoError,
  readFile,
} from '../io/index.ts';
import { type Mirror, TransparencyError } from '../transparency/index.ts';
import { digestOf } from './own-index.ts';

/** Bytes of the largest file that is read, and milliseconds in which it must be here. */
const MAX_RELEASE = 4 * 1024 ** 3;
const PATIENCE = 30 * 60_000;
const AUTHORS = 'authors/id';
const CHECKSUMS = 'CHECKSUMS';

/** `top` ends in a slash. */
export function mirrorAt(top: URL, net: Omit<GetOptions, 'limit'>, patience: number = PATIENCE): Mirror {
  return top.protocol === 'file:' ? mirrorIn(fileURLToPath(top)) : mirrorFar(top, net, patience);
}

/** What does not bring one file says nothing of the others. */
export function missing(cause: unknown): unknown {
  return cause instanceof IoError ? new TransparencyError('missing', cause.problem, {}, { cause }) : cause;
}

function mirrorIn(top: string): Mirror {
  const files = diskFiles();
  const had = async <T>(work: () => T): Promise<T> => {
    try {
      return work();
    } catch (cause) {
      throw missing(cause);
    }
  };
  return {
    files: (_, unread) => below(top, AUTHORS, unread),
    sha256: (path) => had(() => digestOf(join(top, path), MAX_RELEASE)),
    read: (path, limit) =>
      had(() => (files.kind(join(top, path)) === null ? null : readFile(join(top, path), limit))),
  };
}

/** Links are not followed: what they lead to stands at its own path, or outside. */
async function* below(
  top: string,
  path: string,
  unread: Parameters<Mirror['files']>[1],
): AsyncGenerator<string, void> {
  try {
    for (const { name, kind } of diskFiles().list(join(top, path))) {
      const inside = `${path}/${name}`;
      if (kind === 'directory') yield* below(top, inside, unread);
      else if (kind === 'file') yield inside;
    }
  } catch (cause) {
    // Without its authors it is no mirror.
    if (!(cause instanceof IoError) || path === AUTHORS) throw cause;
    unread(`${path}/`, cause.problem);
  }
}

function mirrorFar(top: URL, net: Omit<GetOptions, 'limit'>, patience: number): Mirror {
  const failures = new Failures();
  const had = async <T>(work: Promise<T>): Promise<T> => {
    try {
      const result = await work;
      failures.end();
      return result;
    } catch (cause) {
      if (!failures.isTooMany(cause)) throw missing(cause);
      throw new TransparencyError('mirror', `${top.host} does not answer`, {}, { cause });
    }
  };
  const fetch = fetchWithin(top, { ...net, gzip: true });
  const read: Mirror['read'] = (path, limit) => had(fetch(path, limit));
  return {
    files: (logged, unread) => listed(logged, read, unread),
    sha256: (path) => had(digestAt(new URL(path, top), net, patience)),
    read,
  };
}

async function digestAt(url: URL, net: Omit<GetOptions, 'limit'>, patience: number): Promise<string | null> {
  const { signal, inTime } = deadline(patience, url.host, { file: url.href });
  try {
    return await inTime(httpDigest(url, { ...net, limit: MAX_RELEASE, signal }));
  } catch (error) {
    if (error instanceof IoError && error.code === 'not-found') return null;
    throw error;
  }
}

/** A mirror lists nothing: what the log has of each directory, and what CHECKSUMS there say. */
async function* listed(
  logged: Iterable<string>,
  read: Mirror['read'],
  unread: Parameters<Mirror['files']>[1],
): AsyncGenerator<string, void> {
  const directories = new Map<string, Set<string>>();
  for (const path of logged) {
    const directory = path.slice(0, path.lastIndexOf('/') + 1);
    directories.set(directory, (directories.get(directory) ?? new Set()).add(path));
  }
  for (const [directory, paths] of directories) {
    const path = `${directory}${CHECKSUMS}`;
    try {
      const bytes = await read(path, MAX_CHECKSUMS_LENGTH);
      if (bytes !== null) {
        yield path;
        // A name may lead anywhere.
        for (const name of namesIn(bytes)) if (isMirrorPath(directory + name)) paths.add(directory + name);
      }
    } catch (error) {
      if (!(error instanceof TransparencyError) || error.code !== 'missing') throw error;
      unread(path, error.message);
    }
    yield* paths;
  }
}

/** What is no CHECKSUMS lists nothing; the audit says so when it compares it. */
function namesIn(bytes: Uint8Array): string[] {
  try {
    const files = [...parseChecksums(bytes).files];
    return files.filter(([, { isDirectory }]) => !isDirectory).map(([name]) => name);
  } catch (error) {
    if (error instanceof CpanError) return [];
    throw error;
  }
}
