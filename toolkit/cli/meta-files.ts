/** The META files below a directory: unpacked distributions, or a mirror of CPAN. */
import { join } from 'node:path';
import { PlacedError } from '../base/index.ts';
import { type Meta, parseMeta } from '../cpan/index.ts';
import { type DescribedDistribution, isGraphName } from '../dependants/index.ts';
import { diskFiles, type Entry } from '../io/index.ts';

const MAX_META = 8 * 1024 * 1024;
const MAX_DEPTH = 16;
/** Most entries that are looked at: ten times those of a whole mirror. */
const MAX_ENTRIES = 5_000_000;

export interface MetaFile {
  readonly path: string;
  /** What the mirror says that it is of, where it is one. */
  readonly distribution: string | null;
}

export interface UnreadMeta {
  readonly path: string;
  readonly problem: string;
}

/**
 * Looks for META files, one at a time: in a directory with META.json and META.yml the former, of a mirror's
 * `.meta` files those that `releases` has by their path without `.meta`. Links are not followed. What cannot be
 * listed, or is beyond the bounds, goes to `unread`.
 */
export function* metaFiles(
  top: string,
  releases: ReadonlyMap<string, string>,
  unread: UnreadMeta[],
): Generator<MetaFile> {
  const files = diskFiles();
  const ahead: { path: string; depth: number }[] = [{ path: top, depth: 0 }];
  let seen = 0;
  for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
    const { path, depth } = at;
    const entries = readable(path, unread, () => files.list(path)) ?? [];
    seen += entries.length;
    if (seen > MAX_ENTRIES) {
      unread.push({ path, problem: `more than ${MAX_ENTRIES} entries: looked no further` });
      return;
    }
    yield* metaIn(path, entries, releases);
    const below = entries.filter(({ kind }) => kind === 'directory').map(({ name }) => join(path, name));
    if (depth < MAX_DEPTH) ahead.push(...below.reverse().map((path) => ({ path, depth: depth + 1 })));
    else unread.push(...below.map((path) => ({ path, problem: `deeper than ${MAX_DEPTH}` })));
  }
}

function* metaIn(
  directory: string,
  entries: readonly Entry[],
  releases: ReadonlyMap<string, string>,
): Generator<MetaFile> {
  const names = entries.filter(({ kind }) => kind === 'file').map(({ name }) => name);
  const own = ['META.json', 'META.yml'].find((name) => names.includes(name));
  if (own !== undefined) yield { path: join(directory, own), distribution: null };
  for (const name of names) {
    if (!name.endsWith('.meta')) continue;
    const path = join(directory, name);
    const distribution = releases.get(mirrorPath(path) ?? '');
    if (distribution !== undefined) yield { path, distribution };
  }
}

/** `A/AB/ABC/Foo-1.0`, below the authors' directory of a mirror. */
function mirrorPath(path: string): string | null {
  return /(?:^|\/)([A-Z]\/[A-Z]{2}\/[A-Z][-A-Z0-9]+\/.+)\.meta$/.exec(path)?.[1] ?? null;
}

/** What the file says; null, and a line in `unread`, when it cannot be read or does not say of what it is. */
export function describedBy(file: MetaFile, unread: UnreadMeta[]): DescribedDistribution | null {
  const meta = readable(file.path, unread, () => parseMeta(diskFiles().read(file.path, MAX_META)));
  if (meta === null) return null;
  const distribution = file.distribution ?? nameOf(meta);
  if (distribution !== null) return { distribution, version: meta.version, requirements: meta.prereqs };
  unread.push({ path: file.path, problem: 'names no distribution' });
  return null;
}

/** Some old files have the name of the main module. */
function nameOf({ name }: Meta): string | null {
  const distribution = name?.replaceAll('::', '-') ?? '';
  return isGraphName(distribution) ? distribution : null;
}

function readable<T>(path: string, unread: UnreadMeta[], read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PlacedError)) throw error;
    unread.push({ path, problem: error.problem });
    return null;
  }
}
