/** What people signed at a ceremony, or authors at home, checked before any of it is written. */
import { TufError } from './errors.ts';
import type { TufVerifier } from './keys.ts';
import { CLAIMED, RECENTLY_CLAIMED, RELEASES } from './layout.ts';
import { parseMetadata } from './metadata.ts';
import {
  binsOf,
  checkBy,
  delegatorOf,
  metadataPath,
  NAMED,
  type RepositoryOps,
  readVersion,
  type Standing,
} from './standing.ts';
import { hasSameKeys, type ReadyRole } from './write-roles.ts';

export interface Read {
  readonly next: Standing;
  readonly given: readonly ReadyRole[];
}

/** In the order in which one says whose keys the next has. Throws `threshold`, `rollback`, `missing`, `format`. */
export async function readInstalled(
  roles: ReadonlyMap<string, Uint8Array>,
  above: Standing,
  verifier: TufVerifier,
): Promise<Read> {
  const named = new Map(above.named);
  const next = { ...above, named };
  const given: ReadyRole[] = [];
  for (const [role, bytes] of [...roles].sort(([a], [b]) => rank(a) - rank(b))) {
    const found = parseMetadata(bytes, 'targets', role);
    await checkBy(found, delegatorOf(role, next), role, verifier);
    const { version } = found.signed;
    const stands = above.meta.get(role)?.version ?? 0;
    if (version <= stands)
      throw new TufError('rollback', `version ${version}, where ${stands} stands`, { file: role });
    if (rank(role) < NAMED.length) named.set(role, found.signed);
    given.push({ role, version, path: metadataPath(role, version), bytes });
  }
  return { next, given };
}

function rank(role: string): number {
  const place = NAMED.indexOf(role);
  return place < 0 ? NAMED.length : place;
}

/**
 * What is signed off line, and was not given anew, is signed by the keys that it has from now on. Throws `threshold`
 * or `missing`, naming the role that has to be given too.
 */
export async function checkInstalled(
  before: Standing,
  next: Standing,
  given: readonly ReadyRole[],
  ops: RepositoryOps,
): Promise<void> {
  const [old, bins] = [before.named.get(RELEASES), binsOf(next.named)];
  if (old !== undefined && binsOf(before.named).bitLength !== bins.bitLength)
    throw new TufError('mix-and-match', 'the number of bins never changes', { file: RELEASES });
  const fresh = new Set(given.map(({ role }) => role));
  for (const role of ['targets', CLAIMED, RELEASES, ...authorsOf(next)]) {
    if (fresh.has(role) || hasSameKeys(role, before, next)) continue;
    const version = before.meta.get(role)?.version;
    if (version === undefined)
      throw new TufError('missing', 'nobody has signed this role yet', { file: role });
    const found = await readVersion('targets', role, version, ops);
    await checkBy(found, delegatorOf(role, next), role, ops.verifier);
  }
}

/** Roles of authors who sign for themselves. */
export function authorsOf({ named }: Pick<Standing, 'named'>): string[] {
  const lists = [CLAIMED, RECENTLY_CLAIMED].map((name) => named.get(name)?.delegations?.to ?? []);
  return lists.flatMap((to) => ('bitLength' in to ? [] : to.map(({ name }) => name)));
}
