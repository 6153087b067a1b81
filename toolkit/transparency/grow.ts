/** A log grows: what is to be written when entries are added, without reading what stands. */
import { compareBytes, type Sha256Into } from '../base/index.ts';
import { TransparencyError } from './errors.ts';
import { EMPTY_ROOT, HASH, leafHashInto, nodeHashInto, subtreeRoot } from './merkle.ts';
import type { FetchBytes } from './ops.ts';
import { type LogFile, readBundle, readTile } from './read.ts';
import { encodeBundle, type TileName, tilePath, WIDTH } from './tile.ts';

/** The right edge of a log: all that is needed to add to it. Nothing of it is ever changed in place. */
export interface Edge {
  readonly size: number;
  readonly root: Uint8Array;
  /** The partial tile of each level, empty where it has none. */
  readonly tiles: readonly Uint8Array[];
  /** Roots of the largest full subtrees from the left, one after the other: one for each bit of the size. */
  readonly peaks: Uint8Array;
  /** The partial bundle, empty where the log has none. */
  readonly bundle: Uint8Array;
}

export interface Growth {
  readonly edge: Edge;
  /** New tiles and bundles: full ones, and those partial ones that the new size has. */
  readonly files: LogFile[];
}

/** A log without entries. */
export const EMPTY_EDGE: Edge = {
  size: 0,
  root: EMPTY_ROOT,
  tiles: [],
  peaks: new Uint8Array(0),
  bundle: new Uint8Array(0),
};

/** Adds the entries at the end. Throws `bounds` for one that is too long. */
export function grow(edge: Edge, entries: readonly Uint8Array[], hash: Sha256Into): Growth {
  const growing = new Growing(edge, hash);
  for (const entry of entries) growing.add(entry);
  return growing.done();
}

/**
 * Reads the right edge of a log and checks it: its hashes up to the root, its entries against its hashes.
 * Throws `missing`, `tile`, `bundle`.
 */
export async function loadEdge(
  { size, root }: { readonly size: number; readonly root: Uint8Array },
  fetch: FetchBytes,
  hash: Sha256Into,
): Promise<Edge> {
  const { tiles, peaks } = await loadTiles({ size, root }, fetch, hash);
  const width = size % WIDTH;
  const [leaves] = tiles;
  if (width === 0 || leaves === undefined) return { size, root, tiles, peaks, bundle: EMPTY_EDGE.bundle };
  const name: TileName = { level: 'entries', index: Math.floor(size / WIDTH), width };
  const { path, entries } = await readBundle(name, fetch);
  const found = new Uint8Array(leaves.length);
  for (const [i, entry] of entries.entries()) leafHashInto(found, i * HASH, entry, hash);
  if (compareBytes(found, leaves) !== 0)
    throw new TransparencyError('bundle', 'has other entries than its tile', { file: path });
  return { size, root, tiles, peaks, bundle: encodeBundle(entries) };
}

/** The partial tiles of a tree, checked up to its root. Throws `missing`, `tile`. */
export async function loadTiles(
  { size, root }: { readonly size: number; readonly root: Uint8Array },
  fetch: FetchBytes,
  hash: Sha256Into,
): Promise<Pick<Edge, 'tiles' | 'peaks'>> {
  const tiles: Uint8Array[] = [];
  let file = '';
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / WIDTH)) {
    const name: TileName = { level, index: Math.floor(hashes / WIDTH), width: hashes % WIDTH };
    if (name.width === 0) tiles.push(new Uint8Array(0));
    else {
      const { path, bytes } = await readTile(name, fetch);
      file = path;
      tiles.push(bytes);
    }
  }
  const peaks = peaksOf(tiles, hash);
  if (compareBytes(rootOf(peaks, hash), root) !== 0)
    throw new TransparencyError(
      'tile',
      `the tiles of the right edge do not lead to the root of size ${size}`,
      {
        file,
      },
    );
  return { tiles, peaks };
}

function peaksOf(tiles: readonly Uint8Array[], hash: Sha256Into): Uint8Array {
  const peaks: Uint8Array[] = [];
  for (const tile of tiles.toReversed()) {
    const width = tile.length / HASH;
    let at = 0;
    for (let count = WIDTH / 2; count >= 1; count /= 2) {
      if ((width & count) === 0) continue;
      peaks.push(subtreeRoot(tile, at, count, hash));
      at += count;
    }
  }
  const all = new Uint8Array(peaks.length * HASH);
  for (const [i, peak] of peaks.entries()) all.set(peak, i * HASH);
  return all;
}

