/**
 * The RECENT files of a mirror as one list: `authors/RECENT-1h.json`, then the longer intervals that it names, up to
 * `Z`, which holds everything. What leaves one interval stands in the next first, so reading them from the shortest
 * misses nothing.
 *
 * https://metacpan.org/pod/File::Rsync::Mirror::Recentfile
 */
import { decodeUtf8, PlacedError } from 'cpansec/base';
import { parseRecent, type Recent, type RecentEvent } from 'cpansec/cpan';
import { epochKey } from './epoch.ts';
import { FollowError, faultOf } from './errors.ts';
import type { Mirror } from './mirror.ts';
import { bytesOf, type TakenBytes } from './take.ts';

const PRINCIPALS = ['authors/RECENT-1h.json', 'authors/RECENT-1h.yaml'] as const;
/** `Z` of today has 80 MB. */
const MAX_RECENT = 256 * 1024 * 1024;
const MAX_INTERVALS = 12;

export interface ChainSeen {
  /** The key of the newest epoch that is known; empty for none. */
  readonly epoch: string;
  /** `dirtymark`: another one says that epochs of the past were changed. */
  readonly mark: string;
  /** Of the principal file. */
  readonly validator: string;
}

export interface ChainNews {
  /** The newest for each path, at or after the epoch that is known, the oldest first. */
  readonly events: readonly RecentEvent[];
  /** Whether nothing can be missing: the chain reaches back to what is known, or to the beginning. */
  readonly complete: boolean;
  /** Paths of longer intervals that were read, and of those that cannot be. */
  readonly read: readonly string[];
  readonly unread: readonly { readonly path: string; readonly words: string }[];
  readonly mark: string;
  readonly validator: string;
}

/** What is new; `same` when the principal file is, null for a mirror without one. Throws `mirror`, io's errors. */
export async function readChain(mirror: Mirror, seen: ChainSeen): Promise<ChainNews | 'same' | null> {
  const principal = await findPrincipal(mirror, seen.validator);
  if (principal === 'same' || principal === null) return principal;
  const { taken, path } = principal;
  const first = parsePrincipal(taken, path);
  const mark = textOf(first, 'dirtymark');
  const since = mark === seen.mark ? seen.epoch : '';
  const events = new Map<string, RecentEvent>();
  const read: string[] = [];
  const unread: { path: string; words: string }[] = [];
  let covered = collect(first, since, events);
  for (const interval of intervalsOf(first)) {
    if (covered) break;
    const longer = path.replace('-1h.', `-${interval}.`);
    const recent = await readLonger(mirror, longer);
    if (recent === null) continue;
    if (typeof recent === 'string') unread.push({ path: longer, words: recent });
    else {
      read.push(longer);
      covered = collect(recent, since, events) || interval === 'Z';
    }
  }
  return { events: oldestFirst(events), complete: covered, read, unread, mark, validator: taken.validator };
}

async function findPrincipal(
  mirror: Mirror,
  unless: string,
): Promise<{ path: string; taken: TakenBytes } | 'same' | null> {
  for (const path of PRINCIPALS) {
    const taken = await bytesOf(mirror, path, { limit: MAX_RECENT, unless });
    if (taken === 'same') return 'same';
    if (taken !== 'absent') return { path, taken };
  }
  return null;
}

function parsePrincipal({ bytes }: TakenBytes, path: string): Recent {
  try {
    return parseRecent(decodeUtf8(bytes, path), path);
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    throw new FollowError('mirror', cause.problem, { ...cause.place, file: path }, { cause });
  }
}

/** What is wrong with it, where it cannot be read; null where there is none. */
async function readLonger(mirror: Mirror, path: string): Promise<Recent | string | null> {
  try {
    const file = await bytesOf(mirror, path, { limit: MAX_RECENT });
    return typeof file === 'string' ? null : parseRecent(decodeUtf8(file.bytes, path), path);
  } catch (cause) {
    const words = faultOf(cause);
    if (words === null) throw cause;
    return words;
  }
}

/** Keeps what is new; whether the file reaches back to what is known. */
function collect({ events }: Recent, since: string, into: Map<string, RecentEvent>): boolean {
  let covered = false;
  for (const event of events) {
    const key = epochKey(event.epoch);
    covered ||= since !== '' && key <= since;
    if (key >= since && !into.has(event.path)) into.set(event.path, event);
  }
  return covered;
}

function oldestFirst(events: ReadonlyMap<string, RecentEvent>): RecentEvent[] {
  const keyed = [...events.values()].map((event) => ({ event, key: epochKey(event.epoch) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ event }) => event);
}

function intervalsOf({ meta }: Recent): string[] {
  const named = Array.isArray(meta.aggregator) ? meta.aggregator : [];
  const intervals = named
    .filter((interval) => typeof interval === 'string')
    .filter((interval) => /^(?:[1-9]\d{0,3}[smhdWMQY]|Z)$/.test(interval));
  return [...new Set(intervals)].slice(0, MAX_INTERVALS);
}

function textOf({ meta }: Recent, name: string): string {
  const value = meta[name];
  return typeof value === 'string' ? value.slice(0, 100) : '';
}
