/** Metadata of The Update Framework: it stands at `tuf/` below the top of a tree, and in no manifest. */
import type { LogFile } from './log-paths.ts';

/** As much as a client takes of a role. */
const LIMIT = 8_000_000;
const VERSION = /^tuf\/[1-9]\d{0,15}\.[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.json$/;

/** What stands at a path of a tree's metadata; null for what a repository gives nobody. */
export function tufFileOf(path: string): LogFile | null {
  if (path === 'tuf/timestamp.json') return { limit: LIMIT, stays: false };
  return VERSION.test(path) ? { limit: LIMIT, stays: true } : null;
}
