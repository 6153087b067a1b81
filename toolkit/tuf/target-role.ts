/** Which role has a path, in the order in which clients look. */
import { delegatedFor } from './delegation.ts';
import { TufError } from './errors.ts';
import { CLAIMED, RECENTLY_CLAIMED, RELEASES } from './layout.ts';
import type { Targets } from './model.ts';
import type { Digest } from './ops.ts';

/**
 * The role signed on line in which a target of this path belongs. What authors claim is in its bin as well, and is
 * found there when they no longer sign for themselves. Throws `missing` where nobody has it.
 */
export function roleOfTarget(path: string, named: ReadonlyMap<string, Targets>, digest: Digest): string {
  const asked = below('targets', path, named, digest).filter(
    (role) => role !== CLAIMED && role !== RECENTLY_CLAIMED,
  );
  const [role] = asked[0] === RELEASES ? below(RELEASES, path, named, digest) : asked;
  if (role === undefined) throw new TufError('missing', 'no role has this path', { file: path });
  return role;
}

function below(parent: string, path: string, named: ReadonlyMap<string, Targets>, digest: Digest): string[] {
  const delegations = named.get(parent)?.delegations ?? null;
  if (delegations === null)
    throw new TufError('missing', 'nobody has signed this role yet', { file: parent });
  return delegatedFor(delegations, path, digest).map(({ name }) => name);
}
