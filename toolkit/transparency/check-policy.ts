import { quoteFound } from '../base/index.ts';
import type { Note, NoteVerifier } from '../formats/index.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { verifySignatures } from './cosignature.ts';
import { TransparencyError } from './errors.ts';
import type { SignatureOps } from './ops.ts';
import type { Policy } from './policy.ts';
import { missingForQuorum } from './quorum.ts';

/** A checkpoint that a policy believes. */
export interface BelievedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** The key by which the log signed it. */
  readonly log: NoteVerifier;
  /** Who cosigned it, in the order of the policy. */
  readonly witnesses: readonly Witnessed[];
}

export interface Witnessed {
  /** In the policy. */
  readonly name: string;
  /** Seconds since 1970 at which it had seen nothing larger. */
  readonly time: number;
}

/** Seconds that the clock of a witness may be ahead of ours. */
export const MAX_AHEAD = 60;

export interface PolicyOptions {
  /** Seconds since 1970: a cosignature of more than {@link MAX_AHEAD} later does not count. */
  readonly now?: number;
}

/**
 * Whether a signed note is a checkpoint of a log of the policy, with a quorum of its witnesses. Each signature of a
 * key that the policy has must hold; a witness counts once, by its newest. Throws `checkpoint`, `bounds`;
 * `signature` for one that does not hold or when no log of the policy signed it; `quorum` with who is missing.
 */
export async function checkPolicy(
  policy: Policy,
  note: string,
  ops: SignatureOps,
  options: PolicyOptions = {},
): Promise<BelievedCheckpoint> {
  const { checkpoint, note: read } = readCheckpoint(note);
  const log = await signedByLog(policy, checkpoint.origin, read, ops);
  const { witnesses, later } = await witnessed(policy, read, ops, options);
  const missing = missingForQuorum(policy, new Set(witnesses.map(({ name }) => name)));
  if (missing !== null)
    throw new TransparencyError('quorum', `no quorum of witnesses: ${missing}${laterWords(later)}`);
  return { checkpoint, log, witnesses };
}

async function signedByLog(
  { logs }: Policy,
  origin: string,
  note: Note,
  ops: SignatureOps,
): Promise<NoteVerifier> {
  const signed: NoteVerifier[] = [];
  for (const { verifier } of logs)
    if (verifier.name === origin && (await verifySignatures(note, verifier, ops)).length > 0)
      signed.push(verifier);
  const [first] = signed;
  if (first === undefined)
    throw new TransparencyError('signature', `no log of the policy signed this for ${quoteFound(origin)}`);
  return first;
}

async function witnessed(
  { witnesses }: Policy,
  note: Note,
  ops: SignatureOps,
  { now = Number.POSITIVE_INFINITY }: PolicyOptions,
): Promise<{ witnesses: Witnessed[]; later: string[] }> {
  const found: Witnessed[] = [];
  const later: string[] = [];
  for (const { name, verifier } of witnesses) {
    const signed = await verifySignatures(note, verifier, ops);
    const times = signed.map(({ time }) => time ?? 0).filter((time) => time <= now + MAX_AHEAD);
    if (times.length > 0) found.push({ name, time: Math.max(...times) });
    else if (signed.length > 0) later.push(name);
  }
  return { witnesses: found, later };
}

/** A clock that is behind is more likely than a witness that is ahead. */
function laterWords(names: readonly string[]): string {
  if (names.length === 0) return '';
  return `; cosigned later than the clock of this machine says: ${names.map((name) => quoteFound(name)).join(', ')}`;
}
