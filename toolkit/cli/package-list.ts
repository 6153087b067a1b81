import type { PackageList } from '../audit/index.ts';
import { decodeUtf8 } from '../base/index.ts';
import { distInfo, parsePackages } from '../cpan/index.ts';
import { diskFiles, gunzipBytes } from '../io/index.ts';

const LIMIT = 256 * 1024 * 1024;

/** 02packages.details.txt, gzipped or not. */
export function readPackageList(
  path: string,
): PackageList & { distributionOf(module: string): string | null } {
  const bytes = diskFiles().read(path, LIMIT);
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const index = parsePackages(decodeUtf8(gzipped ? gunzipBytes(bytes, LIMIT) : bytes, path), path);
  const pathOf = (module: string): string | null => index.find(module)?.path ?? null;
  let distributions: Set<string> | undefined;
  return {
    pathOf,
    has(distribution) {
      distributions ??= new Set([...index.rows()].flatMap((row) => distInfo(row.path).dist ?? []));
      return distributions.has(distribution);
    },
    distributionOf(module) {
      const found = pathOf(module);
      return found === null ? null : distInfo(found).dist;
    },
  };
}
