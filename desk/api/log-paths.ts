/** The files of a transparency log: they stand at `log/` below the top of a tree, and in no manifest. */
import { MAX_ENTRY, parseTilePath } from 'cpansec/transparency';

export interface LogFile {
  /** Most bytes that it can have. */
  readonly limit: number;
  /** What stands there once is never other bytes. */
  readonly stays: boolean;
}

const TOP = 'log/';
const NOTE: LogFile = { limit: 1_000_000, stays: false };
const PROOF: LogFile = { limit: 2_000_000, stays: false };
const LOOKUP: LogFile = { limit: 8 * 1024 * 1024, stays: false };
const TILE: LogFile = { limit: 256 * 32, stays: true };
const BUNDLE: LogFile = { limit: 256 * (2 + MAX_ENTRY), stays: true };

const LOOKUP_PATH = /^lookup\/[0-9a-f]{3}\.json$/;
/** Parts of names in ASCII, of which none is hidden or leads elsewhere. */
const PROOF_PATH = /^proof\/[a-z-]{1,20}(?:\/(?!\.)[!-.0-[\]-~]{1,255}){1,16}(?<=\.tlog-proof)$/;

/** What stands at a path of a tree's log; null for what a log gives nobody, such as its stage. */
export function logFileOf(path: string): LogFile | null {
  if (!path.startsWith(TOP)) return null;
  const name = path.slice(TOP.length);
  if (name === 'checkpoint' || name === 'policy') return NOTE;
  if (LOOKUP_PATH.test(name)) return LOOKUP;
  if (PROOF_PATH.test(name)) return PROOF;
  const tile = parseTilePath(name);
  if (tile === null) return null;
  return tile.level === 'entries' ? BUNDLE : TILE;
}
