/** Takes away what no client or mirror asks for any more. */
import { TufError } from './errors.ts';
import { HOLDS_DAYS, signedAt } from './schedule.ts';
import { metadataPath, type RepositoryOps, readVersion, type Standing } from './standing.ts';
import { storedVersions } from './stored.ts';

/**
 * Keeps every root, what stands, and what snapshots name that were signed since then: mirrors may be that far behind.
 * Gives how many files went.
 */
export async function pruneRepository(standing: Standing, since: Date, ops: RepositoryOps): Promise<number> {
  const versions = await storedVersions(ops);
  const kept = new Set<string>();
  const snapshots = (versions.get('snapshot') ?? []).filter(
    (version) => version <= standing.snapshot.version,
  );
  for (const version of snapshots) {
    const { meta, expires } = (await readVersion('snapshot', 'snapshot', version, ops)).signed;
    const isOld = signedAt(expires, HOLDS_DAYS.snapshot) < since;
    if (isOld && version !== standing.snapshot.version) break;
    kept.add(metadataPath('snapshot', version));
    for (const [role, file] of meta) kept.add(metadataPath(role, file.version));
  }
  if (kept.size === 0) throw new TufError('missing', 'is not there', { file: 'snapshot' });
  const gone: string[] = [];
  for (const [role, known] of versions) {
    if (role === 'root') continue;
    const newest = role === 'snapshot' ? standing.snapshot.version : (standing.meta.get(role)?.version ?? 0);
    // What is newer than what stands is being written, or was left by a process that was killed.
    gone.push(...known.filter((version) => version < newest).map((version) => metadataPath(role, version)));
  }
  const removed = gone.filter((path) => !kept.has(path));
  await ops.store.remove(removed);
  return removed.length;
}
