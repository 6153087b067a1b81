/** A log grows: what is to be written when entries are added, without reading what stands. */
import type { Sha256Into } from '../base/index.ts';
import { EMPTY_ROOT } from './merkle.ts';
import type { FetchBytes } from './ops.ts';
import { type LogFile, readBundle } from './read.ts';
import { encodeBundle, tilePath, WIDTH } from './tile.ts';
import { GrowingTree, loadTreeEdge, type TreeEdge, type TreeHead } from './tree.ts';

/** The right edge of a log: all that is needed to add to it. Nothing of it is ever changed in place. */
export interface Edge extends TreeEdge {
  /** The partial bundle, empty where the log has none. */
  readonly bundle: Uint8Array;
}

export interface Growth {
  readonly edge: Edge;
  /** New tiles and bundles: full ones, and those partial ones that the new size has. */
  readonly files: LogFile[];
}

const NOTHING = new Uint8Array(0);

/** A log without entries. */
export const EMPTY_EDGE: Edge = { size: 0, root: EMPTY_ROOT, tiles: [], peaks: NOTHING, bundle: NOTHING };

/** Adds the entries at the end. Throws `bounds` for one that is too long. */
export function grow(edge: Edge, entries: readonly Uint8Array[], hash: Sha256Into): Growth {
  const { bundle, files } = growBundles(edge, entries);
  const tree = new GrowingTree(edge, hash, (name, bytes) => files.push({ path: tilePath(name), bytes }));
  for (const entry of entries) tree.addEntry(entry);
  return { edge: { ...tree.end(), bundle }, files };
}

/**
 * Reads the right edge of a log and checks it: its hashes up to the root, its entries against its hashes.
 * Throws `missing`, `tile`, `bundle`.
 */
export async function loadEdge(head: TreeHead, fetch: FetchBytes, hash: Sha256Into): Promise<Edge> {
  const tree = await loadTreeEdge(head, fetch, hash);
  const [leaves = NOTHING] = tree.tiles;
  const width = head.size % WIDTH;
  if (width === 0) return { ...tree, bundle: NOTHING };
  const index = Math.floor(head.size / WIDTH);
  return { ...tree, bundle: encodeBundle(await readBundle({ index, width, leaves }, { fetch, hash })) };
}

/** The bundles that are new, and the partial one at the end. */
function growBundles(
  { size, bundle }: Edge,
  entries: readonly Uint8Array[],
): { bundle: Uint8Array; files: LogFile[] } {
  const files: LogFile[] = [];
  let open = bundle;
  for (let from = 0; from < entries.length; ) {
    const index = Math.floor((size + from) / WIDTH);
    const to = Math.min((index + 1) * WIDTH - size, entries.length);
    const bytes = joined(open, encodeBundle(entries.slice(from, to)));
    const width = size + to - index * WIDTH;
    files.push({ path: tilePath({ level: 'entries', index, width }), bytes });
    open = width === WIDTH ? NOTHING : bytes;
    from = to;
  }
  return { bundle: open, files };
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (before.length === 0) return after;
  const bytes = new Uint8Array(before.length + after.length);
  bytes.set(before);
  bytes.set(after, before.length);
  return bytes;
}
