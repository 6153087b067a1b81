import { tellMembers } from '../notices/index.ts';
import { LINK_TIMES, linkPath, recoverByHand } from '../people/index.ts';
import type { Store } from '../store/index.ts';

/**
 * The address by which a member comes in anew whom no two others can help; every other member is written to. Throws
 * WebError `not-found`, `refused`.
 */
export async function recoverMember(store: Store, origin: string, member: string): Promise<string> {
  return store.transaction(async (tx) => {
    const { secret, notice } = await recoverByHand(tx, member, LINK_TIMES);
    await tellMembers(store.vault, origin)(tx, notice);
    return `${origin}${linkPath(secret)}`;
  });
}
