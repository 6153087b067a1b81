/**
 * A tree of files and symbolic links, and the rules of path_resolution(7) over it, with the tree's top as `/`:
 * absolute links start there and `..` never leaves it.
 */
import { IoError } from './errors.ts';

export type Kind = 'file' | 'directory' | 'other';

/** What stands at a path, links not followed. */
export type Look = { readonly kind: Kind } | { readonly kind: 'link'; readonly target: string };

export interface Entry {
  readonly name: string;
  readonly kind: Kind | 'link';
}

/** What a tree can tell of paths that are absolute, normal, and without a link in them. */
export interface Tree {
  look(path: string): Look | null;
  /** Names in a directory, sorted by code units. */
  list(path: string): Entry[];
  /** All bytes of a file, at most `limit`. */
  read(path: string, limit: number): Uint8Array;
}

/** Reading of files; fits the inventory's `Files`. */
export interface TreeFiles {
  /**
   * What stands at the path, links followed; `dangling` is a link that leads nowhere, null nothing at all. Throws
   * `not-permitted`.
   */
  kind(path: string): Kind | 'dangling' | null;
  /** Names in the directory, sorted; links are not followed. Throws `not-found`, `wrong-kind`, `not-permitted`. */
  list(path: string): Entry[];
  /** The whole file. Throws `not-found`, `wrong-kind`, `not-permitted`, `too-large`. */
  read(path: string, limit: number): Uint8Array;
  /** The path with every link resolved; null when it leads nowhere. */
  real(path: string): string | null;
}

/** As many as Linux follows. */
const MAX_LINKS = 40;

interface Found {
  readonly path: string;
  readonly kind: Kind;
}

/** Reading over a tree: each path is resolved first. */
export function filesOver(tree: Tree): TreeFiles {
  const parents = new Parents();
  const find = (path: string): Found | null => resolve(tree, path, parents);
  const mustFind = (path: string): string => {
    const found = find(path);
    if (found === null) throw new IoError('not-found', 'no such file or directory', { file: path });
    return found.path;
  };
  return {
    kind: (path) => find(path)?.kind ?? (isLink(tree, path, parents) ? 'dangling' : null),
    list: (path) => tree.list(mustFind(path)),
    read: (path, limit) => tree.read(mustFind(path), limit),
    real: (path) => find(path)?.path ?? null,
  };
}

/** Directories that paths named so far led to; spares a look at each of their parts again. */
class Parents {
  static readonly MAX = 10_000;
  readonly #known = new Map<string, string>();

  get(path: string): string | undefined {
    return this.#known.get(path);
  }

  set(path: string, real: string): void {
    if (this.#known.size >= Parents.MAX) this.#known.clear();
    this.#known.set(path, real);
  }
}

function resolve(tree: Tree, path: string, parents: Parents): Found | null {
  const parent = parentFor(tree, path, parents);
  return parent === null ? null : walk(tree, parent, lastOf(path));
}

/** Whether the last part of the path is a link, wherever it leads. */
function isLink(tree: Tree, path: string, parents: Parents): boolean {
  const parent = parentFor(tree, path, parents);
  const last = lastOf(path);
  if (parent === null || last === '' || last === '.' || last === '..') return false;
  return tree.look(below(parent.path, last))?.kind === 'link';
}

/** The directory that the last part of the path stands in. */
function parentFor(tree: Tree, path: string, parents: Parents): Found | null {
  if (path.includes('\0')) return null;
  const parent = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  const known = parents.get(parent);
  if (known !== undefined) return { path: known, kind: 'directory' };
  const top = walk(tree, { path: '/', kind: 'directory' }, parent);
  if (top === null || top.kind !== 'directory') return null;
  parents.set(parent, top.path);
  return top;
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function below(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

/** Follows `path` from `from`, part by part. */
function walk(tree: Tree, from: Found, path: string): Found | null {
  const ahead = partsOf(path).reverse();
  let at = from;
  let links = 0;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    if (at.kind !== 'directory') return null;
    if (part === '.') continue;
    if (part === '..') {
      at = { path: parentOf(at.path), kind: 'directory' };
      continue;
    }
    const next = below(at.path, part);
    const seen = tree.look(next);
    if (seen === null) return null;
    if (seen.kind !== 'link') {
      at = { path: next, kind: seen.kind };
      continue;
    }
    if (++links > MAX_LINKS || seen.target === '') return null;
    if (seen.target.startsWith('/')) at = { path: '/', kind: 'directory' };
    ahead.push(...partsOf(seen.target).reverse());
  }
  return at;
}

/** A slash at the end asks for a directory, as `.` does. */
function partsOf(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  if (path.endsWith('/')) parts.push('.');
  return parts;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/';
}
