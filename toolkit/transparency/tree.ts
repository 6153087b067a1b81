/** The hashes of a tree that grows, tile by tile, in little memory. */
import { compareBytes, type Sha256Into } from '../base/index.ts';
import { TransparencyError } from './errors.ts';
import { EMPTY_ROOT, fullRows, HASH, leafHashInto, nodeHashInto } from './merkle.ts';
import type { FetchBytes } from './ops.ts';
import { readTile } from './read.ts';
import { type TileName, tilePath, WIDTH } from './tile.ts';

/** What a checkpoint says of a tree. */
export interface TreeHead {
  /** Entries. */
  readonly size: number;
  readonly root: Uint8Array;
}

/** The right edge of a tree: all that is needed to add to it. */
export interface TreeEdge extends TreeHead {
  /** The partial tile of each level, empty where it has none. */
  readonly tiles: readonly Uint8Array[];
  /** Roots of the largest full subtrees from the left, one after the other: one for each bit of the size. */
  readonly peaks: Uint8Array;
}

/** Reads the partial tiles of a tree and checks them up to its root. Throws `missing`, `tile`. */
export async function loadTreeEdge(head: TreeHead, fetch: FetchBytes, hash: Sha256Into): Promise<TreeEdge> {
  const tiles: Uint8Array[] = [];
  let file = '';
  for (let level = 0, hashes = head.size; hashes > 0; level++, hashes = Math.floor(hashes / WIDTH)) {
    const name: TileName = { level, index: Math.floor(hashes / WIDTH), width: hashes % WIDTH };
    if (name.width > 0) file = tilePath(name);
    tiles.push(name.width === 0 ? new Uint8Array(0) : (await readTile(name, fetch)).bytes);
  }
  const peaks = peaksOf(tiles, hash);
  if (compareBytes(rootOf(peaks, hash), head.root) === 0) return { ...head, tiles, peaks };
  const problem = `with the right edge it does not lead to the root of size ${head.size}`;
  throw new TransparencyError('tile', problem, { file });
}

function peaksOf(tiles: readonly Uint8Array[], hash: Sha256Into): Uint8Array {
  const peaks: Uint8Array[] = [];
  for (const tile of tiles.toReversed()) {
    const rows = fullRows(tile, hash);
    const width = tile.length / HASH;
    // A full subtree for each bit of the width, each the last one of its height.
    for (let height = 7; height >= 0; height--) {
      if ((width & (1 << height)) === 0) continue;
      peaks.push((rows[height] ?? tile).subarray(((width >> height) - 1) * HASH, (width >> height) * HASH));
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

/** Gives each tile to `put`: a full one when it is, those that stay partial at the end. */
export class GrowingTree {
  readonly #hash: Sha256Into;
  readonly #put: (name: TileName, tile: Uint8Array) => void;
  readonly #peaks = new Uint8Array(MAX_PEAKS * HASH);
  readonly #rows: Row[];
  #size: number;
  /** Bytes of the peaks. */
  #end: number;

  constructor(
    { size, tiles, peaks }: TreeEdge,
    hash: Sha256Into,
    put: (name: TileName, tile: Uint8Array) => void,
  ) {
    this.#hash = hash;
    this.#put = put;
    this.#size = size;
    this.#peaks.set(peaks);
    this.#end = peaks.length;
    this.#rows = tiles.map((tile, level) => {
      const row = emptyRow(level, Math.floor(size / WIDTH ** (level + 1)));
      row.tile.set(tile);
      row.width = tile.length / HASH;
      return row;
    });
  }

  addEntry(entry: Uint8Array): void {
    leafHashInto(this.#peaks, this.#end, entry, this.#hash);
    this.#join();
  }

  addLeaf(leaf: Uint8Array): void {
    this.#peaks.set(leaf, this.#end);
    this.#join();
  }

  end(): TreeEdge {
    const tiles = this.#rows.map((row) => this.#partialTile(row));
    const peaks = this.#peaks.slice(0, this.#end);
    return { size: this.#size, root: rootOf(peaks, this.#hash), tiles, peaks };
  }

  /** A subtree is full: it is joined with its left sibling, as long as there is one. */
  #join(): void {
    this.#end += HASH;
    this.#push(0);
    let height = 0;
    for (let before = this.#size; before % 2 === 1; before = Math.floor(before / 2)) {
      this.#end -= HASH;
      nodeHashInto(this.#peaks, this.#end - HASH, this.#peaks, this.#end - HASH, this.#hash);
      if (++height % 8 === 0) this.#push(height / 8);
    }
    this.#size++;
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

  #partialTile({ level, index, width, tile, changed }: Row): Uint8Array {
    const bytes = tile.slice(0, width * HASH);
    if (changed) this.#put({ level, index, width }, bytes);
    return bytes;
  }
}

function emptyRow(level: number, index: number): Row {
  return { level, index, width: 0, tile: new Uint8Array(WIDTH * HASH), changed: false };
}
