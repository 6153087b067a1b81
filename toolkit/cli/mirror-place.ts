/** A mirror of CPAN in a directory of this machine or at an address. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CpanError, isMirrorPath, MAX_CHECKSUMS_LENGTH, parseChecksums } from '../cpan/index.ts';
import { diskFiles, fetchWithin, type GetOptions, httpDigest, IoError, readFile } from '../io/index.ts';
import type { Mirror } from '../transparency/index.ts';
import { digestOf } from './own-index.ts';

/** Bytes of the largest file that is fetched. */
const MAX_RELEASE = 4 * 1024 ** 3;
const AUTHORS = 'authors/id';
const CHECKSUMS = 'CHECKSUMS';

/** `top` ends in a slash. */
export function mirrorAt(top: URL, net: Omit<GetOptions, 'limit'>): Mirror {
  return top.protocol === 'file:' ? mirrorIn(fileURLToPath(top)) : mirrorFar(top, net);
}

function mirrorIn(top: string): Mirror {
  const files = diskFiles();
  return {
    files: () => below(top, AUTHORS),
    sha256: async (path) => digestOf(join(top, path)),
    async read(path, limit) {
      const file = join(top, path);
      return files.kind(file) === null ? null : readFile(file, limit);
    },
  };
}

/** Links are not followed: what they lead to stands at its own path, or outside. */
async function* below(top: string, path: string): AsyncGenerator<string, void> {
  for (const { name, kind } of diskFiles().list(join(top, path))) {
    const inside = `${path}/${name}`;
    if (kind === 'directory') yield* below(top, inside);
    else if (kind === 'file') yield inside;
  }
}

function mirrorFar(top: URL, net: Omit<GetOptions, 'limit'>): Mirror {
  const read = fetchWithin(top, { ...net, gzip: true });
  return {
    files: (logged) => listed(logged, read),
    async sha256(path) {
      try {
        return await httpDigest(new URL(path, top), { ...net, limit: MAX_RELEASE });
      } catch (error) {
        if (error instanceof IoError && error.code === 'not-found') return null;
        throw error;
      }
    },
    read,
  };
}

/** A mirror lists nothing: what the log has of each directory, and what CHECKSUMS there say. */
async function* listed(logged: Iterable<string>, read: Mirror['read']): AsyncGenerator<string, void> {
  const directories = new Map<string, Set<string>>();
  for (const path of logged) {
    const directory = path.slice(0, path.lastIndexOf('/') + 1);
    directories.set(directory, (directories.get(directory) ?? new Set()).add(path));
  }
  for (const [directory, paths] of directories) {
    const path = `${directory}${CHECKSUMS}`;
    const bytes = await read(path, MAX_CHECKSUMS_LENGTH);
    if (bytes !== null) {
      yield path;
      // A name may lead anywhere.
      for (const name of namesIn(bytes)) if (isMirrorPath(directory + name)) paths.add(directory + name);
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
