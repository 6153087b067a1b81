/** A log as one of its checkpoints has it, and how two checkpoints of it go together. */
import { compareBytes, type Sha256Into } from '../base/index.ts';
import { type BelievedCheckpoint, checkPolicy } from './check-policy.ts';
import { CHECKPOINT_PATH, MAX_CHECKPOINT, readCheckpoint } from './checkpoint.ts';
import { TransparencyError } from './errors.ts';
import type { FetchBytes, Gunzip, SignatureOps } from './ops.ts';
import type { Policy } from './policy.ts';
import { LogReader } from './reader.ts';
import type { SplitView } from './split-view.ts';
import { textOf } from './text.ts';

export interface ViewOptions {
  readonly fetch: FetchBytes;
  readonly hash: Sha256Into;
  readonly signatures: SignatureOps;
  readonly policy: Policy;
  /** Seconds since 1970: cosignatures of later do not count. */
  readonly now?: number;
  /** For logs that keep their bundles packed. */
  readonly gunzip?: Gunzip;
}

/** Everything that is read through it is of the tree that its checkpoint says. */
export interface LogView extends BelievedCheckpoint {
  /** The checkpoint as it was signed. */
  readonly note: string;
  readonly reader: LogReader;
  readonly fetch: FetchBytes;
  readonly hash: Sha256Into;
}

/** Throws `missing` where there is no checkpoint, what `checkPolicy` does, and what `fetch` does. */
export async function viewLog(options: ViewOptions): Promise<LogView> {
  const bytes = await options.fetch(CHECKPOINT_PATH, MAX_CHECKPOINT);
  if (bytes === null)
    throw new TransparencyError('missing', 'there is no checkpoint', { file: CHECKPOINT_PATH });
  return viewAt(textOf(bytes, 'checkpoint', CHECKPOINT_PATH), options);
}

/** The log as a checkpoint has it that came from elsewhere. */
export async function viewAt(note: string, options: ViewOptions): Promise<LogView> {
  const { fetch, hash, policy, signatures, now, gunzip } = options;
  const believed = await checkPolicy(policy, note, signatures, now === undefined ? {} : { now });
  const reader = new LogReader(fetch, hash, gunzip === undefined ? {} : { gunzip });
  return { ...believed, note, reader, fetch, hash };
}

/**
 * `grown`: the tree of the view begins with the one that was seen. `older`: it is smaller, which a copy that is
 * behind is, and nothing contradicts it. `split`: the log signed both and they contradict each other.
 */
export type Continuity =
  | { readonly kind: 'grown' }
  | { readonly kind: 'older' }
  | { readonly kind: 'split'; readonly evidence: SplitView };

/**
 * How a checkpoint of the same log, whose signature was verified before, goes together with the view. Throws
 * `missing`, `tile` where the log does not show the tree that its checkpoint says; `checkpoint` for one of another
 * log.
 */
export async function compareCheckpoints(view: LogView, seen: string): Promise<Continuity> {
  const { checkpoint } = readCheckpoint(seen);
  if (checkpoint.origin !== view.checkpoint.origin)
    throw new TransparencyError('checkpoint', `is of ${checkpoint.origin}, not of ${view.checkpoint.origin}`);
  const before = { note: seen, checkpoint };
  if (checkpoint.size <= view.checkpoint.size)
    return (await contradiction(view.reader, before, view)) ?? GROWN;
  try {
    return (await contradiction(view.reader, view, before)) ?? OLDER;
  } catch (error) {
    // A copy that is behind has not all of the larger tree.
    if (error instanceof TransparencyError && ['missing', 'tile'].includes(error.code)) return OLDER;
    throw error;
  }
}

const GROWN: Continuity = { kind: 'grown' };
const OLDER: Continuity = { kind: 'older' };

type Signed = Pick<LogView, 'note' | 'checkpoint'>;

async function contradiction(reader: LogReader, smaller: Signed, larger: Signed): Promise<Continuity | null> {
  const { size, root } = smaller.checkpoint;
  const head = larger.checkpoint;
  const same = size === head.size;
  const there = same ? head.root : await reader.root(size, head);
  if (compareBytes(there, root) === 0) return null;
  const next = same
    ? null
    : { leaf: await reader.leaf(size, head), proof: await reader.inclusionProof(size, head) };
  return { kind: 'split', evidence: { smaller: smaller.note, larger: larger.note, next } };
}
