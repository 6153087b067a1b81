import type { PackageList } from '../audit/index.ts';
import { decodeUtf8 } from '../base/index.ts';
import { distInfo, type PackagesIndex, parsePackages } from '../cpan/index.ts';
import { diskFiles, gunzipBytes } from '../io/index.ts';

const LIMIT = 256 * 1024 * 1024;
/** A list packs to a tenth of itself: what gives a hundredfold, beyond what is small anyway, is none. */
const SMALL = 16 * 1024 * 1024;
const MAX_GROWTH = 100;

/** 02packages.details.txt, gzipped or not. */
export function readPackageList(
  path: string,
): PackageList & { distributionOf(module: string): string | null } {
  const index = readPackagesIndex(path);
  const pathOf = (module: string): string | null => index.find(module)?.path ?? null;
  let distributions: Set<string> | undefined;
  return {
    pathOf,
    has(distribution) {
      distributions ??= distributionsIn(index);
      return distributions.has(distribution);
    },
    distributionOf(module) {
      const found = pathOf(module);
      return found === null ? null : distInfo(found).dist;
    },
  };
}

/** The same as its rows. Throws what reading and parsing throw. */
export function readPackagesIndex(path: string): PackagesIndex {
  return parsePackages(decodeUtf8(readUnpacked(path), path), path);
}

function distributionsIn(index: PackagesIndex): Set<string> {
  const found = new Set<string>();
  let last = '';
  for (const { path } of index.rows()) {
    if (path === last) continue; // the packages of an archive often stand together
    last = path;
    const { dist } = distInfo(path);
    if (dist !== null) found.add(dist);
  }
  return found;
}

function readUnpacked(path: string): Uint8Array {
  const bytes = diskFiles().read(path, LIMIT);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return gunzipBytes(bytes, Math.min(LIMIT, SMALL + MAX_GROWTH * bytes.length), path);
}
