import { nodeEd25519, nodeMlDsa44, nodePost, now } from 'cpansec/io';
import { type Cosign, gatherCosignatures, type Policy } from 'cpansec/transparency';
import type { Environment } from '../blobs/index.ts';

/** Seconds that the clock of a witness may be ahead of ours: those who verify do not count what is of their future. */
const AHEAD = 60;

/** Asks the witnesses of the policy; a witness has so many milliseconds. What each saw last is kept from call to call. */
export function cosignedBy(policy: Policy, timeout: number, env: Environment): Cosign {
  const sizes = new Map<string, number>();
  const mlDsa44 = nodeMlDsa44();
  const ops = mlDsa44 === null ? nodeEd25519 : { ...nodeEd25519, mlDsa44 };
  const post = nodePost({ env });
  return (note, proofFrom) =>
    gatherCosignatures({
      ...{ note, policy, proofFrom, post, ops, timeout, sizes },
      now: now().getTime() / 1000 + AHEAD,
    });
}
