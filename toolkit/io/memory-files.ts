import { compareText, encodeUtf8 } from '../base/index.ts';
import { IoError } from './errors.ts';
import { type Entry, filesOver, type Look, type Tree, type TreeFiles } from './tree.ts';

/** What stands at a path: text or bytes, a link, or a directory with nothing in it. */
export type MemoryEntry = string | Uint8Array | { readonly link: string } | readonly [];

type Node = Uint8Array | { readonly link: string } | Map<string, Node>;

/**
 * Files that exist only in memory, for tests: absolute paths to their content. `[]` is an empty directory;
 * directories above what is named are there. A path whose parent is a file or link is refused with `wrong-kind`.
 */
export function memoryFiles(entries: Readonly<Record<string, MemoryEntry>>): TreeFiles {
  const top: Map<string, Node> = new Map();
  for (const [path, entry] of Object.entries(entries)) plant(top, path, entry);
  return filesOver(treeOf(top));
}

function plant(top: Map<string, Node>, path: string, entry: MemoryEntry): void {
  const parts = path.split('/').filter((part) => part !== '');
  const name = parts.pop();
  if (name === undefined) return;
  let directory = top;
  for (const part of parts) directory = child(directory, part, path);
  if (isEmptyDirectory(entry)) child(directory, name, path);
  else directory.set(name, typeof entry === 'string' ? encodeUtf8(entry) : entry);
}

function child(directory: Map<string, Node>, name: string, path: string): Map<string, Node> {
  const found = directory.get(name) ?? new Map<string, Node>();
  if (!(found instanceof Map)) throw new IoError('wrong-kind', `${name} is no directory`, { file: path });
  directory.set(name, found);
  return found;
}

function treeOf(top: Map<string, Node>): Tree {
  const at = (path: string): Node | undefined => {
    let node: Node | undefined = top;
    for (const part of path.split('/'))
      if (part !== '') node = node instanceof Map ? node.get(part) : undefined;
    return node;
  };
  return {
    look: (path) => {
      const node = at(path);
      return node === undefined ? null : lookOf(node);
    },
    list: (path) => listOf(at(path), path),
    read: (path, limit) => bytesOf(at(path), limit, path),
  };
}

function lookOf(node: Node): Look {
  if (node instanceof Map) return { kind: 'directory' };
  return node instanceof Uint8Array ? { kind: 'file' } : { kind: 'link', target: node.link };
}

function listOf(node: Node | undefined, path: string): Entry[] {
  if (!(node instanceof Map)) throw new IoError('wrong-kind', 'is no directory', { file: path });
  const entries = [...node].map(([name, inner]) => ({ name, kind: lookOf(inner).kind }));
  return entries.sort((a, b) => compareText(a.name, b.name));
}

function bytesOf(node: Node | undefined, limit: number, path: string): Uint8Array {
  if (!(node instanceof Uint8Array)) throw new IoError('wrong-kind', 'is no regular file', { file: path });
  if (node.length > limit) throw new IoError('too-large', `has more than ${limit} bytes`, { file: path });
  return node.slice();
}

function isEmptyDirectory(entry: MemoryEntry): entry is readonly [] {
  return Array.isArray(entry);
}
