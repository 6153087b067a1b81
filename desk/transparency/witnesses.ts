import { decodeUtf8, encodeUtf8, PlacedError, toHex } from 'cpansec/base';
import { httpGet, nodeEd25519, nodeMlDsa44, nodePost, nodeSha256, now, parseAddress } from 'cpansec/io';
import {
  type Cosign,
  type Cosigned,
  gatherCosignatures,
  MAX_CHECKPOINT,
  openOwnCheckpoint,
  type Policy,
  readCheckpoint,
  type WitnessOutcome,
} from 'cpansec/transparency';
import type { Environment } from '../blobs/index.ts';

interface Asking {
  readonly policy: Policy;
  /** Milliseconds that a witness has. */
  readonly timeout: number;
  readonly env: Environment;
}

/** Asks the witnesses of the policy. What each saw last is kept from call to call. */
export function cosignedBy(asking: Asking): Cosign {
  const { policy, timeout, env } = asking;
  const sizes = new Map<string, number>();
  const mlDsa44 = nodeMlDsa44();
  const ops = mlDsa44 === null ? nodeEd25519 : { ...nodeEd25519, mlDsa44 };
  const post = nodePost({ env });
  return async (note, proofFrom) => {
    const gathered = await gatherCosignatures({
      ...{ note, policy, proofFrom, post, ops, timeout, sizes },
      now: now().getTime() / 1000,
    });
    return { ...gathered, ahead: await aheadOf(note, gathered.answers, asking) };
  };
}

/** A witness that refuses is asked for what it has: only what a key of the log has signed counts. */
async function aheadOf(
  note: string,
  answers: readonly WitnessOutcome[],
  asking: Asking,
): Promise<Cosigned['ahead']> {
  const { origin, size } = readCheckpoint(note).checkpoint;
  for (const { name, outcome } of answers) {
    if (outcome !== 'refused') continue;
    const kept = await keptBy(name, origin, asking);
    if (kept !== null && kept > size) return { name, size: kept };
  }
  return null;
}

/** How large the tree of the log is that the witness has; null where it shows none. */
async function keptBy(
  name: string,
  origin: string,
  { policy, timeout, env }: Asking,
): Promise<number | null> {
  const url = policy.witnesses.find((witness) => witness.name === name)?.url ?? null;
  if (url === null) return null;
  const keys = policy.logs.map(({ verifier }) => verifier).filter((key) => key.name === origin);
  const file = `${url.replace(/\/+$/, '')}/${toHex(nodeSha256(encodeUtf8(origin)))}/checkpoint`;
  try {
    const bytes = await httpGet(parseAddress(file), { env, timeout, limit: MAX_CHECKPOINT });
    return (await openOwnCheckpoint(decodeUtf8(bytes), keys, nodeEd25519, file)).size;
  } catch (error) {
    if (error instanceof PlacedError) return null;
    throw error;
  }
}