function rootOf(peaks: Uint8Array, hash: Sha256Into): Uint8Array {
  if (peaks.length === 0) return EMPTY_ROOT;
  const folded = peaks.slice();
  for (let at = peaks.length - 2 * HASH; at >= 0; at -= HASH) nodeHashInto(folded, at, folded, at, hash);
  return folded.slice(0, HASH);
}

/** The open tile of a level. */
interface Row {
  readonly level: number;
  readonly index: number;
  readonly tile: Uint8Array;
  width: number;
  changed: boolean;
}

/** A size has at most 53 bits; one more peak stands there while two are joined. */
const MAX_PEAKS = 54;

class Growing {
  readonly #hash: Sha256Into;
  readonly #peaks = new Uint8Array(MAX_PEAKS * HASH);
  readonly #rows: Row[];
  readonly #files: LogFile[] = [];
  /** What the open bundle had before, and what it gets. */
  #before: Uint8Array;
  #entries: Uint8Array[] = [];
  #size: number;
  /** Bytes of the peaks. */
  #end: number;

  constructor({ size, tiles, peaks, bundle }: Edge, hash: Sha256Into) {
    this.#hash = hash;
    this.#size = size;
    this.#before = bundle;
    this.#peaks.set(peaks);
    this.#end = peaks.length;
    this.#rows = tiles.map((tile, level) => {
      const row = emptyRow(level, Math.floor(size / WIDTH ** (level + 1)));
      row.tile.set(tile);
      row.width = tile.length / HASH;
      return row;
    });
  }

  add(entry: Uint8Array): void {
    leafHashInto(this.#peaks, this.#end, entry, this.#hash);
    this.#entries.push(entry);
    this.#end += HASH;
    this.#push(0);
    // A subtree is full: joined with its left sibling, as long as there is one.
    let height = 0;
    for (let before = this.#size; before % 2 === 1; before = Math.floor(before / 2)) {
      this.#end -= HASH;
      nodeHashInto(this.#peaks, this.#end - HASH, this.#peaks, this.#end - HASH, this.#hash);
      if (++height % 8 === 0) this.#push(height / 8);
    }
    this.#size++;
    if (this.#size % WIDTH === 0) this.#closeBundle();
  }

  done(): Growth {
    const bundle = this.#openBundle();
    const name: TileName = {
      level: 'entries',
      index: Math.floor(this.#size / WIDTH),
      width: this.#size % WIDTH,
    };
    if (this.#entries.length > 0) this.#put(name, bundle);
    const tiles = this.#rows.map((row) => this.#partialTile(row));
    const peaks = this.#peaks.slice(0, this.#end);
    const edge = { size: this.#size, root: rootOf(peaks, this.#hash), tiles, peaks, bundle };
    return { edge, files: this.#files };
  }

  #partialTile({ level, index, width, tile, changed }: Row): Uint8Array {
    const bytes = tile.slice(0, width * HASH);
    if (changed) this.#put({ level, index, width }, bytes);
    return bytes;
  }

  /** The newest peak becomes a hash of a tile. */
  #push(level: number): void {
    const row = this.#rows[level] ?? emptyRow(level, 0);
    row.tile.set(this.#peaks.subarray(this.#end - HASH, this.#end), row.width * HASH);
    row.width++;
    row.changed = true;
    if (row.width === WIDTH) this.#put(row, row.tile);
    this.#rows[level] = row.width === WIDTH ? emptyRow(level, row.index + 1) : row;
  }

  #openBundle(): Uint8Array {
    if (this.#before.length === 0) return encodeBundle(this.#entries);
    const added = encodeBundle(this.#entries);
    const bundle = new Uint8Array(this.#before.length + added.length);
    bundle.set(this.#before);
    bundle.set(added, this.#before.length);
    return bundle;
  }

  #closeBundle(): void {
    this.#put({ level: 'entries', index: this.#size / WIDTH - 1, width: WIDTH }, this.#openBundle());
    this.#before = EMPTY_EDGE.bundle;
    this.#entries = [];
  }

  #put(name: TileName, bytes: Uint8Array): void {
    this.#files.push({ path: tilePath(name), bytes });
  }
}

function emptyRow(level: number, index: number): Row {
  return { level, index, width: 0, tile: new Uint8Array(WIDTH * HASH), changed: false };
}
