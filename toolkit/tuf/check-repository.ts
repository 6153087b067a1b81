/** Everything that clients could ask for, as they would check it. */
import { type ExpiryAlarm, expiryAlarms } from './alarms.ts';
import { TufError } from './errors.ts';
import { authorsOf } from './install.ts';
import { isLessThan } from './schedule.ts';
import {
  checkBy,
  findDelegator,
  loadStanding,
  type RepositoryOps,
  readVersion,
  type Standing,
} from './standing.ts';
import { roleOfTarget } from './target-role.ts';

export interface CheckedRepository {
  readonly roles: number;
  readonly targets: number;
  /** Authors who sign for themselves. */
  readonly authors: number;
  readonly alarms: readonly ExpiryAlarm[];
  readonly faults: readonly { readonly role: string; readonly problem: string }[];
}

/** Throws TufError when already what is at the top does not hold. */
export async function checkRepository(
  root: Uint8Array,
  now: Date,
  ops: RepositoryOps,
  progress: (done: number, of: number) => void = () => {},
): Promise<CheckedRepository> {
  const standing = await loadStanding(root, ops);
  const faults: { role: string; problem: string }[] = [];
  let [done, targets] = [0, 0];
  for (const role of standing.meta.keys()) {
    progress(++done, standing.meta.size);
    try {
      targets += await checkedTargets(role, standing, now, ops);
    } catch (error) {
      if (!(error instanceof TufError)) throw error;
      faults.push({ role, problem: error.problem });
    }
  }
  const alarms = expiryAlarms(standing, now);
  return { roles: standing.meta.size, targets, authors: new Set(authorsOf(standing)).size, alarms, faults };
}

/** How many; of a role that nobody delegates to any more, none. Throws TufError. */
async function checkedTargets(
  role: string,
  standing: Standing,
  now: Date,
  ops: RepositoryOps,
): Promise<number> {
  const delegator = findDelegator(role, standing);
  if (delegator === null) return 0;
  const found = await readVersion('targets', role, standing.meta.get(role)?.version ?? 0, ops);
  await checkBy(found, delegator, role, ops.verifier);
  const { targets, expires } = found.signed;
  if (isLessThan(expires, 0, now)) throw new TufError('freeze', `has expired at ${expires}`);
  if (authorsOf(standing).includes(role)) return targets.size;
  for (const path of targets.keys())
    if (roleOfTarget(path, standing.named, ops.digest) !== role)
      throw new TufError('mix-and-match', `has ${path}, which clients do not look for here`);
  return targets.size;
}
