/** The files of a transparency log: they stand at `log/` below the top of a tree, and in no manifest. */
import {
  CHECKPOINT_PATH,
  MAX_CHECKPOINT,
  MAX_ENTRY,
  MAX_LOOKUP_BYTES,
  MAX_POLICY,
  MAX_PROOF,
  parseTilePath,
} from 'cpansec/transparency';

export interface LogFile {
  /** Most bytes that it can have. */
  readonly limit: number;
  /** What stands there once is never other bytes. */
  readonly stays: boolean;
}

const TOP = 'log/';
const CHECKPOINT: LogFile = { limit: MAX_CHECKPOINT, stays: false };
const POLICY: LogFile = { limit: MAX_POLICY, stays: false };
const PROOF: LogFile = { limit: MAX_PROOF, stays: false };
const LOOKUP: LogFile = { limit: MAX_LOOKUP_BYTES, stays: false };
const TILE: LogFile = { limit: 256 * 32, stays: true };
const BUNDLE: LogFile = { limit: 256 * (2 + MAX_ENTRY), stays: true };

const LOOKUP_PATH = /^lookup\/[0-9a-f]{3}\.json$/;
/** Parts of names in ASCII, of which none is hidden or leads elsewhere. */
const PROOF_PATH = /^proof\/[a-z-]{1,20}(?:\/(?!\.)[!-.0-[\]-~]{1,255}){1,16}(?<=\.tlog-proof)$/;

/** What stands at a path of a tree's log; null for what a log gives nobody, such as its stage. */
export function logFileOf(path: string): LogFile | null {
  if (!path.startsWith(TOP)) return null;
  const name = path.slice(TOP.length);
  if (name === CHECKPOINT_PATH) return CHECKPOINT;
  if (name === 'policy') return POLICY;
  if (LOOKUP_PATH.test(name)) return LOOKUP;
  if (PROOF_PATH.test(name)) return PROOF;
  const tile = parseTilePath(name);
  if (tile === null) return null;
  return tile.level === 'entries' ? BUNDLE : TILE;
}
