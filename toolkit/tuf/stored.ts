/** What files of metadata there are, whether anybody is told of them or not. */
import { TufError } from './errors.ts';
import type { Edition } from './layout.ts';
import type { MetaFile, Targets } from './model.ts';
import {
  checkBy,
  findDelegator,
  loadRoots,
  MAX_FILE,
  metadataPath,
  NAMED,
  NOTHING,
  newest,
  type RepositoryOps,
  readVersion,
  type Standing,
} from './standing.ts';

/** Versions by role, the newest first. */
export async function storedVersions({
  store,
}: Pick<RepositoryOps, 'store'>): Promise<Map<string, number[]>> {
  const versions = new Map<string, number[]>();
  for (const path of await store.list('')) {
    const found = /^([1-9]\d{0,15})\.([^/]+)\.json$/.exec(path);
    if (found === null) continue;
    const role = decodeURIComponent(found[2] ?? '');
    const known = versions.get(role) ?? [];
    known.push(Number(found[1]));
    versions.set(role, known);
  }
  for (const known of versions.values()) known.sort((a, b) => b - a);
  return versions;
}

/**
 * What stands when neither timestamp nor snapshot are to be believed: of each role the newest version that those sign
 * whom people say. Timestamp and snapshot go on from a version that is given.
 */
export async function rebuildStanding(
  pinned: Uint8Array,
  from: number,
  ops: RepositoryOps,
): Promise<Standing> {
  const root = newest(await loadRoots(pinned, ops));
  const announced = await ops.store.read('timestamp.json', MAX_FILE);
  const versions = await storedVersions(ops);
  const [meta, named] = [new Map<string, MetaFile>(), new Map<string, Targets>()];
  const last: Edition = { ...NOTHING, version: from - 1 };
  const standing = { root, announced, timestamp: last, snapshot: last, rotated: true, meta, named };
  const others = [...versions.keys()].filter((role) => !NAMED.includes(role));
  for (const role of [...NAMED, ...others]) {
    const found = await newestSigned(role, versions.get(role) ?? [], standing, ops);
    if (found === null) continue;
    meta.set(role, { version: found.version });
    if (NAMED.includes(role)) named.set(role, found);
  }
  return standing;
}

async function newestSigned(
  role: string,
  versions: readonly number[],
  standing: Standing,
  ops: RepositoryOps,
): Promise<Targets | null> {
  const delegator = findDelegator(role, standing);
  if (delegator === null) return null;
  for (const version of versions) {
    try {
      const found = await readVersion('targets', role, version, ops);
      await checkBy(found, delegator, metadataPath(role, version), ops.verifier);
      return found.signed;
    } catch (error) {
      // Whoever had a key on line may have left anything here.
      if (!(error instanceof TufError)) throw error;
    }
  }
  return null;
}
